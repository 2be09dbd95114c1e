"""Workbooks open as their sheets show them: titles, merged headers, dates, errors, many sheets."""

import io
import zipfile

import numpy as np
import pytest
from workbook_helpers import CLOCK, DATE, Cell, workbook

from core.errors import DataError
from core.ingest import Built, build, expand, propose

TABLE = [["time", "flow"], *([Cell(45000 + k / 24, CLOCK), k * 0.5] for k in range(30))]


def texts(raw: bytes) -> dict[str, list[str]]:
    """Return the lines of each member by its name."""
    members = expand("pump.xlsx", raw)
    return {m.name: bytes(m.raw).decode().splitlines() for m in members if isinstance(m.raw, bytes)}


def read(raw: bytes, **changes: object) -> Built:
    """Read the only sheet as proposed."""
    (member,) = expand("pump.xlsx", raw)
    settings = propose(member.name, member.raw).settings
    return build(member.raw, settings.model_copy(update=changes))


def test_a_single_sheet_keeps_the_workbooks_name() -> None:
    ((data, info),) = read(workbook({"Sheet1": TABLE})).series
    assert data.time is not None
    assert data.time.view("datetime64[ns]")[1] == np.datetime64("2023-03-15T01:00")
    assert data.values[:3, 0].tolist() == [0, 0.5, 1]
    assert (info.name, info.channel_names) == ("pump", ("flow",))


def test_each_filled_sheet_is_a_member_and_empty_ones_are_not() -> None:
    raw = workbook({"A": TABLE, "Nothing": [], "B 1.2": TABLE}, hidden=["Nothing"])
    assert list(texts(raw)) == ["pump.xlsx/pump · A.tsv", "pump.xlsx/pump · B 1.2.tsv"]


def test_a_workbook_without_a_cell_is_refused_with_its_sheets() -> None:
    with pytest.raises(DataError, match=r"without a filled cell \(sheets: A, B\)"):
        expand("pump.xlsx", workbook({"A": [], "B": [[None]]}))


def test_titles_are_short_lines_and_lines_are_rows_of_the_sheet() -> None:
    raw = workbook({"A": [["Report", None], [], *TABLE]}, merged=["A1:B1"])
    assert texts(raw)["pump.xlsx"][:3] == ["Report", "", "time\tflow"]
    assert read(raw).series[0][0].n_samples == 30


def test_a_header_merged_over_rows_stands_in_the_lowest() -> None:
    head = [["time", "Pump A", None], [None, "flow", "heat"]]
    body = [[Cell(45000 + k, DATE), k, k * k] for k in range(30)]
    raw = workbook({"A": head + body}, merged=["A1:A2", "B1:C1"])
    assert texts(raw)["pump.xlsx"][1:3] == ["time\tflow\theat", "2023-03-15\t0\t0"]


def test_cells_are_written_as_numbers_texts_truth_and_times() -> None:
    row = [3.0, 0.1, Cell(1, kind="b"), "two\twords\n", Cell(45000.25, CLOCK), Cell(0.5, CLOCK)]
    (line,) = texts(workbook({"A": [row]}))["pump.xlsx"]
    assert line.split("\t")[:5] == ["3", "0.1", "true", "two words", "2023-03-15 06:00:00"]


def test_fractions_of_a_second_are_kept_to_the_millisecond() -> None:
    rows = [["t", "v"], [Cell(45000 + 0.678 / 86400, CLOCK), 1], [Cell(45000.5, CLOCK), 2]]
    lines = texts(workbook({"A": rows}))["pump.xlsx"]
    assert lines[1:] == ["2023-03-15 00:00:00.678\t1", "2023-03-15 12:00:00\t2"]


def test_days_counted_from_1904_are_the_right_days() -> None:
    raw = workbook({"A": [["t", "v"], [Cell(43538, DATE), 1]]}, date1904=True)
    assert texts(raw)["pump.xlsx"][1] == "2023-03-15\t1"


def test_formulas_give_what_they_showed_and_errors_are_listed_with_their_row() -> None:
    rows = [*TABLE, [Cell(45010, CLOCK), Cell(7, formula="3+4")]]
    assert read(workbook({"A": rows})).series[0][0].values[-1, 0] == 7
    rows[5] = [rows[5][0], Cell("#DIV/0!", kind="e", formula="1/0")]
    with pytest.raises(DataError, match=r"line 6, column 'flow': '#DIV/0!' is no number"):
        read(workbook({"A": rows}))
    ((data, _),) = read(workbook({"A": rows}), on_bad_cell="missing").series
    assert np.isnan(data.values[4, 0])


def test_a_table_beside_empty_columns_is_found() -> None:
    rows = [[None, None, "time", "flow"], *([None, None, *row] for row in TABLE[1:])]
    assert read(workbook({"A": rows})).series[0][1].channel_names == ("flow",)


def test_a_protected_or_damaged_workbook_says_so() -> None:
    protected = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    with pytest.raises(DataError, match=r"looks like a workbook but cannot be read .*damaged"):
        expand("pump.xls", protected)
    raw = workbook({"A": TABLE})
    with pytest.raises(DataError, match=r"'pump\.xlsx' is a zip archive that cannot be unpacked"):
        expand("pump.xlsx", raw[:-40])


def test_a_stray_entry_very_far_out_is_refused_and_ends_nothing() -> None:
    raw = workbook({"A": [["time", "flow"], [1, 2]]})
    with pytest.raises(DataError, match="claims more cells than fit into memory"):
        expand("pump.xlsx", stray(raw))


def stray(raw: bytes) -> bytes:
    """Move a cell to the last place that a sheet has."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'"B2"', b'"XFD1048576"'))
    return out.getvalue()
