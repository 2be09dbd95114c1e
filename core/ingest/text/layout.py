"""Where the table lies among the lines: remarks, lines above, names, units, lines below."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from core.ingest.cells import is_integer, is_missing, is_number, is_value, looks_like_time
from core.ingest.names import COMMENTS
from core.ingest.settings import ONE_COLUMN, Reading
from core.ingest.text.separators import split_lines

_MARKS = ("#", "%", "//", ";", "'", "!", "*", "--", "REM ", "@", "$", "\\", ">", "<")
_ON_TOP = ("@", "$", "\\", ">", "<")
_MOST_HEADER = 8  # lines of names, units and descriptions that can stand above the rows
_MOST_BELOW = 60  # lines that can stand below the table
_UNIT = re.compile(
    r"[\[(<].{1,15}[\])>]|°.|%|[kKMmuµ]?(V|A|W|Wh|VA|var|Hz|Pa|bar|m|g|s|N|Nm|l|L|J|K|Ohm|Ω|S|F|H)"
    r"|deg.{0,3}|[CFK]|psi|rpm|1/.+|.+/(s|h|min|d|m2|m³|m3|l|kg|s2|s²)|sec|min|h|hPa|mbar|cm|km|ppm|ppb"
    r"|pH|dB\w?|lx|lux|bpm|TS|RN|[Vv]olts?|[Aa]mps?|mmHg|in\w*|ft|mph|U/min|t/h|-|hh:mm.*|mm/s|m\^.*|kn"
)
_RULER = re.compile(r"[-=+_:|*~ \t,;.]*")
_TOTAL = re.compile(
    r"[\"' ]*(sum(me|ma|s)?|total\w*|gesamt\w*|mittel\w*|average|avg|mean|median|min(imum)?"
    r"|max(imum)?|count|anzahl|std\w*|somme|moyenne|totaal|ende?|eof|end of \w+)\b.*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A record of the text: its 0-based line, its text, and how many lines it spans."""

    number: int
    text: str
    span: int = 1


@dataclass(frozen=True)
class Header:
    """The lines above the first row of data, all counted in lines of the file."""

    skip_lines: int
    header: bool
    header_lines: int
    units_row: bool
    skip_below: int
    because: str
    units_line: int = 1


def records(lines: list[str], quote: str) -> list[Line]:
    """Join lines that a quoted cell of a few lines runs over."""
    found: list[Line] = []
    position = 0
    while position < len(lines):
        span = 1
        if quote and lines[position].count(quote) % 2:
            for more in range(2, min(21, len(lines) - position + 1)):
                if lines[position + more - 1].count(quote) % 2:
                    span = more
                    break
        text = "\n".join(lines[position : position + span])
        found.append(Line(position, text, span))
        position += span
    return found


def find_remarks(lines: list[str]) -> tuple[str, ...]:
    """Return the marks with which lines that are no rows begin."""
    stripped = [line.strip() for line in lines if line.strip()]
    found: list[str] = []
    for mark in _MARKS:
        marked = [line for line in stripped if line.startswith(mark)]
        if not marked or len(marked) * 2 > len(stripped):
            continue
        if mark == "'" and any(line.count("'") % 2 == 0 for line in marked):
            continue  # quotes around cells
        if mark == ";" and any(not _remark_text(line) for line in marked):
            continue  # an empty first cell
        if mark in "*<>@$\\!" and any(is_value(line) for line in marked):
            continue
        rests = [line[len(mark) :].strip(" -") for line in marked]
        if mark == "--" and any(
            r[:1] in tuple(";,\t|") or is_value(r.split(" ")[0]) for r in rests
        ):
            continue  # a missing first cell
        if mark in _ON_TOP and not any(line.startswith(mark) for line in stripped[:5]):
            continue  # it marks what stands above tables; in the middle it is a row that fails
        found.append(mark)
    return tuple(found)


def _remark_text(line: str) -> bool:
    """Say whether a line that begins with a semicolon is a remark and no row of cells."""
    return line.count(";") == 1 and not is_value(line[1:])


def find_header(lines: list[Line], reading: Reading, width: int) -> Header:
    """Tell the lines above the rows apart: titles, names, units, descriptions."""
    rows = [_row(line, reading) for line in lines]
    wide = [row for row in rows if len(row) == width and any(row)]
    values = _value_columns(wide, width)
    first = _first_data(lines, rows, values, width, reading)
    if first is None:
        return _text_header(lines, rows, width)
    first = _with_short_rows(lines, rows, first, values, reading)
    first = _with_missing_rows(lines, rows, first, values, width, reading)
    above = _header_rows(lines, rows, first, values, width, reading)
    if not above:
        named = _counted_names(rows[first:], width)
        skip = lines[first].number
        return Header(
            skip, bool(named), 1, False, 0, named or "the first row holds values, like the others"
        )
    begin, n_lines, units = _names_among([rows[k] for k in above], width)
    names = above[begin]
    used = above[begin + n_lines - 1]
    there = begin + n_lines
    units_at = above[there - 1 + units] if units and there - 1 + units < len(above) else None
    units_line = 1
    if units_at is not None:
        units_line = lines[units_at].number - lines[used].number - lines[used].span + 1
        used = units_at
    shown = ", ".join(" ".join(cell.split()) for cell in rows[names][:4])
    behind = lines[used].number + lines[used].span
    return Header(
        skip_lines=lines[names].number,
        header=True,
        header_lines=n_lines,
        units_row=units_at is not None,
        units_line=units_line,
        skip_below=lines[first].number - behind,
        because=f"line {lines[names].number + 1} holds names: {shown}",
    )


def find_below(lines: list[str], reading: Reading, width: int) -> int:
    """Count the lines at the end of a text that are no rows: totals, footnotes."""
    below = 0
    rows = [(k, _row(Line(k, line), reading)) for k, line in enumerate(lines) if line.strip()]
    wide = [row for _, row in rows if len(row) == width and any(row)]
    values = _value_columns(wide, width)
    if not values:
        return 0
    for back, line in enumerate(reversed(lines[-_MOST_BELOW:]), start=1):
        row = _row(Line(0, line), reading)
        if not any(row):
            continue  # nothing, or nothing but separators
        lead = row[values[0]] if len(row) > values[0] else row[0] if row else ""
        right = len(row) == width and (not is_missing(lead) and is_value(lead))
        # A row that was cut off begins like the others: it is a problem to be shown, no footnote.
        lead_text = line.strip().strip("\"'")
        begins = lead_text[:1].isdigit() or (lead_text[:1] in "+-" and lead_text[1:2].isdigit())
        begins = begins or (bool(row) and is_value(row[0]) and not is_missing(row[0]))
        if right or (begins and not _RULER.fullmatch(line)):
            break
        text = line.strip().strip("\"'")
        odd = len(row) != width or _TOTAL.fullmatch(text) or _RULER.fullmatch(line)
        total = _TOTAL.fullmatch("".join(row).strip())
        gap = len(lines) > back and not lines[-back - 1].strip()
        if not (odd or total or gap) or not text:
            break
        if len(row) != width and width > 1 and is_missing(row[0] if row else "") and not total:
            break
        if width == 1 and not (_TOTAL.fullmatch(text) or gap or below):
            break
        below = back
    return below


def _row(line: Line, reading: Reading) -> list[str]:
    """Cut one record; a mark in front of names is no part of them."""
    text = line.text
    for mark in reading.remarks:
        if text.lstrip().startswith(mark):
            text = text.lstrip().lstrip(mark + " ")
            break
    if reading.separator == ONE_COLUMN:
        return [text.strip().strip('"')] if text.strip() else []
    rows = split_lines(text.splitlines(keepends=True), reading)
    return [cell.strip() for cell in rows[0]] if rows else []


def _value_columns(rows: list[list[str]], width: int) -> list[int]:
    """Return the columns that mostly hold data, the first of them first."""
    body = rows[len(rows) * 2 // 3 :]
    found: list[int] = []
    for k in range(width):
        cells = [row[k] for row in body if not is_missing(row[k])]
        if cells and sum(map(is_value, cells)) * 2 >= len(cells):
            found.append(k)
    return found


def _kinds(rows: list[list[str]], values: list[int]) -> dict[int, bool]:
    """Say for each column of values whether it holds written times."""
    body = rows[len(rows) * 2 // 3 :]
    kinds: dict[int, bool] = {}
    for k in values:
        cells = [row[k] for row in body if not is_missing(row[k])]
        kinds[k] = sum(map(_time, cells)) * 2 > len(cells)
    return kinds


def _time(cell: str) -> bool:
    return looks_like_time(cell) and not is_number(cell)


def _first_data(
    lines: list[Line], rows: list[list[str]], values: list[int], width: int, reading: Reading
) -> int | None:
    """Return the first row of data: its first filled column of values holds one, of its kind."""
    kinds = _kinds([row for row in rows if len(row) == width and any(row)], values)
    before: int | None = None
    for number, row in enumerate(rows):
        if len(row) != width or not values or _marked(lines[number], reading):
            continue
        filled = [k for k in values if not is_missing(row[k])]
        good = [k for k in filled if is_value(row[k]) and _time(row[k]) == kinds[k]]
        if not good:
            before = number
            continue
        lead = filled[0] in good and len(good) * 2 >= len(filled)
        counted = before is None and _counts([row[k] for k in good])
        if lead and not (counted and len(good) < len(filled)):
            return number
        named = before is not None and before == number - 1
        # A first row that fails in its time alone stands right below names that hold no value.
        if (
            named
            and not lead
            and len(good) * 2 >= len(filled)
            and not _counts(row[k] for k in good)
        ):
            nothing = not any(is_value(cell) and cell for cell in rows[number - 1])
            unsteady = rows[number + 1 : number + 2] and len(rows[number + 1]) == width
            digits = any(map(str.isdigit, row[values[0]]))
            if nothing and digits and unsteady and _lead_is_good(rows[number + 1], values, kinds):
                return number
    return None


def _with_short_rows(
    lines: list[Line], rows: list[list[str]], first: int, values: list[int], reading: Reading
) -> int:
    """Count rows of a wrong width in that begin with a time right above the first good one."""
    while first and values[0] == 0 and not _marked(lines[first - 1], reading):
        row = rows[first - 1]
        if not (row and _time(row[0]) and _time(rows[first][0])) or len(row) == len(rows[first]):
            break
        first -= 1
    return first


def _with_missing_rows(
    lines: list[Line],
    rows: list[list[str]],
    first: int,
    values: list[int],
    width: int,
    reading: Reading,
) -> int:
    """Count rows in that say in words, in every column of values, that there is no value.

    A dash or nothing may also be the unit of a column, so those stay with the names.
    """
    while first and not _marked(lines[first - 1], reading):
        row = rows[first - 1]
        if len(row) != width or not all(_no_value(row[k]) for k in values):
            break
        first -= 1
    return first


def _no_value(cell: str) -> bool:
    return is_missing(cell) and any(map(str.isalpha, cell))


def _lead_is_good(row: list[str], values: list[int], kinds: dict[int, bool]) -> bool:
    k = values[0]
    return is_value(row[k]) and not is_missing(row[k]) and _time(row[k]) == kinds[k]


def _counts(cells: Iterable[str]) -> bool:
    """Say whether numbers count up by one, as names of columns do."""
    numbers = [int(cell) for cell in cells if is_integer(cell)]
    return len(numbers) > 1 and all(b - a == 1 for a, b in pairwise(numbers))


def _marked(line: Line, reading: Reading) -> bool:
    return bool(reading.remarks) and line.text.lstrip().startswith(reading.remarks)


def _header_rows(
    lines: list[Line],
    rows: list[list[str]],
    first: int,
    values: list[int],
    width: int,
    reading: Reading,
) -> list[int]:
    """Return the records above the first row that name its columns, top to bottom."""
    found: list[int] = []
    body = next((row for row in rows[first:] if len(row) == width), rows[first])
    for number in range(first - 1, max(-1, first - 40), -1):
        row, text = rows[number], lines[number].text
        if not text.strip():
            if found:
                break
            continue
        marked = _marked(lines[number], reading)
        fits = (
            len(row) == width
            or (width > 1 and len(row) == width - 1 and (body[0] != "" and (number == first - 1)))
            or (len(row) == width + 1 and row[-1] == "" and width > 1)
            or (number == first - 1 and _one_name_more(row, width))
        )
        if text.lower().startswith("sep="):
            break
        joined = marked and found and not _marked(lines[found[-1]], reading)
        if not fits or joined:
            if marked or _RULER.fullmatch(text):
                continue
            break
        if marked and not _stands_for_names(row, values):
            continue
        found.append(number)
        if len(found) >= _MOST_HEADER:
            break
    return found[::-1]


def _one_name_more(row: list[str], width: int) -> bool:
    """Say whether a row names the columns and one more that rows fill seldom, as comments."""
    return (
        width > 1
        and len(row) == width + 1
        and row[-1].lower() in COMMENTS
        and not any(is_value(cell) for cell in row)
        and len(set(row)) == len(row)
    )


def _stands_for_names(row: list[str], values: list[int]) -> bool:
    """Say whether the cells of a remark can be the names of the columns below it."""
    cells = [row[k] for k in values if k < len(row)]
    return bool(cells) and not any(is_value(cell) for cell in cells) and len(set(row)) == len(row)


def _names_among(rows: list[list[str]], width: int) -> tuple[int, int, int]:
    """Return which rows hold the names (first, how many) and how far below them units stand."""
    rulers = [bool(_RULER.fullmatch("".join(row))) for row in rows]
    # A line of values (Start; 13.02.2024) names columns only when no other line does.
    plain = [k for k, row in enumerate(rows) if not any(c and is_value(c) for c in row)]
    for k in [*plain, *(k for k in range(len(rows)) if k not in plain)]:
        row = rows[k]
        filled = [cell for cell in row if cell]
        enough = len(filled) * 10 >= 8 * min(width, len(row)) or len(filled) >= len(row) - 1
        if not rulers[k] and enough and len(set(filled)) == len(filled):
            return k, 1, _units_below(rows, rulers, k)
    named = [k for k, row in enumerate(rows) if not rulers[k] and sum(map(bool, row)) > 1]
    if len(named) < 2:
        return (named or [0])[0], 1, 0
    last = named[-1]
    # Units repeat where names do not; with three rows or more the last one holds them.
    units = (len(named) > 2 and last == named[-2] + 1) or (
        _unit_share(rows[last]) > 0.5 and _unique_without(rows, named)
    )
    return named[0], (last if units else last + 1) - named[0], int(units)


def _units_below(rows: list[list[str]], rulers: list[bool], names: int) -> int:
    """Return how many rows below the names the units stand, 0 for none."""
    below = [
        k for k in range(names + 1, len(rows))
        if not rulers[k] and not any(is_value(c) and not is_missing(c) for c in rows[k])
    ]  # fmt: skip
    if not below:
        return 0
    best = max(below, key=lambda k: (_unit_share(rows[k]), -k))
    if _unit_share(rows[best]) < 0.4:
        best = below[0]
    return best - names


def _unit_share(row: list[str]) -> float:
    filled = [cell for cell in row if cell]
    return sum(bool(_UNIT.fullmatch(cell)) for cell in filled) / max(1, len(filled))


def _unique_without(rows: list[list[str]], named: list[int]) -> bool:
    above = [tuple(row) for row in zip(*(rows[k] for k in named[:-1]), strict=False)]
    return len(set(above)) == len(above)


def _counted_names(rows: list[list[str]], width: int) -> str:
    """Say why the first row holds names although they look like data, or nothing."""
    first, body = rows[0], rows[1:]
    if (
        len(first) > 2
        and first == [str(k) for k in range(len(first))]
        and body
        and body[0] != first
    ):
        return "the first row counts the columns from 0"
    # A frame written with number names: an empty corner above a filled column.
    if first[0] == "" and width > 1 and body and all(r[0] for r in body if r):
        return "the first cell is empty above a filled column"
    return ""


def _text_header(lines: list[Line], rows: list[list[str]], width: int) -> Header:
    """Choose the header of a table without any column of values."""
    wide = [k for k, row in enumerate(rows) if len(row) == width]
    first = wide[0] if wide else 0
    cells, below = rows[first], [rows[k] for k in wide[1:]]
    named = not any(map(is_value, cells)) and all(
        cell not in [row[k] for row in below] for k, cell in enumerate(cells)
    )
    because = "the first row holds names" if named else "the first row holds values"
    return Header(lines[first].number, named, 1, False, 0, because)
