"""Which character stands around cells, and where a quote is opened that nothing closes."""

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.errors import DataError
from core.ingest.text.filebytes import Content, blocks

LONGEST = 100  # lines that one quoted cell may run over before its quote counts as unclosed


@dataclass(frozen=True)
class Quoted:
    """What the quotes of a text do to its line ends.

    Attributes:
        n_inside: line ends that stand inside quotes.
        unclosed: offsets of quotes that begin a cell and that nothing closes.
        unclosed_lines: the line of each, counted from the scan's start.
    """

    n_inside: int
    unclosed: tuple[int, ...]
    unclosed_lines: tuple[int, ...] = ()


def scan_quotes(content: Content, start: int, stop: int, quote: str, separator: str) -> Quoted:
    """Walk over a text and find quoted line ends, and quotes that are never closed.

    A quote opens a cell where one begins and closes it where one ends; others are plain text.
    """
    state = _Scan(start)
    for begin, block in blocks(content, start, stop):
        last = begin + len(block) == stop
        before = content[begin - 1 : begin] if begin > start else b"\n"
        after = b"\n" if last else content[begin + len(block) : begin + len(block) + 1]
        state.take(begin, before + block + after, quote, separator)
    return state.done()


class _Scan:
    """The state between blocks: the quote that is open, if any."""

    def __init__(self, start: int) -> None:
        self._open, self._open_line, self._inside = -1, 0, 0
        self._line, self._n_inside = 0, 0
        self._unclosed: list[tuple[int, int]] = []

    def take(self, begin: int, padded: bytes, quote: str, separator: str) -> None:
        """Take the next block with one byte before and one behind it."""
        data = np.frombuffer(padded, np.uint8)
        body = data[1:-1]
        ends = np.flatnonzero(body == ord("\n"))
        at = np.flatnonzero(body == ord(quote))
        if not len(at):
            self._lines(len(ends), 0)
            self._line += len(ends)
            return
        edges = np.zeros(256, bool)
        edges[[ord("\n"), ord("\r"), ord(separator)]] = True
        starts, stops = edges[data[at]], edges[data[at + 2]]
        # Empty cells ("") and quotes inside text change nothing.
        opens = starts & (data[at + 2] != ord(quote)) & ~stops
        lone = starts & stops
        empty = starts & (data[at + 2] == ord(quote)) & ~stops
        closes = stops & ~starts
        event = opens | closes | lone | empty
        place = np.searchsorted(ends, at)
        done = 0
        rows = zip(
            at[event].tolist(), place[event].tolist(), opens[event].tolist(),
            closes[event].tolist(), strict=True,
        )  # fmt: skip
        for position, line, opening, closing in rows:
            self._lines(line - done, self._line + done)
            done = line
            if self._open < 0:
                if not closing:
                    self._open, self._open_line = begin + position, self._line + line
                    self._inside = 0
            elif opening:
                self._never_closed()
                self._open, self._open_line, self._inside = begin + position, self._line + line, 0
            elif closing or self._inside == 0:
                self._n_inside += self._inside
                self._open = -1
        self._lines(len(ends) - done, self._line + done)
        self._line += len(ends)

    def _lines(self, n_lines: int, line: int) -> None:
        del line
        if self._open >= 0:
            self._inside += n_lines
            if self._inside > LONGEST:
                self._never_closed()

    def _never_closed(self) -> None:
        self._unclosed.append((self._open, self._open_line))
        self._open = -1

    def done(self) -> Quoted:
        """Return what was found once all blocks are taken."""
        if self._open >= 0:
            self._never_closed()
        return Quoted(
            self._n_inside,
            tuple(offset for offset, _ in self._unclosed),
            tuple(line for _, line in self._unclosed),
        )


def find_quote(name: str, head: list[str], body: list[str]) -> tuple[Literal['"', "'", ""], str]:
    """Return the quote character of a text and, when it is not the usual one, the reason.

    Raises:
        DataError: if cells are quoted and one quote is never closed, with its line.
    """
    text = "\n".join(body)
    if '"' not in text:
        single = _pairs(body, "'")
        if single:
            return "'", f"cells stand between ' in line {_first(head, chr(39))}"
        return '"', ""
    odd = [k for k, line in enumerate(head) if line.count('"') % 2]
    open_at = _unclosed(odd, len(head))
    if open_at is None:
        return '"', ""
    proper = _pairs([line for k, line in enumerate(head) if k not in odd], '"')
    if proper * 10 > len(body):
        raise DataError(
            f"line {open_at + 1:,} of '{name}' opens a quote (\") that no line below closes, so "
            "all that follows would be one cell. Close it, or read the file without quotes"
        )
    return (
        "",
        f'line {open_at + 1} holds a single " that nothing closes, so it is a plain character',
    )


def _unclosed(odd: list[int], n_lines: int) -> int | None:
    """Return the line of the first quote that is not closed within a few lines."""
    position = 0
    while position < len(odd):
        if position + 1 == len(odd) or odd[position + 1] - odd[position] > 20:
            return odd[position]
        position += 2
    del n_lines
    return None


def _pairs(lines: list[str], quote: str) -> int:
    """Count the lines that hold a cell between two quotes."""
    cell = re.compile(rf"(?:^|[;,\t| ]){quote}[^{quote}]*{quote}(?:[;,\t| ]|$)")
    return sum(bool(cell.search(line.strip())) for line in lines)


def _first(lines: list[str], quote: str) -> int:
    return next(k for k, line in enumerate(lines, 1) if quote in line)
