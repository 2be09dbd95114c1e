"""The first and the last rows of a text table, cut into cells, with their lines."""

from dataclasses import dataclass

from core.errors import DataError
from core.ingest.settings import ROW_OF, Reading
from core.ingest.text.filebytes import Content
from core.ingest.text.grid import Grid
from core.ingest.text.records import records
from core.ingest.text.sniff import sample_lines, split_lines

_HEAD_ROWS, _TAIL_ROWS = 300, 100


@dataclass(frozen=True)
class Rows:
    """Sampled rows of the table's width; the first `head` follow each other.

    Attributes:
        cells, lines: each row's cells and the 1-based line at which it begins.
        head: how many rows stand at the start of the file.
    """

    cells: list[list[str]]
    lines: list[int]
    head: int


def sample_rows(name: str, text: Content, grid: Grid, reading: Reading) -> Rows:
    """Return the sampled rows that have a cell for each column.

    Raises:
        DataError: if there is none, with the first row's line.
    """
    head, tail = sample_lines(text)
    first = head[grid.first_line - 1 :]
    last_line = _n_lines(text)
    if not tail:
        first = first[: len(first) - reading.skip_end]
    rows = _cut(first, grid.first_line, reading)
    last = _cut(tail[: len(tail) - reading.skip_end], last_line - len(tail) + 1, reading)
    width = len(grid.names)
    begin = [row for row in rows[:_HEAD_ROWS] if len(row[1]) == width]
    end = [row for row in (rows[_HEAD_ROWS:] + last)[-_TAIL_ROWS:] if len(row[1]) == width]
    chosen = begin + end
    if not chosen:
        line, cells = next(iter(rows), (grid.first_line, []))
        raise DataError(
            f"no row of '{name}' has the {width} cells that the header promises: line {line:,} has "
            f"{len(cells)}. Choose another separator, or correct the lines above the table"
        )
    return Rows([row[1] for row in chosen], [row[0] for row in chosen], len(begin))


def _cut(lines: list[str], first: int, reading: Reading) -> list[tuple[int, list[str]]]:
    """Cut lines into rows with the line of each; blank lines and remarks give none."""
    marks = reading.remarks or ("\0",)
    found: list[tuple[int, list[str]]] = []
    for record in records(lines, reading.quote):
        if record.text.lstrip().startswith(marks) or not record.text.strip():
            continue
        rows = split_lines(record.text.splitlines(keepends=True), reading)
        # One line may hold all samples; otherwise a record is one row.
        rows = rows if reading.separator.startswith(ROW_OF) else rows[:1]
        found += [(first + record.number, row) for row in rows]
        if len(found) > 10 * (_HEAD_ROWS + _TAIL_ROWS):
            break
    return found


def _n_lines(text: Content) -> int:
    """Count the lines of a text, in blocks when it lies in a file."""
    step, ends = 16 * 2**20, 0
    for begin in range(0, len(text), step):
        block = bytes(text[begin : begin + step])
        ends += block.count(b"\n")
        if b"\r" in block:
            ends += block.count(b"\r") - block.count(b"\r\n")
    return ends + (bytes(text[-1:]) not in (b"\n", b"\r"))
