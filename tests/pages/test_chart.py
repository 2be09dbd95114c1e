"""The chart's translation between samples and what the browser draws."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.series import SeriesData
from pages.components.chart import Channel, ChartData, Ghost, LogMark, Mark
from pages.components.chart.assets import publish
from pages.components.chart.axis import axis_of
from pages.components.chart.payload import chart_payload, read_event, wire_payload
from pages.components.chart.wire import compact, packed, spread

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


def test_an_index_axis_counts_absolute_samples() -> None:
    axis = axis_of(indexed(), "UTC", (4, 8))
    assert (axis.kind, axis.title, axis.x.tolist()) == ("samples", "sample", [4, 5, 6, 7])
    assert axis.samples(4.6, 6.2) == (5, 7)


def test_a_row_says_a_unit_of_its_name_once() -> None:
    channels = (Channel("Druck [bar]", "bar"), Channel("Fluss", "l/s"))
    rows = chart_payload(ChartData(series=indexed(), channels=channels, view="v"))["rows"]
    assert [(row["title"], row["bare"], row["unit"]) for row in rows] == [
        ("Druck [bar]", "Druck", "bar"),
        ("Fluss (l/s)", "Fluss", "l/s"),
    ]


def test_a_range_between_two_samples_gives_the_nearest_one() -> None:
    assert axis_of(indexed(), "UTC", (0, 10)).samples(3.6, 3.8) == (4, 5)


def test_a_time_axis_keeps_one_offset_where_clocks_change() -> None:
    axis = axis_of(timed([0, 1800, 3600, 7200]), "Europe/Berlin", (0, 4))
    assert axis.title == "time in Europe/Berlin (UTC+02:00)"
    assert np.diff(axis.x).tolist() == [1_800_000, 1_800_000, 3_600_000]


def test_a_zone_that_nobody_stated_is_not_named() -> None:
    day = charted(timed([0, 1800, 3600]), zone_known=False)
    assert chart_payload(day)["xtitle"] == "time as written, zone unknown"
    short = charted(timed([0.0, 0.25, 0.5]), zone_known=False)
    assert chart_payload(short)["xtitle"].endswith("00:00.000000 as written, zone unknown")


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
    ((line,),) = payload["lines"]
    assert np.array_equal(line["y"], [2.0, np.nan, 4.0, 5.0], equal_nan=True)
    assert line["i"].tolist() == [1, -1, 3, 4]


def noise(n: int = 60_000, channels: int = 1) -> SeriesData:
    return SeriesData(values=np.random.default_rng(0).normal(size=(n, channels)))


def seen(data: ChartData, low: float, high: float, **more: object) -> dict[str, object]:
    """Return what the browser tells of the range in sight."""
    return {"low": low, "high": high, "view": data.view, "id": 1, **more}


def test_what_is_in_sight_is_fine_and_the_whole_is_coarse() -> None:
    data = charted(noise(), resample=True)
    payload = chart_payload(data, seen(data, 20_000, 21_000))
    fine = payload["fine"]["lines"][0][0]["i"]
    assert fine.tolist() == list(range(19_899, 21_102))  # a tenth and one sample on either side
    assert 1_900 <= len(payload["lines"][0][0]["i"]) <= 2_004
    assert payload["answer"] == 1


def test_lines_that_the_browser_holds_are_not_sent_again() -> None:
    data = charted(noise(), resample=True)
    name = chart_payload(data)["base"]
    assert chart_payload(data, seen(data, 0, 9, have=[name]))["lines"] is None
    other = charted(noise(), resample=True)
    assert chart_payload(other, seen(other, 0, 9, have=[name]))["base"] != name


@pytest.mark.parametrize("channels", [1, 12])
def test_an_update_stays_below_a_hundred_kilobytes(channels: int) -> None:
    steps = np.random.default_rng(1).integers(1, 90, 60_000)
    series = SeriesData(values=noise(60_000, channels).values, time=np.cumsum(steps) * SECOND)
    data = charted(series, resample=True)
    low, high = axis_of(series, "UTC", (0, 60_000)).x[[20_000, 50_000]]
    assert len(packed(wire_payload(chart_payload(data)))) < 100_000
    held = [chart_payload(data)["base"]]
    update = chart_payload(data, seen(data, low, high, have=held))
    assert len(packed(wire_payload(update))) < 100_000


def test_a_jump_wins_over_the_range_told_for_an_older_goal() -> None:
    data = charted(noise(), resample=True, goto=(100, 200), goto_id="b")
    old = chart_payload(data, seen(data, 50_000, 50_500, goto_id="a"))["fine"]
    now = chart_payload(data, seen(data, 50_000, 50_500, goto_id="b"))["fine"]
    assert (old["start"], old["stop"]) == (89, 211)
    assert (now["start"], now["stop"]) == (49_949, 50_552)


def test_another_zone_keeps_the_samples_in_sight() -> None:
    series = timed([float(s) for s in range(30_000)])
    data = charted(series, resample=True, zone="Europe/Berlin")
    at = axis_of(series, "UTC", (0, 30_000)).at
    payload = chart_payload(data, seen(data, at(500), at(700), offset=0))
    assert (payload["fine"]["start"], payload["fine"]["stop"]) == (479, 722)


def test_even_axes_are_sent_as_start_and_step() -> None:
    payload = chart_payload(charted(timed([0, 60, 120, 180])))
    assert payload["axis"]["step"] == 60_000
    assert sorted(wire_payload(payload)["lines"][0][0]) == ["i", "y"]
    uneven = chart_payload(charted(timed([0, 60, 121, 180])))
    assert uneven["axis"]["step"] is None
    assert sorted(wire_payload(uneven)["lines"][0][0]) == ["i", "x", "y"]


def test_arrays_travel_as_they_lie_in_memory() -> None:
    raw = packed({"a": [np.arange(3, dtype="<i4")], "b": {"c": np.array([0.5], dtype="<f8")}})
    (size,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + size])
    assert header == {"a": [{"$": ["i4", 0, 3]}], "b": {"c": {"$": ["f8", 16, 1]}}}
    assert (4 + size) % 8 == 0
    assert np.frombuffer(raw, "<i4", 3, 4 + size).tolist() == [0, 1, 2]
    assert np.frombuffer(raw, "<f8", 1, 4 + size + 16).tolist() == [0.5]


@pytest.mark.parametrize(
    "values",
    [
        [123456.789, -0.00123456, 1e9, 0.0],
        [1e9 + 0.001, 1e9 + 0.002, 1e9 + 0.003],  # close together, far from zero
        [1e-300, 2e-300],
    ],
)
def test_values_keep_six_digits(values: list[float]) -> None:
    sent = compact(np.array(values))
    back = sent["base"] + sent["values"].astype(float)
    span = np.ptp(values) if sent["base"] else np.abs(values)
    assert np.all(np.abs(back - values) <= np.maximum(span * 1e-6, 1e-37))


def test_positions_keep_a_billionth_of_their_range() -> None:
    positions = 1.7e12 + np.array([0.0, 1 / 3, 86_400_000 / 7, 86_400_000])
    sent = spread(positions)
    back = sent["low"] + sent["unit"] * sent["values"].astype(float)
    assert np.abs(back - positions).max() < 0.1


def test_long_gaps_are_named_and_short_ones_are_not() -> None:
    values = np.ones((10_000, 2))
    values[2_000:3_000, 1] = np.nan
    values[5_000, 1] = np.nan
    assert chart_payload(charted(SeriesData(values=values)))["gaps"] == [[1.0, 1_999.0, 3_000.0]]
    ticks = [float(s) for s in [*range(100), *range(1_000, 1_100)]]
    (gap,) = chart_payload(charted(timed(ticks)))["gaps"]
    assert (gap[0], gap[2] - gap[1]) == (-1.0, 901_000.0)


def test_a_channel_that_begins_late_and_ends_early_is_missing_at_both_ends() -> None:
    values = np.ones((1_000, 1))
    values[:100] = values[900:] = np.nan
    found = chart_payload(charted(SeriesData(values=values)))["gaps"]
    assert sorted(found) == [[0.0, 0.0, 100.0], [0.0, 899.0, 999.0]]


def test_a_ghost_is_the_series_itself_later() -> None:
    series = SeriesData(values=np.arange(1_000.0)[:, None])
    data = charted(series, ghosts=(Ghost("before", None, shift_samples=100),))
    own, ghost = chart_payload(data)["lines"]
    assert ghost[0]["x"][0] == 100.0
    assert ghost[0]["y"][:2].tolist() == [0.0, 1.0]
    assert ghost[0]["x"][-1] == own[0]["x"][-1] == 999.0


def test_log_entries_lie_on_the_axis_and_many_stand_together() -> None:
    few = (LogMark("a", 3, "start-up", "start"), LogMark("b", 99, "outside"))
    (tick,) = chart_payload(charted(indexed(), log=few))["log"]
    assert tick == {"low": 3.0, "high": 3.0, "n": 1, "texts": ["start: start-up"]}
    many = tuple(LogMark(str(i), i * 10, f"entry {i}") for i in range(6_000))
    ticks = chart_payload(charted(noise(), log=many))["log"]
    assert len(ticks) <= 122
    assert sum(tick["n"] for tick in ticks) == 6_000


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


def test_the_visible_range_of_another_view_is_ignored() -> None:
    visible = {"low": 2.0, "high": 4.0, "view": "other"}
    assert read_event(charted(indexed()), {"visible": visible}).visible is None
    seen = read_event(charted(indexed()), {"visible": {**visible, "view": "v"}})
    assert seen.visible == (2, 5)


def test_a_range_told_before_a_jump_is_not_what_is_in_sight_now() -> None:
    visible = {"low": 2.0, "high": 4.0, "view": "v", "goto_id": "before"}
    data = charted(indexed(), goto=(6, 9), goto_id="now")
    assert read_event(data, {"visible": visible}).visible is None
    assert read_event(data, {"visible": {**visible, "goto_id": "now"}}).visible == (2, 5)


def test_a_range_told_in_another_zone_names_the_same_samples() -> None:
    series = timed([0, 1800, 3600, 7200])
    utc, berlin = (axis_of(series, zone, (0, 4)) for zone in ("UTC", "Europe/Berlin"))
    visible = {"low": utc.at(1), "high": utc.at(2), "view": "v", "offset": utc.offset}
    assert berlin.offset == 7_200_000
    event = read_event(charted(series, zone="Europe/Berlin"), {"visible": visible})
    assert event.visible == (1, 3)


def test_what_was_done_in_the_picture_of_another_series_changes_nothing_here() -> None:
    place = {"x": None, "way": "nearest", "by": 0}
    drawn = {
        "type": "drawn",
        "nonce": "n1",
        "channels": [],
        "start": {"sample": 2, **place},
        "last": {"sample": 4, **place},
        "cursor": {"sample": 4, **place},
    }
    here = read_event(charted(indexed()), {"event": {**drawn, "view": "v"}})
    assert here.drawn is not None
    assert (here.drawn.start, here.drawn.stop, here.cursor) == (2, 5, 4)
    other = read_event(charted(indexed()), {"event": {**drawn, "view": "another"}})
    assert (other.drawn, other.cursor, other.nonce) == (None, None, "n1")
    acted = {"type": "action", "action": "checked", "nonce": "n2", "view": "another"}
    assert read_event(charted(indexed()), {"event": acted}).action == ""


def test_an_action_is_taken_for_the_range_that_was_in_sight_then() -> None:
    late = {"low": 0.0, "high": 9.0, "view": "v"}
    event = {"type": "action", "action": "checked", "view": "v", "sight": {**late, "high": 3.0}}
    assert read_event(charted(indexed()), {"event": event, "visible": late}).visible == (0, 4)


def test_files_are_published_once_under_names_that_follow_their_content(tmp_path: Path) -> None:
    assets = publish(tmp_path)
    assert (tmp_path / assets.plotly).stat().st_size > 1_000_000
    assert (tmp_path / assets.main).read_text().startswith("//")
    assert (tmp_path / assets.style).parent == (tmp_path / assets.main).parent
