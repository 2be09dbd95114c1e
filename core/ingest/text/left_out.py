"""Sentences about the lines of a text that are no rows of its table. Knows no columns.

Whatever a file holds and a series does not is said with its count and its lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.ingest.settings import Reading
from core.ingest.text.clean import remark_pattern
from core.ingest.text.grid import Grid
from core.ingest.text.lines import count_lines, each_line

_NAMED = 5  # lines that are named one by one
_MARK = 5  # a remark's mark is shorter; a longer one is the header that stands again
_SHOWN = 30  # characters of a left-out line that are shown


@dataclass(eq=False)
class Remarks:
    """Takes remarks out of a text that comes in blocks of whole lines, and counts them."""

    reading: Reading
    line: int
    counts: dict[str, int] = field(default_factory=dict[str, int])
    first: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def take_out(self, block: bytes) -> bytes:
        """Return the block without its remarks."""
        at, line = 0, self.line

        def note(match: re.Match[bytes]) -> bytes:
            nonlocal at, line
            line += _ends(block[at : match.start()])
            at = match.start()
            text = match.group().strip().decode("utf-8", errors="replace")
            mark = max(filter(text.startswith, self.reading.remarks), key=len, default="")
            self.counts[mark] = self.counts.get(mark, 0) + 1
            first = self.first.setdefault(mark, [])
            if len(first) <= _NAMED:
                first.append(line)
            return b""

        left = remark_pattern(self.reading.remarks).sub(note, block)
        self.line += _ends(block)
        return left

    def notes(self) -> list[str]:
        """Return a sentence for each mark that was met."""
        notes: list[str] = []
        for mark, n in self.counts.items():
            where = say_lines(self.first[mark], n)
            if len(mark) < _MARK:
                what = "line that begins" if n == 1 else "lines that begin"
                notes.append(f"{n:,} {what} with '{mark.strip()}' left out as remarks ({where}).")
            else:
                notes.append(f"The header stands again {_times(n)}; left out ({where}).")
        return notes


def left_out(grid: Grid) -> list[str]:
    """Return sentences about the lines around the rows."""
    reading = grid.reading
    above = list(each_line(grid.content, 0, grid.start))
    last = grid.first_line - 1
    units = last - reading.skip_below if reading.units_row else 0
    between = [*range(units - reading.units_line + 1, units)] if units else []
    between += range(last - reading.skip_below + 1, last + 1)
    notes = [
        *_said("above the table", above, range(1, reading.skip_lines + 1)),
        *_said("between the header and the rows", above, between),
    ]
    notes += [f"Column '{name}' of the header has no cells; left out." for name in grid.unfilled]
    if grid.empty_end:
        total = count_lines(grid.content, 0, grid.stop)
        lines = range(total + 1, total + grid.empty_end + 1)
        what = "row holds" if grid.empty_end == 1 else "rows hold"
        notes.append(
            f"{grid.empty_end:,} {what} nothing but separators; left out "
            f"({say_lines(lines, grid.empty_end)})."
        )
    if reading.skip_end:
        total = count_lines(grid.content, 0, len(grid.content))
        below = list(each_line(grid.content, grid.below, len(grid.content)))
        number = total - len(below) + 1
        notes += _said("below the table", below, range(number, total + 1), number)
    return notes


def say_lines(lines: Sequence[int], n: int) -> str:
    """Name lines: all in a row by their ends, else the first few; `n` is how many there are."""
    if n == 1:
        return f"line {lines[0]:,}"
    if len(lines) == n and lines[-1] - lines[0] == n - 1:
        return f"lines {lines[0]:,} to {lines[-1]:,}"
    named = ", ".join(f"{line:,}" for line in lines[:_NAMED])
    return f"lines {named}" + (f" and {n - _NAMED:,} more" if n > _NAMED else "")


def _said(place: str, texts: list[bytes], lines: Sequence[int], first: int = 1) -> list[str]:
    """Tell which of the lines hold a text, and show the first."""
    there = [k for k in lines if k - first < len(texts) and texts[k - first].strip()]
    if not there:
        return []
    text = texts[there[0] - first].strip().decode("utf-8", errors="replace")
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    what = "line" if len(there) == 1 else "lines"
    where = say_lines(there, len(there))
    return [f"{len(there):,} {what} {place} left out ({where}, beginning with '{shown}')."]


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"


def _ends(block: bytes) -> int:
    return block.count(b"\n") or block.count(b"\r")
