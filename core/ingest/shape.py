"""Columns to series: wide (columns are channels) or long (an id says which series a row is of)."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import DataError
from core.ingest.columns.arrow import compute as pc
from core.ingest.columns.table import MAX_COLUMNS, Table
from core.ingest.settings import Settings
from core.ingest.times.axis import Axis

MAX_SERIES = 5_000
# Rows of the table: all of them as they stand, or positions.
Rows = slice | NDArray[np.int64]
ALL = slice(None)


@dataclass(frozen=True, eq=False)
class Piece:
    """Rows and columns that become one series, sorted by time.

    Attributes:
        label: the series' name.
        names, sources: per channel what people call it, and the file's column it came from.
        rows: which row of the table each sample came from; the first, when several make one.
        notes: sentences about how its rows were put in order.
        by_id: per id the row that each sample came from, -1 for none; when ids are channels.
    """

    label: str
    names: list[str]
    sources: list[str]
    values: NDArray[np.float64]
    time: NDArray[np.int64] | None
    source_row: NDArray[np.int64]
    rows: Rows
    notes: list[str]
    by_id: tuple[tuple[str, NDArray[np.int64]], ...] = ()


def wide_pieces(settings: Settings, table: Table) -> list[Piece]:
    """Make one series of all value columns, or one of each."""
    axis = table.axis
    order, notes = _in_order(ALL if axis.valid.all() else np.flatnonzero(axis.valid), axis)
    time = None if axis.ticks is None else axis.ticks[order]
    rows = table.source_row[order]
    _some(settings, len(rows))
    names = list(settings.value_columns)
    if settings.split == "together" or len(names) == 1:
        values = _moved(table.values, order)
        return [Piece(settings.name, names, names, values, time, rows, order, notes)]
    return [
        Piece(
            f"{settings.name} · {name}", [name], [name],
            table.values[order, k : k + 1], time, rows, order, notes,
        )
        for k, name in enumerate(names)
        if not np.isnan(table.values[:, k]).all()
    ]  # fmt: skip


def long_pieces(settings: Settings, table: Table) -> list[Piece]:
    """Make one series of each id, or one series with a channel for each id."""
    assert settings.id_column is not None and table.ids is not None  # checked before reading
    axis, codes, ids = table.axis, table.ids.codes, table.ids.labels
    kept = np.flatnonzero(axis.valid)
    _some(settings, len(kept))
    if settings.split == "together":
        return [_pivot(settings, table, kept)]
    if len(ids) > MAX_SERIES:
        raise DataError(
            f"'{settings.id_column}' has {len(ids):,} different values; at most {MAX_SERIES:,} "
            "series are made of one file. Choose another id column, or the wide layout"
        )
    # One stable sort by id, then each id's rows lie together in the file's order.
    of_id = codes[kept]
    grouped = kept[np.argsort(of_id, kind="stable")]
    borders = np.cumsum(np.bincount(of_id, minlength=len(ids)))[:-1]
    pieces: list[Piece] = []
    for rows in np.split(grouped, borders):
        if not len(rows):
            continue
        order, notes = _in_order(rows, axis)
        names = list(settings.value_columns)
        pieces.append(
            Piece(
                label=f"{settings.name} · {ids[codes[rows[0]]]}",
                names=names,
                sources=names,
                values=table.values[order],
                time=None if axis.ticks is None else axis.ticks[order],
                source_row=table.source_row[order],
                rows=order,
                notes=notes,
            )
        )
    return pieces


def answers_of(piece: Piece, table: Table) -> dict[str, pa.ChunkedArray]:
    """Return the answer cells of a series' samples, in their order.

    Where rows of several ids make one sample and disagree, each id's answers are a column.
    """
    found: dict[str, pa.ChunkedArray] = {}
    for name, cells in table.answers.items():
        if isinstance(piece.rows, slice):
            found[name] = cells
            continue
        first = cells.take(pa.array(piece.rows))
        columns = {label: cells.take(pa.array(rows, mask=rows < 0)) for label, rows in piece.by_id}
        agree = all(
            pc.all(pc.fill_null(pc.equal(_plain(first), _plain(column)), True)).as_py() is not False
            for column in columns.values()
        )
        if agree:
            found[name] = first
        else:
            found |= {f"{name} · {label}": column for label, column in columns.items()}
    return found


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    return column.cast(kind.value_type) if pa.types.is_dictionary(kind) else column


def _pivot(settings: Settings, table: Table, kept: NDArray[np.int64]) -> Piece:
    """Put the ids side by side on their shared times; the k-th repeat of a time stays the k-th."""
    assert table.ids is not None
    columns, ids, axis = list(settings.value_columns), table.ids.labels, table.axis
    if len(ids) * len(columns) > MAX_COLUMNS:
        raise DataError(
            f"'{settings.id_column}' would make {len(ids) * len(columns):,} channels; at most "
            f"{MAX_COLUMNS:,} fit into one series. Make one series of each id instead"
        )
    rows: Rows = ALL if axis.valid.all() else kept
    codes = table.ids.codes[rows]
    ticks = np.zeros(len(kept), np.int64) if axis.ticks is None else axis.ticks[rows]
    repeat = _repeats(ticks, codes)
    if repeat is None and not (ticks[1:] < ticks[:-1]).any():
        # The common case: nothing has to be sorted, and the first row of a time comes first.
        new = np.ones(len(kept), bool)
        new[1:] = ticks[1:] != ticks[:-1]
        sample = np.cumsum(new, dtype=np.int32) - 1
        time, first = ticks[new], kept[new]
    else:
        by_time = np.lexsort((ticks,) if repeat is None else (repeat, ticks))
        new = np.ones(len(kept), bool)
        new[1:] = np.diff(ticks[by_time]) != 0
        if repeat is not None:
            new[1:] |= np.diff(repeat[by_time]) != 0
        sample = np.empty(len(kept), np.int32)
        sample[by_time] = np.cumsum(new, dtype=np.int32) - 1
        time = ticks[by_time[new]]
        first = np.full(len(time), np.iinfo(np.int64).max)
        np.minimum.at(first, sample, kept)
    values = np.full((len(time), len(ids) * len(columns)), np.nan)
    for k in range(len(columns)):
        values[sample, codes * len(columns) + k] = table.values[rows, k]
    names = [i if len(columns) == 1 else f"{i} · {c}" for i in ids for c in columns]
    notes = [f"{len(ids):,} ids of '{settings.id_column}' were put side by side by their times."]
    absent = len(time) * len(ids) - len(kept)
    if absent:
        notes.append(f"{absent:,} samples have no row at a time that others have; kept as missing.")
    return Piece(
        label=settings.name,
        names=names,
        sources=columns * len(ids),
        values=values,
        time=None if axis.ticks is None else time,
        source_row=table.source_row[first],
        rows=first,
        notes=notes,
        by_id=_rows_by_id(ids, codes, sample, kept, len(time)) if table.answers else (),
    )


def _repeats(ticks: NDArray[np.int64], codes: NDArray[np.int32]) -> NDArray[np.int32] | None:
    """Return how many rows of the same id and time stand before each row; None when none does."""
    by_id = np.lexsort((ticks, codes))
    first = np.ones(len(ticks), bool)
    first[1:] = np.diff(ticks[by_id]) != 0
    first[1:] |= np.diff(codes[by_id]) != 0
    if first.all():
        return None
    here = np.arange(len(ticks))
    starts = np.maximum.accumulate(np.where(first, here, 0))
    repeat = np.empty(len(ticks), np.int32)
    repeat[by_id] = here - starts
    return repeat


def _rows_by_id(
    ids: list[str],
    codes: NDArray[np.int32],
    sample: NDArray[np.int32],
    kept: NDArray[np.int64],
    n_samples: int,
) -> tuple[tuple[str, NDArray[np.int64]], ...]:
    found: list[tuple[str, NDArray[np.int64]]] = []
    for code, label in enumerate(ids):
        rows = np.full(n_samples, -1, np.int64)
        of_id = codes == code
        rows[sample[of_id]] = kept[of_id]
        found.append((label, rows))
    return tuple(found)


def _in_order(rows: Rows, axis: Axis) -> tuple[Rows, list[str]]:
    """Return rows stable-sorted by time, and a sentence when that moved any."""
    if axis.ticks is None:
        return rows, []
    ticks = axis.ticks[rows]
    back = int((ticks[1:] < ticks[:-1]).sum())
    if not back:
        return rows, []
    order = np.argsort(ticks, kind="stable")
    order = order if isinstance(rows, slice) else rows[order]
    if back == len(ticks) - 1:
        return order, ["The rows ran backwards in time; they were put in order."]
    places = "once" if back == 1 else f"{back:,} times"
    return order, [
        f"The times jump back {places}; the rows were sorted by time, equal times in file order."
    ]


def _moved(values: NDArray[np.float64], rows: Rows) -> NDArray[np.float64]:
    """Return the rows in their new order, moved where they lie: the table's own are gone then."""
    if isinstance(rows, slice):
        return values[rows]
    for channel in values.T:
        channel[: len(rows)] = channel[rows]
    return values[: len(rows)]


def _some(settings: Settings, n_rows: int) -> None:
    if n_rows < 2:
        usable = "1 usable row" if n_rows == 1 else "no usable row"
        reading = settings.reading
        above = reading.skip_lines + reading.header_lines * reading.header
        usable += f" below line {above}" if above and reading.format == "text" else ""
        raise DataError(
            f"'{settings.name}' has {usable}; a series needs at least 2. Check the header setting "
            "and the export"
        )
