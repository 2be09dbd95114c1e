"""Labels find their series by name and their samples by row or time; misses are told."""

import numpy as np
import pytest

from core.intervals import Interval
from core.labels import LabelFile, LabelSet, Resolved, Span, matches, resolve
from core.series import SeriesData, SeriesInfo

HOUR = 3600 * 10**9
START = 1_704_067_200 * 10**9  # 2024-01-01 in UTC


def series(n: int = 10, step: int = HOUR, zone: str = "UTC") -> tuple[SeriesData, SeriesInfo]:
    """Return an hourly series of two channels."""
    time = START + step * np.arange(n, dtype=np.int64)
    data = SeriesData(values=np.zeros((n, 2)), time=time)
    return data, SeriesInfo(name="pump", channel_names=("flow", "heat"), zone=zone)


def place(*spans: Span, kind: str = "anomaly", **changes: object) -> Resolved:
    """Place spans on the hourly series."""
    labels = LabelSet(kind="anomaly", annotator="a", spans=spans).model_copy(update={"kind": kind})
    return resolve(labels, *series(**changes))  # type: ignore[arg-type]  # keyword passes through


def ends(placed: Resolved) -> list[tuple[int, int]]:
    """Return the intervals' numbers."""
    return [(interval.start, interval.stop) for interval in placed.intervals]


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        (2, 4, (2, 5)),  # rows, both ends inclusive
        ("2024-01-01T02:00:00", "2024-01-01T04:00:00", (2, 5)),
        ("2024-01-01 02:00", "2024-01-01 04:59:59.999999999", (2, 5)),
        ("2024-01-01T03:00:00+01:00", "2024-01-01T04:00:00Z", (2, 5)),
        ("01/01/2024 02:00", "01/01/2024 04:00", (2, 5)),
        ("1704074400", "1704081600", (2, 5)),  # seconds since 1970
        ("1704074400000.0", "1704081600000", (2, 5)),  # milliseconds
        (1704074400, 1704081600, (2, 5)),
        ("1.5", "4.2", (2, 5)),  # fractions of a row, as drawing tools give them
    ],
)
def test_rows_and_times_in_any_writing_land_on_the_same_samples(
    start: int | str, end: int | str, wanted: tuple[int, int]
) -> None:
    placed = place(Span(start=start, end=end))
    assert (ends(placed), placed.problems) == ([wanted], ())


def test_numbers_of_one_set_are_all_rows_or_all_times() -> None:
    """The second is no row, but a second of this axis: it must not be read as another kind."""
    data = SeriesData(values=np.zeros((100, 1)), time=10 * 10**9 * np.arange(100))
    info = SeriesInfo(name="x", channel_names=("v",))
    spans = (Span(start=10, end=20), Span(start=500, end=510))
    placed = resolve(LabelSet(kind="anomaly", annotator="", spans=spans), data, info)
    assert ends(placed) == [(10, 21)]
    assert placed.problems == (
        "row 500 to 510: the series has rows 0 to 99 of the file, so no sample is marked",
    )
    alone = resolve(LabelSet(kind="anomaly", annotator="", spans=spans[1:]), data, info)
    assert (ends(alone), alone.problems) == ([(50, 52)], ())


def test_nanoseconds_since_1970_land_to_the_sample() -> None:
    time = 1_600_000_000_000_000_000 + 100 * np.arange(200)
    data = SeriesData(values=np.zeros((200, 1)), time=time)
    for start, end in (
        (1_600_000_000_000_010_000, 1_600_000_000_000_010_500),
        ("1600000000000010000", "1600000000000010500"),
    ):
        labels = LabelSet(kind="anomaly", annotator="", spans=(Span(start=start, end=end),))
        placed = resolve(labels, data, SeriesInfo(name="x", channel_names=("v",)))
        assert ends(placed) == [(100, 106)]


@pytest.mark.parametrize(
    ("day", "start", "end", "wanted"),
    [
        ("2020-10-25", "02:00", "02:59", (60, 180)),  # shown twice: both hours
        ("2020-03-29", "01:50", "02:30", (50, 91)),  # 02:30 is not shown: as if clocks went on
        ("2020-03-29", "02:10", "02:20", (10, 81)),  # no end is shown: both readings of them
    ],
)
def test_ends_in_an_hour_that_clocks_repeat_or_leave_out(
    day: str, start: str, end: str, wanted: tuple[int, int]
) -> None:
    began = np.datetime64(f"{day}T00:00", "ns").astype(np.int64)
    hour_before = 60 if day.startswith("2020-10") else 0  # so that both begin at 01:00
    time = began + (np.arange(300) - hour_before) * 60 * 10**9
    data = SeriesData(values=np.zeros((300, 1)), time=time)
    info = SeriesInfo(name="x", channel_names=("v",), zone="Europe/Berlin")
    for date in (day, ".".join(reversed(day.split("-")))):  # ISO, and as it is written there
        spans = (Span(start=f"{date} {start}", end=f"{date} {end}"),)
        placed = resolve(LabelSet(kind="anomaly", annotator="", spans=spans), data, info)
        assert (ends(placed), placed.problems) == ([wanted], ())


def test_a_label_without_a_place_takes_completeness_away() -> None:
    assert place(Span(start=2, end=4)).complete
    assert not place(Span(start=2, end=4), Span(start="soon", end="soon")).complete


def test_a_time_without_offset_is_in_the_series_zone() -> None:
    placed = place(Span(start="2024-01-01T03:00", end="2024-01-01T04:00"), zone="Europe/Berlin")
    assert ends(placed) == [(2, 4)]


def test_years_beyond_nanoseconds_land_too() -> None:
    days = np.datetime64("1500-01-01", "us").astype(np.int64) + 86_400_000_000 * np.arange(9)
    data = SeriesData(values=np.zeros((9, 1)), time=days, unit="us")
    labels = LabelSet(
        kind="anomaly", annotator="", spans=(Span(start="1500-01-03", end="1500-01-04"),)
    )
    placed = resolve(labels, data, SeriesInfo(name="x", channel_names=("v",)))
    assert ends(placed) == [(2, 4)]


@pytest.mark.parametrize(
    ("start", "end", "wanted", "problem"),
    [
        (8, 12, [(8, 10)], "row 8 to 12: the series has rows 0 to 9 of the file; only what"),
        (20, 30, [], "row 20 to 30: the series has rows 0 to 9 of the file, so no sample"),
        ("2024-01-01 08:00", "2024-01-02", [(8, 10)], "it ends after the series; only what"),
        ("2023-01-01", "2023-01-02", [], "it lies outside the series' time, so no sample"),
        ("2024-01-01 01:10", "2024-01-01 01:50", [], "it lies between two samples, so no sample"),
        ("2024-01-01 04:00", "2024-01-01 03:00", [], "it ends before it starts"),
        ("soon", "later", [], "'soon' is no time that can be read"),
        ("1e999", "1e999", [], "'1e999' is no time that can be read"),
    ],
)
def test_what_is_not_on_the_series_is_told(
    start: int | str, end: int | str, wanted: list[tuple[int, int]], problem: str
) -> None:
    placed = place(Span(start=start, end=end))
    assert ends(placed) == wanted
    assert len(placed.problems) == 1
    assert problem in placed.problems[0]


def test_rows_follow_their_samples_through_the_sort_by_time() -> None:
    data, info = series(6)
    shuffled = SeriesData(
        values=data.values, time=data.time, source_row=np.array([3, 4, 0, 1, 2, 5])
    )
    labels = LabelSet(kind="anomaly", annotator="", spans=(Span(start=2, end=3, type="leak"),))
    placed = resolve(labels, shuffled, info)
    assert ends(placed) == [(0, 1), (4, 5)]
    assert placed.types == ("leak", "leak")


def test_rows_that_were_left_out_are_told() -> None:
    data, info = series(4)
    kept = SeriesData(values=data.values, time=data.time, source_row=np.array([0, 1, 5, 6]))
    labels = LabelSet(kind="anomaly", annotator="", spans=(Span(start=2, end=4),))
    placed = resolve(labels, kept, info)
    assert placed.problems == ("row 2 to 4: those rows of the file are not part of the series",)


def test_a_change_point_is_the_first_sample_of_the_new_state() -> None:
    spans = (
        Span(start=3, end=3),
        Span(start="2024-01-01T05:30", end="2024-01-01T05:30"),
        Span(start="7.5", end="7.5"),  # of a row, as drawing tools give it
        Span(start="2025-01-01", end="2025-01-01"),
    )
    placed = place(*spans, kind="change_point")
    assert ends(placed) == [(3, 4), (6, 7), (8, 9)]
    assert placed.problems == ("2025-01-01: it lies after the last sample of the series",)


def test_a_change_point_given_in_seconds_is_the_next_sample_too() -> None:
    seconds = START // 10**9 + 3600 * 5 + 60
    assert ends(place(Span(start=seconds, end=seconds), kind="change_point")) == [(6, 7)]


def test_all_samples_of_a_repeated_time_are_marked() -> None:
    time = np.array([0, 1, 1, 1, 2], dtype=np.int64) * HOUR
    data = SeriesData(values=np.zeros((5, 1)), time=time)
    labels = LabelSet(
        kind="anomaly",
        annotator="",
        spans=(Span(start="1970-01-01T01:00", end="1970-01-01T01:00"),),
    )
    assert ends(resolve(labels, data, SeriesInfo(name="x", channel_names=("v",)))) == [(1, 4)]


def test_a_time_says_nothing_on_a_series_without_time() -> None:
    data = SeriesData(values=np.zeros((5, 1)))
    labels = LabelSet(
        kind="anomaly", annotator="", spans=(Span(start="2024-01-01", end="2024-01-02"),)
    )
    placed = resolve(labels, data, SeriesInfo(name="x", channel_names=("v",)))
    assert placed.problems == (
        "2024-01-01 to 2024-01-02: the series has no time axis, so a time says no sample",
    )


def test_channels_are_found_by_name_and_missing_ones_are_told() -> None:
    placed = place(
        Span(start=0, end=1, channels=("Heat",)),
        Span(start=3, end=4, channels=("flow", "heat")),
        Span(start=6, end=7, channels=("flow", "speed")),
    )
    assert placed.intervals == (
        Interval(start=0, stop=2, channels=(1,)),
        Interval(start=3, stop=5),
        Interval(start=6, stop=8, channels=(0,)),
    )
    assert placed.problems == (
        "row 6 to 7: the series has no channel 'speed'; the others are marked",
    )


NAMES = {
    "1": ("nyc_taxi", "nab.zip/realKnownCause/nyc_taxi.csv"),
    "2": ("nyc_taxi", "old/nyc_taxi.csv"),
    "3": ("pump · a", "pump.csv"),
    "4": ("pump · b", "pump.csv"),
    "5": ("run 1.2", ""),
    "6": ("valve", "Valve.TXT"),
}


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("realKnownCause/nyc_taxi.csv", ["1"]),  # the path's tail decides
        ("nyc_taxi.csv", ["1", "2"]),  # several to choose from
        ("nyc_taxi", ["1", "2"]),
        ("data/pump.csv", ["3", "4"]),  # all series of the file
        ("pump · b", ["4"]),  # the series' own name
        ("pump.csv.gz", ["3", "4"]),
        ("0a1b2c3d-pump.csv", ["3", "4"]),  # as Label Studio renames uploads
        ("run 1.2.csv", ["5"]),
        ("valve.csv", ["6"]),  # another ending, another case
        ("unknown.csv", []),
    ],
)
def test_keys_find_their_series(key: str, wanted: list[str]) -> None:
    labels = LabelFile(name="labels.json", format="", entries={key: ()})
    assert matches(labels, NAMES) == {key: wanted}


def test_a_label_file_speaks_of_the_files_beside_it() -> None:
    labels = LabelFile(name="b.zip/day/labels.json", format="", entries={"1.csv": ()})
    names = {"x": ("1", "a.zip/day/1.csv"), "y": ("1", "b.zip/day/1.csv")}
    assert matches(labels, names) == {"1.csv": ["y"]}
