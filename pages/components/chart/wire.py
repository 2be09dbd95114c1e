"""A payload as bytes: a JSON header, then every array as it lies in memory. Knows no chart.

4 bytes, little endian: length of the header with its padding
header: JSON in which `{"$": [dtype, offset, length]}` stands for an array
arrays: each begins at a multiple of eight bytes after the header
"""

import json
import struct
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

ALIGN = 8
DTYPES = {"<f4": "f4", "<f8": "f8", "<i4": "i4", "<u4": "u4"}


def packed(payload: dict[str, Any]) -> bytes:
    """Return a payload, its arrays wherever they stand, as bytes."""
    arrays: list[bytes] = []
    header = json.dumps(_referred(payload, arrays), separators=(",", ":")).encode()
    header += b" " * (-(len(header) + 4) % ALIGN)
    return b"".join([struct.pack("<I", len(header)), header, *arrays])


def compact(values: NDArray[np.float64]) -> dict[str, Any]:
    """Return values as 4-byte floats that keep about seven digits of every one of them.

    Where all lie close together far from zero, they are counted from their first one.
    """
    finite = values[np.isfinite(values)]
    first = float(finite[0]) if len(finite) else 0.0
    near = len(finite) and float(np.ptp(finite)) < abs(first) * 1e-3
    base = first if near else 0.0
    with np.errstate(over="ignore"):  # beyond 3e38 no plot can follow
        return {"base": base, "values": (values - base).astype("<f4")}


def spread(positions: NDArray[np.float64]) -> dict[str, Any]:
    """Return positions as shares of their range, 4 bytes each: far finer than any pixel."""
    if not len(positions):
        return {"low": 0.0, "unit": 0.0, "values": positions.astype("<u4")}
    low, high = float(positions.min()), float(positions.max())
    unit = (high - low) / (2**32 - 1)
    shares = np.round((positions - low) / unit) if unit else positions * 0
    return {"low": low, "unit": unit, "values": shares.astype("<u4")}


def _referred(value: Any, arrays: list[bytes]) -> Any:
    """Return the value with a reference in place of every array, which goes to `arrays`."""
    if isinstance(value, np.ndarray):
        array = cast("NDArray[Any]", value)
        raw = np.ascontiguousarray(array).tobytes()
        reference = {"$": [DTYPES[array.dtype.str], sum(map(len, arrays)), len(array)]}
        arrays.append(raw + b"\0" * (-len(raw) % ALIGN))
        return reference
    if isinstance(value, dict):
        return {key: _referred(one, arrays) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_referred(one, arrays) for one in cast("list[Any]", value)]
    return value
