"""A sample or a time as people type it, and what is said back to them."""

import numpy as np
import pytest

from core.errors import DataError
from core.series import SeriesData, TimeUnit
from pages.components.workflows.positions import (
    Clock,
    clock_of,
    duration_words,
    interval_words,
    parse_position,
    parse_tick,
)

TEN_SECONDS = np.timedelta64(10, "s")


def timed(first: str, n: int = 10, unit: TimeUnit = "ns") -> SeriesData:
    """Return n samples, ten seconds apart."""
    times = np.datetime64(first, unit) + np.arange(n) * TEN_SECONDS.astype(f"timedelta64[{unit}]")
    return SeriesData(np.zeros((n, 1)), times.astype(np.int64), unit)


MORNING = timed("2024-03-01T08:00:00")


def sample(text: str, edge: str = "first", zone: str = "UTC", near: int = 0) -> int:
    return parse_position(text, MORNING, clock_of(MORNING, zone), edge, near)  # type: ignore[arg-type]  # a literal by name


@pytest.mark.parametrize("text", ["7", "#7", "sample 7", " 7 "])
def test_a_sample_is_taken_as_it_stands(text: str) -> None:
    assert sample(text) == 7


def test_thousands_may_be_marked() -> None:
    long = SeriesData(np.zeros((20_000, 1)))
    assert parse_position("12,345", long, None, "first") == 12_345


@pytest.mark.parametrize(
    ("text", "edge", "found"),
    [
        ("2024-03-01 08:00:20", "first", 2),  # on a sample
        ("2024-03-01 08:00:20", "last", 2),
        ("2024-03-01 08:00:21", "first", 3),  # between two: the first inside
        ("2024-03-01 08:00:21", "last", 2),  # between two: the last inside
        ("2024-03-01T08:00:20.000", "first", 2),
        ("1.3.2024 08:00:20,0", "first", 2),  # dots: the day comes first
        ("01.03.2024", "first", 0),
        ("2024-03-01", "first", 0),  # a day starts at midnight
        ("08:00:30", "first", 3),  # of the day of the sample it is near to
        ("8:01", "last", 6),
        ("2024-03-01 09:00:20+01:00", "first", 2),  # an offset of its own
    ],
)
def test_a_time_names_the_nearest_sample_inside(text: str, edge: str, found: int) -> None:
    assert sample(text, edge) == found


def test_times_are_typed_as_the_axis_shows_them() -> None:
    assert sample("2024-03-01 09:00:20", zone="Europe/Berlin") == 2


def test_samples_at_one_time_are_taken_together() -> None:
    ticks = np.array([0, 10, 10, 10, 20], dtype=np.int64) * 1_000_000_000
    data = SeriesData(np.zeros((5, 1)), ticks)
    clock = clock_of(data, "UTC")
    at = "1970-01-01 00:00:10"
    assert parse_position(at, data, clock, "first") == 1
    assert parse_position(at, data, clock, "last") == 3


@pytest.mark.parametrize(
    ("text", "edge", "said"),
    [
        ("10", "first", "samples 0 to 9"),
        ("-1", "first", "samples 0 to 9"),
        ("2024-03-01 09:00:00", "first", "after its last sample"),
        ("2024-03-01 07:00:00", "last", "before its first sample"),
        ("yesterday", "first", "neither a sample nor a time"),
        ("", "first", "neither a sample nor a time"),
        ("2024-02-30", "first", "no time that a calendar has"),
        ("1500-01-01", "first", "a year from 1678 to 2261"),
    ],
)
def test_what_names_no_sample_is_refused_in_words(text: str, edge: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        sample(text, edge)


def test_a_time_is_no_place_in_a_series_without_times() -> None:
    with pytest.raises(DataError, match="has no times"):
        parse_position("08:00", SeriesData(np.zeros((4, 1))), None, "first")


def test_a_time_of_day_alone_needs_a_day() -> None:
    with pytest.raises(DataError, match="names no day"):
        parse_tick("08:00", Clock("ns", "UTC", 0))


def test_years_before_1900_and_fractions_are_written_out() -> None:
    old = timed("1700-01-01T00:00:00.5", unit="us")
    clock = clock_of(old, "UTC")
    assert clock is not None
    assert old.time is not None
    assert clock.spoken(int(old.time[0])) == "1700-01-01 00:00:00.5"
    assert parse_position("1700-01-01 00:00:10.5", old, clock, "first") == 1


def test_a_clock_names_its_zone_with_the_offset_of_the_axis() -> None:
    clock = clock_of(MORNING, "America/St_Johns")
    assert clock is not None
    assert clock.words == "America/St_Johns (UTC-03:30)"


def test_an_interval_is_described_by_times_samples_and_duration() -> None:
    clock = clock_of(MORNING, "UTC")
    assert interval_words(MORNING, clock, 1, 4) == (
        "2024-03-01 08:00:10 to 2024-03-01 08:00:30 · 3 samples · 20 s"
    )
    assert interval_words(MORNING, clock, 1, 2) == "2024-03-01 08:00:10 · 1 sample"
    assert interval_words(MORNING, None, 1, 4) == "samples 1 to 3 · 3 samples"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.25, "0.25 s"), (61, "1 min 1 s"), (90_061, "1 d 1 h"), (3600, "1 h")]
)
def test_durations_are_said_in_their_two_largest_units(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words
