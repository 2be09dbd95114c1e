"""Times of labels to ticks of a series: ISO text, other writings, numbers on its axis."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pyarrow as pa

from core.ingest.clock import to_ticks
from core.ingest.guess_time import guess_time
from core.series import TICKS_PER_SECOND, SeriesData

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_FRACTION = re.compile(r"(?<=[:\d]\d)[.,](\d+)")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Seconds in one step of a number on a time axis: s, ms, us, ns since 1970, or min, h, days.
_STEPS = (1.0, 1e-3, 1e-6, 1e-9, 60.0, 3600.0)


def is_number(text: str) -> bool:
    """Say whether the text is a plain number."""
    return _NUMBER.fullmatch(text) is not None


def tick_of(text: str, data: SeriesData, zone: str, *, late: bool = False) -> int | None:
    """Return a written time as a tick of the series' unit; None when it is no time.

    A time without offset is in `zone`; where clocks show an hour twice, `late` takes the second.
    """
    ns = _iso(text, zone, late)
    if ns is None:
        ns = _other(text, zone)
    return None if ns is None else ns * TICKS_PER_SECOND[data.unit] // 10**9


def ticks_of_numbers(start: float, end: float, data: SeriesData) -> tuple[int, int] | None:
    """Return numbers as ticks, in the step that puts both on the series; None when none does."""
    assert data.time is not None
    per_second = TICKS_PER_SECOND[data.unit]
    first, last = int(data.time[0]), int(data.time[-1])
    for step in _STEPS:
        ticks = (round(start * step * per_second), round(end * step * per_second))
        if first <= ticks[0] <= last and first <= ticks[1] <= last:
            # A number in float64 does not hold nanoseconds since 1970: allow what it cannot say.
            slack = int(max(abs(start), 1.0) * 2**-51 * step * per_second)
            return ticks[0] - slack, ticks[1] + slack
    return None


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
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone), fold=int(late))
    gone = moment - _EPOCH
    seconds = gone.days * 86_400 + gone.seconds
    return seconds * 10**9 + int(f"{digits:0<9}"[:9])


def _other(text: str, zone: str) -> int | None:
    """Return nanoseconds since 1970 of a time in another writing (03/24/2020 10:00, ...)."""
    guess = guess_time("time", [text, text])
    if guess is None or is_number(text):
        return None
    axis = guess.axis.model_copy(update={"columns": ("time",), "zone": zone})
    read = to_ticks(pa.chunked_array([[text]]), axis)
    if not bool(read.valid[0]):
        return None
    return int(read.ticks[0]) * (10**9 // TICKS_PER_SECOND[read.unit])
