"""Times of labels to ticks of a series: ISO text, other writings, numbers on its axis."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import datetime as dt
import math
import re
from fractions import Fraction
from zoneinfo import ZoneInfo

import pyarrow as pa

from core.ingest.settings import TimeAxis
from core.ingest.times.clock import to_ticks
from core.ingest.times.guess_time import guess_time
from core.series import TICKS_PER_SECOND, SeriesData

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_FRACTION = re.compile(r"(?<=[:\d]\d)[.,](\d+)")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND = dt.timedelta(seconds=1)
# Seconds in one step of a number on a time axis: s, ms, us, ns since 1970, or min, h, days.
_STEPS = (
    Fraction(1), Fraction(1, 10**3), Fraction(1, 10**6), Fraction(1, 10**9),
    Fraction(60), Fraction(3600),
)  # fmt: skip
_LARGEST = 1e24


def is_number(text: str) -> bool:
    """Say whether the text is a plain number, of a size that can be counted with."""
    return _NUMBER.fullmatch(text) is not None and math.isfinite(float(text))


def tick_of(text: str, data: SeriesData, zone: str, *, late: bool = False) -> int | None:
    """Return a written time as a tick of the series' unit; None when it is no time.

    A time without offset is in `zone`; where clocks show an hour twice, or leave it out, `late`
    takes the later of the two moments that may be meant.
    """
    ns = _iso(text, zone, late)
    if ns is None:
        ns = _other(text, zone, late)
    return None if ns is None else ns * TICKS_PER_SECOND[data.unit] // 10**9


def ticks_of_numbers(start: str, end: str, data: SeriesData) -> tuple[int, int] | None:
    """Return numbers as ticks, in the step that puts both on the series; None when none does."""
    assert data.time is not None
    if max(abs(float(start)), abs(float(end))) > _LARGEST:
        return None
    numbers = Fraction(start), Fraction(end)
    first, last = int(data.time[0]), int(data.time[-1])
    for step in _STEPS:
        scale = step * TICKS_PER_SECOND[data.unit]
        ticks = [round(number * scale) for number in numbers]
        if all(first <= tick <= last for tick in ticks):
            slacks = [int(_doubt(text) * scale) for text in (start, end)]
            return ticks[0] - slacks[0], ticks[1] + slacks[1]
    return None


def _doubt(text: str) -> Fraction:
    """Return by how much a number may be off: one with decimals went through a float64."""
    if re.fullmatch(r"[+-]?\d+", text):
        return Fraction(0)
    return max(abs(Fraction(text)), Fraction(1)) / 2**51


def _iso(text: str, zone: str, late: bool) -> int | None:
    """Return nanoseconds since 1970 of ISO text, exact to the last digit."""
    plain = text.strip().replace("z", "Z")
    fraction = _FRACTION.search(plain) if ":" in plain else None
    digits = fraction.group(1) if fraction else ""
    if fraction:
        plain = plain[: fraction.start()] + plain[fraction.end() :]
    try:
        moment = dt.datetime.fromisoformat(plain)
    except ValueError:
        return None
    if re.fullmatch(r"\d+", plain):
        return None
    seconds = _since_1970(moment, zone, late) if moment.tzinfo is None else moment - _EPOCH
    return seconds // _SECOND * 10**9 + int(f"{digits:0<9}"[:9])


def _since_1970(written: dt.datetime, zone: str, late: bool) -> dt.timedelta:
    """Return when clocks of a zone show a time: the earlier or the later of two such moments."""
    both = [written.replace(tzinfo=ZoneInfo(zone), fold=fold) - _EPOCH for fold in (0, 1)]
    return max(both) if late else min(both)


def _other(text: str, zone: str, late: bool) -> int | None:
    """Return nanoseconds since 1970 of a time in another writing (03/24/2020 10:00, ...)."""
    guess = guess_time("time", [text, text])
    if guess is None or is_number(text):
        return None
    moment, shown = (_nanoseconds(text, guess.axis, one) for one in (zone, "UTC"))
    if moment is None or shown is None or moment == shown:
        return moment  # in UTC, or with an offset of its own
    seconds, rest = divmod(shown, 10**9)
    written = dt.datetime(1970, 1, 1) + seconds * _SECOND
    return _since_1970(written, zone, late) // _SECOND * 10**9 + rest


def _nanoseconds(text: str, axis: TimeAxis, zone: str) -> int | None:
    there = axis.model_copy(update={"columns": ("time",), "zone": zone})
    read = to_ticks(pa.chunked_array([[text]]), there)
    if not bool(read.valid[0]):
        return None
    return int(read.ticks[0]) * (10**9 // TICKS_PER_SECOND[read.unit])
