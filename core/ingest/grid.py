"""Where the table lies inside a text: column names, offset of the body, line of each row."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import DataError
from core.ingest.settings import BLANKS, ONE_COLUMN, Reading
from core.ingest.sniff import split_lines

_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True)
class Grid:
    """A text table that is found but not parsed.

    Attributes:
        names: unique column names, in the file's order.
        units: one unit per column, empty when the file has no row of units.
        content: the whole text in UTF-8.
        start: offset in `content` at which the data rows begin.
        first_line: 1-based line of the file at which they begin.
        separator: what cuts its cells.
        keep_empty: True when an empty line is a row (a file of one column).
        renamed: names that occurred twice or were empty, as they were made unique.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    content: bytes
    start: int
    first_line: int
    separator: str
    keep_empty: bool
    renamed: tuple[str, ...]


def find_grid(name: str, content: bytes, reading: Reading) -> Grid:
    """Find names and body of a UTF-8 text.

    Raises:
        DataError: if no row of data follows.
    """
    above = reading.skip_lines + reading.header + reading.units_row
    offset, lines = 0, list[bytes]()
    for _ in range(above):
        end = _LINE_END.search(content, offset)
        lines.append(content[offset : end.start() if end else len(content)])
        offset = end.end() if end else len(content)
    first_row = _first_row(content, offset)
    if not first_row.strip():
        what = "a header but no rows below it" if reading.header else f"nothing below line {above}"
        raise DataError(
            f"'{name}' has {what} ({above} {'line' if above == 1 else 'lines'} in all), so there "
            "are no values to plot. Check the export, or correct the lines above the table"
        )
    first = _cells(first_row, reading.separator)
    header = lines[reading.skip_lines] if reading.header else b""
    head = _cells(header.lstrip(b"# "), reading.separator)
    if len(first) == len(head) + 1 and head:
        # Rows that end in a separator, or begin with a row name that has no header (as R writes).
        head = [*head, ""] if first[-1] == "" else ["", *head]
    names, renamed = unique_names(head or [""] * len(first), numbered=not reading.header)
    if not names:
        raise DataError(
            f"line {reading.skip_lines + 1} of '{name}' should hold the column names but is "
            "empty. Correct the number of lines above the table"
        )
    units = _cells(lines[-1], reading.separator) if reading.units_row else []
    return Grid(
        names=names,
        units=tuple(f"{u:.20}".strip("[]() ") for u in [*units, *[""] * len(names)][: len(names)]),
        content=content,
        start=offset,
        first_line=above + 1,
        separator=reading.separator,
        keep_empty=reading.separator == ONE_COLUMN,
        renamed=renamed,
    )


def unique_names(
    head: Sequence[str], numbered: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return unique, non-empty names and those that had to be made up."""
    names: list[str] = []
    renamed: list[str] = []
    for position, cell in enumerate(head, start=1):
        wanted = " ".join(cell.split()) or f"column {position}"
        name, copy = wanted, 2
        while name in names:
            name, copy = f"{wanted} ({copy})", copy + 1
        if name != " ".join(cell.split()) and not numbered:
            renamed.append(name)
        names.append(name)
    return tuple(names), tuple(renamed)


def single_blanks(body: bytes) -> bytes:
    """Turn runs of blanks into one, and take them off the ends of lines."""
    text = re.sub(rb"[ \t]+", b" ", body)
    return re.sub(rb"(?m)^ | $| (?=\r)", b"", text)


def line_numbers(grid: Grid, rows: Sequence[int]) -> dict[int, int]:
    """Return the 1-based line at which each 0-based data row begins.

    Walks the text once, so it is called only when something must be reported.
    """
    wanted, last = set(rows), max(rows, default=-1)
    found: dict[int, int] = {}
    texts = (
        line.decode("utf-8", errors="replace").strip(" ")
        for line in _lines(grid.content, grid.start)
    )
    # The csv module knows that a quoted cell may run over several lines.
    reader = csv.reader((f"{text}\n" for text in texts), delimiter=delimiter(grid.separator))
    row, begin = 0, grid.first_line
    for cells in reader:
        if cells or grid.keep_empty:
            if row in wanted:
                found[row] = begin
            row += 1
        begin = grid.first_line + reader.line_num
        if row > last:
            break
    # Quotes in odd places may be counted differently here and there: then the last line is named.
    return {row: found.get(row, begin) for row in wanted}


def _lines(content: bytes, start: int) -> Iterator[bytes]:
    """Yield lines from `start` on without copying the whole text."""
    while start < len(content):
        end = _LINE_END.search(content, start)
        yield content[start : end.start() if end else len(content)]
        start = end.end() if end else len(content)


def _first_row(content: bytes, start: int) -> bytes:
    """Return the first line that is not empty, or nothing."""
    return next((line for line in _lines(content, start) if line.strip()), b"")


def _cells(line: bytes, separator: str) -> list[str]:
    rows = split_lines([line.decode("utf-8", errors="replace")], separator)
    return [cell.strip() for cell in rows[0]] if rows else []


def delimiter(separator: str) -> str:
    """Return the single character that cuts cells once `single_blanks` has run."""
    # A unit separator (ASCII 31) occurs in no text, so a line stays one cell.
    return {ONE_COLUMN: "\x1f", BLANKS: " "}.get(separator, separator)
