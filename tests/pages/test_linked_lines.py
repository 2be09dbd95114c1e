"""Channels of other series in the chart: joined by time, few points, fine where one looks."""

import numpy as np
import pytest

from core.series import SeriesData, TimeUnit
from pages.components.chart import Channel, ChartData, LinkedChannel
from pages.components.chart.axis import axis_beside, axis_of
from pages.components.chart.payload import chart_payload, read_event, wire_payload
from pages.components.chart.wire import packed

SECOND = 1_000_000_000
BASE_S = 1_700_000_000


def timed(seconds: list[float], values: list[float] | None = None, unit: TimeUnit = "ns"):
    per_second = SECOND if unit == "ns" else 10**6
    ticks = np.array([BASE_S * per_second + round(s * per_second) for s in seconds], np.int64)
    column = np.array(seconds if values is None else values, float)[:, None]
    return SeriesData(values=column, time=ticks, unit=unit)


def charted(series: SeriesData, *others: SeriesData, **more: object) -> ChartData:
    channels = tuple(Channel(f"c{i}") for i in range(series.n_channels))
    linked = tuple(LinkedChannel(one, 0, "flow", "pump-4.csv", "l/s") for one in others)
    return ChartData(series=series, channels=channels, view="v", linked=linked, **more)  # type: ignore[arg-type]  # fields by name


def linked_line(payload: dict[str, object], part: str = "lines"):
    lines = payload[part] if part == "lines" else payload[part]["lines"]  # type: ignore[index]  # a payload
    return lines[-1][0]  # type: ignore[index]  # the last group is of other series


@pytest.mark.parametrize("unit", ["ns", "us"])
def test_a_linked_channel_is_joined_by_time_and_not_by_sample(unit: TimeUnit) -> None:
    own = timed([0, 10, 20, 30, 40])
    other = timed([-5, 3, 20, 21, 55], [1, 2, 3, 4, 5], unit)
    data = charted(own, other, zone="Europe/Berlin", resample=True)
    payload = chart_payload(data)
    line = linked_line(payload)
    axis = axis_of(own, "Europe/Berlin", (0, 5))
    assert line["x"].tolist() == [axis.at(0) + 1000 * s for s in (-5, 3, 20, 21, 55)]
    assert line["y"].tolist() == [1, 2, 3, 4, 5]
    assert line["x"][2] == axis.at(2)


def test_a_stretch_below_a_second_is_joined_to_the_microsecond() -> None:
    own = timed([0.1, 0.100_000_5, 0.3])
    other = timed([0.1, 0.2], unit="us")
    axis = axis_of(own, "UTC", (0, 3))
    assert axis.kind == "seconds"
    beside = axis_beside(axis, own, other)
    assert beside is not None
    assert beside.x.tolist() == pytest.approx([0.0, 0.1], abs=1e-12)
    late = timed([0.100_000_5, 0.3])
    beside = axis_beside(axis_of(late, "UTC", (0, 2)), late, other)
    assert beside is not None
    assert beside.x.tolist() == pytest.approx([-5e-7, 0.0999995], abs=1e-12)


def test_series_without_a_time_in_common_leave_the_row_empty() -> None:
    own = timed([0, 1, 2])
    apart, untimed = timed([10, 11]), SeriesData(values=np.zeros((3, 1)))
    payload = chart_payload(charted(own, apart, untimed))
    assert [line["i"].tolist() for line in payload["lines"][-1]] == [[], []]
    packed(wire_payload(payload))


def test_the_row_names_the_other_series_and_stands_apart_from_the_own_ones() -> None:
    payload = chart_payload(charted(timed([0, 1, 2]), timed([0, 5], [3, 8])))
    assert [row["name"] for row in payload["rows"]] == ["c0"]
    assert payload["linked"] == [
        {
            "name": "flow · pump-4.csv",
            "title": "flow · pump-4.csv (l/s)",
            "bare": "flow · pump-4.csv",
            "unit": "l/s",
            "range": (3.0, 8.0),
        }
    ]


def test_a_long_linked_series_is_drawn_finely_in_sight_though_the_own_one_is_short() -> None:
    own = timed([0, 3600, 7200])
    other = timed([float(s) for s in range(7200)], list(np.sin(np.arange(7200.0))))
    data = charted(own, other, resample=True)
    axis = axis_of(own, "UTC", (0, 3))
    low = axis.at(0) + 1_000_000
    seen = {"low": low, "high": low + 50_000, "view": "v", "id": 1}
    payload = chart_payload(data, seen)
    assert 1_500 < len(linked_line(payload)["i"]) < 2_100
    assert linked_line(payload, "fine")["i"].tolist() == list(range(994, 1057))


def test_all_rows_share_one_budget_and_a_spike_of_a_linked_one_stays() -> None:
    rng = np.random.default_rng(0)
    own = SeriesData(values=rng.normal(size=(60_000, 4)), time=np.arange(60_000) * SECOND)
    values = rng.normal(size=(60_000, 1))
    values[12_345] = 90
    other = SeriesData(values=values, time=np.cumsum(rng.integers(1, SECOND, 60_000)))
    data = charted(own, *[other] * 8, resample=True)
    payload = chart_payload(data)
    assert sum(len(line["i"]) for group in payload["lines"] for line in group) < 7_400
    assert 12_345 in linked_line(payload)["i"]
    assert len(packed(wire_payload(payload))) < 100_000


def test_coarse_lines_are_sent_again_only_when_what_is_linked_changed() -> None:
    own, other = timed([0, 1, 2]), timed([0, 5])
    alone, both = chart_payload(charted(own)), chart_payload(charted(own, other))
    assert alone["base"] != both["base"]
    seen = {"low": 0, "high": 1, "view": "v", "id": 1, "have": [both["base"]]}
    assert chart_payload(charted(own, other), seen)["lines"] is None


def test_gaps_of_a_linked_channel_stand_in_its_row() -> None:
    own = timed([float(s) for s in range(100)])
    values = list(np.arange(100.0))
    values[40:60] = [np.nan] * 20
    data = charted(own, timed([float(s) for s in range(100)], [float(v) for v in values]))
    axis = axis_of(own, "UTC", (0, 100))
    assert chart_payload(data)["gaps"] == [[1.0, axis.at(39), axis.at(60)]]


def test_an_interval_of_the_own_series_is_told_in_its_own_samples() -> None:
    data = charted(timed([0, 10, 20, 30]), timed([float(s) for s in range(40)]), editable=True)
    place = {"sample": 1, "x": None, "way": "nearest", "by": 0}
    last = {**place, "sample": 2}
    event = {"type": "drawn", "start": place, "last": last, "channels": [], "ref": "local:1"}
    drawn = read_event(data, {"event": event}).drawn
    assert drawn is not None
    assert (drawn.start, drawn.stop) == (1, 3)
