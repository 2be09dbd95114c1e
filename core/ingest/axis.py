"""The time axis of a table's rows: ticks, which rows have one, and what was assumed."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import DataError
from core.ingest.arrow import compute as pc
from core.ingest.clock import COUNTED_FROM_UTC, format_name, to_ticks
from core.ingest.problems import MAX_LISTED, Problem, shorten
from core.ingest.settings import Settings
from core.ingest.table import Table
from core.series import TimeUnit


@dataclass(frozen=True, eq=False)
class Axis:
    """When each row of the table was measured; `ticks` is None for a row-number axis.

    Attributes:
        ticks: (n,) int64 UTC ticks of `unit`, meaningless where not `valid`.
        valid: (n,) rows with a usable time; all rows on a row-number axis.
        texts: (n,) the cells as they stand, to be shown when they do not parse.
    """

    ticks: NDArray[np.int64] | None
    valid: NDArray[np.bool_]
    unit: TimeUnit = "ns"
    zone_known: bool = False
    notes: list[str] = field(default_factory=list[str])
    texts: pa.ChunkedArray | None = None
    column: str = ""
    format: str = ""

    def problems(self, table: Table) -> tuple[list[Problem], int]:
        """Return the rows without a usable time, and how many there are."""
        rows = np.flatnonzero(~self.valid)
        first = [int(row) for row in rows[:MAX_LISTED]]
        lines = table.lines([int(table.source_row[row]) for row in first])
        problems: list[Problem] = []
        for row in first:
            cell = None if self.texts is None else self.texts[row].as_py()
            reason = (
                "holds no time"
                if cell is None
                else f"is no time in the form {format_name(self.format)}"
            )
            line = lines[int(table.source_row[row])]
            problems.append(Problem(line, self.column, shorten(str(cell or "")), reason))
        return problems, len(rows)


def make_axis(settings: Settings, table: Table) -> Axis:
    """Read the time columns of a table.

    Raises:
        DataError: if not one row has a time in the chosen format.
    """
    columns = settings.time.columns
    if not columns:
        return Axis(None, np.ones(len(table.source_row), bool))
    texts = _joined([table.texts[column] for column in columns])
    read = to_ticks(texts, settings.time)
    name = " + ".join(columns)
    if not read.valid.any():
        first = shorten(str(texts[0].as_py()))
        raise DataError(
            f"no cell of the time column '{name}' of '{settings.name}' reads as "
            f"{format_name(settings.time.format)} (the first is '{first}'). Choose another format, "
            "or the row number as the axis"
        )
    return Axis(
        ticks=read.ticks,
        valid=read.valid,
        unit=read.unit,
        zone_known=settings.time.zone_known or bool(read.offsets[read.valid].all()),
        notes=[*read.notes, *_zone_notes(texts, read.offsets & read.valid, read.valid, settings)],
        texts=texts,
        column=name,
        format=settings.time.format,
    )


def _zone_notes(
    texts: pa.ChunkedArray,
    offsets: NDArray[np.bool_],
    valid: NDArray[np.bool_],
    settings: Settings,
) -> list[str]:
    """Tell what was assumed or converted about zones."""
    axis = settings.time
    if axis.format.startswith("elapsed") or axis.format == "clock":
        return [
            "The file gives time since a start, no date: it is shown as counted from 1970-01-01."
        ]
    if axis.format.startswith(COUNTED_FROM_UTC) or (axis.format == "native" and offsets.all()):
        return []
    without = int((valid & ~offsets).sum())
    if not offsets.any():
        how = "" if axis.zone_known else " because the file does not say its zone"
        return [f"Times were read as {axis.zone}{how}."]
    kinds = {_offset(str(cell)) for cell in pc.unique(texts).to_pylist()} - {""}
    notes: list[str] = []
    if len(kinds) > 1:
        listed = ", ".join(sorted(kinds)[:4])
        notes.append(f"Times with different offsets ({listed}) were converted to UTC.")
    if without:
        what = "time states" if without == 1 else "times state"
        notes.append(f"{without:,} {what} no offset, read as {axis.zone}.")
    return notes


def _offset(cell: str) -> str:
    """Return the offset at the end of a written time, or nothing."""
    if cell.endswith(("Z", "z", "UTC", "GMT")):
        return "UTC"
    sign = max(cell.rfind("+"), cell.rfind("-"))
    return cell[sign:] if sign > cell.find(":") > 0 else ""


def _joined(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Join a column of days and one of times of day with a blank between."""
    if len(columns) == 1:
        return columns[0]
    texts = [column.cast(pa.string()) for column in columns]
    return pc.binary_join_element_wise(*texts, " ")
