"""Lines of a text as they are cut: remarks taken out, odd separators made one character.

Works on whole lines of any number, so a file of any size can pass through it in pieces. Knows no
columns and no files.
"""

import csv
import re
from functools import lru_cache
from typing import Any

from core.ingest.settings import (
    BLANKS,
    FIXED,
    ONE_COLUMN,
    QUOTED_LINES,
    ROW_OF,
    WIDE_BLANKS,
    Reading,
)

# A unit separator (ASCII 31) occurs in no text, so it can stand for any way of cutting.
CUT = "\x1f"
_CUT = CUT.encode()
_FIXED_LINE = re.compile(r"[^\r\n]+")


def delimiter(separator: str) -> str:
    """Return the single character that cuts cells once `clean` has run."""
    if separator == BLANKS:
        return " "
    if separator.startswith(QUOTED_LINES):
        return separator.removeprefix(QUOTED_LINES)
    single = len(separator) == 1 and separator.isascii()
    return separator if single else CUT


def dialect(reading: Reading) -> dict[str, Any]:
    """Return how the csv module cuts lines that went through `clean`."""
    quoting = csv.QUOTE_MINIMAL if reading.quote else csv.QUOTE_NONE
    return {
        "delimiter": delimiter(reading.separator),
        "quotechar": reading.quote or '"',
        "quoting": quoting,
    }


def needs_cleaning(reading: Reading) -> bool:
    """Say whether the text must pass through `clean` before a plain parser can cut it."""
    separator = reading.separator
    plain = separator == ONE_COLUMN or (separator != BLANKS and delimiter(separator) == separator)
    return not plain or bool(reading.remarks)


def clean(lines: bytes, reading: Reading) -> bytes:
    """Return whole lines of UTF-8 text without remarks and with `delimiter` between cells."""
    if reading.remarks:
        lines = remark_pattern(reading.remarks).sub(b"", lines)
    if reading.separator == BLANKS:
        return single_blanks(lines)
    if reading.separator == FIXED:
        return _fixed(lines, reading.starts)
    if reading.separator.startswith(QUOTED_LINES):
        return re.sub(rb'(?m)^[ \t]*"|"[ \t]*(?=\r?$)', b"", lines).replace(b'""', b'"')
    if reading.separator.startswith(ROW_OF):
        mark = reading.separator.removeprefix(ROW_OF)
        between = rb"[ \t]+" if mark == BLANKS else re.escape(mark.encode())
        return re.sub(between, b"\n", lines.strip(b" \t\r\n")) + b"\n"
    if reading.separator == WIDE_BLANKS:
        trimmed = re.sub(rb"(?m)^[ \t]+|[ \t]+$|[ \t]+(?=\r)", b"", lines)
        return re.sub(rb" {2,}\t?|\t[ \t]*", _CUT, trimmed)
    if reading.separator and delimiter(reading.separator) == CUT != reading.separator:
        return lines.replace(reading.separator.encode(), _CUT)
    return lines


def is_remark(line: bytes, reading: Reading) -> bool:
    """Say whether one line (without its end) is a remark."""
    return bool(reading.remarks) and remark_pattern(reading.remarks).match(line + b"\n") is not None


def single_blanks(body: bytes) -> bytes:
    """Turn runs of blanks into one, and take them off the ends of lines."""
    text = re.sub(rb"[ \t]+", b" ", body)
    return re.sub(rb"(?m)^ | $| (?=\r)", b"", text)


@lru_cache(maxsize=64)
def remark_pattern(prefixes: tuple[str, ...]) -> re.Pattern[bytes]:
    """Return the pattern of whole lines that begin with a prefix, their line end included."""
    either = b"|".join(re.escape(prefix.encode()) for prefix in prefixes)
    return re.compile(rb"(?:(?<=\r)|(?<=\n)|\A)[ \t]*(?:" + either + rb")[^\r\n]*(?:\r\n|\n|\r|\Z)")


def _fixed(lines: bytes, starts: tuple[int, ...]) -> bytes:
    """Cut every line at fixed positions, counted in characters.

    A word that stands across a border is not cut: the row then has too few cells and is shown.
    """

    def cut(match: re.Match[str]) -> str:
        line = match.group()
        free = [
            begin for begin in starts
            if begin == 0 or begin >= len(line) or " " in line[begin - 1 : begin + 1]
        ]  # fmt: skip
        return CUT.join(
            line[begin:end].strip() for begin, end in zip(free, [*free[1:], None], strict=True)
        )

    return _FIXED_LINE.sub(cut, lines.decode("utf-8", errors="replace")).encode()
