"""Columns to series: wide (columns are channels) or long (an id says which series a row is of)."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.errors import DataError
from core.ingest.arrow import compute as pc
from core.ingest.axis import Axis
from core.ingest.settings import Settings
from core.ingest.table import MAX_COLUMNS, Table

MAX_SERIES = 5_000


@dataclass(frozen=True, eq=False)
class Piece:
    """Rows and columns that become one series, sorted by time.

    Attributes:
        label: the series' name.
        names, sources: per channel what people call it, and the file's column it came from.
        rows: (n,) position in the table that each sample came from.
        notes: sentences about how its rows were put in order.
    """

    label: str
    names: list[str]
    sources: list[str]
    values: NDArray[np.float64]
    time: NDArray[np.int64] | None
    source_row: NDArray[np.int64]
    rows: NDArray[np.int64]
    notes: list[str]


def wide_pieces(settings: Settings, table: Table, axis: Axis) -> list[Piece]:
    """Make one series of all value columns, or one of each."""
    order, notes = _in_order(np.flatnonzero(axis.valid), axis)
    time = None if axis.ticks is None else axis.ticks[order]
    rows = table.source_row[order]
    _some(settings, order)
    names = list(settings.value_columns)
    if settings.split == "together" or len(names) == 1:
        values = np.empty((len(order), len(names)))
        for k, name in enumerate(names):
            values[:, k] = table.numbers[name][order]
        return [Piece(settings.name, names, names, values, time, rows, order, notes)]
    return [
        Piece(
            f"{settings.name} · {name}", [name], [name],
            table.numbers[name][order][:, None], time, rows, order, notes,
        )
        for name in names
        if not np.all(np.isnan(table.numbers[name]))
    ]  # fmt: skip


def long_pieces(settings: Settings, table: Table, axis: Axis) -> list[Piece]:
    """Make one series of each id, or one series with a channel for each id."""
    assert settings.id_column is not None  # checked before anything is read
    kept = np.flatnonzero(axis.valid)
    _some(settings, kept)
    codes, ids = _ids(table.texts[settings.id_column], settings.id_column)
    if settings.split == "together":
        return [_pivot(settings, table, axis, kept, codes[kept], ids)]
    if len(ids) > MAX_SERIES:
        raise DataError(
            f"'{settings.id_column}' has {len(ids):,} different values; at most {MAX_SERIES:,} "
            "series are made of one file. Choose another id column, or the wide layout"
        )
    # One stable sort by id, then each id's rows lie together in the file's order.
    grouped = kept[np.argsort(codes[kept], kind="stable")]
    borders = np.flatnonzero(np.diff(codes[grouped])) + 1
    pieces: list[Piece] = []
    for rows in np.split(grouped, borders):
        order, notes = _in_order(rows, axis)
        names = list(settings.value_columns)
        pieces.append(
            Piece(
                label=f"{settings.name} · {ids[codes[rows[0]]]}",
                names=names,
                sources=names,
                values=np.column_stack([table.numbers[name][order] for name in names]),
                time=None if axis.ticks is None else axis.ticks[order],
                source_row=table.source_row[order],
                rows=order,
                notes=notes,
            )
        )
    return pieces


def _pivot(
    settings: Settings,
    table: Table,
    axis: Axis,
    kept: NDArray[np.int64],
    codes: NDArray[np.int64],
    ids: list[str],
) -> Piece:
    """Put the ids side by side on their shared times; the k-th repeat of a time stays the k-th."""
    columns = list(settings.value_columns)
    if len(ids) * len(columns) > MAX_COLUMNS:
        raise DataError(
            f"'{settings.id_column}' would make {len(ids) * len(columns):,} channels; at most "
            f"{MAX_COLUMNS:,} fit into one series. Make one series of each id instead"
        )
    ticks = np.zeros(len(kept), np.int64) if axis.ticks is None else axis.ticks[kept]
    by_id = np.lexsort((np.arange(len(kept)), ticks, codes))
    first = np.ones(len(kept), bool)
    first[1:] = (np.diff(codes[by_id]) != 0) | (np.diff(ticks[by_id]) != 0)
    starts = np.maximum.accumulate(np.where(first, np.arange(len(kept)), 0))
    repeat = np.empty(len(kept), np.int64)
    repeat[by_id] = np.arange(len(kept)) - starts
    keys, sample = np.unique(np.stack([ticks, repeat], axis=1), axis=0, return_inverse=True)
    sample = sample.reshape(-1)
    values = np.full((len(keys), len(ids) * len(columns)), np.nan)
    for k, column in enumerate(columns):
        values[sample, codes * len(columns) + k] = table.numbers[column][kept]
    rows = np.full(len(keys), np.iinfo(np.int64).max)
    np.minimum.at(rows, sample, kept)
    names = [i if len(columns) == 1 else f"{i} · {c}" for i in ids for c in columns]
    notes = [f"{len(ids):,} ids of '{settings.id_column}' were put side by side by their times."]
    absent = len(keys) * len(ids) - len(kept)
    if absent:
        notes.append(f"{absent:,} samples have no row at a time that others have; kept as missing.")
    return Piece(
        label=settings.name,
        names=names,
        sources=columns * len(ids),
        values=values,
        time=None if axis.ticks is None else keys[:, 0],
        source_row=table.source_row[rows],
        rows=rows,
        notes=notes,
    )


def _in_order(rows: NDArray[np.int64], axis: Axis) -> tuple[NDArray[np.int64], list[str]]:
    """Return rows stable-sorted by time, and a sentence when that moved any."""
    if axis.ticks is None:
        return rows, []
    back = int((np.diff(axis.ticks[rows]) < 0).sum())
    if not back:
        return rows, []
    order = rows[np.argsort(axis.ticks[rows], kind="stable")]
    if back == len(rows) - 1:
        return order, ["The rows ran backwards in time; they were put in order."]
    places = "once" if back == 1 else f"{back:,} times"
    return order, [
        f"The times jump back {places}; the rows were sorted by time, equal times in file order."
    ]


def _ids(column: pa.ChunkedArray, name: str) -> tuple[NDArray[np.int64], list[str]]:
    """Return each row's id as a number in order of appearance, and the ids' texts."""
    texts = pc.fill_null(column.cast(pa.string()), f"(no {name})")
    encoded = pc.dictionary_encode(texts).combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, [f"{text}" for text in encoded.dictionary.to_pylist()]


def _some(settings: Settings, rows: NDArray[np.int64]) -> None:
    if len(rows) < 2:
        usable = "1 usable row" if len(rows) == 1 else "no usable row"
        raise DataError(
            f"'{settings.name}' has {usable}; a series needs at least 2. Check the header setting "
            "and the export"
        )
