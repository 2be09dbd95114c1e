"""The time axis of a table's rows: ticks, which rows have one, and what was assumed."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import DataError
from core.ingest.columns.arrow import compute as pc
from core.ingest.columns.growing import Growing
from core.ingest.problems import MAX_KEPT, Problem, shorten
from core.ingest.settings import MILLISECONDS, Settings, TimeAxis
from core.ingest.times.clock import COUNTED_FROM_UTC, check_zone, format_name, to_ticks
from core.series import TimeUnit

# Formats of which a cell says nothing without the cells before it, or that know no zones.
_WITHOUT_ZONE = ("elapsed", "clock", *COUNTED_FROM_UTC)
_OFFSET = re.compile(r"(?:[+-]\d{2}(?::?\d{2})?|[A-Z]{3,4}|[Zz])$")
_PART = 500_000  # rows that are moved from a zone to UTC at once
_COUNT = re.compile(r"([\d,]+)( .*)", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Axis:
    """When each row of the table was measured; `ticks` is None for a row-number axis.

    Attributes:
        ticks: (n,) int64 UTC ticks of `unit`, meaningless where not `valid`.
        valid: (n,) rows with a usable time; all rows on a row-number axis.
        bad: rows without a usable time and their cells (None: empty), the first ones only.
        n_bad: how many there are.
        empty: rows whose time cell is empty; None on a row-number axis.
    """

    ticks: NDArray[np.int64] | None
    valid: NDArray[np.bool_]
    unit: TimeUnit = "ns"
    zone_known: bool = False
    notes: list[str] = field(default_factory=list)
    bad: list[tuple[int, str | None]] = field(default_factory=list)
    n_bad: int = 0
    column: str = ""
    format: str = ""
    empty: NDArray[np.int64] | None = None

    def without(self, rows: NDArray[np.int64]) -> "Axis":
        """Return the axis with rows that hold nothing at all, which are no problems."""
        gone = set(rows.tolist())
        bad = [(row, cell) for row, cell in self.bad if row not in gone]
        return replace(self, bad=bad, n_bad=self.n_bad - len(gone), empty=rows)

    def problems(
        self, source_row: NDArray[np.int64], lines: Callable[[Sequence[int]], dict[int, int]]
    ) -> tuple[list[Problem], int]:
        """Return the rows without a usable time, and how many there are."""
        found = lines([int(source_row[row]) for row, _ in self.bad])
        problems: list[Problem] = []
        for row, cell in self.bad:
            reason = (
                "holds no time"
                if cell is None
                else f"is no time in the form {format_name(self.format)}"
            )
            line = found[int(source_row[row])]
            problems.append(Problem(line, self.column, shorten(cell or ""), reason))
        return problems, self.n_bad


class AxisReader:
    """Reads the time columns block by block; one unit and one zone for all of them."""

    def __init__(self, settings: Settings, expected: int) -> None:
        if settings.time.columns:
            check_zone(settings.time.zone)
        self._name = settings.name
        # A column of milliseconds is added to the texts; the format is that of the others.
        self._milliseconds = settings.time.format.endswith(MILLISECONDS)
        form = settings.time.format.removesuffix(MILLISECONDS)
        self._axis = settings.time.model_copy(update={"format": form})
        self._ticks = Growing(np.int64, expected=expected)
        self._valid = Growing(np.bool_, expected=expected)
        self._stated = Growing(np.bool_, expected=expected)
        self._unit: TimeUnit = "ns"
        self._notes: dict[str, int] = {}
        self._kinds: set[str] = set()
        self._bad: list[tuple[int, str | None]] = []
        self._n_bad = 0
        self._empty: list[NDArray[np.int64]] = []
        self._first = ""
        self._waiting: list[pa.Array] = []

    def add(self, columns: list[pa.Array], n_rows: int) -> None:
        """Read the time cells of the next rows."""
        if not columns:
            self._valid.more(n_rows)[:] = True
            return
        texts = _joined(columns, milliseconds=self._milliseconds)
        if self._axis.format == "clock":
            # Times of day count on over midnight, so no block can be read without the one before.
            self._waiting.append(texts)
        else:
            self._read(pa.chunked_array([texts]))

    def done(self) -> Axis:
        """Return the axis of all rows.

        Raises:
            DataError: if not one row has a time in the chosen format.
        """
        columns = self._axis.columns
        if not columns:
            return Axis(None, self._valid.done())
        if self._waiting:
            self._read(pa.chunked_array(self._waiting))
        ticks, valid, stated = self._ticks.done(), self._valid.done(), self._stated.done()
        name = " + ".join(columns)
        n_valid, n_stated = int(valid.sum()), int((stated & valid).sum())
        if not n_valid:
            raise DataError(
                f"no cell of the time column '{name}' of '{self._name}' reads as "
                f"{format_name(self._axis.format)} (the first is '{shorten(self._first)}'). Choose "
                "another format, or the row number as the axis"
            )
        if self._axis.zone != "UTC" and not self._axis.format.startswith(_WITHOUT_ZONE):
            ticks = self._from_zone(ticks, valid & ~stated)
        return Axis(
            ticks=ticks,
            valid=valid,
            unit=self._unit,
            zone_known=self._axis.zone_known or n_stated == n_valid,
            notes=[
                *(f"{n:,}{note}" if n else note for note, n in self._notes.items()),
                *_zone_notes(self._axis, self._kinds, n_valid, n_stated),
            ],
            bad=self._bad,
            n_bad=self._n_bad,
            column=name,
            format=self._axis.format,
            empty=np.concatenate([*self._empty, np.zeros(0, np.int64)]),
        )

    def _read(self, texts: pa.ChunkedArray) -> None:
        # Zones wait until all rows are there: the order of rows tells repeated hours apart.
        read = to_ticks(texts, self._axis.model_copy(update={"zone": "UTC"}))
        begin = self._ticks.n
        if begin == 0 and len(texts):
            self._first = str(texts[0].as_py())
        self._ticks.more(len(texts))[:] = self._in_unit(read.ticks, read.unit)
        self._valid.more(len(texts))[:] = read.valid
        self._stated.more(len(texts))[:] = read.offsets
        self._take_notes(read.notes)
        if read.offsets.any():
            self._kinds |= _kinds(texts, read.offsets)
        rows = np.flatnonzero(~read.valid)
        self._n_bad += len(rows)
        if texts.null_count:
            empty = pc.is_null(texts).to_numpy(zero_copy_only=False) & ~read.valid
            self._empty.append(begin + np.flatnonzero(empty))
        for row in rows[: MAX_KEPT - len(self._bad)].tolist():
            cell = texts[row].as_py()
            self._bad.append((begin + row, None if cell is None else str(cell)))

    def _in_unit(self, ticks: NDArray[np.int64], unit: TimeUnit) -> NDArray[np.int64]:
        """Bring all to microseconds once a block needs them; the coarser unit holds for all."""
        if unit == self._unit or not self._ticks.n:
            self._unit = unit if not self._ticks.n else self._unit
            return ticks
        if unit == "ns":
            return ticks // 1_000
        self._unit = "us"
        there = self._ticks.there()
        np.floor_divide(there, 1_000, out=there)
        return ticks

    def _take_notes(self, notes: list[str]) -> None:
        for note in notes:
            count = _COUNT.fullmatch(note)
            key = count[2] if count else note
            self._notes[key] = self._notes.get(key, 0) + (
                int(count[1].replace(",", "")) if count else 0
            )

    def _from_zone(self, ticks: NDArray[np.int64], local: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Put the times that state no offset from the zone's clocks to UTC, part by part."""
        begin = 0
        while begin < len(ticks):
            end = self._part_end(ticks, begin)
            rows = np.flatnonzero(local[begin:end]) + begin
            if len(rows):
                axis = self._axis.model_copy(update={"format": "native"})
                naive = pa.array(ticks[rows], pa.timestamp(self._unit))
                read = to_ticks(pa.chunked_array([naive]), axis)
                self._take_notes(read.notes)
                if read.unit == "us" and self._unit == "ns":
                    # Only times at the very edge of nanoseconds change the unit of all here.
                    self._unit = "us"
                    np.floor_divide(ticks, 1_000, out=ticks)
                ticks[rows] = read.ticks if read.unit == self._unit else read.ticks // 1_000
            begin = end
        return ticks

    def _part_end(self, ticks: NDArray[np.int64], begin: int) -> int:
        """Return where a part can end: outside hours that clocks repeat, whose order must stay."""
        end = begin + _PART
        while end < len(ticks):
            near = pd.DatetimeIndex(ticks[end - 1 : end + 1].view(f"datetime64[{self._unit}]"))
            if near.tz_localize(self._axis.zone, ambiguous="NaT", nonexistent="NaT").notna().all():
                return end
            end += _PART // 64
        return len(ticks)


def _kinds(texts: pa.ChunkedArray, stated: NDArray[np.bool_]) -> set[str]:
    """Return the different offsets at the ends of written times."""
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        return set()
    cells = pc.utf8_rtrim_whitespace(texts if stated.all() else texts.filter(pa.array(stated)))
    if set(pc.unique(pc.utf8_slice_codeunits(cells, -1)).to_pylist()) <= {"Z", "z", None}:
        return {"UTC"}
    found = {
        match[0] if (match := _OFFSET.search(tail or "")) else ""
        for tail in pc.unique(pc.utf8_slice_codeunits(cells, -6)).to_pylist()
    }
    return {"UTC" if kind in ("Z", "z", "GMT") else kind for kind in found} - {""}


def _zone_notes(axis: TimeAxis, kinds: set[str], n_valid: int, n_stated: int) -> list[str]:
    """Tell what was assumed or converted about zones."""
    if axis.format.startswith("elapsed") or axis.format == "clock":
        return [
            "The file gives time since a start, no date: it is shown as counted from 1970-01-01."
        ]
    if axis.format.startswith(COUNTED_FROM_UTC) or (
        axis.format == "native" and n_stated == n_valid
    ):
        return []
    without = n_valid - n_stated
    if not n_stated:
        how = "" if axis.zone_known else " because the file does not say its zone"
        return [f"Times were read as {axis.zone}{how}."]
    notes: list[str] = []
    if len(kinds) > 1:
        listed = ", ".join(sorted(kinds)[:4])
        notes.append(f"Times with different offsets ({listed}) were converted to UTC.")
    if without:
        what = "time states" if without == 1 else "times state"
        notes.append(f"{without:,} {what} no offset, read as {axis.zone}.")
    return notes


def _joined(columns: list[pa.Array], *, milliseconds: bool = False) -> pa.Array:
    """Join a column of days and one of times of day with a blank between."""
    if milliseconds:
        padded = pc.utf8_lpad(pc.utf8_trim_whitespace(columns[-1].cast(pa.string())), 3, "0")
        return pc.binary_join_element_wise(_joined(columns[:-1]), padded, ".")
    if len(columns) == 1:
        return columns[0]
    texts = [column.cast(pa.string()) for column in columns]
    return pc.binary_join_element_wise(*texts, " ")
