"""A place in a series as people write it: a sample or a time, and back. No Streamlit.

Times are read and written in one fixed offset from UTC, the one of the plot's axis, so that what
is read off the axis can be typed. Any other offset can be given with the time.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from core.errors import DataError
from core.series import TICKS_PER_SECOND, SeriesData, TimeUnit

Edge = Literal["first", "last"]

_SAMPLE = re.compile(r"(?:#|samples?\s+)?([+-]?\d[\d,\s']*)", re.IGNORECASE)
_TIME = re.compile(
    r"(?:(?P<day>\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})(?:[ T]+|$))?"
    r"(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?"
    r"\s*(?P<offset>Z|UTC|[+-]\d{2}:?\d{2})?"
)
_YEARS_NS = (1678, 2261)
EXAMPLES = "12,345 or 2024-01-31 23:59:59.5"


@dataclass(frozen=True)
class Clock:
    """How a series' times are written: unit of its ticks, zone, and the offset of its axis."""

    unit: TimeUnit
    zone: str
    offset_s: int

    @property
    def words(self) -> str:
        """Name the zone and its offset: `Europe/Berlin (UTC+01:00)`."""
        if self.zone == "UTC":
            return "UTC"
        sign, minutes = "-" if self.offset_s < 0 else "+", abs(self.offset_s) // 60
        return f"{self.zone} (UTC{sign}{minutes // 60:02d}:{minutes % 60:02d})"

    def spoken(self, tick: int) -> str:
        """Write a tick as day and time of day, with as many digits of the second as it needs."""
        shifted = tick + self.offset_s * TICKS_PER_SECOND[self.unit]
        text = str(np.datetime64(shifted, self.unit)).replace("T", " ")
        head, _, fraction = text.partition(".")
        return f"{head}.{fraction.rstrip('0')}" if fraction.strip("0") else head


def clock_of(data: SeriesData, zone: str) -> Clock | None:
    """Return how the series' times are written in a zone; None for a sample index."""
    if data.time is None:
        return None
    first_s = int(data.time[0]) // TICKS_PER_SECOND[data.unit]
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=first_s)
        offset = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    except OverflowError:  # a year that calendars here do not know is shown in UTC
        return Clock(data.unit, "UTC", 0)
    return Clock(data.unit, zone, round(offset.total_seconds()))


def parse_position(
    text: str, data: SeriesData, clock: Clock | None, edge: Edge, near: int = 0
) -> int:
    """Return the sample that a text names as the first or the last one of an interval.

    A time names the first sample at or after it, or the last one at or before it. A time of day
    alone is of the day of sample `near`.

    Raises:
        DataError: when the text is neither, or names no sample of the series.
    """
    written = text.strip()
    if found := _SAMPLE.fullmatch(written):
        sample = int(re.sub(r"[,\s']", "", found[1]))
        if not 0 <= sample < data.n_samples:
            raise DataError(
                f"sample {sample:,} was typed, but the series has samples 0 to "
                f"{data.n_samples - 1:,}; type one of them"
            )
        return sample
    if clock is None or data.time is None:
        raise DataError(
            f"{written!r} was typed, but this series has no times, so it is no place in it; "
            "type the number of a sample"
        )
    tick = parse_tick(written, clock, near_tick=int(data.time[near]))
    side = "left" if edge == "first" else "right"
    sample = int(np.searchsorted(data.time, tick, side=side)) - (edge == "last")
    if not 0 <= sample < data.n_samples:
        first, last = clock.spoken(int(data.time[0])), clock.spoken(int(data.time[-1]))
        where = "after its last" if edge == "first" else "before its first"
        raise DataError(
            f"{written!r} lies {where} sample: the series runs from {first} to {last} "
            f"({clock.words}); type a time in between"
        )
    return sample


def parse_tick(text: str, clock: Clock, near_tick: int | None = None) -> int:
    """Return the tick of a written time; a time of day alone needs a tick of its day.

    Raises:
        DataError: when it is no time, or has no day.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None or not (found["day"] or found["clock"]):
        raise DataError(
            f"{text!r} is neither a sample nor a time that can be read here; write it like "
            f"{EXAMPLES}, with +02:00 behind it when it is not in {clock.words}"
        )
    day = found["day"]
    if day is None:
        if near_tick is None:
            raise DataError(f"{text!r} names no day; write it like 2024-01-31 23:59:59")
        day = clock.spoken(near_tick)[:10]
    elif "." in day:  # dots are between day, month and year in this order wherever they are used
        of_month, month, year = day.split(".")
        day = f"{year}-{month:0>2}-{of_month:0>2}"
    time_of_day = (found["clock"] or "00:00").replace(",", ".")
    if time_of_day[1] == ":":
        time_of_day = f"0{time_of_day}"
    try:
        moment = np.datetime64(f"{day}T{time_of_day}", clock.unit)
    except ValueError as error:
        raise DataError(
            f"{text!r} is no time that a calendar has ({error}); write it like 2024-01-31 23:59:59"
        ) from error
    if clock.unit == "ns" and not _YEARS_NS[0] <= int(day[:4]) <= _YEARS_NS[1]:
        raise DataError(
            f"{text!r} is of a year that this series' clock of nanoseconds cannot hold; "
            f"type a year from {_YEARS_NS[0]} to {_YEARS_NS[1]}"
        )
    offset_s = clock.offset_s if found["offset"] is None else _offset_seconds(found["offset"])
    return int(moment.astype(np.int64)) - offset_s * TICKS_PER_SECOND[clock.unit]


def _offset_seconds(offset: str) -> int:
    if offset[0] not in "+-":
        return 0
    digits = offset[1:].replace(":", "")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return -seconds if offset[0] == "-" else seconds


def interval_words(data: SeriesData, clock: Clock | None, start: int, stop: int) -> str:
    """Describe `[start, stop)` in words: first and last time, number of samples, duration."""
    many = f"{stop - start:,} sample" + "s" * (stop - start != 1)
    if clock is None or data.time is None:
        return f"samples {start:,} to {stop - 1:,} · {many}"
    first, last = int(data.time[start]), int(data.time[stop - 1])
    lasting = duration_words((last - first) / TICKS_PER_SECOND[data.unit])
    if start == stop - 1:
        return f"{clock.spoken(first)} · {many}"
    return f"{clock.spoken(first)} to {clock.spoken(last)} · {many} · {lasting}"


def duration_words(seconds: float) -> str:
    """Say a duration in its two largest units: `3 h 5 min`."""
    if seconds < 60:
        return f"{seconds:.6g} s"
    left = round(seconds)
    parts: list[str] = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{amount:,} {unit}")
    return " ".join(parts[:2])
