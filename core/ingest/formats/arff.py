"""ARFF, the text format of Weka: attributes with types above rows of cells. Knows no roles."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import csv
import re
from pathlib import Path

import pyarrow as pa

from core.errors import DataError
from core.ingest.formats.facts import Facts, with_facts
from core.ingest.text.source import detect_encoding, to_utf8

_START = re.compile(rb"\s*(%[^\n]*\n\s*)*@relation\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"@attribute\s+('[^']*'|\"[^\"]*\"|\S+)\s+(.*)", re.IGNORECASE)
_NUMBERS = ("numeric", "real", "integer")


def is_arff(head: bytes) -> bool:
    """Say whether a file begins as ARFF does."""
    return _START.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def read_arff(name: str, raw: bytes | Path) -> pa.Table:
    """Return the rows below `@data` as columns.

    Raises:
        DataError: if there are no attributes or rows, or the rows are sparse; names the line.
    """
    content = raw.read_bytes() if isinstance(raw, Path) else raw
    text = to_utf8(name, content, detect_encoding(name, content).name).decode("utf-8")
    names: list[str] = []
    numeric: list[bool] = []
    cells: list[list[str]] = []
    bad: list[tuple[int, str]] = []
    data, row = False, 0
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip()
        if not plain or plain.startswith("%"):
            continue
        if not data:
            if found := _ATTRIBUTE.match(plain):
                names.append(found[1].strip("'\""))
                numeric.append(found[2].lower().split()[0] in _NUMBERS)
            data = plain.lower().startswith("@data")
            continue
        if plain.startswith("{"):
            raise DataError(
                f"line {number:,} of '{name}' is a sparse row of ARFF ({plain[:20]}...), which is "
                "not read. Save the file with full rows, or as CSV"
            )
        values = next(csv.reader([plain], quotechar="'", skipinitialspace=True))
        if len(values) != len(names):
            bad.append((row, f"has {len(values)} cells instead of {len(names)}"))
        else:
            cells.append(["" if value.strip() == "?" else value.strip() for value in values])
        row += 1
    if not names or not cells:
        raise DataError(
            f"'{name}' names {len(names)} attributes and has {len(cells)} rows below @data, so "
            "there is nothing to plot. Check the export"
        )
    columns = [
        _column(list(column), n)
        for column, n in zip(zip(*cells, strict=True), numeric, strict=True)
    ]
    notes = ("The line of a row counts from @data, remarks left out.",)
    return with_facts(
        pa.table(columns, names=names), Facts(notes=notes if bad else (), bad_rows=tuple(bad))
    )


def _column(cells: list[str], numeric: bool) -> pa.Array:
    """Return numbers where all cells are some; a cell that is none keeps the column text."""
    column = pa.array([cell or None for cell in cells], pa.string())
    if not numeric:
        return column
    try:
        return column.cast(pa.float64())
    except pa.ArrowInvalid:
        return column
