"""Series values on disk: one Parquet file per series, read the same by the store and by runs.

Columns are `time` (when the series has one), `source_row` and `ch1`, `ch2`, ...: no name of a
channel or a file is ever written here. The caller decides where the file lies.
"""

# pyright: basic
# (pyarrow ships no types, so strict mode would only count its unknowns)

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.errors import DataError
from core.series import SeriesData, TimeUnit, content_digest

_UNIT_KEY = b"understudy.unit"
_GROUP_BYTES = 16 * 2**20  # of a row group before it is compressed
_BATCH_BYTES = 8 * 2**20


def write_parquet(data: SeriesData, path: Path) -> None:
    """Write a series to `path` atomically: a reader sees the whole file or none."""
    names = [f"ch{channel + 1}" for channel in range(data.n_channels)]
    times = [] if data.time is None else [("time", pa.int64())]
    schema = pa.schema(
        [*times, ("source_row", pa.int64()), *((name, pa.float64()) for name in names)],
        metadata={_UNIT_KEY: data.unit.encode()},
    )
    # No dictionaries: they would store one bit pattern for all NaNs. These encodings keep every
    # bit, and the files are a third smaller.
    encodings = {
        name: "BYTE_STREAM_SPLIT" if name in names else "DELTA_BINARY_PACKED"
        for name in schema.names
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    try:
        with part.open("wb") as file:
            with pq.ParquetWriter(
                file,
                schema,
                compression="zstd",
                use_dictionary=False,
                write_statistics=False,
                column_encoding=encodings,
            ) as writer:
                for table in _groups(data, schema):
                    writer.write_table(table)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def read_parquet(path: Path) -> SeriesData:
    """Read a series written by `write_parquet`.

    Raises:
        DataError: if the file is missing or no series.
    """
    try:
        with pq.ParquetFile(path) as file:
            n, names = file.metadata.num_rows, file.schema_arrow.names
            channels = _channels(names)
            values = np.empty((n, len(channels)))
            source_row = np.empty(n, np.int64)
            time = np.empty(n, np.int64) if "time" in names else None
            at = 0
            for batch in _batches(file, names):
                to = at + batch.num_rows
                for k, channel in enumerate(channels):
                    values[at:to, k] = batch.column(channel).to_numpy(zero_copy_only=False)
                source_row[at:to] = batch.column("source_row").to_numpy()
                if time is not None:
                    time[at:to] = batch.column("time").to_numpy()
                at = to
            return SeriesData(values=values, time=time, unit=_unit(file), source_row=source_row)
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise _damaged(path, error) from error


def read_ticks(path: Path, samples: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the times of some samples of a stored series that has times; no value is read.

    Raises:
        DataError: if the file is missing, no series, or has no times.
    """
    found = np.empty(len(samples), np.int64)
    at = 0
    try:
        with pq.ParquetFile(path) as file:
            for batch in _batches(file, ["time"]):
                here = (samples >= at) & (samples < at + batch.num_rows)
                found[here] = batch.column("time").to_numpy()[samples[here] - at]
                at += batch.num_rows
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise _damaged(path, error) from error
    return found


def hash_parquet(path: Path) -> str:
    """Return the content hash of a stored series; only some rows of it are in memory at a time.

    Raises:
        DataError: if the file is missing or no series.
    """
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            channels = _channels(names)
            timed, unit = "time" in names, _unit(file)
            shape = (file.metadata.num_rows, len(channels))
            digest = content_digest(shape, unit if timed else None)
            for batch in _batches(file, ["time"]) if timed else ():
                digest.update(batch.column("time").to_numpy().data)
            for batch in _batches(file, channels):
                columns = [column.to_numpy(zero_copy_only=False) for column in batch.columns]
                values = np.column_stack(columns).astype(np.float64, copy=False)
                digest.update(np.ascontiguousarray(values).data)
            return digest.hexdigest()
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise _damaged(path, error) from error


def holds_rows(path: Path, source_row: NDArray[np.int64]) -> bool:
    """Say whether a stored series names exactly these source rows."""
    at = 0
    with pq.ParquetFile(path) as file:
        if file.metadata.num_rows != len(source_row):
            return False
        for batch in _batches(file, ["source_row"]):
            to = at + batch.num_rows
            if not np.array_equal(batch.column("source_row").to_numpy(), source_row[at:to]):
                return False
            at = to
    return True


def _groups(data: SeriesData, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows in groups, so that a copy of each channel is never a copy of all of it."""
    step = max(2**14, min(2**20, _GROUP_BYTES // (8 * len(schema))))
    for begin in range(0, data.n_samples, step):
        end = begin + step
        columns = [] if data.time is None else [pa.array(data.time[begin:end])]
        columns.append(pa.array(data.source_row[begin:end]))
        # from_pandas=False: a missing sample stays NaN and does not become a null
        columns += [
            pa.array(np.ascontiguousarray(channel), from_pandas=False)
            for channel in data.values[begin:end].T
        ]
        yield pa.table(columns, schema=schema)


def _batches(file: Any, columns: list[str]) -> Iterator[pa.RecordBatch]:
    rows = max(1_024, _BATCH_BYTES // (8 * len(columns)))
    return file.iter_batches(batch_size=rows, columns=columns, use_threads=False)


def _channels(names: list[str]) -> list[str]:
    return [f"ch{k + 1}" for k in range(sum(name.startswith("ch") for name in names))]


def _unit(file: Any) -> TimeUnit:
    return cast(TimeUnit, (file.schema_arrow.metadata or {})[_UNIT_KEY].decode())


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(
        f"the stored series {path.name} cannot be read ({error}); the file is missing or "
        "damaged: restore it from a backup, or upload the series again"
    )
