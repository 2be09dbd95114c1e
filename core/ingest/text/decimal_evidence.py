"""What the whole file says where its first rows leave open if a comma is the decimal mark."""

import re

from core.ingest.text.filebytes import BLOCK, Content, blocks
from core.ingest.text.grid import Grid

_CELL = rb"(?<=[;\t|\n\r])[ \"']*[+-]?(%s)[ \"']*(?=[;\t|\n\r])"
# 12,5 or 1234,567: nobody groups digits so. 1,234,567 or 1,234.5: nobody writes decimals so.
_DECIMAL = re.compile(_CELL % rb"\d+,\d{1,2}|\d+,\d{4,}|\d{4,},\d+|0,\d+")
_GROUPED = re.compile(_CELL % rb"\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:,\d{3})+\.\d*|\d+\.\d+")


def decide_comma(text: Content, grid: Grid) -> tuple[str, str] | None:
    """Return (what the comma is: `decimal` or `thousands`, the evidence), or None if all fits."""
    if grid.reading.separator not in (";", "\t", "|"):
        return None
    line, rest = grid.first_line, b"\n"
    for begin, block in blocks(text, grid.start, grid.stop, BLOCK):
        piece = rest + block + (b"\n" if begin + len(block) >= grid.stop else b"")
        for what, pattern in (("decimal", _DECIMAL), ("thousands", _GROUPED)):
            if found := pattern.search(piece):
                before = rest.count(b"\n")
                at = line - before + piece.count(b"\n", 0, found.start(1))
                return what, f"'{found[1].decode()}' in line {at:,} can be nothing else"
        line += block.count(b"\n")
        rest = block[-64:]
    return None
