"""Lines of a text of any size: where they end, and at which line a row of the table begins."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from core.ingest.settings import ROW_OF, Reading
from core.ingest.text.clean import clean, delimiter, dialect, is_remark, needs_cleaning
from core.ingest.text.filebytes import BLOCK, Content, blocks
from core.ingest.text.quotes import scan_quotes

_LINE_END = re.compile(rb"\r\n|\n|\r")
_STEP = 2**18


class Body(Protocol):
    """Where the rows lie in a text."""

    @property
    def content(self) -> Content: ...
    @property
    def start(self) -> int: ...
    @property
    def stop(self) -> int: ...
    @property
    def first_line(self) -> int: ...
    @property
    def reading(self) -> Reading: ...
    @property
    def keep_empty(self) -> bool: ...


def line_end(content: Content, offset: int) -> tuple[int, int] | None:
    """Return where the line at `offset` ends and where the next begins; None for the last."""
    begin, size = offset, len(content)
    while begin < size:
        # One byte more, so that \r\n is never cut apart.
        block = content[begin : begin + _STEP + 1]
        found = _LINE_END.search(block)
        if found and (found.end() < len(block) or begin + len(block) >= size):
            return begin + found.start(), begin + found.end()
        begin += found.start() if found else max(1, len(block) - 1)
    return None


def each_line(content: Content, start: int, stop: int) -> Iterator[bytes]:
    """Yield the lines between two offsets, without their ends."""
    rest = b""
    for begin, block in blocks(content, start, stop, _STEP):
        text = rest + block
        if begin + len(block) < stop:
            cut = max(text.rfind(b"\n"), text.rfind(b"\r", 0, len(text) - 1)) + 1
        else:
            cut = len(text)
        at = 0
        while at < cut:
            end = _LINE_END.search(text, at, cut)
            yield text[at : end.start() if end else cut]
            at = end.end() if end else cut
        rest = text[cut:]


def count_lines(content: Content, start: int, stop: int) -> int:
    """Count the lines between two offsets; a last one without an end counts too."""
    ends, cut = 0, True
    for _, block in blocks(content, start, stop, BLOCK):
        ends += block.count(b"\n") or block.count(b"\r")
        cut = not block.endswith((b"\n", b"\r"))
    return ends + (cut and stop > start)


def line_numbers(body: Body, rows: Sequence[int]) -> dict[int, int]:
    """Return the 1-based line at which each 0-based data row begins.

    Walks the text once, so it is called only when something must be reported.
    """
    if not rows:
        return {}
    reading = body.reading
    if reading.separator.startswith(ROW_OF):
        return dict.fromkeys(rows, body.first_line)
    if body.keep_empty and not reading.remarks:
        return {row: body.first_line + row for row in rows}
    plain = not needs_cleaning(reading)
    if plain and (not reading.quote or not _quoted_ends(body)):
        return _counted(body, rows)
    return _walked(body, rows)


def _quoted_ends(body: Body) -> int:
    reading = body.reading
    mark = delimiter(reading.separator)
    return scan_quotes(body.content, body.start, body.stop, reading.quote, mark).n_inside


def _counted(body: Body, rows: Sequence[int]) -> dict[int, int]:
    """Count line ends in whole blocks: every line that is not empty is a row."""
    wanted = np.unique(np.asarray(rows, np.int64))
    found: dict[int, int] = {}
    row, line, before = 0, body.first_line, ord("\n")
    for begin, block in blocks(body.content, body.start, body.stop, BLOCK):
        after = body.content[begin + len(block) : begin + len(block) + 1]
        data = np.frombuffer(bytes([before]) + block + after, np.uint8)
        here = data[1 : len(block) + 1]
        following = np.append(data[2:], 0)[: len(block)]
        ends = (here == 10) | ((here == 13) & (following != 10))
        # A row begins where a line begins that is not empty.
        first = np.empty(len(block), bool)
        first[1:] = ends[:-1]
        first[0] = before in (10, 13)
        begins = np.flatnonzero(first & (here != 10) & (here != 13))
        inside = wanted[(wanted >= row) & (wanted < row + len(begins))]
        at = begins[inside - row]
        numbers = line + np.searchsorted(np.flatnonzero(ends), at)
        found |= dict(zip(inside.tolist(), numbers.tolist(), strict=True))
        row += len(begins)
        line += int(ends.sum())
        before = int(here[-1])
        if len(found) == len(wanted):
            break
    return {row: found.get(row, line) for row in rows}


def _walked(body: Body, rows: Sequence[int]) -> dict[int, int]:
    """Cut line after line as the csv module does: a quoted cell may run over several lines."""
    wanted, last = set(rows), max(rows, default=-1)
    found: dict[int, int] = {}
    reading, skipped = body.reading, set[int]()

    def texts() -> Iterator[str]:
        lines = each_line(body.content, body.start, body.stop)
        for number, line in enumerate(lines, start=1):
            if is_remark(line, reading):
                skipped.add(number)
                yield "\n"
            else:
                yield clean(line, reading).decode("utf-8", errors="replace").strip(" ") + "\n"

    reader = csv.reader(texts(), **dialect(reading))
    row, begin = 0, 0
    for cells in reader:
        if cells or (body.keep_empty and begin + 1 not in skipped):
            if row in wanted:
                found[row] = body.first_line + begin
            row += 1
        begin = reader.line_num
        if row > last:
            break
    # Quotes in odd places may be counted differently here and there: then the last line is named.
    return {row: found.get(row, body.first_line + begin) for row in wanted}
