"""Times of one fixed width, all digits: read from their bytes at once. Knows no zones."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import re

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.ingest.columns.arrow import compute as pc

# A day, and perhaps a time of day behind it; years are written in full.
_FORM = re.compile(r"(?P<day>%[dmY](?:[-/.]?%[dmY]){2})(?:[ T]%H:%M(?::%S)?)?")
_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
_LIMITS = {"Y": (1, 9999), "m": (1, 12), "d": (1, 31), "H": (0, 23), "M": (0, 59), "S": (0, 59)}
_MOST_BEHIND = 7
_SECONDS = {"H": 3600, "M": 60, "S": 1}


def fixed_times(column: pa.ChunkedArray, pattern: str) -> NDArray[np.datetime64] | None:
    """Return a column's times in microseconds, or None where any cell is written otherwise.

    Most columns of times are written alike throughout. Those that are not, and those with a day
    that no calendar has, are for the slower ways, which know how to tell cells apart.
    """
    places = _places(pattern)
    width = sum(n for _, _, n in places)
    if not places or not len(column) or column.null_count:
        return None
    lengths = pc.min_max(pc.binary_length(column)).as_py()
    # A sign and up to six digits behind the seconds are parts of a second.
    behind = lengths["max"] - width
    if lengths["min"] != lengths["max"] or not (behind == 0 or 2 <= behind <= _MOST_BEHIND):
        return None
    if behind and not pattern.endswith("%S"):
        return None
    signs = np.concatenate([_signs(chunk, width + behind) for chunk in column.chunks])
    micro = np.zeros(len(signs), np.int64)
    if behind:
        digits = signs[:, width + 1 :] - np.uint8(ord("0"))
        if (digits > 9).any() or not np.isin(signs[:, width], (ord("."), ord(","))).all():
            return None
        micro = digits.astype(np.int64) @ 10 ** np.arange(5, 5 - (behind - 1), -1)
    parts: dict[str, NDArray[np.int64]] = {}
    for what, begin, n in places:
        cut = signs[:, begin : begin + n]
        if what not in _WIDTHS:
            if (cut != ord(what)).any():
                return None
            continue
        digits = cut - np.uint8(ord("0"))  # what is no digit becomes a large number
        if (digits > 9).any():
            return None
        number = digits.astype(np.int64) @ 10 ** np.arange(n - 1, -1, -1)
        least, most = _LIMITS[what]
        if number.min() < least or number.max() > most:
            return None
        parts[what] = number
    months = ((parts["Y"] - 1970) * 12 + parts["m"] - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (parts["d"] - 1)
    if (days.astype("datetime64[M]") != months).any():
        return None
    seconds = sum((parts[what] * size for what, size in _SECONDS.items() if what in parts), 0)
    return (days.astype("datetime64[s]") + seconds).astype("datetime64[us]") + micro.astype(
        "timedelta64[us]"
    )


def _places(pattern: str) -> list[tuple[str, int, int]]:
    """Return each part or sign of a pattern with its place and width; none for other patterns."""
    form = _FORM.fullmatch(pattern)
    if form is None or not {*form["day"]} >= {*"dmY"}:
        return []
    places: list[tuple[str, int, int]] = []
    at = 0
    for part, sign in re.findall(r"%(.)|(.)", pattern):
        width = _WIDTHS[part] if part else 1
        places.append((part or sign, at, width))
        at += width
    return places


def _signs(chunk: pa.StringArray, width: int) -> NDArray[np.uint8]:
    """Return the bytes of equally long cells, a row for each."""
    if not len(chunk):
        return np.empty((0, width), np.uint8)
    begin = int(np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset])
    data = np.frombuffer(chunk.buffers()[2] or b"", np.uint8)
    return data[begin : begin + len(chunk) * width].reshape(len(chunk), width)
