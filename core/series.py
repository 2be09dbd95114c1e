"""A series: one time axis, one or more channels, immutable and known by its content hash."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError

TimeUnit = Literal["ns", "us"]
_HASHED_ROWS = 2**16
TICKS_PER_SECOND: dict[TimeUnit, int] = {"ns": 1_000_000_000, "us": 1_000_000}


class Digest(Protocol):
    """A hash that bytes are fed to."""

    def update(self, data: memoryview, /) -> None:
        """Take more bytes."""
        ...

    def hexdigest(self) -> str:
        """Return the hash of all bytes so far."""
        ...


def content_digest(shape: tuple[int, ...], unit: TimeUnit | None) -> Digest:
    """Begin the content hash of a series; its times follow, then its values, row by row."""
    return hashlib.sha256(repr((shape, unit or "")).encode())


@dataclass(frozen=True, eq=False)
class SeriesData:
    """Times and values of one series, as stored.

    Attributes:
        values: (n, channels) float64; a missing sample is NaN.
        time: (n,) int64 UTC ticks of `unit` since 1970, non-decreasing; None for a sample index.
        unit: what one tick of `time` is.
        source_row: (n,) int64, the 0-based data row of the source file each sample came from, so
            that labels given by row land right after a stable sort by time.
    """

    values: NDArray[np.float64]
    time: NDArray[np.int64] | None = None
    unit: TimeUnit = "ns"
    source_row: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or 0 in self.values.shape:
            raise DataError(
                f"the values have shape {self.values.shape}; a series needs at least one sample "
                "and one channel, as an array of (samples, channels)"
            )
        n = len(self.values)
        if self.time is not None and self.time.shape != (n,):
            raise DataError(f"{len(self.time)} times for {n} samples; give one time per sample")
        if self.time is not None and np.any(self.time[1:] < self.time[:-1]):
            raise DataError("the times go backwards; sort the rows by time before storing them")
        if len(self.source_row) == 0:
            object.__setattr__(self, "source_row", np.arange(n, dtype=np.int64))

    @property
    def n_samples(self) -> int:
        """Number of samples."""
        return self.values.shape[0]

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.values.shape[1]

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over times and values alone: names, units and zones are editable metadata."""
        digest = content_digest(self.values.shape, None if self.time is None else self.unit)
        for array in (self.values,) if self.time is None else (self.time, self.values):
            for begin in range(0, len(array), _HASHED_ROWS):
                # Some rows at a time, so that an array in another order is not copied as a whole.
                digest.update(np.ascontiguousarray(array[begin : begin + _HASHED_ROWS]).data)
        return digest.hexdigest()

    def seconds(self) -> NDArray[np.float64] | None:
        """Return (n,) seconds since the first sample, or None when the series has no time."""
        if self.time is None:
            return None
        return (self.time - self.time[0]) / TICKS_PER_SECOND[self.unit]


@dataclass(frozen=True)
class SeriesInfo:
    """The editable description of a stored series: nothing of it ever reaches a model.

    Attributes:
        name: what people call it (a file name, say).
        channel_names: one name per channel; models see `ch1`, `ch2`, ... instead.
        channel_units: one unit per channel, empty when unknown.
        zone: IANA name of the zone that times are shown in.
        zone_known: False when the file did not say its zone and `zone` is an assumption.
        treatments: plain sentences of what was done to the file's rows (sorted, parsed, ...).
        source: the file's name as it was given, to find its label files and later files by.
    """

    name: str
    channel_names: tuple[str, ...]
    channel_units: tuple[str, ...] = ()
    zone: str = "UTC"
    zone_known: bool = False
    treatments: tuple[str, ...] = ()
    source: str = ""


def display_zone(project_zone: str, info: SeriesInfo) -> tuple[str, bool]:
    """Return the zone to show a series' times in, and whether they are moments for certain.

    Times of an unknown zone are shown as they are written, in the zone they were taken for: moved
    into the project's they would be wrong by a number of hours that nobody knows.
    """
    return (project_zone, True) if info.zone_known else (info.zone, False)


@dataclass(frozen=True, eq=False)
class WindowView:
    """What a model may see of a window: numbers only, channels in order, no names, no answers.

    Attributes:
        values: (n, channels) float64, NaN where missing.
        start: absolute sample of the series at which the window starts; answers are absolute.
        seconds: (n,) seconds since the window's first sample, None for an index axis.
        origin_s: when the window's first sample is, in UTC seconds since 1970; None when unknown.
    """

    values: NDArray[np.float64]
    start: int = 0
    seconds: NDArray[np.float64] | None = None
    origin_s: float | None = None

    @property
    def stop(self) -> int:
        """Absolute sample after the window's last one."""
        return self.start + len(self.values)


def view_window(series: SeriesData, start: int, stop: int) -> WindowView:
    """Cut the window `[start, stop)` out of a series, as a model may see it."""
    if not 0 <= start < stop <= series.n_samples:
        raise DataError(
            f"window [{start}, {stop}) does not lie inside the series' {series.n_samples} samples"
        )
    seconds = series.seconds()
    return WindowView(
        values=series.values[start:stop],
        start=start,
        seconds=None if seconds is None else seconds[start:stop] - seconds[start],
        origin_s=None if series.time is None else _epoch_s(int(series.time[start]), series.unit),
    )


def cut_view(view: WindowView, start: int, stop: int) -> WindowView:
    """Cut the absolute samples `[start, stop)` out of a view."""
    if not view.start <= start < stop <= view.stop:
        raise DataError(
            f"window [{start}, {stop}) does not lie inside [{view.start}, {view.stop}); "
            "give a range of the samples that are there"
        )
    inside = slice(start - view.start, stop - view.start)
    begin_s = 0.0 if view.seconds is None else float(view.seconds[inside.start])
    return WindowView(
        values=view.values[inside],
        start=start,
        seconds=None if view.seconds is None else view.seconds[inside] - begin_s,
        origin_s=None if view.origin_s is None else view.origin_s + begin_s,
    )


def _epoch_s(tick: int, unit: TimeUnit) -> float:
    # Divided in whole numbers first: a tick of a nanosecond has more digits than a float.
    whole, rest = divmod(tick, TICKS_PER_SECOND[unit])
    return whole + rest / TICKS_PER_SECOND[unit]


def cut_windows(n_samples: int, length: int, overlap: int = 0) -> list[tuple[int, int]]:
    """Cover `n_samples` with windows of `length` that share `overlap` samples with the next one.

    The last window is moved back so that it ends at the series' end and keeps its full length.

    Raises:
        DataError: if length < 1 or not 0 <= overlap < length.
    """
    if length < 1 or not 0 <= overlap < length:
        raise DataError(
            f"windows of {length} samples with {overlap} shared cannot cover a series; "
            "give a length of at least 1 and an overlap smaller than it"
        )
    if n_samples <= length:
        return [(0, n_samples)]
    starts = list(range(0, n_samples - length, length - overlap))
    return [(start, start + length) for start in [*starts, n_samples - length]]
