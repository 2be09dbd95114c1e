"""Records of a text: lines that one quoted cell runs over, cut into cells. Judges nothing."""

import re
from dataclasses import dataclass

from core.ingest.cells import is_missing, is_value
from core.ingest.settings import ONE_COLUMN, Reading
from core.ingest.text.separators import split_lines

RULER = re.compile(r"[-=+_:|*~ \t,;.]*")


@dataclass(frozen=True)
class Line:
    """A record of the text: its 0-based line, its text, and how many lines it spans."""

    number: int
    text: str
    span: int = 1


def records(lines: list[str], quote: str) -> list[Line]:
    """Join lines that a quoted cell of a few lines runs over."""
    found: list[Line] = []
    position = 0
    while position < len(lines):
        span = 1
        if quote and lines[position].count(quote) % 2:
            for more in range(2, min(21, len(lines) - position + 1)):
                if lines[position + more - 1].count(quote) % 2:
                    span = more
                    break
        text = "\n".join(lines[position : position + span])
        found.append(Line(position, text, span))
        position += span
    return found


def cells_of(line: Line, reading: Reading) -> list[str]:
    """Cut one record; a mark in front of names is no part of them."""
    text = line.text
    for mark in reading.remarks:
        if text.lstrip().startswith(mark):
            text = text.lstrip().lstrip(mark + " ")
            break
    if reading.separator == ONE_COLUMN:
        return [text.strip().strip('"')] if text.strip() else []
    rows = split_lines(text.splitlines(keepends=True), reading)
    return [cell.strip() for cell in rows[0]] if rows else []


def value_columns(rows: list[list[str]], width: int) -> list[int]:
    """Return the columns that mostly hold data, the first of them first."""
    body = rows[len(rows) * 2 // 3 :]
    found: list[int] = []
    for k in range(width):
        cells = [row[k] for row in body if not is_missing(row[k])]
        if cells and sum(map(is_value, cells)) * 2 >= len(cells):
            found.append(k)
    return found


def is_marked(line: Line, reading: Reading) -> bool:
    return bool(reading.remarks) and line.text.lstrip().startswith(reading.remarks)
