"""A file on disk is read in blocks and gives the very same series as its bytes at once."""

from pathlib import Path

import numpy as np
import pytest
from ingest_helpers import only

from core.errors import DataError
from core.ingest import Built, ProblemsError, Reading, Settings, build, propose
from core.ingest.columns import blocks
from core.ingest.text import filebytes
from core.ingest.text import source as text_source

ROWS = 800


@pytest.fixture(params=[331, 4_096])
def _tiny_blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut everything into pieces that end in the middle of cells and line ends."""
    monkeypatch.setattr(blocks, "_BLOCK", max(512, request.param))
    monkeypatch.setattr(filebytes, "BLOCK", request.param)
    monkeypatch.setattr("core.ingest.text.lines.BLOCK", request.param)
    monkeypatch.setattr("core.ingest.text.lines._STEP", request.param)
    monkeypatch.setattr(text_source, "_WHOLE", 0)


def table(end: str = "\n", quoted: bool = False) -> str:
    """Return a table with empty lines and empty cells in it."""
    lines = ["time,a,note,label"]
    for row in range(ROWS):
        note = f'"n,{row}{end if row % 7 == 0 else ""}x"' if quoted else f"n{row}"
        a = "" if row % 11 == 0 else f"{row / 7:.6f}"
        lines.append(f"2024-01-01T{row // 3600:02d}:{row // 60 % 60:02d}:{row % 60:02d},{a},"
                     f"{note},{int(row % 100 < 3)}")  # fmt: skip
        if row % 200 == 0:
            lines.append("")
    return end.join(lines) + end


def both(tmp_path: Path, raw: bytes, **changes: object) -> tuple[Built, Built]:
    """Read bytes at once, and the same bytes from a file."""
    path = tmp_path / "pump.csv"
    path.write_bytes(raw)
    settings = propose("pump.csv", raw).settings
    from_file = propose("pump.csv", path).settings
    assert from_file == settings
    settings = settings.model_copy(update=changes)
    return build(raw, settings), build(path, settings)


def assert_same(one: Built, other: Built) -> None:
    """Compare all that is built."""
    assert one.problems == other.problems
    for (data, info), (again, described) in zip(one.series, other.series, strict=True):
        assert again.content_hash == data.content_hash
        np.testing.assert_array_equal(again.source_row, data.source_row)
        assert described == info
    for cells, more in zip(one.answers, other.answers, strict=True):
        assert {n: c.to_pylist() for n, c in cells.items()} == {
            n: c.to_pylist() for n, c in more.items()
        }


@pytest.mark.usefixtures("_tiny_blocks")
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blocks_that_end_anywhere_change_nothing(tmp_path: Path, end: str) -> None:
    plain = only(table())
    in_memory, from_file = both(tmp_path, table(end).encode())
    assert_same(in_memory, from_file)
    assert from_file.series[0][0].content_hash == plain[0].content_hash


@pytest.mark.usefixtures("_tiny_blocks")
def test_quoted_line_ends_are_no_rows(tmp_path: Path) -> None:
    in_memory, from_file = both(tmp_path, table(quoted=True).encode())
    assert_same(in_memory, from_file)
    assert from_file.series[0][0].n_samples == ROWS


@pytest.mark.usefixtures("_tiny_blocks")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_other_encodings_are_read_in_blocks_too(tmp_path: Path, encoding: str) -> None:
    raw = table().replace("note", "Größe").encode(encoding)
    in_memory, from_file = both(tmp_path, raw)
    assert_same(in_memory, from_file)


@pytest.mark.usefixtures("_tiny_blocks")
@pytest.mark.parametrize("quoted", [False, True])
def test_bad_cells_and_rows_far_down_are_named_by_line(tmp_path: Path, quoted: bool) -> None:
    lines = table(quoted=quoted).split("\n")
    at = next(k for k, line in enumerate(lines) if line.startswith("2024-01-01T00:10:01"))
    lines[at] = lines[at].replace(",85.", ",oops85.")
    before = next(k for k, line in enumerate(lines) if line.startswith("2024-01-01T00:05:02"))
    lines[before] += ",1"
    time = next(k for k, line in enumerate(lines) if line.startswith("2024-01-01T00:12:03"))
    lines[time] = lines[time].replace("2024-01-01T", "2024-13-01T")
    path = tmp_path / "pump.csv"
    path.write_text("\n".join(lines), newline="")
    settings = propose("pump.csv", path).settings
    with pytest.raises(ProblemsError, match=f"line {before + 1:,} has 5 cells instead of 4"):
        build(path, settings)
    built = build(
        path, settings.model_copy(update={"on_bad_row": "leave_out", "on_bad_cell": "missing"})
    )
    assert [(p.line, p.column) for p in built.problems] == [
        (before + 1, ""),
        (at + 1, "a"),
        (time + 1, "time"),
    ]
    assert built.series[0][0].n_samples == ROWS - 2


@pytest.mark.usefixtures("_tiny_blocks")
def test_a_byte_that_is_no_utf8_far_down_changes_the_encoding_and_is_said(tmp_path: Path) -> None:
    lines = table().split("\n")
    lines[600] = lines[600].replace(",n", ",ö")
    path = tmp_path / "pump.csv"
    path.write_bytes("\n".join(lines).encode("cp1252"))
    settings = propose("pump.csv", path, Reading(encoding="utf-8")).settings
    built = build(path, settings)
    assert "Line 601 is not valid UTF-8, so the file was read as cp1252." in built.treatments


def test_a_quote_that_nothing_closes_is_a_blank_and_said() -> None:
    lines = table(quoted=True).split("\n")
    at = next(k for k, line in enumerate(lines) if line.startswith("2024-01-01T00:10:01"))
    lines[at] = lines[at].replace('x"', "x")
    lines[at] = lines[at].replace('"n,', '"n')
    settings = propose("pump.csv", table(quoted=True).encode()).settings
    ((data, info),) = build("\n".join(lines).encode(), settings).series
    assert data.n_samples == ROWS
    said = f"Line {at + 1:,} opens a quote that nothing closes; the quote was read as a blank."
    assert said in info.treatments


def test_progress_rises_to_one(tmp_path: Path) -> None:
    path = tmp_path / "pump.csv"
    path.write_text(table())
    shares: list[float] = []
    build(path, propose("pump.csv", path).settings, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_microseconds_in_one_block_hold_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "_BLOCK", 512)
    rows = [f"{year}-01-01,{year}" for year in range(1500, 2600)]
    data, _ = only("time,a\n" + "\n".join(rows))
    assert data.unit == "us"
    assert data.time is not None
    years = data.time.view("datetime64[us]").astype("datetime64[Y]").astype(int) + 1970
    assert years.tolist() == list(range(1500, 2600))


@pytest.mark.parametrize("form", ["text", "parquet"])
def test_whole_numbers_that_float64_rounds_are_counted(form: str, tmp_path: Path) -> None:
    numbers = [2**53 - 1, 2**53, 2**53 + 1, 2**60 + 1, 2**60]
    if form == "text":
        text = "time,n\n" + "".join(f"2024-01-0{d + 1},{n}\n" for d, n in enumerate(numbers))
        _, info = only(text, value_columns=("n",), layout="wide", id_column=None)
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({"n": numbers, "b": [0.5] * 5}), tmp_path / "x.parquet")
        settings = propose("x.parquet", tmp_path / "x.parquet").settings
        settings = settings.model_copy(update={"value_columns": ("n",)})
        ((_, info),) = build(tmp_path / "x.parquet", settings).series
    assert (
        "2 whole numbers of 'n' beyond 9,007,199,254,740,992 were rounded to the nearest that "
        "float64 can hold."
    ) in info.treatments


def test_answers_come_in_the_order_of_the_samples() -> None:
    text = "time,a,label\n2024-01-03,3,1\n2024-01-01,1,0\n2024-01-02,2,\n"
    settings = propose("x.csv", text.encode()).settings
    (answers,) = build(text.encode(), settings).answers
    assert answers["label"].to_pylist() == ["0", None, "1"]


def test_answers_that_differ_between_ids_side_by_side_are_a_column_each() -> None:
    rows = "".join(
        f"2024-01-{d:02d},{s},{d}.{k},{int(s == 'b' and d == 2)}\n"
        for d in (1, 2, 3)
        for k, s in enumerate("ab")
    )
    text = f"timestamp,sensor,value,label\n{rows}"
    (answers,) = build(text.encode(), propose("x.csv", text.encode()).settings).answers
    assert {name: cells.to_pylist() for name, cells in answers.items()} == {
        "label · a": ["0", "0", "0"],
        "label · b": ["0", "1", "0"],
    }


def test_a_file_cut_short_while_it_is_read_is_an_error_to_tell(tmp_path: Path) -> None:
    path = tmp_path / "pump.csv"
    path.write_text(table())
    content = filebytes.FileBytes.open(path)
    path.write_text("time,a\n")
    with pytest.raises(OSError, match="the file was cut short at byte 7"):
        content[:100]


def test_a_row_longer_than_any_block_names_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "_BLOCK", 512)
    text = "a,b\n" + "1,2\n" * 100 + "1," + "9" * 5_000 + "\n" + "1,2\n"
    settings = Settings(name="pump", value_columns=("a", "b"))
    with pytest.raises(DataError, match="cannot be cut into rows from line 102 on"):
        build(text.encode(), settings)


def test_a_repeated_hour_is_told_by_the_order_whatever_the_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    utc = np.arange("2024-10-26T12:00", "2024-10-28T00:00", 600, dtype="datetime64[s]")
    moved = utc >= np.datetime64("2024-10-27T01:00")  # clocks go back to 02:00 local
    local = utc + np.where(moved, np.timedelta64(3_600, "s"), np.timedelta64(7_200, "s"))
    text = "time,a\n" + "".join(f"{time},{k}\n" for k, time in enumerate(local.astype(str)))
    settings = propose("x.csv", text.encode(), zone="Europe/Berlin").settings
    found: list[list[int]] = []
    for part in (500_000, 64, 70):
        monkeypatch.setattr("core.ingest.times.axis._PART", part)
        ((data, info),) = build(text.encode(), settings).series
        assert data.time is not None
        found.append((data.time // 10**9).tolist())
        assert sum("12 times fall into an hour" in said for said in info.treatments) == 1
    assert found == [utc.astype(np.int64).tolist()] * 3
