"""Which of the lines above the rows hold names, and which hold units."""

import re

from core.ingest.cells import is_missing, is_value
from core.ingest.text.records import RULER

_UNIT = re.compile(
    r"[\[(<].{1,15}[\])>]|°.|%|[kKMmuµ]?(V|A|W|Wh|VA|var|Hz|Pa|bar|m|g|s|N|Nm|l|L|J|K|Ohm|Ω|S|F|H)"
    r"|deg.{0,3}|[CFK]|psi|rpm|1/.+|.+/(s|h|min|d|m2|m³|m3|l|kg|s2|s²)|sec|min|h|hPa|mbar|cm|km|ppm|ppb"
    r"|pH|dB\w?|lx|lux|bpm|TS|RN|[Vv]olts?|[Aa]mps?|mmHg|in\w*|ft|mph|U/min|t/h|-|hh:mm.*|mm/s|m\^.*|kn"
)


def names_among(rows: list[list[str]], width: int) -> tuple[int, int, int]:
    """Return which rows hold the names (first, how many) and how far below them units stand."""
    rulers = [bool(RULER.fullmatch("".join(row))) for row in rows]
    # A line of values (Start; 13.02.2024) names columns only when no other line does.
    plain = [k for k, row in enumerate(rows) if not any(c and is_value(c) for c in row)]
    for k in [*plain, *(k for k in range(len(rows)) if k not in plain)]:
        row = rows[k]
        filled = [cell for cell in row if cell]
        enough = len(filled) * 10 >= 8 * min(width, len(row)) or len(filled) >= len(row) - 1
        if not rulers[k] and enough and len(set(filled)) == len(filled):
            return k, 1, _units_below(rows, rulers, k)
    named = [k for k, row in enumerate(rows) if not rulers[k] and sum(map(bool, row)) > 1]
    if len(named) < 2:
        return (named or [0])[0], 1, 0
    last = named[-1]
    # Units repeat where names do not; with three rows or more the last one holds them.
    units = (len(named) > 2 and last == named[-2] + 1) or (
        _unit_share(rows[last]) > 0.5 and _unique_without(rows, named)
    )
    return named[0], (last if units else last + 1) - named[0], int(units)


def _units_below(rows: list[list[str]], rulers: list[bool], names: int) -> int:
    """Return how many rows below the names the units stand, 0 for none."""
    below = [
        k for k in range(names + 1, len(rows))
        if not rulers[k] and not any(is_value(c) and not is_missing(c) for c in rows[k])
    ]  # fmt: skip
    if not below:
        return 0
    best = max(below, key=lambda k: (_unit_share(rows[k]), -k))
    if _unit_share(rows[best]) < 0.4:
        best = below[0]
    return best - names


def _unit_share(row: list[str]) -> float:
    filled = [cell for cell in row if cell]
    return sum(bool(_UNIT.fullmatch(cell)) for cell in filled) / max(1, len(filled))


def _unique_without(rows: list[list[str]], named: list[int]) -> bool:
    above = [tuple(row) for row in zip(*(rows[k] for k in named[:-1]), strict=False)]
    return len(set(above)) == len(above)


def counted_names(rows: list[list[str]], width: int) -> str:
    """Say why the first row holds names although they look like data, or nothing."""
    first, body = rows[0], rows[1:]
    if (
        len(first) > 2
        and first == [str(k) for k in range(len(first))]
        and body
        and body[0] != first
    ):
        return "the first row counts the columns from 0"
    # A frame written with number names: an empty corner above a filled column.
    if first[0] == "" and width > 1 and body and all(r[0] for r in body if r):
        return "the first cell is empty above a filled column"
    return ""
