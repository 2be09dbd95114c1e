"""The lines above the first row of data: titles, names, units, descriptions."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from core.ingest.cells import is_integer, is_missing, is_number, is_value, looks_like_time
from core.ingest.names import COMMENTS
from core.ingest.settings import Reading
from core.ingest.text.header_names import counted_names, names_among
from core.ingest.text.records import RULER, Line, cells_of, is_marked, value_columns

_MOST_HEADER = 8  # lines of names, units and descriptions that can stand above the rows


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


def find_header(lines: list[Line], reading: Reading, width: int) -> Header:
    """Tell the lines above the rows apart: titles, names, units, descriptions."""
    rows = [cells_of(line, reading) for line in lines]
    wide = [row for row in rows if len(row) == width and any(row)]
    values = value_columns(wide, width)
    first = _first_data(lines, rows, values, width, reading)
    if first is None:
        return _text_header(lines, rows, width)
    first = _with_short_rows(lines, rows, first, values, reading)
    first = _with_missing_rows(lines, rows, first, values, width, reading)
    above = _header_rows(lines, rows, first, values, width, reading)
    if not above:
        named = counted_names(rows[first:], width)
        skip = lines[first].number
        return Header(
            skip, bool(named), 1, False, 0, named or "the first row holds values, like the others"
        )
    begin, n_lines, units = names_among([rows[k] for k in above], width)
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
        if len(row) != width or not values or is_marked(lines[number], reading):
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
    while first and values[0] == 0 and not is_marked(lines[first - 1], reading):
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
    while first and not is_marked(lines[first - 1], reading):
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
        marked = is_marked(lines[number], reading)
        fits = (
            len(row) == width
            or (width > 1 and len(row) == width - 1 and (body[0] != "" and (number == first - 1)))
            or (len(row) == width + 1 and row[-1] == "" and width > 1)
            or (number == first - 1 and _one_name_more(row, width))
        )
        if text.lower().startswith("sep="):
            break
        joined = marked and found and not is_marked(lines[found[-1]], reading)
        if not fits or joined:
            if marked or RULER.fullmatch(text):
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
