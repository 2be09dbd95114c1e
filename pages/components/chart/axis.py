"""The horizontal axis: samples to plotted numbers and back, exactly.

Times are plotted as milliseconds in one fixed offset from UTC, so the axis is monotone also where
clocks change; the zone and offset are named once, in the title. Knows nothing of Streamlit.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.series import TICKS_PER_SECOND, SeriesData

AxisKind = Literal["samples", "time", "seconds"]
SHORT_S = 1.0
"""A stretch shorter than this is plotted in seconds: dates have no finer ticks than that."""


@dataclass(frozen=True, eq=False)
class Axis:
    """Plotted positions of the samples `[start, start + len(x))`; `x` never decreases."""

    kind: AxisKind
    x: NDArray[np.float64]
    start: int
    title: str

    @property
    def stop(self) -> int:
        """Absolute sample after the last one plotted."""
        return self.start + len(self.x)

    def at(self, sample: int) -> float:
        """Return the plotted position of a sample, clamped to the axis."""
        return float(self.x[min(max(sample - self.start, 0), len(self.x) - 1)])

    def edge(self, sample: int) -> float:
        """Return the position half-way between the sample before and this one."""
        return (self.at(sample - 1) + self.at(sample)) / 2

    def nearest(self, position: float) -> int:
        """Return the sample nearest to a plotted position; of equals the first."""
        return self.start + int(np.abs(self.x - position).argmin())

    def samples(self, low: float, high: float) -> tuple[int, int]:
        """Return the half-open samples whose positions lie in `[low, high]`.

        A stretch between two samples gives the sample nearest to its middle.
        """
        first = int(np.searchsorted(self.x, low, side="left"))
        last = int(np.searchsorted(self.x, high, side="right"))
        if last <= first:
            first = self.nearest((low + high) / 2) - self.start
            last = first + 1
        return self.start + first, self.start + last


def axis_of(series: SeriesData, zone: str, shown: tuple[int, int]) -> Axis:
    """Build the axis for the samples `[start, stop)` of a series."""
    start, stop = shown
    if series.time is None:
        return Axis("samples", np.arange(start, stop, dtype=np.float64), start, "sample")
    per_second = TICKS_PER_SECOND[series.unit]
    ticks = series.time[start:stop]
    first_s = int(ticks[0]) / per_second
    if (int(ticks[-1]) - int(ticks[0])) / per_second < SHORT_S:
        seconds = (ticks - ticks[0]) / per_second
        return Axis("seconds", seconds, start, f"seconds after {_spoken(first_s, zone)}")
    offset = _offset(first_s, zone)
    milliseconds = ticks / (per_second / 1000) + offset.total_seconds() * 1000
    words = "UTC" if zone == "UTC" else f"{zone} ({_utc_words(offset)})"
    return Axis("time", milliseconds, start, f"time in {words}")


def _local(seconds: float, zone: str) -> datetime:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.astimezone(ZoneInfo(zone))


def _offset(seconds: float, zone: str) -> timedelta:
    try:
        return _local(seconds, zone).utcoffset() or timedelta()
    except OverflowError:  # a year that calendars here do not know is shown in UTC
        return timedelta()


def _spoken(seconds: float, zone: str) -> str:
    try:
        return f"{_local(seconds, zone):%Y-%m-%d %H:%M:%S.%f} {zone}"
    except OverflowError:
        return "the first sample"


def _utc_words(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else "UTC"
