"""Which character stands around cells, and where a quote is opened that nothing closes."""

import re
from dataclasses import dataclass

import numpy as np

from core.errors import DataError

_BLOCK = 8 * 2**20
LONGEST = 100  # lines that one quoted cell may run over before its quote counts as unclosed


@dataclass(frozen=True)
class Quoted:
    """What the quotes of a text do to its line ends.

    Attributes:
        n_inside: line ends that stand inside quotes.
        unclosed: 1-based line (from the scan's start) of a quote that nothing closes, or 0.
    """

    n_inside: int
    unclosed: int


def scan_quotes(content: bytes, start: int, stop: int, quote: str) -> Quoted:
    """Walk over quotes and line ends of a text, in blocks, without cutting it."""
    mark, inside, run, began, line, worst = ord(quote), 0, 0, 0, 0, 0
    odd = 0
    for begin in range(start, stop, _BLOCK):
        block = np.frombuffer(bytes(content[begin : min(stop, begin + _BLOCK)]), np.uint8)
        ends = np.flatnonzero(block == 10)
        quotes = np.flatnonzero(block == mark)
        parity = (np.searchsorted(quotes, ends) + odd) % 2
        odd = (odd + len(quotes)) % 2
        opened = np.flatnonzero(parity)
        inside += len(opened)
        if len(opened) == 0:
            run = 0
        else:
            run, began, worst = _runs(parity, line, run, began, worst)
        line += len(ends)
    if odd and not worst:
        worst = began if run else line + 1
    return Quoted(inside, worst)


def _runs(
    parity: np.ndarray[tuple[int], np.dtype[np.int64]], line: int, run: int, began: int, worst: int
) -> tuple[int, int, int]:
    """Follow runs of line ends inside quotes; return the run at the end and the worst so far."""
    edges = np.flatnonzero(np.diff(np.concatenate([[run > 0], parity, [0]]).astype(np.int8)))
    del edges
    closed = np.flatnonzero(parity == 0)
    previous = -1
    for at in [*closed.tolist(), len(parity)]:
        length = at - previous - 1 + (run if previous == -1 else 0)
        if length:
            first = began if previous == -1 and run else line + previous + 2
            if length > LONGEST and not worst:
                worst = first
            if at == len(parity):
                return length, first, worst
        previous = at
    return 0, 0, worst


def find_quote(name: str, head: list[str], body: list[str]) -> tuple[str, str]:
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
