"""NumPy files (.npy, .npz) to a table: which axis is the samples, what each array is. No roles.

Pickled objects are never loaded: opening a file must not run code.
"""
# pyright: basic
# NumPy's and Arrow's types are partly unknown here, so the strict rules cannot hold.

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tokenize import TokenError
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from core.errors import DataError
from core.ingest.formats.facts import Facts, with_facts

MAGIC = b"\x93NUMPY"
# The header of an array is text that is parsed as Python's literals are.
_DAMAGE = (
    OSError, EOFError, KeyError, TypeError, SyntaxError, MemoryError, OverflowError, RuntimeError,
    AttributeError, UserWarning, TokenError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_TICKS = ("s", "ms", "us", "ns")
Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


def read_numpy(name: str, raw: bytes | Path) -> pa.Table:
    """Return the arrays of a NumPy file as columns.

    Raises:
        DataError: if an array cannot be columns of one table; names the array.
    """
    arrays = _load(name, raw)
    notes: list[str] = []
    arrays = _without_single_values(name, arrays, notes)
    lengths = _lengths(arrays)
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{key}: {n:,}" for key, n in list(lengths.items())[:6])
        raise DataError(
            f"the arrays of '{name}' have different lengths ({listed} samples), so they are not "
            "columns of one table. Save arrays of one length together, the others in other files"
        )
    columns: dict[str, Array] = {}
    for key, length in lengths.items():
        for column, values in _columns(key, arrays[key], length, arrays, notes).items():
            columns[_free(column, columns)] = values
    made = {column: _arrow(name, column, values, notes) for column, values in columns.items()}
    return with_facts(pa.table(made), Facts(notes=tuple(notes), answers=_answers(arrays)))


def _answers(arrays: Mapping[str, Array]) -> tuple[str, ...]:
    """Return `y` and the like beside a matrix `X`: what the samples were labelled as."""
    if not any(key.lower().startswith("x") and array.ndim > 1 for key, array in arrays.items()):
        return ()
    return tuple(
        key
        for key, array in arrays.items()
        if array.ndim == 1 and key.lower().split("_")[0] in ("y", "label", "labels", "target")
    )


def split_arrays(name: str, raw: bytes | Path) -> list[tuple[str, bytes | Path]]:
    """Return an .npz file as one file for each length of its arrays, with a name for each.

    A file whose arrays fit together is returned as it is.
    """
    arrays = _load(name, raw)
    usable = _without_single_values(name, arrays, [])
    lengths = _lengths(usable)
    groups: dict[int, list[str]] = {}
    for key, length in lengths.items():
        groups.setdefault(length, []).append(key)
    if len(groups) < 2:
        return [(name, raw)]
    path = PurePosixPath(name)
    parts: list[tuple[str, bytes | Path]] = []
    for length, keys in groups.items():
        label = keys[0] if len(keys) == 1 else f"{length} samples"
        kept = [*keys, *(key for key in _names_of_channels(usable, lengths) if key not in keys)]
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for key in kept:
                with archive.open(f"{key}.npy", "w", force_zip64=True) as file:
                    np.lib.format.write_array(file, usable[key], allow_pickle=False)
        parts.append((f"{name}/{path.stem} · {label}.npz", buffer.getvalue()))
    return parts


def _load(name: str, raw: bytes | Path) -> dict[str, Array]:
    """Return the arrays by name; a single array is called "value"."""
    source = raw if isinstance(raw, Path) else io.BytesIO(raw)
    key = ""
    try:
        mapped = "r" if isinstance(raw, Path) else None
        loaded = np.load(source, allow_pickle=False, mmap_mode=mapped)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            return {"value": loaded}
        arrays: dict[str, Array] = {}
        with loaded:
            for key in loaded.files:
                arrays[key] = np.asarray(loaded[key])
        return arrays
    except ValueError as error:
        where = f"array '{key}' of '{name}'" if key else f"'{name}'"
        if "pickle" in str(error):
            raise DataError(
                f"{where} holds Python objects, which are not loaded because that could run code. "
                "Save plain numbers (array.astype(float)), or text as a text array"
            ) from error
        raise _damaged(where, error) from error
    except _DAMAGE as error:
        where = f"array '{key}' of '{name}'" if key else f"'{name}'"
        raise _damaged(where, error) from error


def _damaged(where: str, error: Exception) -> DataError:
    return DataError(
        f"{where} cannot be read as a NumPy array ({error}); the file may be cut off. Save it again"
    )


def _without_single_values(
    name: str, arrays: dict[str, Array], notes: list[str]
) -> dict[str, Array]:
    """Take axes of length 1 away, refuse what is no table, and set single values aside."""
    kept: dict[str, Array] = {}
    single: list[str] = []
    for key, array in arrays.items():
        where = f"array '{key}' of '{name}'" if len(arrays) > 1 else f"'{name}'"
        shape = " x ".join(f"{n:,}" for n in array.shape)
        if array.dtype.kind == "c":
            raise DataError(
                f"{where} holds complex numbers, which have no one value to plot. Save their "
                "real and imaginary parts, or magnitude and phase, as two arrays"
            )
        if array.size == 0:
            raise DataError(
                f"{where} is empty (shape {shape or 'none'}), so there is nothing to plot. Check "
                "how it was saved"
            )
        flat = array.squeeze()
        if flat.ndim > 2:
            raise DataError(
                f"{where} has {flat.ndim} axes ({shape}); a series has samples and channels, and "
                "which axis is what cannot be told. Save each slice as an array of its own"
            )
        if flat.ndim == 0:
            single.append(key)
        else:
            kept[key] = flat
    if not kept:
        raise DataError(
            f"'{name}' holds single values only ({', '.join(single[:6])}), no array of samples, "
            "so there is nothing to plot. Check how it was saved"
        )
    if single:
        notes.append(f"Single values in the file were left out: {', '.join(single)}.")
    return kept


def _lengths(arrays: Mapping[str, Array]) -> dict[str, int]:
    """Return each array's number of samples; a matrix goes with an array of one axis if it can."""
    alone = {key: len(array) for key, array in arrays.items() if array.ndim == 1}
    lengths: dict[str, int] = {}
    for key, array in arrays.items():
        if array.ndim == 1:
            lengths[key] = len(array)
            continue
        numbers = {n for k, n in alone.items() if arrays[k].dtype.kind not in "US"}
        fitting = [n for n in array.shape if n in numbers]
        lengths[key] = fitting[0] if len(fitting) == 1 else max(array.shape)
        if len(fitting) == 2 or array.shape[0] == array.shape[1]:
            lengths[key] = array.shape[0]
    for key in _names_of_channels(arrays, lengths):
        del lengths[key]
    return lengths


def _names_of_channels(arrays: Mapping[str, Array], lengths: Mapping[str, int]) -> list[str]:
    """Return the arrays of different texts that name the channels of a matrix beside them."""
    widths = {
        array.size // lengths[key]
        for key, array in arrays.items()
        if array.ndim == 2 and key in lengths
    }
    return [
        key
        for key, array in arrays.items()
        if array.ndim == 1
        and array.dtype.kind in "US"
        and len(array) in widths
        and len(np.unique(array)) == len(array)
    ]


def _columns(
    key: str, array: Array, length: int, arrays: Mapping[str, Array], notes: list[str]
) -> dict[str, Array]:
    """Return an array's columns by name."""
    if array.dtype.names:
        return _fields("", array)
    if array.ndim == 1:
        return {key: array}
    if array.shape[0] != length:
        notes.append(
            f"'{key}' has {array.shape[0]:,} rows of {array.shape[1]:,}: its rows were read as "
            "channels, its columns as samples."
        )
        array = array.T
    width = array.shape[1]
    named = [
        arrays[k] for k in _names_of_channels(arrays, {key: length}) if len(arrays[k]) == width
    ]
    if named:
        names = [_plain(text) for text in named[0].tolist()]
    else:
        plain = key == "value" or key.startswith("arr_") or len(arrays) == 1
        names = [f"column {k}" if plain else f"{key} {k}" for k in range(1, width + 1)]
    return {name: array[:, k] for k, name in enumerate(names)}


def _fields(prefix: str, array: Array) -> dict[str, Array]:
    """Return the fields of a structured array; a field within a field is called `a.b`."""
    columns: dict[str, Array] = {}
    for field in array.dtype.names or ():
        values = array[field]
        name = f"{prefix}{field}"
        if values.dtype.names:
            columns.update(_fields(f"{name}.", values))
        elif values.ndim > 1:
            flat = values.reshape(len(values), -1)
            columns.update({f"{name}.{k + 1}": flat[:, k] for k in range(flat.shape[1])})
        else:
            columns[name] = values
    return columns


def _arrow(name: str, column: str, values: Array, notes: list[str]) -> pa.Array:
    """Return one column as an Arrow array."""
    kind = values.dtype.kind
    if kind in "OV" or kind == "c":
        what = "complex numbers" if kind == "c" else "Python objects or raw bytes"
        raise DataError(
            f"column '{column}' of '{name}' holds {what}, which cannot be plotted. Save plain "
            "numbers"
        )
    if kind == "S":
        return pa.array([_plain(text) for text in values.tolist()], pa.string())
    if kind == "U":
        return pa.array(values.tolist(), pa.string())
    if kind == "M":
        unit = np.datetime_data(values.dtype)[0]
        if unit not in _TICKS:
            values = values.astype("datetime64[us]" if unit in ("ps", "fs", "as") else "M8[s]")
            unit = np.datetime_data(values.dtype)[0]
        return pa.array(np.ascontiguousarray(values), pa.timestamp(unit), from_pandas=True)
    if kind == "m":
        notes.append(f"'{column}' holds durations; they are read as seconds.")
        return pa.array(values / np.timedelta64(1, "s"), pa.float64())
    if values.dtype == np.float16 or values.dtype.itemsize > 8:
        values = values.astype(np.float64)
    return pa.array(np.ascontiguousarray(values).astype(values.dtype.newbyteorder("=")))


def _plain(text: str | bytes) -> str:
    return text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text


def _free(name: str, taken: Mapping[str, Array]) -> str:
    wanted, copy = name, 2
    while name in taken:
        name, copy = f"{wanted} ({copy})", copy + 1
    return name
