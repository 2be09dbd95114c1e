"""Numbers that carry their unit in the cell: `12.5 °C`, `80%`, `$1,001.50`. Knows no files."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import re

import pyarrow as pa

from core.ingest.cells import MISSING, is_missing, is_number
from core.ingest.columns.arrow import compute as pc

_CURRENCY = "$€£¥"
_CELL = re.compile(
    rf"(?P<before>[{_CURRENCY}])?\s*(?P<number>[+-]?[\d.,' ]*\d[.,]?(?:[eE][+-]?\d+)?)\s*"
    r"(?P<after>[^\d\s.,:;/+\-][^\s:;]{0,9})?"
)


def split_unit(cell: str) -> tuple[str, str]:
    """Return a cell's number, as it is written, and its unit; the cell and nothing if none is."""
    found = _CELL.fullmatch(cell.strip())
    if not found or bool(found["before"]) == bool(found["after"]):
        return cell, ""
    return found["number"].strip(), found["before"] or found["after"]


def common_unit(cells: list[str], decimal: str, thousands: str) -> str:
    """Return the unit that nearly every cell carries behind a number, or nothing."""
    pairs = [split_unit(cell) for cell in cells if not is_missing(cell)]
    units = [unit for number, unit in pairs if unit and is_number(number, decimal, thousands)]
    if not units:
        return ""
    best = max(set(units), key=units.count)
    return best if units.count(best) * 10 >= 9 * len(pairs) else ""


def without_unit(column: pa.Array, unit: str) -> pa.Array:
    """Take the unit off texts; a cell without it, or with another one, is no number any more."""
    texts = pc.utf8_trim_whitespace(column)
    if unit in _CURRENCY:
        return _bare(unit, texts, pc.replace_substring_regex(texts, rf"^([+-]?)[{unit}] ?", r"\1"))
    bare = pc.utf8_rtrim_whitespace(pc.replace_substring_regex(texts, re.escape(unit) + "$", ""))
    return _bare(unit, texts, bare)


def _bare(unit: str, texts: pa.Array, bare: pa.Array) -> pa.Array:
    """Mark cells that did not carry the unit, so that they are shown as they stand."""
    missing = pc.is_in(texts, pa.array(MISSING))
    kept = pc.or_(pc.not_equal(texts, bare), missing)
    return pc.if_else(
        kept, bare, pc.binary_join_element_wise(texts, pa.scalar(f" (not in {unit})"), "")
    )
