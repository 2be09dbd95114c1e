"""Cells to float64, a block at a time: what is no number, and what float64 would round, is told."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.ingest.cells import MISSING
from core.ingest.columns.arrow import compute as pc

EXACT = 2**53  # from here on float64 does not know every whole number
_TRUTH = "holds true and false, stored as 1 and 0"


@dataclass(frozen=True, eq=False)
class Floats:
    """A block of a column as numbers.

    Attributes:
        values: (n,) float64, NaN where missing or no number.
        bad: positions and texts of cells that are no finite numbers.
        note: how the cells were taken, or nothing.
        n_rounded: whole numbers that float64 cannot hold exactly.
    """

    values: NDArray[np.float64]
    bad: list[tuple[int, str]]
    note: str = ""
    n_rounded: int = 0


def to_floats(column: pa.Array, decimal: str = ".", thousands: str = "") -> Floats:
    """Convert one block of cells, text or typed."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    note, bad = "", list[tuple[int, str]]()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        values, bad, note, whole = _from_texts(column, decimal, thousands)
        n_rounded = _rounded_texts(whole, values)
    else:
        if pa.types.is_boolean(column.type):
            column, note = column.cast(pa.uint8()), _TRUTH
        values = _floats(column)
        n_rounded = _rounded(column, values)
    infinite = np.flatnonzero(np.isinf(values))
    if len(infinite):
        bad = sorted([*bad, *((int(row), f"{values[row]}") for row in infinite)])
        values[infinite] = np.nan
    # One bit pattern for "missing", so that equal contents have equal hashes.
    values[np.isnan(values)] = np.nan
    return Floats(values, bad, note, n_rounded)


def _from_texts(
    column: pa.Array, decimal: str, thousands: str
) -> tuple[NDArray[np.float64], list[tuple[int, str]], str, pa.Array]:
    """Convert text cells; also returns them in the form that was converted."""
    if not thousands and (plain := _plainly(column, decimal)) is not None:
        return _floats(plain[0]), [], "", plain[1]
    texts = pc.utf8_trim_whitespace(column)
    texts = pc.if_else(pc.is_in(texts, pa.array(MISSING)), None, texts)
    if not thousands and (plain := _plainly(texts, decimal)) is not None:
        return _floats(plain[0]), [], "", plain[1]
    lower = pc.utf8_lower(texts)
    if set(lower.slice(0, 100).unique().to_pylist()) & {"true", "false"}:
        truth = pc.equal(lower, "true").cast(pa.uint8())
        if pc.all(pc.is_in(lower, pa.array(["true", "false", None]))).as_py():
            return _floats(truth), [], _TRUTH, lower.slice(0, 0)
    good = pc.fill_null(_is_number(texts, decimal, thousands), True)
    rows = np.flatnonzero(~good.to_numpy(zero_copy_only=False))
    bad = [(int(row), texts[int(row)].as_py()) for row in rows]
    plain_texts = pc.if_else(good, texts, None)
    if thousands:
        plain_texts = pc.replace_substring(plain_texts, thousands, "")
    if decimal == ",":
        plain_texts = pc.replace_substring(plain_texts, ",", ".")
    plain_texts = pc.utf8_ltrim(plain_texts, "+")
    return _floats(plain_texts.cast(pa.float64())), bad, "", plain_texts


def _plainly(texts: pa.Array, decimal: str) -> tuple[pa.Array, pa.Array] | None:
    """Convert cells that are plain numbers throughout, the common case; None when some are not."""
    if decimal == ",":
        # A point in a number would pass for the decimal mark once commas became points.
        if pc.any(pc.match_substring(texts, ".")).as_py():
            return None
        texts = pc.replace_substring(texts, ",", ".")
    try:
        return texts.cast(pa.float64()), texts
    except pa.ArrowInvalid:
        return None


def _is_number(texts: pa.Array, decimal: str, thousands: str) -> pa.Array:
    mark = "\\" + decimal
    pattern = rf"^[+-]?(\d+{mark}?\d*|{mark}\d+)([eE][+-]?\d+)?$"
    good = pc.match_substring_regex(texts, pattern)
    if not thousands:
        return good
    group = "\\" + thousands if thousands != " " else " "
    grouped = rf"^[+-]?\d{{1,3}}({group}\d{{3}})+({mark}\d*)?$"
    return pc.or_(good, pc.match_substring_regex(texts, grouped))


def _rounded(column: pa.Array, values: NDArray[np.float64]) -> int:
    """Count whole numbers of a typed column that became others."""
    if not pa.types.is_integer(column.type) or column.type.bit_width < 64:
        return 0
    large = np.abs(values) >= EXACT
    if not large.any():
        return 0
    there = column.filter(pa.array(large)).to_pylist()
    return sum(int(value) != number for value, number in zip(values[large], there, strict=True))


def _rounded_texts(texts: pa.Array, values: NDArray[np.float64]) -> int:
    """Count whole numbers in digits that became others."""
    large = np.abs(values) >= EXACT if len(texts) == len(values) else np.zeros(0, bool)
    if not large.any():
        return 0
    digits = pc.utf8_ltrim(texts.filter(pa.array(large)), "+")
    whole = pc.match_substring_regex(digits, r"^-?\d+$").to_numpy(zero_copy_only=False)
    pairs = zip(values[large][whole], digits.filter(pa.array(whole)).to_pylist(), strict=True)
    return sum(int(value) != int(text) for value, text in pairs if np.isfinite(value))


def _floats(column: pa.Array) -> NDArray[np.float64]:
    """Return a writable float64 copy with NaN for nulls."""
    numbers = column.cast(pa.float64(), safe=False)
    return np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
