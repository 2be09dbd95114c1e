"""Guess how a column of times is written, from a sample of its cells. Parses nothing for good."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import product

import numpy as np
import pyarrow as pa

from core.ingest.cells import CLOCK, is_integer, is_missing, is_number, looks_like_time
from core.ingest.names import tokens
from core.ingest.settings import MILLISECONDS, TimeAxis
from core.ingest.times.clock import Ticks, format_name, to_ticks
from core.ingest.times.counted import guess_counted
from core.ingest.times.written import has_zone_name, plain

_DAYS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%y-%m-%d", "%y/%m/%d", "%d-%b-%Y", "%d %b %Y",
    "%b %d, %Y", "%b %d %Y", "%d-%b-%y", "%d %b %y", "%d/%b/%Y", "%a %b %d", "%m/%Y", "%m.%Y",
    "%b-%Y", "%b %Y", "%b %d", "%b-%y", "%Y/%m", "%Y-%m-%d", "%Y-%b-%d", "%Y %b %d", "%d%b%Y",
    "%Y", "%Y-%j", "%d %m %Y",
)  # fmt: skip
_CLOCKS = (
    "", " %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M", " %I:%M:%S %p", " %I:%M %p", ", %H:%M:%S",
    ", %H:%M", ", %I:%M:%S %p", ", %I:%M %p", ":%H:%M:%S", " %H:%M:%S %Y", "T%H%M%S", "%H%M%S",
    " %H%M%S", "%H%M", " %H%M", " %H.%M.%S", " %H.%M", "-%H:%M:%S", "_%H:%M:%S", " %H", " %H-%M-%S",
    "_%H-%M-%S", "_%H%M%S", "-%H%M%S", " - %H:%M:%S", " - %H:%M", "/%H:%M:%S", "  %H:%M:%S",
)  # fmt: skip
# A year stands in the day or behind the clock, never in both; digits run on in compact days only.
_PATTERNS = [
    day + clock
    for day, clock in product(_DAYS, _CLOCKS)
    if ("%y" in day.lower()) != ("%Y" in clock)
    and (day == "%Y%m%d" or clock not in ("T%H%M%S", "%H%M%S", "%H%M"))
]
_PATTERNS += [
    f"{clock} {day}" for clock, day in product(("%H:%M:%S", "%H:%M", "%I:%M:%S %p"), _DAYS[:14])
]
_DOTTED = re.compile(r"([01]?\d|2[0-4])\.[0-5]\d(\.[0-5]\d)?")
_FRACTION = re.compile(r"(?<=:\d\d)(?:[.,]\d{1,9}|:\d{3})(?!\d)")
_OFFSET = re.compile(r"(?<=:\d\d) ?(Z|[+-]\d{2}:?(\d{2})?)$")
_GOOD = 0.6  # share of sampled cells that must parse; the rest are problems to be shown
_TIME_WORDS = frozenset({
    "time", "timestamp", "timestamps", "datetime", "date", "ts", "ds", "when", "zeit", "datum",
    "uhrzeit", "zeitstempel", "heure", "fecha", "hora", "day", "month", "year", "epoch",
    "unixtime", "utc", "recorded", "measured", "zeitpunkt", "tijd", "tijdstip", "ora", "data",
    "tag", "jahr", "monat", "horodatage", "datenum", "timestring", "messzeit", "unix",
    "periode", "period", "quarter", "week", "ticks", "dt",
})  # fmt: skip
# Words that name a time only beside another one ("Data 1", "tag") say nothing about numbers.
_WEAK = frozenset({"tag", "data", "ora", "day", "period", "dt", "ticks"})


@dataclass(frozen=True)
class TimeGuess:
    """A way to read a column (or two) as time, with its evidence.

    Attributes:
        others: formats that read the sampled cells as well; only more of the file can tell.
        day_names: the deciding cell's line, when day and month could be confused.
    """

    axis: TimeAxis
    because: str
    sure: bool = True
    others: tuple[str, ...] = ()


def is_time_name(name: str) -> bool:
    """Say whether a column's name speaks of time."""
    words = tokens(name)
    found = _TIME_WORDS.intersection(words)
    return bool(found - _WEAK) or (bool(found) and len(words) == 1)


def guess_time(name: str, cells: list[str], lines: Sequence[int] = ()) -> TimeGuess | None:
    """Return how the sampled cells of one column can be read as time, or None if not at all.

    `lines` are the cells' lines in the file, to be named in the evidence.
    """
    there = [k for k, cell in enumerate(cells) if not is_missing(cell)]
    filled = [cells[k].strip() for k in there]
    if not filled:
        return None
    lines = [lines[k] for k in there] if lines else []
    numbers = [cell for cell in filled if _number(cell)]
    if len(numbers) >= _GOOD * len(filled):
        return _counted(name, numbers)
    if sum(map(looks_like_time, filled)) < _GOOD * len(filled):
        return None
    return _durations(name, filled) or _written(name, filled, lines)


def guess_pair(
    names: tuple[str, str], days: list[str], clocks: list[str], lines: Sequence[int] = ()
) -> TimeGuess | None:
    """Return how a column of days and a column of times of day read together, or None."""
    filled = [c.strip() for c in clocks if not is_missing(c)]
    compact = is_time_name(names[1]) and all(is_integer(c) and len(c) in (4, 6) for c in filled)
    hours = _is_hours(names[1], filled)
    dotted = bool(filled) and all(map(_DOTTED.fullmatch, filled))
    dotted = dotted and (is_time_name(names[1]) or all(c.count(".") == 2 for c in filled))
    if not filled or not (compact or hours or dotted):
        share = sum(bool(CLOCK.fullmatch(plain(c))) for c in filled) / max(1, len(filled))
        if share < _GOOD:
            return None
    joined = [f"{d.strip()} {c.strip()}" for d, c in zip(days, clocks, strict=True)]
    guess = _written(names[0], joined, list(lines))
    if guess is None:
        return None
    axis = guess.axis.model_copy(update={"columns": names})
    because = f"'{names[0]}' holds days and '{names[1]}' times of day; {guess.because}"
    if hours and max(map(int, filled)) == 24:
        because += "; hours run from 1 to 24: 24 is 0:00 of the next day"
    return replace(guess, axis=axis, because=because)


def guess_parts(columns: dict[str, list[str]], lines: Sequence[int] = ()) -> TimeGuess | None:
    """Return how columns of years, months, days, hours ... read together, or None."""
    found: dict[str, str] = {}
    for name, cells in columns.items():
        word = "".join(tokens(name))
        for part, (_, low, high, known) in _PARTS.items():
            filled = [c.strip() for c in cells if not is_missing(c)]
            fits = word in known and part not in found and filled
            if fits and all(is_integer(c) and low <= int(c) <= high for c in filled):
                found[part] = name
                break
    # A day of the year stands for month and day.
    counted = "day of the year" in found and "month" not in found
    kinds = [p for p in _PARTS if p not in (("month", "day") if counted else ("day of the year",))]
    order = [part for part in kinds if part in found]
    # Each finer part needs the coarser ones; a year alone is a time of its own.
    whole = order == kinds[: len(order)]
    if not whole or len(order) < (2 if counted else 3):
        return None
    pattern = " ".join(_PARTS[part][0] for part in order)
    names = tuple(found[part] for part in order)
    joined = [
        " ".join(c.strip() for c in row) for row in zip(*(columns[n] for n in names), strict=True)
    ]
    if _share(joined, pattern) < 0.99:
        return None
    axis = TimeAxis(columns=names, format=pattern)
    where = f" of line {lines[0]:,}" if lines else ""
    return TimeGuess(
        axis, f"{', '.join(order)} stand in columns of their own, like '{joined[0]}'{where}"
    )


def with_milliseconds(
    guess: TimeGuess, columns: dict[str, list[str]], lines: Sequence[int] = ()
) -> TimeGuess:
    """Add a column of milliseconds that stands beside times written to the second."""
    written = guess.axis.format == "iso" or guess.axis.format.endswith("%S")
    if not written or guess.axis.format.endswith(MILLISECONDS):
        return guess
    for name, cells in columns.items():
        filled = [c.strip() for c in cells if not is_missing(c)]
        named = "".join(tokens(name)) in _MILLISECONDS and name not in guess.axis.columns
        if not named or not filled or any("." in c for c in columns[guess.axis.columns[-1]]):
            continue
        if all(is_integer(c) and 0 <= int(c) <= 999 for c in filled):
            axis = guess.axis.model_copy(
                update={
                    "columns": (*guess.axis.columns, name),
                    "format": guess.axis.format + MILLISECONDS,
                }
            )
            where = f" of line {lines[0]:,}" if lines else ""
            because = f"{guess.because}; '{name}' holds milliseconds, like '{filled[0]}'{where}"
            return replace(guess, axis=axis, because=because)
    return guess


_MILLISECONDS = frozenset({"ms", "msec", "msecs", "millis", "millisecond", "milliseconds", "milli"})
_PARTS = {
    "year": ("%Y", 1500, 2200, {"year", "yyyy", "jahr", "annee", "yr", "yy"}),
    "month": ("%m", 1, 12, {"month", "mm", "monat", "mois", "mo", "mon"}),
    "day": ("%d", 1, 31, {"day", "dd", "tag", "jour", "dy"}),
    "day of the year": ("%j", 1, 366, {
        "doy", "dayofyear", "yday", "jday", "julianday", "ydoy", "dayoftheyear",
    }),
    "hour": ("%H", 0, 24, {"hour", "hh", "stunde", "heure", "hr"}),
    "minute": ("%M", 0, 59, {"minute", "min", "mn", "mi", "mm"}),
    "second": ("%S", 0, 59, {"second", "sec", "ss", "sekunde"}),
}  # fmt: skip


def _is_hours(name: str, cells: list[str]) -> bool:
    """Say whether cells are the hours 0 to 23, or 1 to 24, of a column that says so."""
    words = {"hour", "hours", "stunde", "std", "heure", "hora", "hr", "h"}
    return (
        not words.isdisjoint(tokens(name))
        and bool(cells)
        and all(is_integer(c) and 0 <= int(c) <= 24 for c in cells)
    )


def _number(cell: str) -> bool:
    return is_number(cell) or is_number(cell, ",")


def _counted(name: str, cells: list[str]) -> TimeGuess | None:
    plain_cells = [cell.replace(",", ".") for cell in cells]
    finite = [cell for cell in plain_cells if np.isfinite(float(cell))]
    if not finite:
        return None
    numbers = np.array([float(cell) for cell in finite])
    named = is_time_name(name)
    if len(finite) < 2 and not named:
        return None
    guess = guess_counted(name, finite, numbers, named)
    if guess is None:
        return None
    axis = TimeAxis(columns=(name,), format=guess.format, zone_known=guess.zone_known)
    return TimeGuess(axis, guess.because, guess.sure)


def _durations(name: str, filled: list[str]) -> TimeGuess | None:
    """Read times of day without a day, and durations like 0:00.125."""
    stripped = [cell.strip("[]'\" ") for cell in filled]
    if sum(bool(CLOCK.fullmatch(cell)) for cell in stripped) < 0.99 * len(stripped):
        return None
    axis = TimeAxis(columns=(name,), format="clock")
    because = f"times without a day, from {stripped[0]} to {stripped[-1]}: counted from the start"
    return TimeGuess(axis, because, sure=False)


def _written(name: str, filled: list[str], lines: Sequence[int] = ()) -> TimeGuess | None:
    """Try ISO 8601 first, then every pattern that fits the first cells."""
    fits = [(_share(filled, "iso"), "iso")]
    if fits[0][0] < 0.99:
        fits += [(_share(filled, pattern), pattern) for pattern in _patterns(filled)]
    best = max(share for share, _ in fits)
    if best < _GOOD:
        return None
    equal = [pattern for share, pattern in fits if share == best]
    pattern, sure, remark = settle(filled, equal)
    stated = bool(_ticks(filled, pattern).offsets.any())
    axis = TimeAxis(columns=(name,), format=pattern, zone_known=stated)
    share = "all" if best == 1 else f"{best:.0%} of"
    decided = day_evidence(pattern, filled, lines)
    named = has_zone_name(filled[0])
    zone = f"; '{filled[0].split()[-1]}' is the zone's name" if named else ""
    return TimeGuess(
        axis,
        f"{share} sampled cells read as {format_name(pattern)}, like '{filled[0]}'"
        f"{'; ' + decided if decided else remark}{zone}",
        sure or bool(decided),
        tuple(other for other in equal if other != pattern) if not (sure or decided) else (),
    )


def day_evidence(pattern: str, cells: Sequence[str], lines: Sequence[int] = ()) -> str:
    """Name the first cell that tells day and month apart in this pattern, or say nothing."""
    order = re.findall(r"%[dmbyY]", pattern)
    if "%d" not in order or "%m" not in order:
        return ""
    first = order.index("%d") < order.index("%m")
    place = order.index("%d")
    for k, cell in enumerate(cells):
        numbers = re.findall(r"\d+", cell)
        if len(numbers) <= place or not numbers[place].isdigit() or len(numbers[place]) > 2:
            continue
        day = int(numbers[place])
        if 12 < day <= 31:
            where = f" of line {lines[k]:,}" if k < len(lines) else f" in '{cell}'"
            which = ("first", "second", "third")[place]
            what = "day first" if first else "month first"
            return f"{what}: {day} is the {which} number{where}"
    return ""


def _patterns(filled: list[str]) -> list[str]:
    """Return the patterns that read at least one of three cells, in order of preference."""
    probes = [filled[0], filled[len(filled) // 2], filled[-1]]
    texts = [_FRACTION.sub("", _OFFSET.sub("", plain(probe)).strip()) for probe in probes]
    found: list[str] = []
    for pattern in _PATTERNS:
        for text in texts:
            # A pattern costs far more to try than to see that its signs are not there.
            if not _signs(pattern) <= set(text):
                continue
            try:
                datetime.strptime(text, pattern)
            except ValueError:
                continue
            found.append(pattern)
            break
    return found


@cache
def _signs(pattern: str) -> frozenset[str]:
    """Return the signs of a pattern that every text of its form holds."""
    return frozenset(re.sub(r"%.", "", pattern)) & frozenset("-/.:,+")


def settle(filled: Sequence[str], patterns: Sequence[str]) -> tuple[str, bool, str]:
    """Choose among patterns that read all cells alike: the one whose times run steadily."""
    if len(patterns) == 1:
        return patterns[0], True, ""
    scores: list[tuple[float, float, float]] = []
    for pattern in patterns:
        steps = np.diff(_ticks(list(filled), pattern).ticks.astype(np.float64))
        if not len(steps):
            scores.append((0.0, 0.0, 0.0))
            continue
        typical = float(np.median(np.abs(steps))) or 1.0
        jumps = float(np.mean(np.abs(steps) > 3 * typical))
        back = float(np.mean(steps < 0))
        # Between steady readings the evenest one goes first, but that is no proof.
        uneven = round(float(np.std(steps)) / typical, 3)
        scores.append((min(back, 1 - back), jumps, uneven))
    order = sorted(range(len(patterns)), key=lambda k: scores[k])
    chosen, other = patterns[order[0]], patterns[order[1]]
    if scores[order[0]][:2] < scores[order[1]][:2]:
        return chosen, True, f" (read like {format_name(other)}, the times would jump)"
    if scores[order[0]] == scores[order[1]] and "%p" in chosen and other.startswith("%m"):
        chosen, other = other, chosen  # who writes AM and PM mostly writes the month first
    either = f"it may also be read like {format_name(other)}"
    return chosen, False, f"; {either}, so please check day and month"


def _ticks(filled: list[str], pattern: str) -> Ticks:
    return to_ticks(pa.chunked_array([filled], pa.string()), TimeAxis(format=pattern))


def _share(filled: list[str], pattern: str) -> float:
    return float(_ticks(filled, pattern).valid.mean())
