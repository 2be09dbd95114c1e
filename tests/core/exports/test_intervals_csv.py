"""The table of intervals: its rows, its times, and cells that a spreadsheet must not run."""

import csv
import io

import numpy as np
import pytest

from core.exports.intervals_csv import intervals_csv, utc_text
from core.exports.model import Reviewed
from core.exports.spreadsheet import defused, restored
from core.series import SeriesData
from tests.core.exports.exported import ANOMALY, DATA, NOTHING, PATTERN, SHAPE, events, reviewed


def rows_of(*items: Reviewed) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(intervals_csv(items)), newline="")))


def test_an_event_has_samples_times_type_and_channels() -> None:
    first, second = rows_of(reviewed(ANOMALY, events()))
    assert (first["start"], first["stop"]) == ("120", "140")
    assert first["start_time"] == "2023-11-15T00:13:20.500000000Z"
    assert first["end_time"] == "2023-11-15T00:32:20.500000000Z"
    assert (first["type"], first["type_name"]) == ("level_shift", "level shift")
    assert (first["channels"], first["channel_names"]) == ("ch2", "'-pressure")
    assert first["confidence"] == "0.30000000000000004"
    # All channels are named, and none is numbered: a later channel belongs to it too.
    assert (second["channels"], second["channel_names"]) == ("", "flow; main; -pressure")
    assert (second["type"], second["confidence"]) == ("", "")


def test_no_anomaly_and_a_pattern_have_a_row_each() -> None:
    nothing, shape = rows_of(
        reviewed(ANOMALY, NOTHING, (0, 50), split="gold"), reviewed(PATTERN, SHAPE, (0, 200))
    )
    assert (nothing["start"], nothing["number"], nothing["gold"]) == ("", "", "1")
    assert (nothing["window_start"], nothing["window_stop"]) == ("0", "50")
    assert (shape["label"], shape["gold"], shape["start"]) == ("concave", "0", "")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49 30",
        "-pressure",
        "@SUM(A1)",
        "\t=1",
        "'=1",  # an apostrophe of its own comes back as one
        "''=1",
        " '@x",
        "\r\n=1",
    ],
)
def test_what_a_spreadsheet_would_run_is_defused_and_comes_back(text: str) -> None:
    assert defused(text) == "'" + text
    assert restored(defused(text)) == text


@pytest.mark.parametrize("text", ["-5", "+1e-3", "-inf", "", "pump", "'quoted'", "a=b", "5-7"])
def test_numbers_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert defused(text) == text
    assert restored(text) == text


def test_times_before_1970_and_whole_seconds_read_well() -> None:
    ticks = np.array([-1, 0, 1_000_000], dtype=np.int64)
    data = SeriesData(values=np.zeros((3, 1)), time=ticks, unit="us")
    assert [utc_text(data, k) for k in range(3)] == [
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:01Z",
    ]
    assert utc_text(SeriesData(values=np.zeros((3, 1))), 1) == ""
    assert utc_text(DATA, 0) == "2023-11-14T22:13:20.500000000Z"
