"""Where the table lies inside a text: column names, offset of the body, line of each row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import DataError
from core.ingest.names import COMMENTS
from core.ingest.settings import ONE_COLUMN, Reading
from core.ingest.text.clean import is_remark
from core.ingest.text.filebytes import Content
from core.ingest.text.lines import each_line, line_end
from core.ingest.text.separators import split_lines

_LONGEST_MARK = 5  # a longer remark is the header itself, standing again among the rows
_PLAIN = (",", ";", "\t", "|")
_MOST_LINES = 20  # lines that one quoted record of the header may take
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
        stop: offset behind the last data row.
        below: offset at which the lines below the table begin.
        unfilled: a name at the header's end that rows have no cell for.
        empty_end: how many rows of nothing but separators stand between the two.
        reading: how the text is cut.
        keep_empty: True when an empty line is a row (a file of one column).
        renamed: names that occurred twice or were empty, as they were made unique.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    content: Content
    start: int
    stop: int
    first_line: int
    reading: Reading
    keep_empty: bool
    renamed: tuple[str, ...]
    below: int = 0
    empty_end: int = 0
    unfilled: tuple[str, ...] = ()


def find_grid(name: str, content: Content, reading: Reading) -> Grid:
    """Find names and body of a UTF-8 text.

    Raises:
        DataError: if no row of data follows.
    """
    offset, number = 0, 0
    for _ in range(reading.skip_lines):
        _, offset, number = _record(content, offset, number, "")
    head_line = number + 1
    rows: list[list[str]] = []
    n_head = reading.header_lines if reading.header else 0
    for k in range(n_head + reading.units_row):
        for _ in range(reading.units_line - 1 if k == n_head else 0):
            _, offset, number = _record(content, offset, number, "")
        # Names may hold line ends inside quotes, as spreadsheets write them.
        record, offset, number = _record(content, offset, number, reading.quote)
        rows.append(_cells(record, reading))
    for _ in range(reading.skip_below):
        _, offset, number = _record(content, offset, number, "")
    below = _without_last(content, reading.skip_end)
    stop, empty_end = _without_empty(content, offset, below, reading.separator)
    first_row = _first_row(content, offset, stop, reading)
    if not first_row.strip():
        what = "a header but no rows below it" if reading.header else f"nothing below line {number}"
        raise DataError(
            f"'{name}' has {what} ({number} {'line' if number == 1 else 'lines'} in all), so there "
            "are no values to plot. Check the export, or correct the lines above the table"
        )
    first = _cells(first_row, reading)
    head = _joined(rows[:n_head])
    if len(first) == len(head) + 1 and head:
        # Rows that end in a separator, or begin with a row name that has no header (as R writes).
        head = [*head, ""] if first[-1] == "" else ["", *head]
    unfilled = len(head) == len(first) + 1 and head[-1].lower() in COMMENTS
    more = tuple(head[len(first) :]) if unfilled else ()
    head = head[: len(first)] if more else head
    names, renamed = unique_names(head or [""] * len(first), numbered=not reading.header)
    if reading.header and not any(rows[:n_head]):
        raise DataError(
            f"line {head_line} of '{name}' should hold the column names but is "
            "empty. Correct the number of lines above the table"
        )
    units = rows[-1] if reading.units_row else []
    return Grid(
        names=names,
        units=tuple(f"{u:.20}".strip("[]() ") for u in [*units, *[""] * len(names)][: len(names)]),
        content=content,
        start=offset,
        stop=stop,
        first_line=number + 1,
        reading=reading,
        keep_empty=reading.separator == ONE_COLUMN,
        renamed=renamed,
        below=below,
        empty_end=empty_end,
        unfilled=more,
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


def _record(content: Content, offset: int, number: int, quote: str) -> tuple[bytes, int, int]:
    """Return the line at `offset`, where the next begins, and how many lines are behind it.

    With a quote given, a line that leaves one open takes the following lines in.
    """
    begin = offset
    record = b""
    for _ in range(_MOST_LINES):
        end = line_end(content, offset)
        stop, offset = end or (len(content), len(content))
        number += 1
        record = content[begin:stop]
        if not quote or record.count(quote.encode()) % 2 == 0 or not end:
            break
    return record, offset, number


def _without_last(content: Content, n_lines: int) -> int:
    """Return the offset at which the last `n_lines` lines begin; blank lines count."""
    stop = len(content)
    for _ in range(n_lines):
        tail = content[max(0, stop - 65_536) : stop]
        end = re.search(rb"(?:\r\n|\n|\r)?[^\r\n]*(?:\r\n|\n|\r)?\Z", tail)
        first = end.start() if end else 0
        mark = _LINE_END.match(tail, first)
        if mark is not None and mark.end() < len(tail):
            first = mark.end()  # the line end before belongs to the line above
        stop = stop - len(tail) + first
    return stop


def _without_empty(content: Content, start: int, stop: int, separator: str) -> tuple[int, int]:
    """Return where the rows end before those of nothing but separators, and how many those are."""
    if separator not in _PLAIN:
        return stop, 0
    row = re.compile(rb"(?:[ \t\"]|" + re.escape(separator.encode()) + rb")*(?:\r\n|\n|\r|\Z)")
    found, end = 0, stop
    while end > start:
        begin = _line_start(content, start, end)
        line = content[begin:end]
        if not row.fullmatch(line):
            break
        if separator.encode() in line:
            found, stop = found + 1, begin
        end = begin
    return stop, found


def _line_start(content: Content, start: int, stop: int) -> int:
    """Return the offset at which the last line before `stop` begins."""
    size = 4096
    while True:
        first = max(start, stop - size)
        tail = content[first:stop]
        ends = [end.end() for end in _LINE_END.finditer(tail) if end.end() < len(tail)]
        if ends or first == start:
            return first + (ends[-1] if ends else 0)
        size *= 4


def _first_row(content: Content, start: int, stop: int, reading: Reading) -> bytes:
    """Return the first line that is a row, or nothing."""
    return next(
        (
            line
            for line in each_line(content, start, stop)
            if line.strip() and not is_remark(line, reading)
        ),
        b"",
    )


def _cells(line: bytes, reading: Reading) -> list[str]:
    for mark in reading.remarks:
        # The last remark may hold the names.
        if line.lstrip().startswith(mark.encode()) and len(mark) < _LONGEST_MARK:
            line = line.lstrip()[len(mark) :].lstrip(mark.encode() + b" ")
    reading = reading.model_copy(update={"remarks": ()})
    rows = split_lines(line.decode("utf-8", errors="replace").splitlines(keepends=True), reading)
    return [" ".join(cell.split()) for cell in rows[0]] if rows else []


def _joined(rows: list[list[str]]) -> list[str]:
    """Put lines of names together: a group stands once above the names that belong to it."""
    if not rows:
        return []
    if len(rows) == 1:
        return rows[0]
    width = max(map(len, rows))
    names = [""] * width
    for depth, row in enumerate(rows):
        group = ""
        for k in range(width):
            cell = row[k] if k < len(row) else ""
            # A merged cell of a spreadsheet stands in its first column alone.
            group = cell if cell or depth == len(rows) - 1 else group
            if group and group not in names[k].split(" "):
                names[k] = f"{names[k]} {group}".strip()
    return names
