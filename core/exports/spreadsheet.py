"""Texts in CSV that a spreadsheet must not run as a formula, and back to what they were.

A text whose first sign, after blanks and apostrophes, is `=`, `+`, `-` or `@` gets an apostrophe in
front, which spreadsheets take for "this is text". Numbers stay numbers.
"""

import re

_RUNS = re.compile(r"[\s']*[=+\-@]")


def defused(text: str) -> str:
    """Return a text that no spreadsheet runs; `restored` gives back the original."""
    return f"'{text}" if _RUNS.match(text) and not _is_number(text) else text


def restored(cell: str) -> str:
    """Return the text that `defused` was given."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell[1:]) else cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
