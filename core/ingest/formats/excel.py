"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) to tab-separated text. Knows no columns, no roles.

Titles, header, units and times then go through the same machinery as any other text: what a sheet
shows is written as it stands, with times in ISO form, and a text line is a row of the sheet.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.ingest.formats import sheets
from core.ingest.formats.unpack import Unpacker


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds something, as UTF-8 text with tabs between cells, in bytes or on disk."""

    name: str
    text: bytes | Path


def read_workbook(name: str, raw: bytes | Path, unpacker: Unpacker) -> list[Sheet]:
    """Return the sheets that hold anything, in the workbook's order; large ones stay on disk.

    Raises:
        DataError: if the workbook is protected, damaged, or empty.
    """
    with tempfile.TemporaryDirectory(prefix="understudy-") as folder:
        source = raw if isinstance(raw, Path) else Path(folder, "workbook")
        if isinstance(raw, bytes):
            source.write_bytes(raw)
        said = _run(name, source, folder)
        found: list[Sheet] = []
        for sheet, file in said["sheets"]:
            with Path(folder, file).open("rb") as stream:
                found.append(Sheet(sheet, unpacker.read(f"{name}/{sheet}", stream)))
    if not found:
        raise DataError(
            f"'{name}' is a workbook without a filled cell (sheets: "
            f"{', '.join(said['empty'][:6]) or 'none'}), so there is nothing to plot. Check the "
            "export"
        )
    return found


def _run(name: str, source: Path, folder: str) -> dict[str, Any]:
    """Read the workbook in a process of its own: a damaged one may end it."""
    done = subprocess.run(
        [sys.executable, "-I", str(sheets.__file__), str(source), folder],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    said: dict[str, Any] = json.loads(lines[-1]) if done.returncode == 0 and lines else {}
    if "sheets" in said:
        return said
    if said.get("error") == "password":
        raise DataError(
            f"'{name}' is a workbook that is protected by a password, so its sheets cannot be "
            "read. Save it without a password, or save the sheet as CSV"
        )
    if b"memory" in done.stderr or said.get("text") == "memory" or done.returncode == -9:
        raise DataError(
            f"'{name}' is a workbook that claims more cells than fit into memory, often because of "
            "a stray entry far to the right or below. Delete what lies around the table, or save "
            "the sheet as CSV"
        )
    why = said.get("text") or "its parts contradict each other"
    raise DataError(
        f"'{name}' looks like a workbook but cannot be read ({why}); it may be cut off or damaged. "
        "Open it in the spreadsheet program and save it again, or save the sheet as CSV"
    )
