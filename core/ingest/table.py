"""The whole table as columns: numbers as float64, other columns as text. Knows no time, no roles.

Arrow reads the numbers in one fast pass. Only when that fails is the file read again as text, so
that every cell and row that does not parse is found with its place.
"""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from core.errors import DataError
from core.ingest.arrow import compute as pc
from core.ingest.cells import MISSING
from core.ingest.clean import clean, delimiter, needs_cleaning
from core.ingest.facts import facts_of
from core.ingest.grid import Grid, line_numbers
from core.ingest.problems import MAX_LISTED, Problem, shorten
from core.ingest.settings import Reading

MAX_COLUMNS = 1_000
_TRUTH = "holds true and false, stored as 1 and 0"


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length.

    Attributes:
        numbers: (n,) float64 per numeric column, NaN where missing or not a number.
        texts: (n,) text, or Arrow times of a Parquet file, per other column; null where missing.
        source_row: (n,) 0-based data row of the file; rows that could not be cut are absent.
        bad_cells: per numeric column the positions and texts of cells that are no numbers.
        bad_rows: source rows with the wrong number of cells, with what they hold.
        lines: gives the 1-based line of each source row.
        notes: sentences about how the table was read.
    """

    numbers: dict[str, NDArray[np.float64]]
    texts: dict[str, pa.ChunkedArray]
    source_row: NDArray[np.int64]
    bad_cells: dict[str, list[tuple[int, str]]]
    bad_rows: list[tuple[int, str]]
    lines: Callable[[Sequence[int]], dict[int, int]]
    notes: list[str] = field(default_factory=list[str])

    def cell_problems(self) -> tuple[list[Problem], int]:
        """Return the cells that are no numbers, first lines first, and how many there are."""
        cells = [(row, name, text) for name, bad in self.bad_cells.items() for row, text in bad]
        first = sorted(cells, key=lambda cell: cell[0])[:MAX_LISTED]
        lines = self.lines([int(self.source_row[row]) for row, _, _ in first])
        problems = [
            Problem(
                line=lines[int(self.source_row[row])],
                column=name,
                value=shorten(text),
                reason="is infinite" if "inf" in text.lower() else "is no number",
            )
            for row, name, text in first
        ]
        return problems, len(cells)

    def row_problems(self) -> tuple[list[Problem], int]:
        """Return the rows with the wrong number of cells, and how many there are."""
        first = self.bad_rows[:MAX_LISTED]
        lines = self.lines([row for row, _ in first])
        problems = [Problem(lines[row], "", "", reason) for row, reason in first]
        return problems, len(self.bad_rows)


def read_text(
    name: str, grid: Grid, reading: Reading, numbers: Collection[str], texts: Collection[str]
) -> Table:
    """Read the wanted columns of a text table."""
    check_width(name, len(grid.names))
    buffer = _buffer(grid, reading)
    wanted = [column for column in grid.names if column in numbers or column in texts]
    fast = {column: pa.float64() for column in numbers if not reading.thousands}
    bad_rows: list[tuple[int, str]] = []
    try:
        columns = _arrow(buffer, grid, reading, wanted, fast)
    except pa.ArrowInvalid:
        bad_rows = []
        columns = _arrow(buffer, grid, reading, wanted, {}, bad_rows)
    kept = np.arange(len(columns) + len(bad_rows), dtype=np.int64)
    kept = np.delete(kept, [row for row, _ in bad_rows])
    parsed: dict[str, NDArray[np.float64]] = {}
    bad_cells: dict[str, list[tuple[int, str]]] = {}
    notes: list[str] = []
    for column in (c for c in wanted if c in numbers):
        parsed[column], bad, note = to_floats(
            columns.column(column), reading.decimal, reading.thousands
        )
        if bad:
            bad_cells[column] = bad
        if note:
            notes.append(f"'{column}' {note}.")
    return Table(
        numbers=parsed,
        texts={column: columns.column(column) for column in wanted if column in texts},
        source_row=kept,
        bad_cells=bad_cells,
        bad_rows=bad_rows,
        lines=lambda rows: line_numbers(grid, rows),
        notes=notes,
    )


def read_typed(
    name: str,
    table: pa.Table,
    reading: Reading,
    numbers: Collection[str],
    texts: Collection[str],
) -> Table:
    """Take the wanted columns of a table with types; its "lines" are its records, from 1."""
    check_width(name, table.num_columns)
    parsed: dict[str, NDArray[np.float64]] = {}
    bad_cells: dict[str, list[tuple[int, str]]] = {}
    notes: list[str] = []
    for column in numbers:
        parsed[column], bad, note = to_floats(
            table.column(column), reading.decimal, reading.thousands
        )
        if bad:
            bad_cells[column] = bad
        if note:
            notes.append(f"'{column}' {note}.")
    facts = facts_of(table)
    rows = np.arange(table.num_rows + len(facts.bad_rows), dtype=np.int64)
    return Table(
        numbers=parsed,
        texts={column: table.column(column) for column in texts},
        source_row=np.delete(rows, [row for row, _ in facts.bad_rows]),
        bad_cells=bad_cells,
        bad_rows=list(facts.bad_rows),
        lines=lambda rows: {row: row + 1 for row in rows},
        notes=[*facts.notes, *notes],
    )


def to_floats(
    column: pa.ChunkedArray, decimal: str, thousands: str
) -> tuple[NDArray[np.float64], list[tuple[int, str]], str]:
    """Return float64 values, the cells that are no finite numbers, and a note or nothing."""
    note = ""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        values, bad, note = _texts_to_floats(column, decimal, thousands)
    else:
        if pa.types.is_boolean(column.type):
            column, note = column.cast(pa.uint8()), _TRUTH
        values, bad = _floats(column), []
    infinite = np.flatnonzero(np.isinf(values))
    bad = bad + [(int(row), f"{values[row]}") for row in infinite]
    values[infinite] = np.nan
    # One bit pattern for "missing", so that equal contents have equal hashes.
    values[np.isnan(values)] = np.nan
    return values, bad, note


def check_width(name: str, n_columns: int) -> None:
    """Refuse a table that is wider than any set of channels people look at.

    Raises:
        DataError: if there are more than `MAX_COLUMNS` columns.
    """
    if n_columns > MAX_COLUMNS:
        raise DataError(
            f"'{name}' has {n_columns:,} columns; at most {MAX_COLUMNS:,} can be the channels of "
            "one series. If each row is a series of its own, turn the table (rows to columns)"
        )


def _buffer(grid: Grid, reading: Reading) -> pa.Buffer:
    """Return the body without a copy where that is possible."""
    if needs_cleaning(reading):
        return pa.py_buffer(clean(grid.content[grid.start : grid.stop], reading))
    if grid.keep_empty:
        # Empty lines at the end of a one-column file are no missing samples.
        return pa.py_buffer(grid.content[grid.start : grid.stop].rstrip())
    return pa.py_buffer(grid.content).slice(grid.start, grid.stop - grid.start)


def _arrow(
    buffer: pa.Buffer,
    grid: Grid,
    reading: Reading,
    wanted: list[str],
    types: dict[str, pa.DataType],
    bad_rows: list[tuple[int, str]] | None = None,
) -> pa.Table:
    """Parse with Arrow; with `bad_rows` given, rows of a wrong width are collected, not fatal."""

    def collect(row: pacsv.InvalidRow) -> str:
        assert bad_rows is not None and row.number is not None  # one thread: rows are counted
        cells = "1 cell" if row.actual_columns == 1 else f"{row.actual_columns} cells"
        bad_rows.append((row.number - 1, f"has {cells} instead of {row.expected_columns}"))
        return "skip"

    return pacsv.read_csv(
        pa.BufferReader(buffer),
        read_options=pacsv.ReadOptions(
            column_names=list(grid.names),
            use_threads=bad_rows is None,
            block_size=8 * 2**20,
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=delimiter(reading.separator),
            ignore_empty_lines=not grid.keep_empty,
            quote_char=reading.quote or False,
            newlines_in_values=bool(reading.quote)
            and grid.content.find(reading.quote.encode(), grid.start) >= 0,
            invalid_row_handler=None if bad_rows is None else collect,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types={c: types.get(c, pa.string()) for c in wanted},
            include_columns=wanted,
            null_values=list(MISSING),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            decimal_point=reading.decimal,
        ),
    )


def _texts_to_floats(
    column: pa.ChunkedArray, decimal: str, thousands: str
) -> tuple[NDArray[np.float64], list[tuple[int, str]], str]:
    """Convert text cells; what is no number becomes NaN and is returned with its position."""
    texts = pc.utf8_trim_whitespace(column)
    texts = pc.if_else(pc.is_in(texts, pa.array(MISSING)), None, texts)
    lower = pc.utf8_lower(texts)
    if set(lower.slice(0, 100).unique().to_pylist()) & {"true", "false"}:
        truth = pc.equal(lower, "true").cast(pa.uint8())
        if pc.all(pc.is_in(lower, pa.array(["true", "false", None]))).as_py():
            return _floats(truth), [], _TRUTH
    mark = "\\" + decimal
    pattern = rf"^[+-]?(\d+{mark}?\d*|{mark}\d+)([eE][+-]?\d+)?$"
    good = pc.match_substring_regex(texts, pattern)
    if thousands:
        group = "\\" + thousands if thousands != " " else " "
        grouped = rf"^[+-]?\d{{1,3}}({group}\d{{3}})+({mark}\d*)?$"
        good = pc.or_(good, pc.match_substring_regex(texts, grouped))
    good = pc.fill_null(good, True)
    rows = np.flatnonzero(~good.to_numpy())
    bad = [(int(row), texts[int(row)].as_py()) for row in rows]
    plain = pc.if_else(good, texts, None)
    if thousands:
        plain = pc.replace_substring(plain, thousands, "")
    if decimal == ",":
        plain = pc.replace_substring(plain, ",", ".")
    return _floats(pc.utf8_ltrim(plain, "+").cast(pa.float64())), bad, ""


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return a writable float64 copy with NaN for nulls."""
    return np.array(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
