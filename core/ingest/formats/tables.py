"""Files that hold a table with types already: Parquet, JSON, NumPy. One line for each format."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

from core.errors import DataError
from core.ingest.formats import numpy_file
from core.ingest.formats.arff import is_arff, read_arff
from core.ingest.formats.json_file import is_json, read_json
from core.ingest.formats.unpack import head_of
from core.ingest.text.grid import unique_names

Format = Literal["text", "parquet", "json", "numpy", "arrow", "arff"]
_PARQUET = b"PAR1"
_ARROW, _OLD_FEATHER = b"ARROW1", b"FEA1"
_NPZ_ENTRY = b".npy"  # the first entry of a zip archive that NumPy wrote ends so


def read_parquet_file(name: str, raw: bytes | Path) -> pa.Table:
    """Read a Parquet file; the pandas index, where one was written, is a column like others.

    Raises:
        DataError: if the file is damaged.
    """
    source = raw if isinstance(raw, Path) else pa.BufferReader(raw)
    try:
        with pq.ParquetFile(source) as file:
            return file.read()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise DataError(
            f"'{name}' begins like a Parquet file but cannot be read ({error}); it may be cut off. "
            "Write it again"
        ) from error


def read_arrow_file(name: str, raw: bytes | Path) -> pa.Table:
    """Read an Arrow file (Feather).

    Raises:
        DataError: if the file is damaged.
    """
    source = pa.OSFile(str(raw)) if isinstance(raw, Path) else pa.BufferReader(raw)
    try:
        with source:
            return feather.read_table(source, memory_map=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise DataError(
            f"'{name}' begins like an Arrow file but cannot be read ({error}); it may be cut off. "
            "Write it again"
        ) from error


FORMATS: dict[str, Callable[[str, bytes | Path], pa.Table]] = {
    "parquet": read_parquet_file,
    "json": read_json,
    "numpy": numpy_file.read_numpy,
    "arrow": read_arrow_file,
    "arff": read_arff,
}
WORDS = {
    "parquet": ("Parquet", "the file starts with Parquet's mark"),
    "json": ("JSON", "the file starts with records or lists in JSON"),
    "numpy": ("NumPy", "the file starts with NumPy's mark"),
    "arrow": ("Arrow", "the file starts with Arrow's mark"),
    "arff": ("ARFF", "the file names a relation and its attributes"),
}


def format_of(name: str, raw: bytes | Path) -> Format:
    """Say which format a file has: by what it starts with, not by its name."""
    head = head_of(raw, 4096)
    if head.startswith(_PARQUET):
        return "parquet"
    if head.startswith((_ARROW, _OLD_FEATHER)):
        return "arrow"
    if is_arff(head):
        return "arff"
    if head.startswith(numpy_file.MAGIC):
        return "numpy"
    if (
        head.startswith(b"PK\x03\x04")
        and len(head) > 30
        and head[30 : 30 + head[26]].endswith(_NPZ_ENTRY)
    ):
        return "numpy"
    return "json" if is_json(name, head) else "text"


def open_table(name: str, raw: bytes | Path, kind: Format) -> pa.Table:
    """Read a file of one of the formats as a table with unique column names.

    Raises:
        DataError: if the file is damaged, no table, or has no rows.
    """
    table = FORMATS[kind](name, raw)
    if not table.num_rows or not table.num_columns:
        raise DataError(
            f"'{name}' has {table.num_columns} columns and {table.num_rows} rows, so there are no "
            "values to plot. Check the export"
        )
    named = table.rename_columns(list(unique_names(table.column_names)[0]))
    return named.replace_schema_metadata(table.schema.metadata)
