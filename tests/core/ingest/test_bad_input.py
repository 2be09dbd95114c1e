"""Bad files give a plain message or a documented treatment: no traceback, no warning."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from ingest_helpers import detect, only, read

from core.errors import DataError
from core.ingest import ProblemsError, Reading, build, propose
from core.ingest.text import source

GOOD = "time,a\n2024-01-01 00:00,1\n2024-01-01 00:01,2\n2024-01-01 00:02,3\n"


def zipped(text: str) -> bytes:
    """Return a zip archive that holds one CSV file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("pump.csv", text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", r"'pump.csv' is empty \(0 bytes"),
        (b"\n \n\r\n", r"'pump.csv' is empty \(5 bytes"),
        (b"time,a,b\n", r"a header but no rows below it \(1 line in all\)"),
        (b"time,a,b", "a header but no rows below it"),
        (b"name,city\nbob,rome\nann,oslo\n", "no column of 'pump' is chosen as values"),
        (b"time,v\n2024-01-01,\n2024-01-02,NaN\n", r"holds no number in its 2 rows \(columns v\)"),
        (b"v\n1\n", "'pump' has 1 usable row.*; a series needs at least 2"),
        (zipped(GOOD), "is a zip archive or an Excel workbook, whatever its name says"),
        (b"\x1f\x8b\x08\x00rest", "is a gzip archive.*Please unpack it"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"<html><body/></html>", "is a web page"),
        (b'[{"a": 1}]', "has 1 usable row.*; a series needs at least 2"),
        (bytes(range(256)) * 20, "holds zero bytes near its start .line 1., so it is no text"),
        (b"PAR1 and no more", "begins like a Parquet file but cannot be read"),
        (
            ("\n".join([",".join(["1.5"] * 1001)] * 3)).encode(),
            "has 1,001 columns; at most 1,000 can be the channels",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(raw: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(raw)


def test_a_file_over_the_limit_names_size_and_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(DataError, match="holds 2 MB; at most 1 MB are read at once"):
        propose("pump.csv", b"1\n" * 1024 * 1024)


def test_text_among_numbers_is_refused_with_line_and_column() -> None:
    with pytest.raises(ProblemsError, match="line 3, column 'a': 'oops' is no number") as caught:
        read("time,a\n2024-01-01,1\n2024-01-02,oops\n2024-01-03,3\n2024-01-04,inf\n")
    assert [(p.line, p.column, p.value) for p in caught.value.problems] == [
        (3, "a", "oops"),
        (5, "a", "inf"),
    ]


def test_text_among_numbers_becomes_missing_when_that_is_allowed() -> None:
    text = "time,a\n2024-01-01,1\n2024-01-02,oops\n2024-01-03,3\n"
    built = read(text, on_bad_cell="missing")
    ((data, info),) = built.series
    np.testing.assert_array_equal(data.values[:, 0], [1, np.nan, 3])
    assert [p.line for p in built.problems] == [3]
    assert "1 cell without a readable number kept as missing." in info.treatments


def test_lines_are_counted_past_empty_lines_and_quoted_line_ends() -> None:
    text = 'note,a\n\n"two\nlines",1\n\n"x",2\n"y",bad\n"z",3\n'
    with pytest.raises(ProblemsError, match="line 7, column 'a': 'bad' is no number"):
        read(text)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("2024-01-02,2,9\n", "line 3 has 3 cells instead of 2"),
        ("2024-01-02\n", "line 3 has 1 cell instead of 2"),
        ("2024-13-02,2\n", "line 3, column 'time': '2024-13-02' is no time in the form ISO 8601"),
        (",2\n", "line 3, column 'time' holds no time"),
    ],
)
def test_a_row_without_a_place_is_refused_or_left_out_when_allowed(rows: str, message: str) -> None:
    text = f"time,a\n2024-01-01,1\n{rows}2024-01-03,3\n2024-01-04,4\n"
    with pytest.raises(ProblemsError, match=message):
        read(text)
    data, info = only(text, on_bad_row="leave_out")
    assert data.values[:, 0].tolist() == [1, 3, 4]
    # Labels given by row number still land right: the row left out keeps its number.
    assert data.source_row.tolist() == [0, 2, 3]
    assert any("left out" in sentence for sentence in info.treatments)


def test_a_file_cut_off_in_its_last_line_names_that_line() -> None:
    with pytest.raises(ProblemsError, match="line 5 has 1 cell instead of 2"):
        read(GOOD + "2024-0")


def test_many_problems_are_counted_and_all_are_kept() -> None:
    text = "a,b\n" + "1,2\n" * 600 + "x,y\n" * 250
    with pytest.raises(ProblemsError, match=r"has 500 places .* and 495 more") as caught:
        read(text)
    assert (caught.value.total, len(caught.value.problems)) == (500, 500)


def test_missing_values_and_gaps_are_kept_and_said() -> None:
    rows = ",1\n2024-01-01 00:01,\n2024-01-01 00:05,NaN\n2024-01-01 00:06,4\n"
    data, info = only(f"time,a\n2024-01-01 00:00{rows}")
    np.testing.assert_array_equal(data.values[:, 0], [1, np.nan, np.nan, 4])
    assert "Missing values are kept as missing: a (2)." in info.treatments
    assert "1 gap (usual step 1 min); nothing was filled in." in info.treatments


def test_empty_lines_in_a_file_of_one_column_are_missing_samples() -> None:
    data, _ = only("v\n1\n\n3\n\n")
    np.testing.assert_array_equal(data.values[:, 0], [1, np.nan, 3])


def test_repeated_times_stay_in_the_order_of_the_file() -> None:
    text = "time,a\n2024-01-01,1\n2024-01-02,2\n2024-01-01,3\n2024-01-02,4\n"
    data, info = only(text)
    assert data.values[:, 0].tolist() == [1, 3, 2, 4]
    assert data.source_row.tolist() == [0, 2, 1, 3]
    assert "2 rows have the time of the row before; all rows are kept." in info.treatments
    assert any(s.startswith("The times jump back once") for s in info.treatments)


def test_descending_times_are_put_in_order_and_said() -> None:
    data, info = only("time,a\n2024-01-03,3\n2024-01-02,2\n2024-01-01,1\n")
    assert data.values[:, 0].tolist() == [1, 2, 3]
    assert data.source_row.tolist() == [2, 1, 0]
    assert "The rows ran backwards in time; they were put in order." in info.treatments


def test_mixed_offsets_are_converted_to_utc_and_said() -> None:
    text = "time,a\n2024-01-01T02:00:00+01:00,1\n2024-01-01T01:30:00Z,2\n2024-01-01T03:00:00,3\n"
    data, info = only(text)
    assert data.time is not None
    minutes = (data.time - data.time[0]) // (60 * 10**9)
    assert minutes.tolist() == [0, 30, 120]
    assert "Times with different offsets (+01:00, UTC) were converted to UTC." in info.treatments
    assert "1 time states no offset, read as UTC." in info.treatments


def test_another_encoding_is_found_and_shown_as_a_guess() -> None:
    raw = "Zeit;Größe\n01.02.2024 10:00;1,5\n01.02.2024 10:05;1,6\n".encode("cp1252")
    proposal = propose("pump.csv", raw)
    assert proposal.settings.reading.encoding == "cp1252"
    encoding = proposal.findings[0]
    assert (encoding.setting, encoding.sure) == ("Encoding", False)
    assert "Größe" in encoding.because
    assert only(raw)[1].channel_names == ("Größe",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_unicode_with_and_without_a_mark_is_read(encoding: str) -> None:
    data, info = only("time,Größe\n2024-01-01,1\n2024-01-02,2\n".encode(encoding))
    assert info.channel_names == ("Größe",)
    assert data.values[:, 0].tolist() == [1, 2]


def test_a_wrong_encoding_that_was_chosen_names_line_and_byte() -> None:
    raw = "a;Größe\n1;2\n".encode("cp1252")
    with pytest.raises(DataError, match=r"line 1 of 'pump.csv' holds the byte 0xF6.*cp1252 fits"):
        propose("pump.csv", raw, Reading(encoding="utf-8", separator=";"))


def test_a_constant_series_is_kept_and_said() -> None:
    data, info = only("v\n3\n3\n3\n3\n")
    assert data.n_samples == 4
    assert "Never changes its value: v." in info.treatments


def test_three_points_without_a_header_are_a_series() -> None:
    data, info = only("1\n2\n3\n")
    assert data.values[:, 0].tolist() == [1, 2, 3]
    assert "Only 3 samples: too few for most questions." in info.treatments


def test_two_hundred_channels_are_one_series() -> None:
    frame = pd.DataFrame(np.arange(4000.0).reshape(20, 200))
    data, info = only(frame.to_csv(index=False))
    assert data.values.shape == (20, 200)
    assert info.channel_names[:2] == ("0", "1")


def test_a_large_file_streams_through_without_a_message() -> None:
    rows = 1_000_000
    raw = b"a,b,c\n" + b"1.25,2.5,3.75\n" * rows
    ((data, _),) = build(raw, propose("big.csv", raw).settings).series
    assert data.values.shape == (rows, 3)
    assert data.values[-1].tolist() == [1.25, 2.5, 3.75]


def test_settings_that_contradict_each_other_are_refused() -> None:
    settings = detect(GOOD)
    twice = settings.model_copy(update={"answer_columns": ("a",)})
    with pytest.raises(DataError, match="'a' is chosen as values and as time, id or answer"):
        build(GOOD.encode(), twice)
    gone = settings.model_copy(update={"value_columns": ("pressure",)})
    with pytest.raises(DataError, match=r"has no column 'pressure'.*it has: time, a"):
        build(GOOD.encode(), gone)
    long = settings.model_copy(update={"layout": "long"})
    with pytest.raises(DataError, match="no column says which series a row belongs to"):
        build(GOOD.encode(), long)
