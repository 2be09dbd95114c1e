"""The exported table: the same rows as Parquet and as CSV."""

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from core.findings import SCHEMA, FindingRow, csv_bytes, findings_table, write_findings

ROWS = [
    FindingRow(
        series='Pumpe "Süd", 1',
        start=3,
        stop=9,
        first_us=1_700_000_000_000_001,
        last_us=1_700_000_005_000_001,
        channels=("Druck; bar", "flow"),
        type="spike",
        said_by=("built-in rules", "teacher x"),
        score=0.999,
        confirmed=1,
        contradicted=0,
        not_checkable=0,
        said="a spike of\nnine",
    ),
    FindingRow(series="line", start=0, stop=1, said_by=("detector",), reported=False),
]


def test_a_table_holds_the_rows_in_order_with_typed_columns() -> None:
    table = findings_table(ROWS)
    assert table.schema == SCHEMA
    assert table.column("series").to_pylist() == ['Pumpe "Süd", 1', "line"]
    assert table.column("said_by").to_pylist() == [["built-in rules", "teacher x"], ["detector"]]
    first = table.column("first_time").to_pylist()
    assert first[0].isoformat() == "2023-11-14T22:13:20.000001+00:00"
    assert first[1] is None


def test_no_findings_are_a_table_too() -> None:
    table = findings_table([])
    assert (table.num_rows, table.schema) == (0, SCHEMA)
    assert csv_bytes(table).decode().startswith('"series","start","stop"')


def test_both_files_hold_the_same(tmp_path: Path) -> None:
    parquet, text = write_findings(tmp_path / "out", findings_table(ROWS))
    assert pq.read_table(parquet).equals(findings_table(ROWS))
    read = pd.read_csv(text)
    assert list(read.columns) == SCHEMA.names
    assert read["series"].tolist() == ['Pumpe "Süd", 1', "line"]
    assert read["channels"].tolist()[0] == "Druck; bar; flow"
    assert read["said"].tolist()[0] == "a spike of\nnine"
    assert read["score"].tolist()[0] == 0.999
    assert read["reported"].tolist() == [True, False]


def test_writing_again_replaces_whole_files_and_leaves_nothing_else(tmp_path: Path) -> None:
    write_findings(tmp_path, findings_table(ROWS))
    parquet, _ = write_findings(tmp_path, findings_table(ROWS[:1]))
    assert pq.read_table(parquet).num_rows == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["findings.csv", "findings.parquet"]
