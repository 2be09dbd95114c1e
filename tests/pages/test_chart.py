"""The chart's translation between samples and what the browser draws."""

import base64
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.intervals import Interval
from core.series import SeriesData
from pages.components.chart import Channel, ChartData, Mark, Painted
from pages.components.chart.assets import publish
from pages.components.chart.axis import axis_of
from pages.components.chart.payload import chart_payload, read_event

SECOND = 1_000_000_000
BERLIN_SUMMER_END_NS = 1792886400 * SECOND  # an hour before clocks go back there


def indexed(n: int = 10, channels: int = 2) -> SeriesData:
    return SeriesData(values=np.arange(n * channels, dtype=float).reshape(n, channels))


def timed(seconds: list[float]) -> SeriesData:
    ticks = np.array([round(s * SECOND) for s in seconds], dtype=np.int64) + BERLIN_SUMMER_END_NS
    return SeriesData(values=np.zeros((len(seconds), 1)), time=ticks)


def charted(series: SeriesData, **more: object) -> ChartData:
    channels = tuple(Channel(f"c{i}") for i in range(series.n_channels))
    return ChartData(series=series, channels=channels, view="v", **more)  # type: ignore[arg-type]  # fields by name


def unpacked(packed: dict[str, str]) -> list[float]:
    return np.frombuffer(base64.b64decode(packed["bdata"]), dtype="<f8").tolist()


def test_an_index_axis_counts_absolute_samples() -> None:
    axis = axis_of(indexed(), "UTC", (4, 8))
    assert (axis.kind, axis.title, axis.x.tolist()) == ("samples", "sample", [4, 5, 6, 7])
    assert axis.samples(4.6, 6.2) == (5, 7)


def test_a_range_between_two_samples_gives_the_nearest_one() -> None:
    assert axis_of(indexed(), "UTC", (0, 10)).samples(3.6, 3.8) == (4, 5)


def test_a_time_axis_keeps_one_offset_where_clocks_change() -> None:
    axis = axis_of(timed([0, 1800, 3600, 7200]), "Europe/Berlin", (0, 4))
    assert axis.title == "time in Europe/Berlin (UTC+02:00)"
    assert np.diff(axis.x).tolist() == [1_800_000, 1_800_000, 3_600_000]


def test_samples_at_one_time_are_taken_together() -> None:
    axis = axis_of(timed([0, 10, 10, 10, 20]), "UTC", (0, 5))
    assert axis.samples(axis.at(1), axis.at(1)) == (1, 4)


def test_a_stretch_below_a_second_is_shown_in_seconds() -> None:
    axis = axis_of(timed([0, 0.0001, 0.0002]), "UTC", (0, 3))
    assert axis.kind == "seconds"
    assert axis.x.tolist() == pytest.approx([0, 0.0001, 0.0002])
    assert axis.samples(0.00009, 0.00011) == (1, 2)


def test_years_beyond_calendars_are_shown_without_a_zone() -> None:
    series = SeriesData(
        values=np.zeros((2, 1)), time=np.array([0, 10**9], dtype=np.int64) + 9 * 10**17, unit="us"
    )
    assert axis_of(series, "Asia/Tokyo", (0, 2)).title == "time in Asia/Tokyo (UTC)"


@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=60), st.data())
def test_what_is_drawn_around_samples_comes_back_as_these_samples(
    steps: list[int], data: st.DataObject
) -> None:
    series = timed([float(s) for s in np.cumsum(steps)])
    axis = axis_of(series, "Europe/Berlin", (0, len(steps)))
    start = data.draw(st.integers(0, len(steps) - 1))
    stop = data.draw(st.integers(start + 1, len(steps)))
    assert axis.samples(axis.at(start), axis.at(stop - 1)) == (start, stop)


def test_missing_samples_break_the_line_and_numbers_stay_absolute() -> None:
    values = np.array([[1.0], [2.0], [np.nan], [4.0], [5.0]])
    payload = chart_payload(charted(SeriesData(values=values), shown=(1, 5)))
    (row,) = payload["rows"]
    assert np.array_equal(unpacked(row["y"]), [2.0, np.nan, 4.0, 5.0], equal_nan=True)
    assert row["i"] == [1, 0, 3, 4]


def test_detail_is_fine_inside_and_coarse_outside() -> None:
    values = np.random.default_rng(0).normal(size=(60_000, 1))
    data = charted(SeriesData(values=values), detail=(20_000, 21_000))
    drawn = np.array(chart_payload(data)["rows"][0]["i"])
    inside = drawn[(drawn >= 20_000) & (drawn < 21_000)]
    assert inside.tolist() == list(range(20_000, 21_000))
    assert len(drawn) < 6_000
    assert not np.isnan(unpacked(chart_payload(data)["rows"][0]["y"])).any()


def test_marks_out_of_sight_are_not_sent_and_others_lie_on_their_samples() -> None:
    marks = (
        Mark("a:1", 1, 2, 5, "rules", "#CC79A7"),
        Mark("a:2", 2, 8, 9, "rules", "#CC79A7"),
    )
    payload = chart_payload(charted(indexed(), shown=(0, 6), marks=marks))
    assert [(m["ref"], m["low"], m["high"]) for m in payload["marks"]] == [("a:1", 2.0, 4.0)]
    assert payload["lanes"] == [{"label": "rules", "colour": "#CC79A7"}]


def test_the_window_is_shaded_half_way_to_its_neighbours() -> None:
    assert chart_payload(charted(indexed(), window=(3, 6)))["window"] == [2.5, 5.5]


def test_a_drawn_interval_comes_back_on_its_channel_with_what_was_painted() -> None:
    raw = {
        "event": {
            "type": "drawn",
            "low": 2.2,
            "high": 5.1,
            "channel": 1,
            "nonce": "n",
            "seconds": 1.5,
            "painted": {"item_id": "i", "answer_ids": ["a"], "version": 3},
        }
    }
    event = read_event(charted(indexed()), raw)
    assert event.drawn == Interval(start=3, stop=6, channels=(1,))
    assert (event.painted, event.seconds, event.nonce) == (Painted("i", ("a",), 3), 1.5, "n")


@pytest.mark.parametrize(
    ("side", "at", "moved"),
    [
        ("low", 0.4, (0, 5)),
        ("high", 7.6, (2, 9)),
        ("low", 9.0, (4, 5)),  # dragged past the other edge: one sample is left
        ("high", 0.0, (2, 3)),
    ],
)
def test_a_dragged_edge_lands_on_the_nearest_sample(
    side: str, at: float, moved: tuple[int, int]
) -> None:
    data = charted(indexed(), marks=(Mark("d:1", 1, 2, 5, "you", "#009E73", movable=True),))
    event = read_event(data, {"event": {"type": "moved", "ref": "d:1", "side": side, "at": at}})
    assert event.moved == ("d:1", *moved)


def test_the_visible_range_of_another_view_is_ignored() -> None:
    visible = {"low": 2.0, "high": 4.0, "view": "other"}
    assert read_event(charted(indexed()), {"visible": visible}).visible is None
    seen = read_event(charted(indexed()), {"visible": {**visible, "view": "v"}})
    assert seen.visible == (2, 5)


def test_files_are_published_once_under_names_that_follow_their_content(tmp_path: Path) -> None:
    assets = publish(tmp_path)
    assert (tmp_path / assets.plotly).stat().st_size > 1_000_000
    assert (tmp_path / assets.main).read_text().startswith("//")
    assert (tmp_path / assets.style).parent == (tmp_path / assets.main).parent
