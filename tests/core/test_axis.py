"""What positions mean: back and forth on every axis, times at or just after, nothing clipped."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.axis import Axis, axis_of, window_axis
from core.errors import AnswerError
from core.render_settings import RenderSettings
from core.series import SeriesData, WindowView, view_window

TIME = RenderSettings(x_axis="time")
SAMPLE = RenderSettings(x_axis="sample")
NOON = np.datetime64("2024-03-01T12:00:00", "ns").astype(np.int64)
MINUTE = 60 * 10**9


def timed(step_ns: int = MINUTE, n: int = 200, first: np.int64 = NOON) -> SeriesData:
    return SeriesData(np.zeros((n, 1)), first + np.arange(n) * step_ns)


def moments(start: int = 0, stop: int = 10) -> Axis:
    return axis_of(TIME, view_window(timed(), start, stop))


def test_a_view_knows_when_its_first_sample_is() -> None:
    assert view_window(timed(), 3, 9).origin_s == 1_709_294_400 + 180
    assert view_window(SeriesData(np.zeros((5, 1))), 0, 5).origin_s is None


def test_the_window_axis_counts_from_the_window_and_the_sample_axis_from_the_series() -> None:
    view = WindowView(np.zeros((10, 1)), start=400)
    assert (window_axis(view).to_wire(403), axis_of(SAMPLE, view).to_wire(403)) == (3, 403)
    assert (window_axis(view).from_wire(10), axis_of(SAMPLE, view).from_wire(410)) == (410, 410)


@pytest.mark.parametrize(
    ("step_ns", "first", "end"),
    [
        (MINUTE, "2024-03-01T12:00:00Z", "2024-03-01T15:20:00Z"),
        (10**9 // 4, "2024-03-01T12:00:00Z", "2024-03-01T12:00:50Z"),
        (86_400 * 10**9, "2024-03-01T12:00:00Z", "2024-09-17T12:00:00Z"),
        # Closer than text tells apart: seconds since the window's first sample.
        (1_000, "0", "0.0002"),
        (1, "0", "0.0000002"),
    ],
)
def test_times_are_written_in_as_few_digits_as_tell_them_apart(
    step_ns: int, first: str, end: str
) -> None:
    axis = axis_of(TIME, view_window(timed(step_ns), 0, 200))
    assert (axis.to_wire(0), axis.to_wire(200)) == (first, end)


@settings(max_examples=50)
@given(
    steps=st.lists(st.integers(1, 10**15), min_size=1, max_size=30),
    first=st.integers(-(2**61), 2**61),
)
def test_every_sample_of_any_times_is_found_again(steps: list[int], first: int) -> None:
    series = SeriesData(np.zeros((len(steps) + 1, 1)), first + np.cumsum([0, *steps]))
    axis = axis_of(TIME, view_window(series, 0, series.n_samples))
    for sample in range(series.n_samples + 1):
        assert axis.from_wire(axis.to_wire(sample)) == sample
    for sample in range(series.n_samples):
        assert axis.after(axis.to_wire(sample)) == sample + 1


@pytest.mark.parametrize(
    ("text", "sample", "why"),
    [
        ("2024-03-01T12:03:00Z", 3, "the sample at a time"),
        ("2024-03-01T12:03:20Z", 4, "just after it"),
        ("2024-03-01T12:03:03Z", 3, "at it, within a tenth of a step"),
        ("2024-03-01 12:03", 3, "without a zone it is UTC"),
        ("2024-03-01T14:03+02:00", 3, "another zone is said"),
        ("12:03", 3, "the window shows one day"),
        (" 12:03:00Z ", 3, "as the axis shows it"),
        ("12:10", 10, "the window's end"),
    ],
)
def test_a_time_means_the_sample_at_or_just_after(text: str, sample: int, why: str) -> None:
    assert moments().from_wire(text) == sample, why


def test_an_inclusive_end_is_the_sample_after_the_last_one_at_or_before() -> None:
    assert moments().after("12:03") == 4
    assert moments().after("12:03:40") == 4
    assert moments().after("12:09") == 10
    assert window_axis(WindowView(np.zeros((10, 1)), start=5)).after(9) == 15


def test_a_year_and_a_month_mean_their_first_day() -> None:
    axis = axis_of(TIME, view_window(timed(86_400 * 10**9, 900), 0, 900))
    assert (
        axis.from_wire("2025") == axis.from_wire("2025-01") == axis.from_wire("2025-01-01") == 306
    )


@pytest.mark.parametrize(
    ("axis", "value", "says"),
    [
        (moments(), "2024-03-01T11:59Z", r"does not lie inside the window's times \[2024-03-01T12"),
        (moments(), "12:11", "does not lie inside"),
        (moments(), "noon", "'noon' is no time of the x axis; give one like 2024-03-01T12:00:00Z"),
        (moments(), "9:30", "is no time"),
        (moments(), 3.5, "is no time"),
        (axis_of(TIME, view_window(timed(), 0, 200)), "11:00", "does not lie inside"),
        (window_axis(WindowView(np.zeros((9, 1)), 7)), 10, r"does not lie inside .*\[0, 9\)"),
        (window_axis(WindowView(np.zeros((9, 1)), 7)), -1, "does not lie inside"),
        (window_axis(WindowView(np.zeros((9, 1)), 7)), "3", "'3' is no sample number"),
        (axis_of(SAMPLE, WindowView(np.zeros((9, 1)), 7)), 6, r"does not lie inside .*\[7, 16\)"),
        (axis_of(TIME, WindowView(np.zeros((2, 1)), 0, np.arange(2.0))), "nan", "is no time"),
        (axis_of(TIME, WindowView(np.zeros((2, 1)), 0, np.arange(2.0))), 10**400, "is no time"),
        (axis_of(TIME, WindowView(np.zeros((2, 1)), 0, np.arange(2.0))), 2.5, "does not lie"),
    ],
)
def test_what_the_axis_does_not_show_is_refused(axis: Axis, value: int | str, says: str) -> None:
    with pytest.raises(AnswerError, match=says):
        axis.from_wire(value)


def test_a_time_of_day_needs_a_date_when_several_days_are_shown() -> None:
    axis = axis_of(TIME, view_window(timed(3_600 * 10**9), 0, 40))
    with pytest.raises(AnswerError, match="has no date and the window shows 3 days"):
        axis.from_wire("12:00")


def test_a_range_outside_the_window_is_said_as_a_whole() -> None:
    with pytest.raises(AnswerError, match=r"the claim \[12:03, 12:03\) does not lie inside"):
        moments().read_range("claim", "12:03", "12:03")
    assert moments(5, 10).read_range("claim", "12:06", "12:10") == (6, 10)


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(WindowView(np.zeros((3, 1)), 4), id="no times"),
        pytest.param(WindowView(np.zeros((3, 1)), 4, np.array([0.0, 1.0, 1.0])), id="a time twice"),
    ],
)
def test_where_times_cannot_name_samples_the_window_axis_is_shown(view: WindowView) -> None:
    assert axis_of(TIME, view).kind == "window"


def test_one_sample_has_an_end_a_second_later() -> None:
    axis = axis_of(TIME, view_window(timed(), 7, 8))
    assert axis.to_wire(8) == "2024-03-01T12:07:01Z"
    assert axis.read_range("interval", "12:07", "12:07:01") == (7, 8)


def test_times_before_the_year_1_are_shown_in_seconds() -> None:
    early = WindowView(np.zeros((3, 1)), 0, np.arange(3.0), origin_s=-1e11)
    assert axis_of(TIME, early).to_wire(2) == "2"
