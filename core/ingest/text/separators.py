"""What cuts the lines of a text into cells: every candidate is tried, the evenest cut wins."""

import csv
import re
from collections import Counter
from dataclasses import dataclass, replace

from core.ingest.cells import is_number, is_value
from core.ingest.settings import (
    BLANKS,
    FIXED,
    ONE_COLUMN,
    QUOTED_LINES,
    ROW_OF,
    WIDE_BLANKS,
    Reading,
)
from core.ingest.text.clean import CUT, clean, delimiter, dialect
from core.ingest.text.source import MAX_BYTES

# An unclosed quote can make one cell of a whole file; the default limit would stop with an error.
csv.field_size_limit(MAX_BYTES)
SEPARATOR_NAMES = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    BLANKS: "blanks",
    WIDE_BLANKS: "two blanks or more",
    FIXED: "fixed columns",
    ONE_COLUMN: "none (one column)",
    "^": "caret ^",
    "~": "tilde ~",
    ":": "colon",
    "\x01": "control character 1",
    "\x02": "control character 2",
    "\x1e": "record separator",
    "\x1f": "unit separator",
    "!": "!", "#": "#", "$": "$", "%": "%", "&": "&", "*": "*", "/": "/", "=": "=", "@": "@",
    "\\": "\\", "_": "_", "§": "§", "¦": "¦", "¤": "¤", "¬": "¬", "·": "·", "•": "•",
    "||": "||", "::": "::", ";;": ";;", "|;|": "|;|", "~|~": "~|~", "->": "->", "=>": "=>",
}  # fmt: skip
_USUAL = (";", "\t", "|", ",", BLANKS)
_UNUSUAL = tuple(s for s in SEPARATOR_NAMES if s not in (*_USUAL, ONE_COLUMN, FIXED))
SEPARATOR_NAMES.update({", ": "comma and blank", "; ": "semicolon and blank"})
SEPARATOR_NAMES.update({ROW_OF + s: f"one line, {SEPARATOR_NAMES[s]}" for s in _USUAL})
SEPARATOR_NAMES.update(
    {QUOTED_LINES + s: f"quoted lines, {SEPARATOR_NAMES[s]}" for s in _USUAL[:4]}
)
_DAY_AND_COUNT = re.compile(r"^\S+ \d{1,2}$")
_LONG_ROW = 30  # cells of the only line of a file that make them samples and not channels
_TEXT = 0.5  # what a cell of plain text counts beside one of data
_IN_TEXTS = frozenset("!#$%&*/=@\\_")
_FEW = 20  # lines that can decide
_PENALTY = 0.9  # what an unusual separator must make good by a clearly better cut
_GOOD = 0.97  # a cut that is so good that nothing unusual is tried


@dataclass(frozen=True)
class Cut:
    """A way to cut lines into cells, with its evidence.

    Attributes:
        even: share of the lines that have the usual number of cells.
        data: share of those lines' cells that look like data.
    """

    separator: str
    because: str
    score: float
    width: int
    starts: tuple[int, ...] = ()
    even: float = 0.0
    data: float = 0.0


def split_lines(lines: list[str], reading: Reading) -> list[list[str]]:
    """Split lines into cells; empty lines give no row."""
    if reading.separator == ONE_COLUMN:
        return [[line.strip().strip('"')] for line in lines if line.strip()]
    if reading.separator.startswith(ROW_OF):
        cells = (clean(line.encode(), reading).decode().split("\n") for line in lines)
        return [[cell] for row in cells for cell in row if cell.strip()]
    if delimiter(reading.separator) != reading.separator or reading.separator in (BLANKS, CUT):
        lines = [_cleaned(line, reading) for line in lines if line.strip()]
    return [row for row in csv.reader(lines, **dialect(reading)) if row]


def find_separator(lines: list[str], quote: str) -> Cut:
    """Choose the separator that cuts most lines alike into cells that look like data."""
    base = Reading(quote='"' if quote == '"' else "'" if quote else "")
    best = _best(lines, base)
    if best.even < 0.9 and len(lines) >= 2 * _FEW:
        # A long preamble outvotes the rows: what stands further below decides.
        best = _best(lines[len(lines) // 2 :], base)
    wrapped = [line.strip() for line in lines]
    if best.score < _GOOD and all(w[:1] == w[-1:] == '"' and len(w) > 2 for w in wrapped):
        inner = _best([line[1:-1].replace('""', '"') for line in wrapped], base)
        if inner.score > best.score and QUOTED_LINES + inner.separator in SEPARATOR_NAMES:
            because = f"each line is quoted as a whole; {inner.because}"
            return replace(inner, separator=QUOTED_LINES + inner.separator, because=because)
    if len(lines) == 1 and best.width >= _LONG_ROW and ROW_OF + best.separator in SEPARATOR_NAMES:
        because = f"the only line holds {best.width:,} numbers: one sample each"
        return replace(best, separator=ROW_OF + best.separator, because=because, width=1)
    return best


def _best(lines: list[str], base: Reading) -> Cut:
    """Try all separators on lines."""
    one = sum(_single(line) for line in lines) / max(1, len(lines))
    best = Cut(ONE_COLUMN, "every line is a single cell", one, 1, even=1.0)
    for separator in _USUAL:
        best = max(best, _try(lines, base, separator, 1.0), key=lambda cut: cut.score)
    if best.separator == BLANKS:
        # Blanks stand inside times and names; tabs that cut all lines alike stand for nothing else.
        tabs = _try(lines, base, "\t", 1.0)
        best = tabs if tabs.even == 1 else best
    if best.score < _GOOD:
        text = "\n".join(lines)
        for separator in _UNUSUAL:
            if separator in text:
                cut = _try(lines, base, separator, _PENALTY)
                best = max(best, cut, key=lambda cut: cut.score)
        for separator in (", ", "; "):
            if separator + '"' in text and best.separator == separator[0]:
                # Parsers know no blank in front of a quote.
                cut = _try(lines, base, separator, 1.0)
                best = max(best, cut, key=lambda cut: cut.score)
    if best.separator in (ONE_COLUMN, BLANKS, WIDE_BLANKS) and (
        best.score < _GOOD or best.even < 1
    ):
        wide = _try(lines, base, WIDE_BLANKS, _PENALTY)
        for cut in sorted((wide, _fixed_columns(lines)), key=lambda cut: -cut.even):
            # Blanks inside names or empty cells: columns that stand apart fit more lines.
            fits = cut.even > best.even and cut.data >= best.data - 0.2 and cut.width > 1
            if cut.score > best.score or (best.separator == BLANKS and fits):
                best = cut
                break
    return best


def _try(lines: list[str], base: Reading, separator: str, factor: float) -> Cut:
    """Cut with one separator and judge what comes out."""
    rows = split_lines(lines, base.model_copy(update={"separator": separator}))
    if not rows:
        return Cut(separator, "", 0, 1)
    width, alike = _usual_width(rows)
    if width < 2 or alike / len(rows) < 0.5:
        return Cut(separator, "", 0, width)
    even = alike / len(rows)
    data = _goodness([row for row in rows if len(row) == width])
    if separator in _IN_TEXTS and (even < 1 or _goodness(rows[1:]) < 0.95):
        return Cut(separator, "", 0, width)  # a mark that often stands inside cells
    score = factor * even * (0.2 + 0.8 * data)
    because = f"it cuts {alike} of {len(rows)} lines into {width} cells"
    return Cut(separator, because, score, width, even=even, data=data)


def _goodness(rows: list[list[str]]) -> float:
    """Return how much cells look like data, 0 to 1; a text that another mark would cut does not."""
    cells = [cell for row in rows for cell in row]
    good = sum(
        1.0 if is_value(cell) else 0.0 if any(mark in cell for mark in ";\t|,") else _TEXT
        for cell in cells
    )
    return good / max(1, len(cells))


def _usual_width(rows: list[list[str]]) -> tuple[int, int]:
    """Return the most common number of cells, and how many rows have it."""
    return Counter(map(len, rows)).most_common(1)[0]


def _single(line: str) -> bool:
    """Say whether a line is one cell of data: a comma is its decimal mark or cuts cells."""
    if _DAY_AND_COUNT.search(line):
        return False  # a day and a number, unless something else says that it is an hour
    return is_number(line, ",") or (is_value(line) and not any(s in line for s in ",;\t|"))


def _fixed_columns(lines: list[str]) -> Cut:
    """Find columns that stand at the same positions in all lines, with blanks between them."""
    data = [line.expandtabs() for line in lines if sum(map(str.isdigit, line)) * 4 >= len(line)]
    data = [line for line in data if len(line) * 2 > max(map(len, data))]
    if len(data) < 3 or len(data) * 2 < len(lines) or any("\t" in line for line in lines):
        return Cut(FIXED, "", 0, 1)
    width = max(map(len, data))
    filled = [any(k < len(line) and line[k] != " " for line in data) for k in range(width)]
    begins = [k for k in range(width) if filled[k] and (k == 0 or not filled[k - 1])]
    ends = [k + 1 for k in range(width) if filled[k] and (k + 1 == width or not filled[k + 1])]
    if len(begins) < 2:
        return Cut(FIXED, "", 0, 1)
    others = [line for line in lines if line not in data]
    starts = [0]
    for gap, begin in zip(ends[:-1], begins[1:], strict=True):
        # The border lies as far right as names and rows leave a blank in front of it, so that
        # numbers that grow to the left are not cut.
        free = [
            k for k in range(begin, gap, -1) if all(line[k - 1 : k] in ("", " ") for line in others)
        ]
        starts.append(free[0] if free else begin)
    reading = Reading(separator=FIXED, starts=tuple(starts))
    rows = split_lines(lines, reading)
    cells = [cell for row in rows for cell in row]
    even = sum(len(row) == len(starts) for row in rows) / len(rows)
    share = _goodness([cells])
    because = f"{len(starts)} columns begin at the same positions in all lines"
    score = _PENALTY * even * (0.2 + 0.8 * share)
    return Cut(FIXED, because, score, len(starts), tuple(starts), even, share)


def _cleaned(line: str, reading: Reading) -> str:
    return re.sub(r"[\r\n]+", " ", clean(line.encode(), reading).decode())
