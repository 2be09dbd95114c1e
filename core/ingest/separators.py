"""What cuts the lines of a text into cells: every candidate is tried, the evenest cut wins."""

import csv
import re
from collections import Counter
from dataclasses import dataclass

from core.ingest.cells import is_number, is_value
from core.ingest.clean import clean, delimiter, dialect
from core.ingest.settings import BLANKS, FIXED, ONE_COLUMN, WIDE_BLANKS, Reading
from core.ingest.source import MAX_BYTES

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
_PENALTY = 0.9  # what an unusual separator must make good by a clearly better cut
_GOOD = 0.97  # a cut that is so good that nothing unusual is tried


@dataclass(frozen=True)
class Cut:
    """A way to cut lines into cells, with its evidence."""

    separator: str
    because: str
    score: float
    width: int
    starts: tuple[int, ...] = ()


def split_lines(lines: list[str], reading: Reading) -> list[list[str]]:
    """Split lines into cells; empty lines give no row."""
    if reading.separator == ONE_COLUMN:
        return [[line.strip().strip('"')] for line in lines if line.strip()]
    if delimiter(reading.separator) != reading.separator or reading.separator == BLANKS:
        lines = [_cleaned(line, reading) for line in lines if line.strip()]
    return [row for row in csv.reader(lines, **dialect(reading)) if row]


def find_separator(lines: list[str], quote: str) -> Cut:
    """Choose the separator that cuts most lines alike into cells that look like data."""
    base = Reading(quote='"' if quote == '"' else "'" if quote else "")
    one = sum(_single(line) for line in lines) / max(1, len(lines))
    best = Cut(ONE_COLUMN, "every line is a single cell", one, 1)
    for separator in _USUAL:
        best = max(best, _try(lines, base, separator, 1.0), key=lambda cut: cut.score)
    if best.score < _GOOD:
        text = "\n".join(lines)
        for separator in _UNUSUAL:
            if separator in text:
                cut = _try(lines, base, separator, _PENALTY)
                best = max(best, cut, key=lambda cut: cut.score)
    if best.score < _GOOD and best.separator in (ONE_COLUMN, BLANKS, WIDE_BLANKS):
        best = max(best, _fixed_columns(lines), key=lambda cut: cut.score)
    return best


def _try(lines: list[str], base: Reading, separator: str, factor: float) -> Cut:
    """Cut with one separator and judge what comes out."""
    rows = split_lines(lines, base.model_copy(update={"separator": separator}))
    if not rows:
        return Cut(separator, "", 0, 1)
    width, alike = _usual_width(rows)
    if width < 2 or alike / len(rows) < 0.5:
        return Cut(separator, "", 0, width)
    cells = [cell for row in rows if len(row) == width for cell in row]
    # Cells of names are as good as data when nothing looks like data at all.
    data = sum(map(is_value, cells)) / len(cells)
    score = factor * alike / len(rows) * (0.2 + 0.8 * data)
    return Cut(separator, f"it cuts {alike} of {len(rows)} lines into {width} cells", score, width)


def _usual_width(rows: list[list[str]]) -> tuple[int, int]:
    """Return the most common number of cells, and how many rows have it."""
    return Counter(map(len, rows)).most_common(1)[0]


def _single(line: str) -> bool:
    """Say whether a line is one cell of data: a comma is its decimal mark or cuts cells."""
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
    starts = [0]
    for gap, begin, end in zip(ends[:-1], begins[1:], ends[1:], strict=True):
        # Numbers that end in one line grow to the left, so all of the gap is theirs.
        right = sum(len(line) >= end and line[end - 1] != " " for line in data) * 10 > 9 * len(data)
        starts.append(gap if right else begin)
    reading = Reading(separator=FIXED, starts=tuple(starts))
    rows = split_lines(lines, reading)
    cells = [cell for row in rows for cell in row]
    score = _PENALTY * (0.2 + 0.8 * sum(map(is_value, cells)) / len(cells))
    because = f"{len(starts)} columns begin at the same positions in all lines"
    return Cut(FIXED, because, score, len(starts), tuple(starts))


def _cleaned(line: str, reading: Reading) -> str:
    return re.sub(r"[\r\n]+", " ", clean(line.encode(), reading).decode())
