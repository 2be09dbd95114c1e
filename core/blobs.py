"""Series values on disk: one Parquet file per series, read the same by the store and by runs.

Columns are `time` (when the series has one), `source_row` and `ch1`, `ch2`, ...: no name of a
channel or a file is ever written here. The caller decides where the file lies.
"""

# pyright: basic
# (pyarrow ships no types, so strict mode would only count its unknowns)

import os
from pathlib import Path
from typing import cast
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import DataError
from core.series import SeriesData, TimeUnit

_UNIT_KEY = b"understudy.unit"


def write_parquet(data: SeriesData, path: Path) -> None:
    """Write a series to `path` atomically: a reader sees the whole file or none."""
    columns: dict[str, pa.Array] = {}
    if data.time is not None:
        columns["time"] = pa.array(data.time)
    columns["source_row"] = pa.array(data.source_row)
    for channel in range(data.n_channels):
        # from_pandas=False: a missing sample stays NaN and does not become a null
        values = np.ascontiguousarray(data.values[:, channel])
        columns[f"ch{channel + 1}"] = pa.array(values, from_pandas=False)
    # No dictionaries: they would store one bit pattern for all NaNs. These encodings keep every
    # bit, and the files are a third smaller.
    encodings = {
        name: "BYTE_STREAM_SPLIT" if name.startswith("ch") else "DELTA_BINARY_PACKED"
        for name in columns
    }
    table = pa.table(columns).replace_schema_metadata({_UNIT_KEY: data.unit.encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    with part.open("wb") as file:
        pq.write_table(
            table,
            file,
            compression="zstd",
            use_dictionary=False,
            write_statistics=False,
            column_encoding=encodings,
        )
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def read_parquet(path: Path) -> SeriesData:
    """Read a series written by `write_parquet`.

    Raises:
        DataError: if the file is missing or no series.
    """
    try:
        # pq.ParquetFile, unlike pq.read_table, does not import the datasets machinery: 5x faster
        table = pq.ParquetFile(path).read(use_threads=False)
        unit = (table.schema.metadata or {})[_UNIT_KEY].decode()
        n_channels = sum(name.startswith("ch") for name in table.column_names)
        values = np.column_stack(
            [table.column(f"ch{channel + 1}").to_numpy() for channel in range(n_channels)]
        )
        time = table.column("time").to_numpy() if "time" in table.column_names else None
        source_row = table.column("source_row").to_numpy()
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise DataError(
            f"the stored series {path.name} cannot be read ({error}); the file is missing or "
            "damaged: restore it from a backup, or upload the series again"
        ) from error
    return SeriesData(
        values=values.astype(np.float64, copy=False),
        time=time,
        unit=cast(TimeUnit, unit),
        source_row=source_row,
    )
