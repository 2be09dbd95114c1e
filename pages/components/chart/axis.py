"""The horizontal axis: samples to plotted numbers and back, exactly.

Times are plotted as milliseconds in one fixed offset from UTC, so the axis is monotone also where
clocks change; the zone and offset are named once, in the title. Positions are worked out for the
samples asked for, never for a whole series. Knows nothing of Streamlit.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.outline import Samples, outline_of
from core.series import TICKS_PER_SECOND, SeriesData

AxisKind = Literal["samples", "time", "seconds"]
_NS = 1_000_000_000
SHORT_S = 1.0
"""A stretch shorter than this is plotted in seconds: dates have no finer ticks than that."""


@dataclass(frozen=True, eq=False)
class Axis:
    """Plotted positions of the samples `[start, stop)`; they never decrease.

    Attributes:
        ticks: the series' times; None when positions are sample numbers.
        origin: tick that is plotted at `offset`.
        per_unit: ticks per plotted unit (millisecond or second).
        offset: milliseconds that the shown zone is ahead of UTC.
        step: plotted units between samples when they are evenly spaced.
    """

    kind: AxisKind
    start: int
    stop: int
    title: str
    ticks: Samples | None = None
    origin: int = 0
    per_unit: float = 1.0
    offset: float = 0.0
    step: float | None = 1.0

    @property
    def x(self) -> NDArray[np.float64]:
        """Positions of all samples; for short axes only."""
        return self.positions(np.arange(self.start, self.stop, dtype=np.int64))

    def positions(self, samples: Samples) -> NDArray[np.float64]:
        """Return the plotted positions of samples of the series."""
        if self.ticks is None:
            return samples.astype(np.float64)
        return (self.ticks[samples] - self.origin) / self.per_unit + self.offset

    def at(self, sample: int) -> float:
        """Return the plotted position of a sample, clamped to the axis."""
        inside = min(max(sample, self.start), self.stop - 1)
        return float(inside) if self.ticks is None else self.of_tick(int(self.ticks[inside]))

    def of_tick(self, tick: int) -> float:
        """Return the plotted position of a moment, or of a sample on an axis of samples."""
        return (tick - self.origin) / self.per_unit + self.offset

    def edge(self, sample: int) -> float:
        """Return the position half-way between the sample before and this one."""
        return (self.at(sample - 1) + self.at(sample)) / 2

    def nearest(self, position: float) -> int:
        """Return the sample nearest to a plotted position; of equals the first."""
        after = min(self._first_from(position), self.stop - 1)
        before = max(after - 1, self.start)
        if abs(self.at(before) - position) <= abs(self.at(after) - position):
            return self._first_from(self.at(before))
        return after

    def samples(self, low: float, high: float) -> tuple[int, int]:
        """Return the half-open samples whose positions lie in `[low, high]`.

        A stretch between two samples gives the sample nearest to its middle.
        """
        first = self._first_from(low)
        last = bisect_right(range(self.stop), high, lo=self.start, key=self.at)
        if last <= first:
            first = self.nearest((low + high) / 2)
            last = first + 1
        return first, last

    def whole(self, n_samples: int) -> "Axis":
        """Return the same axis with all samples of the series."""
        return replace(self, start=0, stop=n_samples)

    def _first_from(self, position: float) -> int:
        """Return the first sample at or after a position; `stop` when there is none."""
        return bisect_left(range(self.stop), position, lo=self.start, key=self.at)


def axis_of(series: SeriesData, zone: str, shown: tuple[int, int], zone_known: bool = True) -> Axis:
    """Build the axis for the samples `[start, stop)` of a series.

    The title names no zone that nobody stated.
    """
    start, stop = shown
    if series.time is None:
        return Axis("samples", start, stop, "sample")
    per_second = TICKS_PER_SECOND[series.unit]
    step = outline_of(series).step
    first, last = int(series.time[start]), int(series.time[stop - 1])
    if (last - first) / per_second < SHORT_S:
        title = f"seconds after {_spoken(first / per_second, zone, zone_known)}"
        each = None if step is None else step / per_second
        return Axis("seconds", start, stop, title, series.time, first, per_second, 0.0, each)
    offset = _offset(first / per_second, zone)
    words = "UTC" if zone == "UTC" else f"{zone} ({_utc_words(offset)})"
    per_unit = per_second / 1000
    each = None if step is None else step / per_unit
    shift = offset.total_seconds() * 1000
    title = f"time in {words}" if zone_known else "time as written, zone unknown"
    return Axis("time", start, stop, title, series.time, 0, per_unit, shift, each)


def axis_beside(axis: Axis, own: SeriesData, other: SeriesData) -> Axis | None:
    """Return the axis of all samples of another series, placed on `axis` by their times.

    None where the two share no time, or one has none.
    """
    if own.time is None or other.time is None:
        return None
    first, last = (_ns(own, sample) for sample in (axis.start, axis.stop - 1))
    if _ns(other, other.n_samples - 1) < first or _ns(other, 0) > last:
        return None
    per_second = TICKS_PER_SECOND[other.unit]
    if axis.kind == "time":
        return replace(
            axis,
            start=0,
            stop=other.n_samples,
            ticks=other.time,
            per_unit=per_second / 1000,
            step=None,
        )
    # The origin may lie between two ticks of the other series.
    origin, rest = divmod(_ns(own, axis.start), _NS // per_second)
    return replace(
        axis,
        start=0,
        stop=other.n_samples,
        ticks=other.time,
        origin=origin,
        per_unit=per_second,
        offset=axis.offset - rest / _NS,
        step=None,
    )


def _ns(series: SeriesData, sample: int) -> int:
    """Return the time of a sample in nanoseconds since 1970, exactly."""
    assert series.time is not None  # the caller looked
    return int(series.time[sample]) * (_NS // TICKS_PER_SECOND[series.unit])


def _local(seconds: float, zone: str) -> datetime:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.astimezone(ZoneInfo(zone))


def _offset(seconds: float, zone: str) -> timedelta:
    try:
        return _local(seconds, zone).utcoffset() or timedelta()
    except OverflowError:  # a year that calendars here do not know is shown in UTC
        return timedelta()


def _spoken(seconds: float, zone: str, zone_known: bool) -> str:
    try:
        written = f"{_local(seconds, zone):%Y-%m-%d %H:%M:%S.%f}"
        return f"{written} {zone}" if zone_known else f"{written} as written, zone unknown"
    except OverflowError:
        return "the first sample"


def _utc_words(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else "UTC"
