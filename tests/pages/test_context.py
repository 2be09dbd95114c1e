"""The event log: files of times and texts, typed entries, and their places in a series."""

from pathlib import Path

import numpy as np
import pytest

from core.annotations import LogEntry
from core.errors import DataError
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.context import (
    LogFile,
    LogRow,
    log_position,
    log_tick,
    read_log,
    store_log,
)
from pages.components.workflows.positions import clock_of
from storage import open_store

SECOND = 1_000_000_000


def ns(text: str) -> int:
    return int(np.datetime64(text, "ns").astype(np.int64))


def read(text: str, zone: str = "UTC") -> LogFile:
    return read_log("log.csv", text.encode(), zone)


def test_lines_of_time_and_text_are_read() -> None:
    found = read("time,text\n2024-01-31 23:59:59,pump replaced\n2024-02-01 00:10,start\n")
    assert found.rows == (
        LogRow(ns("2024-01-31T23:59:59"), "pump replaced"),
        LogRow(ns("2024-02-01T00:10"), "start"),
    )
    assert found.problems == ()


def test_names_are_not_needed_and_one_line_is_enough() -> None:
    assert read("2024-01-31 23:59:59,pump replaced\n").rows == (
        LogRow(ns("2024-01-31T23:59:59"), "pump replaced"),
    )


def test_a_separator_inside_the_text_does_not_mislead() -> None:
    assert [row.text for row in read("2024-01-31 08:00:00;pump, replaced\n").rows] == [
        "pump, replaced"
    ]


def test_other_spellings_ends_and_kinds_are_read_in_the_zone_given() -> None:
    found = read(
        "Datum;Ereignis;Bis;Type\n31.01.2024 23:59;Wartung;01.02.2024 02:00;plan\n"
        "13.02.2024 05:00;Start;;\n",
        "Europe/Berlin",
    )
    assert found.rows == (
        LogRow(ns("2024-01-31T22:59"), "Wartung", ns("2024-02-01T01:00"), "plan"),
        LogRow(ns("2024-02-13T04:00"), "Start"),
    )


def test_counts_since_1970_are_read() -> None:
    assert [row.tick for row in read("ts,message\n1706745599,up\n1706745699,down\n").rows] == [
        1706745599 * SECOND,
        1706745699 * SECOND,
    ]


def test_lines_that_cannot_be_read_are_listed_with_their_number() -> None:
    found = read(
        "time,text,end\n2024-01-31,ok,\nsoon,bad,\n2024-02-02,,\n2024-02-03,turned,2024-02-01\n"
    )
    assert [row.text for row in found.rows] == ["ok"]
    assert found.problems == (
        "line 3: 'soon' is no time like the others",
        "line 4: there is no text",
        "line 5: the end lies before the start",
    )


@pytest.mark.parametrize("text", ["", "pump\nvalve\n", "2024-01-01\n2024-01-02\n", "a,b\nc,d\n"])
def test_a_file_without_times_beside_texts_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="no column that reads as times beside one of texts"):
        read(text)


def test_a_log_that_is_given_again_adds_what_is_new(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    data = SeriesData(np.zeros((9, 1)), time=np.arange(9, dtype=np.int64) * SECOND)
    series, _ = store.series.add(store.projects.default().id, data, SeriesInfo("pump", ("a",)))
    rows = [LogRow(SECOND, "start"), LogRow(2 * SECOND, "stop")]
    assert store_log(store, series, "me", rows[:1], "log.csv", True) == 1
    assert store_log(store, series, "me", rows, "log.csv", True) == 1
    found = store.events.list(series.project_id, series.id)
    assert [(one.text, one.series_id, one.source) for one in found] == [
        ("start", None, "log.csv"),
        ("stop", None, "log.csv"),
    ]


def test_a_sample_number_is_never_noted_for_all_series(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    data, info = SeriesData(np.zeros((9, 1))), SeriesInfo("pump", ("a",))
    series, _ = store.series.add(store.projects.default().id, data, info)
    with pytest.raises(
        DataError, match="pump has no times, so what happened at one of its samples"
    ):
        store_log(store, series, "me", [LogRow(3, "start")], "", True)
    assert store.events.list(series.project_id) == []
    assert store_log(store, series, "me", [LogRow(3, "start")], "", False) == 1


def test_a_typed_time_may_lie_outside_the_series() -> None:
    ticks = (1706745600 + np.arange(10)) * SECOND
    data = SeriesData(np.zeros((10, 1)), ticks)
    clock = clock_of(data, "UTC")
    assert log_tick("2024-01-31 00:00", data, clock) == ns("2024-01-31")
    assert log_tick("00:00:05", data, clock) == ns("2024-02-01T00:00:05")
    assert log_tick("3", data, clock) == ns("2024-02-01T00:00:03")
    assert log_tick("3", SeriesData(np.zeros((10, 1))), None) == 3


@pytest.mark.parametrize(
    ("first", "last", "place"),
    [
        (0, None, (0, 1)),  # long before
        (1706745603, None, (3, 4)),
        (1706745603, 1706745605, (3, 6)),
        (1806745603, None, (9, 10)),  # long after
    ],
)
def test_an_entry_has_a_place_in_the_series(
    first: int, last: int | None, place: tuple[int, int]
) -> None:
    data = SeriesData(np.zeros((10, 1)), (1706745600 + np.arange(10)) * SECOND)
    end = None if last is None else last * SECOND
    entry = LogEntry(id="e", series_id=None, tick=first * SECOND, end=end, text="x")
    assert log_position(entry, data) == place
