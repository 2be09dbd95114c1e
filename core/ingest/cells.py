"""What a single cell of text can be: missing, a number, a day, a time of day. Knows no files."""

import re

from core.ingest.times.written import plain

# How programs write "no value here"; compared as they stand. A lone dash or question mark too.
MISSING = (
    "", "NA", "N/A", "n/a", "na", "#N/A", "<NA>", "NaN", "nan", "NAN", "-nan", "-NaN",
    "null", "NULL", "Null", "None", "none", "NONE", "-", "--", "?", ".",
)  # fmt: skip
_MISSING = frozenset(MISSING)
TRUE_FALSE = {"true": 1.0, "false": 0.0}

_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = {
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    ",": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?"),
}
_GROUPED = {
    mark: re.compile(rf"[+-]?\d{{1,3}}({re.escape(mark)}\d{{3}})+([{other}]\d*)?")
    for mark, other in ((",", "."), (".", ","), (" ", ".,"), ("'", ".,"))
}
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_CLOCK = r"\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9}|:\d{3})?)?( ?[AaPp]\.? ?[Mm]\.?)?"
_TAIL = (
    rf"((T| |, | - |[:_/-]| {{2}}){_CLOCK}( ?(Z|z|[A-Z]{{3,4}}|[+-]\d{{2}}(:?\d{{2}})?))?"
    r"( \d{4})?"
    r"|[T _-]\d{4,6}Z?|[ _]\d{1,2}[.-]\d{2}([.-]\d{2})?| \d{2})?"
)
_MONTH = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_LONGEST_TIME = 60
_CLOCK_FIRST = re.compile(rf"{_CLOCK},? \d{{1,4}}(?P<mark>[-/.])\d{{1,2}}(?P=mark)\d{{1,4}}")
_DAY = re.compile(
    rf"(\d{{1,4}}([-/.])\d{{1,2}}\2\d{{1,4}}|\d{{4}}[-/]\d{{1,2}}|\d{{1,2}}[/.]\d{{4}}|\d{{8}}"
    rf"|\d{{1,2}}{_MONTH}\d{{2,4}}|\d{{4}}[- ]{_MONTH}[- ]\d{{1,2}}"
    rf"|\d{{1,2}}[-/. ]{{1,2}}{_MONTH}[-/. ,]{{1,2}}\d{{2,4}}"
    rf"|([A-Za-z]{{3}} )?{_MONTH}[-. ]{{1,2}}\d{{1,4}}(,? \d{{4}})?){_TAIL}"
)
# A time of day, or a duration: 1:02:03.5, 0:00.125, 2 days 01:02:03, 123:45:06.
CLOCK = re.compile(
    rf"{_CLOCK}|(\d+ ?(days?|d)[, +]*)?\d{{1,5}}:\d{{2}}:\d{{2}}([.,]\d{{1,9}})?"
    r"|\d{1,4}:\d{2}[.,]\d{1,9}"
)


def is_missing(cell: str) -> bool:
    """Say whether the cell states that there is no value."""
    return cell.strip() in _MISSING


def is_integer(cell: str) -> bool:
    """Say whether the cell is a whole number in plain digits."""
    return _INTEGER.fullmatch(cell.strip()) is not None


def is_number(cell: str, decimal: str = ".", thousands: str = "") -> bool:
    """Say whether the cell is a number with these marks (infinity counts: it is reported later)."""
    text = cell.strip()
    if thousands and _GROUPED[thousands].fullmatch(text):
        text = text.replace(thousands, "")
    return bool(_NUMBER[decimal].fullmatch(text) or _INFINITE.fullmatch(text))


def is_value(cell: str) -> bool:
    """Say whether the cell looks like data (a number in any marks, a day, a time), not a name."""
    text = cell.strip()
    return (
        text in _MISSING
        or is_number(text, ".")
        or is_number(text, ",")
        or any(group.fullmatch(text) for group in _GROUPED.values())
        or looks_like_time(text)
        or text.lower() in TRUE_FALSE
    )


def looks_like_time(cell: str) -> bool:
    """Say whether the cell looks like a day, a month or a time of day."""
    text = cell.strip()
    if not any(map(str.isdigit, text)) or len(text) > _LONGEST_TIME:
        return False
    if _DAY.fullmatch(text) or CLOCK.fullmatch(text):
        return True
    text = plain(text)
    return bool(_DAY.fullmatch(text) or CLOCK.fullmatch(text) or _CLOCK_FIRST.fullmatch(text))


def decimal_marks(cells: list[str], separator: str = ";") -> tuple[str, str, bool]:
    """Return (decimal, thousands, sure) for cells that should be numbers."""
    texts = [cell.strip() for cell in cells if not is_missing(cell)]
    for decimal, thousands in ((".", ","), (",", "."), (",", " "), (".", " "), (".", "'")):
        both = [t for t in texts if _GROUPED[thousands].fullmatch(t) and decimal in t]
        if both:
            return decimal, thousands, True
    comma = [t for t in texts if "," in t and is_number(t, ",")]
    point = [t for t in texts if "." in t and is_number(t, ".")]
    if comma and point:
        # 1,234 beside 5.5: the comma groups digits.
        return ".", ",", False
    if comma:
        # 1,234 alone may be either; one number that is not grouped by three settles it.
        sure = any(not _GROUPED[","].fullmatch(t) for t in comma)
        if separator == "," and not sure:
            # Where commas cut cells too, quoted numbers group their digits with them.
            return ".", ",", False
        return ",", "", sure
    if any(t.count(".") > 1 and _GROUPED["."].fullmatch(t) for t in texts):
        return ",", ".", True
    for thousands in (" ", "'"):
        if any(_GROUPED[thousands].fullmatch(t) for t in texts):
            return ".", thousands, True
    return ".", "", True
