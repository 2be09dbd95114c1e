"""The wanted columns of a whole table, put together block by block. Knows no series.

Numbers go straight into one array, times into ticks, ids and answers into codes: texts are gone
when their block is.
"""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import DataError
from core.ingest.columns.blocks import TextStream, TypedStream, ahead, n_expected
from core.ingest.columns.cell_units import without_unit
from core.ingest.columns.codes import Answers, Ids
from core.ingest.columns.floats import EXACT, to_floats
from core.ingest.columns.growing import Growing
from core.ingest.formats.facts import facts_of
from core.ingest.problems import MAX_KEPT, Problem, shorten
from core.ingest.settings import Settings
from core.ingest.text.grid import Grid
from core.ingest.text.left_out import say_lines
from core.ingest.text.lines import line_numbers
from core.ingest.times.axis import Axis, AxisReader

MAX_COLUMNS = 1_000
Progress = Callable[[float], None]
Lines = Callable[[Sequence[int]], dict[int, int]]


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length.

    Attributes:
        values: (n, channels) float64 of the value columns, NaN where missing or not a number.
        axis: when each row was measured.
        ids: which series or channel each row is of; None in the wide layout.
        answers: (n,) cells per answer column, as codes of a dictionary.
        source_row: (n,) 0-based data row of the file; rows that could not be cut are absent.
        bad_cells: position, column and text of cells that are no numbers, the first ones only.
        n_bad_cells: how many there are.
        bad_rows: source rows with the wrong number of cells, with what they hold.
        lines: gives the 1-based line of each source row.
        notes: sentences about how the table was read.
    """

    values: NDArray[np.float64]
    axis: Axis
    ids: Ids | None
    answers: dict[str, pa.ChunkedArray]
    source_row: NDArray[np.int64]
    bad_cells: list[tuple[int, str, str]]
    n_bad_cells: int
    bad_rows: list[tuple[int, str]]
    lines: Lines
    notes: list[str]

    def cell_problems(self) -> tuple[list[Problem], int]:
        """Return the cells that are no numbers, first lines first, and how many there are."""
        lines = self.lines([int(self.source_row[row]) for row, _, _ in self.bad_cells])
        problems = [
            Problem(
                line=lines[int(self.source_row[row])],
                column=name,
                value=shorten(text),
                reason="is infinite" if "inf" in text.lower() else "is no number",
            )
            for row, name, text in self.bad_cells
        ]
        return problems, self.n_bad_cells

    def row_problems(self) -> tuple[list[Problem], int]:
        """Return the rows with the wrong number of cells, and how many there are."""
        first = self.bad_rows[:MAX_KEPT]
        lines = self.lines([row for row, _ in first])
        problems = [Problem(lines[row], "", "", reason) for row, reason in first]
        return problems, len(self.bad_rows)


def read_text(grid: Grid, settings: Settings, progress: Progress | None = None) -> Table:
    """Read the wanted columns of a text table."""
    check_width(settings.name, len(grid.names))
    wanted = _wanted(settings, grid.names)
    stream = TextStream(settings.name, grid, wanted)
    reader = _Reader(settings, n_expected(grid))
    reader.take(stream, progress)
    absent = sorted([*(row for row, _ in stream.bad_rows), *stream.blank_rows])
    return reader.table(
        absent, stream.bad_rows, lambda rows: line_numbers(grid, rows), stream.notes
    )


def read_typed(table: pa.Table, settings: Settings, progress: Progress | None = None) -> Table:
    """Take the wanted columns of a table with types; its "lines" are its records, from 1."""
    check_width(settings.name, table.num_columns)
    facts = facts_of(table)
    reader = _Reader(settings, table.num_rows)
    reader.take(TypedStream(table.select(_wanted(settings, table.column_names))), progress)
    absent = sorted(row for row, _ in facts.bad_rows)
    return reader.table(
        absent, list(facts.bad_rows), lambda rows: {row: row + 1 for row in rows}, facts.notes
    )


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


def _wanted(settings: Settings, there: Sequence[str]) -> list[str]:
    """Return the columns to be read, in the file's order."""
    named = {*settings.value_columns, *settings.time.columns, *settings.answer_columns}
    named |= {settings.id_column, *settings.id_also} if settings.id_column else set()
    return [column for column in there if column in named]


class _Reader:
    """Takes block after block of the wanted columns in."""

    def __init__(self, settings: Settings, expected: int) -> None:
        self._settings = settings
        self._names = list(settings.value_columns)
        self._values = Growing(np.float64, len(self._names), expected)
        self._axis = AxisReader(settings, expected)
        self._ids = Ids(settings.id_column, expected) if settings.id_column else None
        self._answers: dict[str, Answers] = {}
        self._bad: list[tuple[int, str, str]] = []
        self._n_bad = 0
        self._notes: dict[str, None] = {}
        self._rounded: dict[str, int] = {}
        self._sentinels: dict[str, int] = {}

    def take(self, stream: TextStream | TypedStream, progress: Progress | None) -> None:
        """Read all blocks."""
        for block in ahead(stream):
            begin = self._values.n
            self._numbers(block, begin)
            times = [block.column(name) for name in self._settings.time.columns]
            self._axis.add(times, block.num_rows)
            if self._ids is not None:
                names = [self._ids.name, *self._settings.id_also]
                self._ids.add([block.column(name) for name in names])
            for name in self._settings.answer_columns:
                if name in block.schema.names:
                    self._answers.setdefault(name, Answers()).add(block.column(name))
            if progress is not None:
                progress(stream.share)

    def _numbers(self, block: pa.RecordBatch, begin: int) -> None:
        reading = self._settings.reading
        place = self._values.more(block.num_rows)
        for k, name in enumerate(self._names):
            column, unit = block.column(name), self._settings.cell_units.get(name)
            if unit and pa.types.is_string(column.type):
                column = without_unit(column, unit)
            floats = to_floats(column, reading.decimal, reading.thousands)
            place[:, k] = self._without_sentinels(name, floats.values)
            self._n_bad += len(floats.bad)
            room = max(0, MAX_KEPT - len(self._bad))
            self._bad += [(begin + row, name, text) for row, text in floats.bad[:room]]
            if floats.note:
                self._notes[f"'{name}' {floats.note}."] = None
            if floats.n_rounded:
                self._rounded[name] = self._rounded.get(name, 0) + floats.n_rounded

    def _without_sentinels(self, name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take numbers as missing that were chosen to stand for it, and count them."""
        for number in self._settings.missing_numbers:
            hit = values == number
            if n := int(hit.sum()):
                key = f"{number:g} of '{name}'"
                self._sentinels[key] = self._sentinels.get(key, 0) + n
                values[hit] = np.nan
        return values

    def table(
        self,
        absent: list[int],
        bad_rows: list[tuple[int, str]],
        lines: Lines,
        notes: Sequence[str],
    ) -> Table:
        """Return what was read; `absent` are the source rows that are in no block, ascending."""
        source_row = np.arange(self._values.n + len(absent), dtype=np.int64)
        rounded = [
            f"{n:,} whole {'number' if n == 1 else 'numbers'} of '{name}' beyond {EXACT:,} "
            f"{'was' if n == 1 else 'were'} rounded to the nearest that float64 can hold."
            for name, n in self._rounded.items()
        ]
        source_row = np.delete(source_row, absent) if absent else source_row
        values, axis = self._values.done(), self._axis.done()
        answers = {name: answers.done() for name, answers in self._answers.items()}
        empty = self._empty_rows(values, axis, answers)
        empty_notes: list[str] = []
        if len(empty):
            axis = axis.without(empty)
            first = [int(row) for row in source_row[empty[:MAX_KEPT]]]
            found = sorted(lines(first).values())
            what = "row has" if len(empty) == 1 else "rows have"
            empty_notes.append(
                f"{len(empty):,} {what} neither a time nor a value; left out "
                f"({say_lines(found, len(empty))})."
            )
        sentinels = [
            f"{key} stands for a missing value in {n:,} {'row' if n == 1 else 'rows'}."
            for key, n in self._sentinels.items()
        ]
        units = [
            f"'{name}' carries its unit '{unit}' in each cell; the numbers were read."
            for name, unit in self._settings.cell_units.items()
            if name in self._names
        ]
        return Table(
            values=values,
            axis=axis,
            ids=self._ids,
            answers=answers,
            source_row=source_row,
            bad_cells=sorted(self._bad, key=lambda cell: cell[0]),
            n_bad_cells=self._n_bad,
            bad_rows=bad_rows,
            lines=lines,
            notes=[*notes, *empty_notes, *units, *self._notes, *rounded, *sentinels],
        )

    def _empty_rows(
        self, values: NDArray[np.float64], axis: Axis, answers: dict[str, pa.ChunkedArray]
    ) -> NDArray[np.int64]:
        """Return the rows without a time, a value and an answer, as exports end with."""
        if axis.empty is None or not len(axis.empty):
            return np.zeros(0, np.int64)
        nothing = np.isnan(values[axis.empty]).all(axis=1)
        for column in answers.values():
            cells = column.take(pa.array(axis.empty))
            nothing &= cells.is_null().to_numpy(zero_copy_only=False)
        bad = {row for row, _, _ in self._bad}
        return np.array([row for row in axis.empty[nothing].tolist() if row not in bad], np.int64)
