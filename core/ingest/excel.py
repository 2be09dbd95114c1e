"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) to tab-separated text. Knows no columns, no roles.

Titles, header, units and times then go through the same machinery as any other text: what a sheet
shows is written as it stands, with times in ISO form, and a text line is a row of the sheet.
"""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)

from core.errors import DataError

Cell: TypeAlias = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
_EMPTY = ""
# Merged cells are looked at only this far down: in a header they repeat what they say, below it a
# merged number is one number, not several.
_HEADER_ROWS = 20


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds something, as UTF-8 text with tabs between cells."""

    name: str
    text: bytes


def read_workbook(name: str, raw: bytes | Path) -> list[Sheet]:
    """Return the sheets that hold anything, in the workbook's order.

    Raises:
        DataError: if the workbook is protected, damaged, or empty.
    """
    source = str(raw) if isinstance(raw, Path) else io.BytesIO(raw)
    try:
        with CalamineWorkbook.from_object(source) as book:
            named = [
                meta.name for meta in book.sheets_metadata if meta.typ is SheetTypeEnum.WorkSheet
            ]
            texts = [Sheet(sheet, _text(book.get_sheet_by_name(sheet))) for sheet in named]
    except PasswordError as error:
        raise DataError(
            f"'{name}' is a workbook that is protected by a password, so its sheets cannot be "
            "read. Save it without a password, or save the sheet as CSV"
        ) from error
    except (CalamineError, OSError) as error:
        raise DataError(
            f"'{name}' looks like a workbook but cannot be read ({error}); it may be cut off or "
            "damaged. Open it in the spreadsheet program and save it again, or save it as CSV"
        ) from error
    filled = [sheet for sheet in texts if sheet.text.strip()]
    if not filled:
        sheets = "sheet" if len(named) == 1 else f"{len(named)} sheets"
        raise DataError(
            f"'{name}' is a workbook whose {sheets} ({', '.join(named[:6])}) hold no cell, so "
            "there is nothing to plot. Check the export"
        )
    return filled


def _text(sheet: CalamineSheet) -> bytes:
    """Write a sheet as text; empty columns on the left and right and rows below are left away."""
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    while rows and not any(cell != _EMPTY for cell in rows[-1]):
        rows.pop()
    if not rows:
        return b""
    _fill_merged(rows, sheet.merged_cell_ranges or [])
    used = [c for c in range(len(rows[0])) if any(row[c] != _EMPTY for row in rows)]
    if not used:
        return b""
    columns = [_column([row[c] for row in rows]) for c in range(used[0], used[-1] + 1)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for cells in zip(*columns, strict=True):
        # A row without a cell stays a line, so that line numbers are the sheet's row numbers.
        writer.writerow(cells if any(cells) else [])
    return out.getvalue().encode()


def _fill_merged(
    rows: list[list[Cell]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    """Repeat a header that spans several rows in each of them, so that the last one is whole."""
    for (top, left), (bottom, right) in merged:
        if left != right or bottom >= min(len(rows), _HEADER_ROWS) or left >= len(rows[0]):
            continue
        value = rows[top][left]
        if isinstance(value, str):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = value


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
    seconds = round(cell.total_seconds(), 3)
    clock = f"{abs(seconds) // 3600:02.0f}:{abs(seconds) % 3600 // 60:02.0f}"
    return f"{'-' if seconds < 0 else ''}{clock}:{abs(seconds) % 60:06.3f}".removesuffix(".000")


def _moment(moment: dt.datetime) -> str:
    """Write a time to the millisecond: a day's fraction in float64 is no truer than that."""
    rounded = moment + dt.timedelta(microseconds=500)
    text = rounded.strftime("%H:%M:%S")
    thousandths = rounded.microsecond // 1000
    return f"{rounded.date().isoformat()} {text}" + (f".{thousandths:03d}" if thousandths else "")
