"""How a text file is laid out: separator, lines above the table, header, decimal mark."""

import csv
import re
from collections import Counter
from dataclasses import dataclass

from core.errors import DataError
from core.ingest.cells import decimal_marks, is_missing, is_number, is_value, looks_like_time
from core.ingest.settings import BLANKS, ONE_COLUMN, Reading
from core.ingest.source import MAX_BYTES

# An unclosed quote can make one cell of a whole file; the default limit would stop with an error.
csv.field_size_limit(MAX_BYTES)
_LINE_END = re.compile(r"\r\n|\n|\r")  # \r alone ended lines on old Macs
_HEAD, _TAIL = 256 * 1024, 64 * 1024
_JUDGED = 400  # lines that decide about the separator
_SEPARATORS = (";", "\t", "|", ",", BLANKS)
SEPARATOR_NAMES = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    BLANKS: "blanks",
    ONE_COLUMN: "none (one column)",
}


@dataclass(frozen=True)
class Finding:
    """One detected setting with its evidence, in words for people."""

    setting: str
    value: str
    because: str
    sure: bool = True


def sample_lines(content: bytes) -> tuple[list[str], list[str]]:
    """Return whole lines from the start of a UTF-8 text, and from its end when that is further."""
    head = text_lines(content[:_HEAD])
    if len(content) <= _HEAD:
        return head, []
    return head[:-1] or head, text_lines(content[-_TAIL:])[1:]


def text_lines(content: bytes) -> list[str]:
    """Cut at line ends alone; `str.splitlines` would also cut at form feeds and the like."""
    lines = _LINE_END.split(content.decode("utf-8", errors="replace"))
    return lines[:-1] if lines[-1] == "" else lines


def split_lines(lines: list[str], separator: str) -> list[list[str]]:
    """Split lines into cells; empty lines give no row."""
    if separator == ONE_COLUMN:
        return [[line.strip().strip('"')] for line in lines if line.strip()]
    if separator == BLANKS:
        one = [" ".join(line.split()) for line in lines if line.strip()]
        return list(csv.reader(one, delimiter=" "))
    return [row for row in csv.reader(lines, delimiter=separator) if row]


def detect_reading(name: str, content: bytes, encoding: str) -> tuple[Reading, list[Finding]]:
    """Find the layout of a UTF-8 text; `encoding` is the file's own, to be kept in the result.

    Raises:
        DataError: if the text is all blanks.
    """
    head, _ = sample_lines(content)
    if not any(line.strip() for line in head):
        raise DataError(
            f"'{name}' holds nothing but blanks in its first {len(head):,} lines, so there is "
            "nothing to plot. Check the export"
        )
    separator, why = _separator([line for line in head if line.strip()][:_JUDGED])
    findings = [Finding("Separator", SEPARATOR_NAMES[separator], why)]
    skip = _lines_above(head, separator)
    if skip:
        findings.append(
            Finding("Lines above the table", str(skip), f"line {skip + 1} is the first table row")
        )
    rows = split_lines(head[skip : skip + _JUDGED], separator)
    header, header_why = _has_header(rows)
    findings.append(Finding("Header", "yes" if header else "no", header_why))
    body = rows[1:] if header else rows
    units_row = header and len(body) > 1 and _is_units_row(body[0], body[1:])
    if units_row:
        findings.append(Finding("Units", "below the header", "the second row is words, not data"))
    cells = [cell for row in body[units_row:] for cell in row if not looks_like_time(cell)]
    decimal, thousands, sure = decimal_marks(cells)
    if decimal == "," or thousands:
        example = next((c for c in cells if decimal in c or (thousands and thousands in c)), "")
        marks = "comma" if decimal == "," else "point"
        shown = marks + (f", digits grouped by '{thousands}'" if thousands else "")
        findings.append(Finding("Decimal mark", shown, f"numbers look like '{example}'", sure))
    reading = Reading(
        encoding=encoding,
        separator=separator,
        decimal="," if decimal == "," else ".",
        thousands=thousands,  # pyright: ignore[reportArgumentType] one of the literals by construction
        header=header,
        skip_lines=skip,
        units_row=units_row,
    )
    return reading, findings


def _separator(lines: list[str]) -> tuple[str, str]:
    """Choose the separator that cuts most lines alike into cells that look like data."""
    one = sum(_single(line) for line in lines) / max(1, len(lines))
    best, best_score, why = ONE_COLUMN, one, "every line is a single cell"
    for separator in _SEPARATORS:
        rows = split_lines(lines, separator)
        width, alike = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        if width < 2:
            continue
        cells = [cell for row in rows if len(row) == width for cell in row]
        # Cells of names are as good as data when nothing looks like data at all.
        data = sum(map(is_value, cells)) / len(cells)
        score = alike / len(rows) * (0.2 + 0.8 * data)
        if score > best_score and alike / len(rows) >= 0.5:
            best, best_score = separator, score
            why = f"it cuts {alike} of {len(rows)} lines into {width} cells"
    return best, why


def _single(line: str) -> bool:
    """Say whether a line is one cell of data: a comma is its decimal mark or cuts cells."""
    return is_number(line, ",") or (is_value(line) and not any(s in line for s in ",;\t|"))


def _lines_above(lines: list[str], separator: str) -> int:
    """Count the lines above the table: comments, titles, a `sep=` line of a spreadsheet."""
    rows = split_lines([line for line in lines if line.strip()][:_JUDGED], separator)
    width = Counter(map(len, rows)).most_common(1)[0][0]
    for number, full_line in enumerate(lines[:_JUDGED]):
        comment = full_line.startswith("#")
        line = full_line.lstrip("# ") if comment else full_line
        row = split_lines([line], separator)
        below = split_lines(lines[number + 1 : number + 2], separator)
        if row and len(row[0]) == width - 1 and _names_short_row(row[0], below, width):
            return number
        if not row or len(row[0]) != width or line.lower().startswith("sep="):
            continue
        # The last comment may hold the column names; any other is a remark.
        if comment and not (below and _names(row[0], below)):
            continue
        return number
    return 0


def _names_short_row(row: list[str], below: list[list[str]], width: int) -> bool:
    """Say whether names stand above rows that begin with a nameless cell, as R writes them."""
    full = bool(below) and len(below[0]) == width
    return full and not any(map(is_value, row)) and all(map(is_value, below[0][1:]))


def _has_header(rows: list[list[str]]) -> tuple[bool, str]:
    """Say whether the first row holds names, with the reason."""
    first, body = rows[0], rows[1:]
    if not body:
        named = not any(is_value(cell) for cell in first)
        return named, f"the only row holds {'names' if named else 'values'}"
    if _names(first, body):
        return True, f"the first row holds names: {', '.join(c.strip() for c in first[:4])}"
    if len(first) > 2 and first == [str(k) for k in range(len(first))] and body[0] != first:
        return True, "the first row counts the columns from 0"
    # A frame written with number names: an empty corner above a filled column.
    if first[0] == "" and len(first) > 1 and all(r[0] for r in body):
        return True, "the first cell is empty above a filled column"
    return False, "the first row holds values, like the others"


def _names(first: list[str], body: list[list[str]]) -> bool:
    """Say whether the first row's cells are names above the body's cells."""
    below: list[list[str]] = [[r[k] for r in body if len(r) > k] for k in range(len(first))]
    texts = [k for k, cell in enumerate(first) if not is_value(cell)]
    if not texts:
        return False
    if any(sum(map(is_value, below[k])) * 2 >= len(below[k]) for k in texts):
        return True
    # Text columns only: names do not occur again below.
    return len(set(first)) == len(first) and all(first[k] not in below[k] for k in texts)


def _is_units_row(row: list[str], body: list[list[str]]) -> bool:
    """Say whether a row holds units: words above columns of data, and no value at all."""
    filled = [k for k, cell in enumerate(row) if not is_missing(cell)]
    if not filled or any(is_value(row[k]) for k in filled):
        return False
    return all(sum(is_value(r[k]) for r in body if len(r) > k) * 2 >= len(body) for k in filled)
