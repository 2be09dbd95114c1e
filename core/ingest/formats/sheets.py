"""Run as a script: write the sheets of a workbook as tab-separated text files. Stands alone.

    python sheets.py WORKBOOK FOLDER

A damaged workbook, or one that claims cells very far out, can make the reading library end its
whole process. So this runs in a process of its own, imports nothing of the project, and prints one
JSON line: {"sheets": [[name, file], ...], "empty": [name, ...]} or {"error": kind, "text": text}.
"""

import csv
import datetime as dt
import html
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)

Cell: TypeAlias = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
MEMORY = 16 * 2**30  # of address space; a full sheet of a million rows and 50 columns fits
_EMPTY = ""
_HEADER_ROWS = 40  # titles and remarks above a table take fewer rows
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"[^>]*\bt="e"[^>]*>(?:<f.*?</f>|<f[^>]*/>)?<v>([^<]*)'
)
_SHEET = re.compile(r"<sheet\b[^>]*>")


def main(source: str, folder: str) -> dict[str, Any]:
    """Write the sheets and return what is to be printed."""
    errors = dict(_error_cells(source))
    found: list[tuple[str, str]] = []
    empty: list[str] = []
    try:
        with CalamineWorkbook.from_path(source) as book:
            for meta in book.sheets_metadata:
                if meta.typ is not SheetTypeEnum.WorkSheet:
                    continue
                target = Path(folder, f"{len(found)}.tsv")
                if write(book.get_sheet_by_name(meta.name), errors.get(meta.name, []), target):
                    found.append((meta.name, target.name))
                else:
                    empty.append(meta.name)
    except PasswordError as error:
        return {"error": "password", "text": f"{error}"}
    except (CalamineError, OSError, MemoryError) as error:
        return {"error": "damaged", "text": f"{error}" or "memory"}
    return {"sheets": found, "empty": empty}


def write(sheet: CalamineSheet, errors: Sequence[tuple[int, int, str]], target: Path) -> bool:
    """Write a sheet as text and say whether it holds anything.

    Empty columns on both sides and rows below are left away; a text line is a row of the sheet.
    """
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    for row, column, text in errors:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    while rows and not any(cell != _EMPTY for cell in rows[-1]):
        rows.pop()
    if not rows:
        return False
    _lower_merged(rows, sheet.merged_cell_ranges or [])
    used = [c for c in range(len(rows[0])) if any(row[c] != _EMPTY for row in rows)]
    columns = [_column([row[c] for row in rows]) for c in range(used[0], used[-1] + 1)]
    titles = next((k for k, cell in enumerate(columns[-1][:_HEADER_ROWS]) if cell), 0)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        for k, row in enumerate(zip(*columns, strict=True)):
            cells = list(row)
            # Titles are short lines; a row without a cell is an empty line.
            while cells and not cells[-1] and (k < titles or not any(cells)):
                cells.pop()
            writer.writerow(cells)
    return True


def _lower_merged(
    rows: list[list[Cell]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    """Put a header that spans several rows into the lowest, so that the names stand in one row."""
    body = next((k for k, row in enumerate(rows) if not all(map(_is_text, row))), 0)
    for (top, left), (bottom, right) in merged:
        if left == right and top < bottom < body and left < len(rows[top]):
            rows[bottom][left], rows[top][left] = rows[top][left], _EMPTY


def _is_text(cell: Cell) -> bool:
    return isinstance(cell, str)


def _column(cells: list[Cell]) -> list[str]:
    """Write a column's cells; where one has a time of day, all its days get one."""
    with_clock = any(isinstance(cell, dt.datetime) for cell in cells)
    return [_cell(cell, with_clock) for cell in cells]


def _cell(cell: Cell, with_clock: bool) -> str:
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return f"{cell}"
    if isinstance(cell, float):
        # Sheets know one kind of number: 3.0 was typed as 3.
        return f"{int(cell)}" if cell.is_integer() and abs(cell) < 1e17 else repr(cell)
    if isinstance(cell, dt.datetime):
        return _moment(cell)
    if isinstance(cell, dt.date):
        return f"{cell.isoformat()} 00:00:00" if with_clock else cell.isoformat()
    if isinstance(cell, dt.time):
        return _moment(dt.datetime.combine(dt.date(2000, 1, 1), cell))[11:]
    thousandths = round(cell.total_seconds() * 1000)
    minutes, rest = divmod(abs(thousandths), 60_000)
    text = f"{minutes // 60:02d}:{minutes % 60:02d}:{rest / 1000:06.3f}".removesuffix(".000")
    return f"-{text}" if thousandths < 0 else text


def _moment(moment: dt.datetime) -> str:
    """Write a time to the millisecond: a day's fraction in float64 is no truer than that."""
    rounded = moment + dt.timedelta(microseconds=500)
    text = f"{rounded.date().isoformat()} {rounded.strftime('%H:%M:%S')}"
    thousandths = rounded.microsecond // 1000
    return f"{text}.{thousandths:03d}" if thousandths else text


def _error_cells(source: str) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
    """Yield per sheet of an .xlsx file the cells that show an error: the library leaves them empty.

    Without them, a failed formula would look like a cell that was never filled.
    """
    if not zipfile.is_zipfile(source):
        return
    with zipfile.ZipFile(source) as archive:
        paths = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= paths:
            return
        book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
        targets = {
            _attribute(link, "Id"): _attribute(link, "Target")
            for link in re.findall(r"<Relationship\b[^>]*>", links)
        }
        for tag in _SHEET.findall(book):
            target = targets.get(_attribute(tag, "r:id"), "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if path in paths:
                cells = [_place(*match) for match in _ERROR.findall(archive.read(path))]
                yield html.unescape(_attribute(tag, "name")), cells


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""(?<![\w:]){name}\s*=\s*["']([^"']*)["']""", tag)
    return found.group(1) if found else ""


def _place(letters: bytes, row: bytes, text: bytes) -> tuple[int, int, str]:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(row) - 1, column - 1, html.unescape(text.decode("utf-8", errors="replace"))


def _limit_memory() -> None:
    """Let a workbook that claims too many cells end this process, not the machine."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = min(MEMORY, there)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    _limit_memory()
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2])) + "\n")
