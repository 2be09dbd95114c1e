"""The places that cannot be read, as a file that a person can work through. No Streamlit."""

import csv
import io
from collections.abc import Sequence

from core.ingest import Problem, Settings

# A cell that starts like this would be run as a formula by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def problems_csv(problems: Sequence[Problem]) -> bytes:
    """Return all places as CSV (line, column, value, reason), in UTF-8 with its mark.

    Cells of a foreign file are text and stay it: what a spreadsheet would take for a formula gets
    an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", "column", "value", "reason"])
    for problem in problems:
        cells = (problem.column, problem.value, problem.reason)
        writer.writerow([problem.line, *map(_harmless, cells)])
    return text.getvalue().encode("utf-8-sig")


def failing_rows(problems: Sequence[Problem], settings: Settings) -> bool:
    """Tell whether whole rows are refused, not only single cells of channels."""
    return settings.on_bad_row == "refuse" and any(
        not p.column or p.column in settings.time.columns or "+" in p.column for p in problems
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
