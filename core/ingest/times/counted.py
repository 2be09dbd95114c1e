"""Numbers as time: years, compact dates, counts since some zero, spreadsheet days, elapsed time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.ingest.cells import is_integer
from core.ingest.names import tokens

# Counts since 1970 that fall between 1973 and 2128.
_EPOCHS = (
    ("epoch_s", 1e8, 5e9),
    ("epoch_ms", 1e11, 5e12),
    ("epoch_us", 1e14, 5e15),
    ("epoch_ns", 1e17, 5e18),
)
# Counts with another zero whose numbers would, since 1970, fall where no export comes from:
# 1904 (LabVIEW, old Macs), 1601 (Windows), year 1 (.NET). Low and high are 1995 and 2045.
_OTHER_ZEROS = (
    ("mac_s", 2_871_763_200.0, 4_449_600_000.0, 2_082_844_800.0),
    ("filetime", 1.243e17, 1.401e17, 0.0),
    ("dotnet_ticks", 6.293e17, 6.451e17, 0.0),
)
_FUTURE = 2_100_000_000  # seconds since 1970 beyond which an export would be from after 2036
_COMPACT = (
    (14, "%Y%m%d%H%M%S"), (12, "%Y%m%d%H%M"), (10, "%Y%m%d%H"), (8, "%Y%m%d"), (6, "%Y%m"),
    (4, "%Y"),
)  # fmt: skip
ELAPSED_WORDS = {
    "t": "s", "time": "s", "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "elapsed": "s", "zeit": "s", "ms": "ms", "msec": "ms", "millis": "ms", "milliseconds": "ms",
    "us": "us", "min": "min", "minutes": "min", "h": "h", "hours": "h", "sekunden": "s",
    "minuten": "min", "stunden": "h", "temps": "s", "tiempo": "s", "ns": "ns", "hrs": "h",
    "laufzeit": "s", "messzeit": "s", "runtime": "s", "duration": "s", "hour": "h", "minute": "min",
}  # fmt: skip
_DATE_WORDS = frozenset({
    "date", "datetime", "datum", "timestamp", "time", "zeit", "zeitstempel", "ts", "fecha", "heure",
    "tag", "day", "zeitpunkt", "datenum", "serial", "excel",
})  # fmt: skip


@dataclass(frozen=True)
class Counted:
    """A way to read numbers as time: its format, whether it states its zone, the evidence."""

    format: str
    zone_known: bool
    because: str
    sure: bool = True


def guess_counted(
    name: str, cells: list[str], numbers: NDArray[np.float64], named: bool
) -> Counted | None:
    """Return how numbers can be read as time; `named`: the column's name speaks of time."""
    with np.errstate(over="ignore"):  # no time jumps by more than a float holds
        step = np.diff(numbers)
    rising = bool(np.all(step >= 0)) and bool(np.any(step > 0))
    words = tokens(name)
    whole = all(map(is_integer, cells))
    if whole and len(set(map(len, cells))) == 1 and (named or rising):
        compact = _compact(cells, numbers, named)
        if compact:
            return compact
    elapsed_name = _elapsed_unit(words)
    if named or rising:
        for guess in (_other_zero(cells, numbers, words), _epoch(cells, numbers, words)):
            if guess:
                return guess
    if not rising and not (named and bool(np.all(step <= 0))):
        return None
    days = _days(cells, numbers, words, named)
    if days:
        return days
    if elapsed_name is None or not rising or counts_rows(numbers) or numbers[0] < 0:
        return None
    because = (
        f"rising numbers from {cells[0]} to {cells[-1]}: time since the start, in {elapsed_name}"
    )
    return Counted(f"elapsed_{elapsed_name}", False, because, sure=False)


def counts_rows(numbers: NDArray[np.float64]) -> bool:
    """Say whether the numbers are row numbers."""
    return bool(np.all(np.diff(numbers) == 1)) and numbers[0] in (0, 1)


def _elapsed_unit(words: list[str]) -> str | None:
    if words == ["x", "value"]:
        return "s"  # the time column of LabVIEW's text files
    # "relative time" and the like are named by the last word that is a unit.
    return next((ELAPSED_WORDS[w] for w in reversed(words) if w in ELAPSED_WORDS), None)


def _compact(cells: list[str], numbers: NDArray[np.float64], named: bool) -> Counted | None:
    """Read 20240131 and the like: digits that are all valid dates."""
    length = len(cells[0])
    for size, pattern in _COMPACT:
        # Four digits may be any count, so a year needs a name that speaks of time.
        plausible = size > 6 or (named and numbers.min() >= 1500 * 10 ** (size - 4))
        if size != length or not plausible:
            continue
        read = pd.to_datetime(pd.Series(cells), format=pattern, errors="coerce")
        if read.notna().mean() >= 0.99:
            return Counted(pattern, False, f"all sampled cells read as {pattern}, like {cells[0]}")
    return None


def _epoch(cells: list[str], numbers: NDArray[np.float64], words: list[str]) -> Counted | None:
    for pattern, low, high in _EPOCHS:
        unit = pattern.removeprefix("epoch_")
        early = unit == "s" and not {"epoch", "unix", "unixtime"}.isdisjoint(words)
        if (low <= numbers.min() or early) and numbers.max() <= high:
            first, last = _shown(numbers, unit)
            digits = len(cells[0].split(".")[0].lstrip("-"))
            return Counted(
                pattern, True,
                f"{digits} digits count {_UNITS[unit]} since 1970: {cells[0]} is {first}, the "
                f"times looked at reach to {last}",
            )  # fmt: skip
    return None


_UNITS = {"s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds"}


def _shown(numbers: NDArray[np.float64], unit: str) -> tuple[str, str]:
    ends = (pd.Timestamp(float(edge), unit=unit) for edge in (numbers[0], numbers.max()))  # pyright: ignore[reportArgumentType] the units are valid by construction
    first, last = (f"{end:%Y-%m-%d}" for end in ends)
    return first, last


def _other_zero(cells: list[str], numbers: NDArray[np.float64], words: list[str]) -> Counted | None:
    """Counts since 1904, 1601 or year 1: their numbers would be odd years since 1970."""
    for pattern, low, high, _ in _OTHER_ZEROS:
        if not (low <= numbers.min() and numbers.max() <= high):
            continue
        if pattern == "mac_s" and numbers.min() < _FUTURE:
            continue
        since = {"mac_s": "seconds since 1904", "filetime": "Windows' 100 ns since 1601"}
        what = since.get(pattern, ".NET's 100 ns since year 1")
        because = f"{cells[0]} counts {what}; since 1970 it would lie far from today"
        return Counted(pattern, True, because, sure=False)
    return None


def _days(
    cells: list[str], numbers: NDArray[np.float64], words: list[str], named: bool
) -> Counted | None:
    """Days of a spreadsheet (since 1900), of MATLAB (since year 0), Julian days."""
    dated = named and not _DATE_WORDS.isdisjoint(words)
    with np.errstate(over="ignore", invalid="ignore"):
        steps = np.diff(numbers) * 1440
        # Without a name, fractions of a day must be whole minutes: no measurement is like that.
        even = bool(np.all(np.abs(steps - np.round(steps)) < 0.01)) and bool(np.any(steps % 1440))
    unnamed = not words or words[0] in ("column", "unnamed")
    if not dated and not (unnamed and even and bool(np.all(steps > 0))):
        return None
    for pattern, low, high, what in (
        ("excel_days", 20_000, 80_000, "a spreadsheet (0 is 1899-12-30)"),
        ("matlab_days", 720_000, 760_000, "MATLAB (counted from year 0)"),
        ("julian_days", 2_440_000, 2_480_000, "astronomers (Julian days)"),
    ):
        if low <= numbers.min() and numbers.max() <= high:
            offset = {"excel_days": 25_569.0, "matlab_days": 719_529.0}.get(pattern, 2_440_587.5)
            first, last = (
                f"{pd.Timestamp(round((edge - offset) * 86_400), unit='s'):%Y-%m-%d %H:%M}"
                for edge in (numbers[0], numbers[-1])
            )
            because = f"days of {what}: {cells[0]} is {first}, {cells[-1]} is {last}"
            return Counted(pattern, False, because, sure=dated and pattern == "excel_days" and even)
    return None
