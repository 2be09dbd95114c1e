"""A table as a stream of record batches: text through Arrow's parser, or a table with types.

Every column of a text stays text here, so that a cell which does not parse costs its block and not
a second reading of the file. At no time more than a few blocks are in memory.
"""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa
import pyarrow.csv as pacsv

from core.errors import DataError
from core.ingest.cells import MISSING
from core.ingest.text.clean import clean, delimiter, needs_cleaning
from core.ingest.text.filebytes import blocks
from core.ingest.text.grid import Grid
from core.ingest.text.left_out import Remarks
from core.ingest.text.lines import line_numbers
from core.ingest.text.quotes import Quoted, scan_quotes

_BLOCK = 2 * 2**20
_TYPED_ROWS = 2**17
_LINE_ENDS = re.compile(rb"[\r\n]")


@dataclass(eq=False)
class TextStream:
    """The rows of a text table; iterate once, then `bad_rows` and `notes` are complete.

    Attributes:
        share: how much of the text is behind the last block.
        bad_rows: source rows with a wrong number of cells, with what they hold.
        blank_rows: source rows that hold nothing but blanks, left out without a word.
        notes: sentences about how the text was cut.
    """

    name: str
    grid: Grid
    columns: list[str]
    share: float = 0.0
    bad_rows: list[tuple[int, str]] = field(default_factory=list)
    blank_rows: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield the wanted columns as text, null where a value is missing."""
        grid, reading = self.grid, self.grid.reading
        quotes = Quoted(0, ())
        if reading.quote:
            quotes = scan_quotes(
                grid.content, grid.start, grid.stop, reading.quote, delimiter(reading.separator)
            )
        for line in quotes.unclosed_lines[:1]:
            others = len(quotes.unclosed) - 1
            more = f" (and {others:,} more like it)" if others else ""
            self.notes.append(
                f"Line {grid.first_line + line:,}{more} opens a quote that nothing closes; the "
                "quote was read as a blank."
            )
        body = _Body(grid, quotes)
        n_rows = 0
        try:
            reader = pacsv.open_csv(
                pa.PythonFile(body, mode="r"),
                read_options=pacsv.ReadOptions(
                    column_names=list(grid.names), use_threads=False, block_size=_BLOCK
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=delimiter(reading.separator),
                    ignore_empty_lines=not grid.keep_empty,
                    quote_char=reading.quote or False,
                    newlines_in_values=quotes.n_inside > 0,
                    invalid_row_handler=self._collect,
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(self.columns, pa.string()),
                    include_columns=self.columns,
                    null_values=list(MISSING),
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
            for batch in reader:
                n_rows += batch.num_rows
                self.share = body.share
                yield batch
            self.notes += body.remarks.notes()
        except pa.ArrowInvalid as error:
            row = n_rows + len(self.bad_rows) + len(self.blank_rows)
            line = line_numbers(grid, [row])[row]
            raise DataError(
                f"'{self.name}' cannot be cut into rows from line {line:,} on ({error}); a row may "
                "be longer than any table's. Check the separator, the quotes and that line"
            ) from error

    def _collect(self, row: pacsv.InvalidRow) -> Literal["skip"]:
        """Note a row of a wrong width; rows are counted, as one thread reads them in order."""
        assert row.number is not None
        if not row.text.strip():
            self.blank_rows.append(row.number - 1)
            return "skip"
        cells = "1 cell" if row.actual_columns == 1 else f"{row.actual_columns} cells"
        self.bad_rows.append((row.number - 1, f"has {cells} instead of {row.expected_columns}"))
        return "skip"


class TypedStream:
    """The rows of a table with types."""

    def __init__(self, table: pa.Table) -> None:
        self.share = 0.0
        self._table = table

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield blocks of rows."""
        n_rows = 0
        for batch in self._table.to_batches(max_chunksize=_TYPED_ROWS):
            n_rows += batch.num_rows
            self.share = n_rows / self._table.num_rows
            yield batch


def ahead(stream: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield blocks while the next one is being cut in another thread."""
    blocks_left = iter(stream)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, blocks_left, None)
        while (block := waiting.result()) is not None:
            waiting = pool.submit(next, blocks_left, None)
            yield block


class _Body:
    """The rows' bytes as a file for Arrow: cleaned, without quotes that nothing closes."""

    def __init__(self, grid: Grid, quotes: Quoted) -> None:
        self.closed = False
        self._grid = grid
        self._unclosed = quotes.unclosed
        self._stop = _without_blank_end(grid) if grid.keep_empty else grid.stop
        self._at = grid.start
        self._waiting = b""
        self.remarks = Remarks(grid.reading, grid.first_line)
        self._plain = grid.reading.model_copy(update={"remarks": ()})

    @property
    def share(self) -> float:
        """How much of the rows was read, 0 to 1."""
        return (self._at - self._grid.start) / max(1, self._stop - self._grid.start)

    def read(self, n_bytes: int = -1) -> bytes:
        """Return the next bytes, at most `n_bytes`."""
        size = n_bytes if n_bytes > 0 else _BLOCK
        while not self._waiting and self._at < self._stop:
            self._waiting = self._next(size)
        got, self._waiting = self._waiting[:size], self._waiting[size:]
        return got

    def _next(self, size: int) -> bytes:
        begin, end = self._at, min(self._stop, self._at + size)
        block = self._grid.content[begin:end]
        if needs_cleaning(self._grid.reading) and end < self._stop:
            # Whole lines only: a line is cleaned as one.
            block, end = self._to_line_end(block, end)
        self._at = end
        if self._unclosed:
            block = _blanked(block, [at - begin for at in self._unclosed if begin <= at < end])
        if self._grid.reading.remarks:
            block = self.remarks.take_out(block)
        return clean(block, self._plain) if needs_cleaning(self._plain) else block

    def _to_line_end(self, block: bytes, end: int) -> tuple[bytes, int]:
        last = max(block.rfind(b"\n"), block.rfind(b"\r", 0, len(block) - 1))
        while last < 0 and end < self._stop:
            more = self._grid.content[end : min(self._stop, end + _BLOCK)]
            found = _LINE_ENDS.search(more)
            cut = found.end() if found else len(more)
            return block + more[:cut], end + cut
        return block[: last + 1], end - (len(block) - last - 1)

    def readable(self) -> bool:
        """Say yes: Arrow asks."""
        return True

    def seekable(self) -> bool:
        """Say no: the stream runs once."""
        return False

    def close(self) -> None:
        """Do nothing: the content belongs to the caller."""
        self.closed = True


def _blanked(block: bytes, places: list[int]) -> bytes:
    changed = bytearray(block)
    for place in places:
        changed[place : place + 1] = b" "
    return bytes(changed)


def _without_blank_end(grid: Grid) -> int:
    """Return where the last line of a one-column file ends: blank lines below are no samples."""
    stop = grid.stop
    while stop > grid.start:
        tail = grid.content[max(grid.start, stop - 65_536) : stop]
        kept = len(tail.rstrip())
        if kept:
            return stop - len(tail) + kept
        stop -= len(tail)
    return stop


def n_expected(grid: Grid) -> int:
    """Guess from the first rows how many there are; generously, as only filled memory counts."""
    _, head = next(iter(blocks(grid.content, grid.start, grid.stop, 2**20)), (0, b""))
    lines = head.count(b"\n") or head.count(b"\r")
    return int((grid.stop - grid.start) / max(1, len(head)) * lines * 1.1) + 1_024
