"""Guess how a column of times is written, from a sample of its cells. Parses nothing for good."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.ingest.cells import CLOCK, is_integer, is_missing, is_number, looks_like_time
from core.ingest.clock import Ticks, format_name, to_ticks
from core.ingest.names import tokens
from core.ingest.settings import TimeAxis

_DAYS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%y-%m-%d", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y",
    "%b %d %Y", "%d-%b-%y", "%d %B %Y", "%B %d, %Y", "%d/%b/%Y", "%a %b %d", "%m/%Y", "%m.%Y",
    "%b-%Y", "%b %Y", "%B %Y", "%Y/%m", "%Y",
)  # fmt: skip
_CLOCKS = (
    "", " %H:%M:%S", " %H:%M", "T%H:%M:%S", " %I:%M:%S %p", " %I:%M %p", ", %H:%M:%S", ", %H:%M",
    ":%H:%M:%S", " %H:%M:%S %Y", "T%H%M%S", "%H%M%S", " %H%M%S", "%H%M", " %H.%M.%S", " %H.%M",
)  # fmt: skip
# A year stands in the day or behind the clock, never in both; digits run on in compact days only.
_PATTERNS = [
    day + clock
    for day, clock in product(_DAYS, _CLOCKS)
    if ("%y" in day.lower()) != ("%Y" in clock)
    and (day == "%Y%m%d" or clock not in ("T%H%M%S", "%H%M%S", "%H%M"))
]
_FRACTION = re.compile(r"(?<=:\d\d)[.,]\d{1,9}")
_GOOD = 0.6  # share of sampled cells that must parse; the rest are problems to be shown
_COMPACT = ((14, "%Y%m%d%H%M%S"), (12, "%Y%m%d%H%M"), (8, "%Y%m%d"), (6, "%Y%m"), (4, "%Y"))
# Counts since 1970 that fall between 1973 and 2128.
_EPOCHS = (
    ("epoch_s", 1e8, 5e9),
    ("epoch_ms", 1e11, 5e12),
    ("epoch_us", 1e14, 5e15),
    ("epoch_ns", 1e17, 5e18),
)
_TIME_WORDS = frozenset({
    "time", "timestamp", "timestamps", "datetime", "date", "ts", "ds", "when", "zeit", "datum",
    "uhrzeit", "zeitstempel", "heure", "fecha", "hora", "day", "month", "year", "epoch",
    "unixtime", "utc", "recorded", "measured",
})  # fmt: skip
_ELAPSED_WORDS = {
    "t": "s", "time": "s", "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "elapsed": "s", "zeit": "s", "ms": "ms", "msec": "ms", "millis": "ms", "milliseconds": "ms",
    "us": "us", "min": "min", "minutes": "min", "h": "h", "hours": "h",
}  # fmt: skip


@dataclass(frozen=True)
class TimeGuess:
    """A way to read a column (or two) as time, with its evidence."""

    axis: TimeAxis
    because: str
    sure: bool = True


def is_time_name(name: str) -> bool:
    """Say whether a column's name speaks of time."""
    return not _TIME_WORDS.isdisjoint(tokens(name))


def guess_time(name: str, cells: list[str]) -> TimeGuess | None:
    """Return how the sampled cells of one column can be read as time, or None if not at all."""
    filled = [cell.strip() for cell in cells if not is_missing(cell)]
    if len(filled) < 2:
        return None
    numeric = sum(map(is_number, filled)) / len(filled)
    if numeric >= _GOOD:
        return _counted(name, [cell for cell in filled if is_number(cell)])
    if sum(map(looks_like_time, filled)) / len(filled) < _GOOD:
        return None
    return _written(name, filled)


def guess_pair(names: tuple[str, str], days: list[str], clocks: list[str]) -> TimeGuess | None:
    """Return how a column of days and a column of times of day read together, or None."""
    filled = [c.strip() for c in clocks if not is_missing(c)]
    if not filled or sum(bool(CLOCK.fullmatch(c)) for c in filled) / len(filled) < _GOOD:
        return None
    joined = [f"{d.strip()} {c.strip()}" for d, c in zip(days, clocks, strict=True)]
    guess = _written(names[0], joined)
    if guess is None:
        return None
    axis = guess.axis.model_copy(update={"columns": names})
    return TimeGuess(axis, f"'{names[0]}' holds days and '{names[1]}' times of day", guess.sure)


def _written(name: str, filled: list[str]) -> TimeGuess | None:
    """Try ISO 8601 first, then every pattern that fits the first cells."""
    fits = [(_share(filled, "iso"), "iso")]
    if fits[0][0] < 0.99:
        fits += [(_share(filled, pattern), pattern) for pattern in _patterns(filled)]
    best = max(share for share, _ in fits)
    if best < _GOOD:
        return None
    equal = [pattern for share, pattern in fits if share == best]
    pattern, sure, remark = _settle(filled, equal)
    stated = bool(_ticks(filled, pattern).offsets.any())
    axis = TimeAxis(columns=(name,), format=pattern, zone_known=stated)
    share = "all" if best == 1 else f"{best:.0%} of"
    return TimeGuess(
        axis,
        f"{share} sampled cells read as {format_name(pattern)}, like '{filled[0]}'{remark}",
        sure,
    )


def _patterns(filled: list[str]) -> list[str]:
    """Return the patterns that read at least one of three cells, in order of preference."""
    probes = [filled[0], filled[len(filled) // 2], filled[-1]]
    found: list[str] = []
    for pattern in _PATTERNS:
        for probe in probes:
            # Offset and fraction of a second are taken off before patterns apply, as in parsing.
            text = _FRACTION.sub("", probe.split("+")[0].removesuffix("Z").strip())
            try:
                datetime.strptime(text, pattern)
            except ValueError:
                continue
            found.append(pattern)
            break
    return found


def _settle(filled: list[str], patterns: list[str]) -> tuple[str, bool, str]:
    """Choose among patterns that read all cells alike: the one whose times run steadily."""
    if len(patterns) == 1:
        return patterns[0], True, ""
    scores: list[tuple[float, float, float]] = []
    for pattern in patterns:
        steps = np.diff(_ticks(filled, pattern).ticks.astype(np.float64))
        typical = float(np.median(np.abs(steps))) or 1.0
        jumps = float(np.mean(np.abs(steps) > 3 * typical))
        # Between steady readings the evenest one goes first, but that is no proof.
        uneven = round(float(np.std(steps)) / typical, 3)
        scores.append((float(np.mean(steps < 0)), jumps, uneven))
    order = sorted(range(len(patterns)), key=lambda k: scores[k])
    chosen, other = patterns[order[0]], patterns[order[1]]
    if scores[order[0]][:2] < scores[order[1]][:2]:
        return chosen, True, f" ({other} would make the times jump)"
    if scores[order[0]] == scores[order[1]] and "%p" in chosen and other.startswith("%m"):
        chosen, other = other, chosen  # who writes AM and PM mostly writes the month first
    return chosen, False, f"; {other} fits as well, so please check day and month"


def _counted(name: str, filled: list[str]) -> TimeGuess | None:
    """Numbers as time: years, compact dates, counts since 1970, spreadsheet days, elapsed time."""
    filled = [cell for cell in filled if np.isfinite(float(cell))]
    if len(filled) < 2:
        return None
    numbers = np.array([float(cell) for cell in filled])
    rising = bool(np.all(np.diff(numbers) >= 0))
    named, whole = is_time_name(name), all(map(is_integer, filled))
    if whole and len(set(map(len, filled))) == 1 and (named or rising):
        for length, pattern in _COMPACT:
            # Four digits may be any count, so a year needs a name that speaks of time.
            plausible = length > 6 or (named and numbers.min() >= 1500 * 10 ** (length - 4))
            if len(filled[0]) == length and plausible and _share(filled, pattern) >= 0.99:
                axis = TimeAxis(columns=(name,), format=pattern)
                return TimeGuess(axis, f"all sampled cells read as {pattern}, like {filled[0]}")
    for pattern, low, high in _EPOCHS:
        if (named or rising) and low <= numbers.min() and numbers.max() <= high:
            first = pd.Timestamp(numbers[0], unit=pattern.removeprefix("epoch_"))
            axis = TimeAxis(columns=(name,), format=pattern, zone_known=True)
            because = f"counts {format_name(pattern)}: {filled[0]} is {first:%Y-%m-%d}"
            return TimeGuess(axis, because)
    if not rising:
        return None
    words = tokens(name)
    dated = named and not {"date", "datetime", "datum", "timestamp", "time"}.isdisjoint(words)
    if dated and numbers.min() >= 20_000 and numbers.max() <= 80_000:
        axis = TimeAxis(columns=(name,), format="excel_days")
        return TimeGuess(axis, f"days of a spreadsheet, like {filled[0]}", sure=False)
    unit = next((_ELAPSED_WORDS[w] for w in reversed(words) if w in _ELAPSED_WORDS), None)
    if unit is None or _counts_rows(numbers) or numbers[0] < 0:
        return None
    axis = TimeAxis(columns=(name,), format=f"elapsed_{unit}")
    because = f"rising numbers from {filled[0]}: time since the start, in {unit}"
    return TimeGuess(axis, because, sure=False)


def _counts_rows(numbers: NDArray[np.float64]) -> bool:
    return bool(np.all(np.diff(numbers) == 1)) and numbers[0] in (0, 1)


def _ticks(filled: list[str], pattern: str) -> Ticks:
    return to_ticks(pa.chunked_array([filled]), TimeAxis(format=pattern))


def _share(filled: list[str], pattern: str) -> float:
    return float(_ticks(filled, pattern).valid.mean())
