"""One column of JSON values to one Arrow array: numbers, text, true and false, or a mix."""
# pyright: basic
# What JSON holds and what Arrow makes of it have no static types.

import json
from typing import Any

import pyarrow as pa

_INT64 = 2**63


def to_arrow(cells: list[Any]) -> tuple[pa.Array, str]:
    """Return the cells as an array of one type, and a sentence when they were of several."""
    kinds = {type(cell) for cell in cells} - {type(None)}
    if not kinds:
        return pa.nulls(len(cells), pa.float64()), ""
    if kinds == {bool}:
        return pa.array(cells, pa.bool_()), ""
    if kinds == {int}:
        large = any(c is not None and not -_INT64 <= c < _INT64 for c in cells)
        return (_floats(cells), "") if large else (pa.array(cells, pa.int64()), "")
    if kinds <= {int, float}:
        return _floats(cells), ""
    if kinds <= {int, float, bool}:
        return _floats(cells), "mixes numbers with true and false, stored as 1 and 0"
    if kinds == {str}:
        return pa.array(cells, pa.string()), ""
    note = "mixes numbers and text" if kinds <= {str, int, float} else ""
    return pa.array([_text(cell) for cell in cells], pa.string()), note


def _floats(cells: list[Any]) -> pa.Array:
    try:
        return pa.array(cells, pa.float64())
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):  # large or mixed with truth
        return pa.array([None if c is None else _float(c) for c in cells], pa.float64())


def _float(cell: float) -> float:
    try:
        return float(cell)
    except OverflowError:  # a whole number beyond float64
        return float("inf") if cell > 0 else float("-inf")


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return repr(cell)
    return json.dumps(cell)
