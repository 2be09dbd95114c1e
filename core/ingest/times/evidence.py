"""What the whole file says where its first rows leave two readings open: day and month."""

import re
from dataclasses import replace

from core.ingest.settings import BLANKS, ONE_COLUMN, Reading
from core.ingest.text.clean import clean, delimiter, needs_cleaning
from core.ingest.text.filebytes import Content
from core.ingest.text.grid import Grid
from core.ingest.text.lines import line_end
from core.ingest.times.guess_time import TimeGuess, day_evidence, settle

_BLOCK = 8 * 2**20
_MOST_DAYS = 5_000  # different days after which looking on tells nothing new
_FEW = 8
_DAY_PART = re.compile(r"%[dmbyY](?:[-/. ,]*%[dmbyY])*")


def decide_days(text: Content, grid: Grid, reading: Reading, guess: TimeGuess) -> TimeGuess:
    """Tell day and month apart by the whole column when the sampled cells fit both orders."""
    patterns = [guess.axis.format, *guess.others]
    if not guess.others or not any("%d" in p and "%m" in p for p in patterns):
        return guess
    days, lines = _different_days(text, grid, reading, grid.names.index(guess.axis.columns[0]))
    day_patterns = [_day_part(pattern) for pattern in patterns]
    if not days or not all(day_patterns):
        return guess
    start = guess.because.split("; ")[0]
    for pattern, day in zip(patterns, day_patterns, strict=True):
        decided = day_evidence(day, days, lines)
        if decided:
            return _settled(guess, pattern, f"{start}; {decided}", sure=True)
    chosen, sure, remark = settle(days, day_patterns)
    pattern = patterns[day_patterns.index(chosen)]
    if not sure:
        whole = f"{start}{remark}: no day of the {len(days):,} in the file is past the 12th"
        return _settled(guess, pattern, whole, sure=False)
    what = "day first" if chosen.index("%d") < chosen.index("%m") else "month first"
    example = f"line {lines[1]:,} goes on with '{days[1]}'" if len(days) > 1 else ""
    because = f"{start}; {what}: the other order would make the times jump ({example})"
    return _settled(guess, pattern, because, sure=True)


def _settled(guess: TimeGuess, pattern: str, because: str, *, sure: bool) -> TimeGuess:
    axis = guess.axis.model_copy(update={"format": pattern})
    return replace(guess, axis=axis, because=because, sure=sure, others=())


def _day_part(pattern: str) -> str:
    found = _DAY_PART.search(pattern)
    return found.group() if found else ""


def _different_days(
    text: Content, grid: Grid, reading: Reading, column: int
) -> tuple[list[str], list[int]]:
    """Return each different day of a column in the order of the file, with its first line."""
    before = _before(reading, column) + rb"[ \"'\[]*"
    cell = re.compile(before + rb"(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})")
    days: list[str] = []
    lines: list[int] = []
    known: set[bytes] = set()
    line, begin, stop = grid.first_line, grid.start, grid.stop
    while begin < stop and len(days) < _MOST_DAYS:
        end = _block_end(text, begin, stop)
        block = bytes(text[begin:end])
        # Remarks are no rows, but they are lines: only separators are made plain here.
        plain = reading.model_copy(update={"remarks": ()})
        cut = clean(block, plain) if needs_cleaning(plain) else block
        new = set(cell.findall(cut)) - known
        known |= new
        for at, day in _first_places(cut, cell, before, new):
            days.append(day.decode())
            lines.append(line + _line_ends(cut[:at]))
        if days and any(int(number) > 12 for number in _short_numbers(days[-1])):
            break
        line += _line_ends(block)
        begin = end
    return days, lines


def _first_places(
    block: bytes, cell: re.Pattern[bytes], before: bytes, new: set[bytes]
) -> list[tuple[int, bytes]]:
    """Return where each new day of a block stands first, in the order of the block."""
    if len(new) <= _FEW:  # one search for each is much less than a look at every line
        each = {day: re.search(before + b"(" + re.escape(day) + rb")(?!\d)", block) for day in new}
        return sorted((found.start(1), day) for day, found in each.items() if found)
    first: dict[bytes, int] = {}
    for found in cell.finditer(block):
        if found[1] in new:
            first.setdefault(found[1], found.start(1))
            if len(first) == len(new):
                break
    return [(at, day) for day, at in first.items()]


def _before(reading: Reading, column: int) -> bytes:
    """Return the pattern of what stands before a column's cell in a line."""
    if reading.separator == ONE_COLUMN or column == 0:
        return rb"(?m)^"
    mark = re.escape(b" " if reading.separator == BLANKS else delimiter(reading.separator).encode())
    return rb"(?m)^(?:[^" + mark + rb"\r\n]*" + mark + rb"){" + str(column).encode() + rb"}"


def _block_end(text: Content, begin: int, stop: int) -> int:
    """Return an offset about a block further at which a line begins."""
    end = min(stop, begin + _BLOCK)
    if end == stop:
        return stop
    found = line_end(text, end)
    return min(stop, found[1]) if found else stop


def _line_ends(block: bytes) -> int:
    return block.count(b"\n") or block.count(b"\r")


def _short_numbers(day: str) -> list[str]:
    return [number for number in re.findall(r"\d+", day) if len(number) < 3]
