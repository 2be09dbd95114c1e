"""Facts of a series that drawing asks for again and again: step, gaps, stretches, extremes.

Only for drawing. A range of a channel is then drawn with work that follows what is drawn, however
long the series is. Knows nothing of pictures.
"""

from dataclasses import dataclass, field
from functools import cached_property
from uuid import uuid4
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from core.series import SeriesData

Samples = NDArray[np.int64]

GAP_FACTOR = 20.0
"""A step this many times the median step is a gap; random sampling stays far below it."""
STEP_TOLERANCE = 1e-3
"""A regular axis strays from its straight line by at most this share of a step."""
MEDIAN_OF = 100_001
CHUNK = 1_000_000
BLOCKS = (256, 16)
"""Samples per block whose extremes are kept, coarse first; offsets inside fit eight bits."""


@dataclass(frozen=True, eq=False)
class Extremes:
    """Where the least and the greatest sample of every whole block of `size` samples lies."""

    size: int
    least: NDArray[np.uint8]
    greatest: NDArray[np.uint8]

    def samples(self, first: int, last: int) -> Samples:
        """Return the sorted samples of the extremes of the blocks `[first, last)`."""
        starts = np.arange(first, last, dtype=np.int64) * self.size
        found = np.empty(2 * len(starts), dtype=np.int64)
        low, high = self.least[first:last], self.greatest[first:last]
        found[0::2] = starts + np.minimum(low, high)
        found[1::2] = starts + np.maximum(low, high)
        return found


@dataclass(frozen=True, eq=False)
class ChannelOutline:
    """One channel: its values in one piece, its unbroken stretches, its extremes.

    Attributes:
        values: (n,) the channel, contiguous.
        starts, stops: (m,) the stretches `[start, stop)` without a missing sample or time gap.
        missing: whether any sample is missing.
    """

    values: NDArray[np.float64]
    starts: Samples
    stops: Samples
    missing: bool

    def stretches(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Return the unbroken stretches inside `[start, stop)`."""
        first = int(np.searchsorted(self.stops, start, side="right"))
        last = int(np.searchsorted(self.starts, stop, side="left"))
        lows = np.maximum(self.starts[first:last], start).tolist()
        highs = np.minimum(self.stops[first:last], stop).tolist()
        return list(zip(lows, highs, strict=True))

    @cached_property
    def extremes(self) -> list[Extremes]:
        """Extremes of blocks of samples, coarse blocks first."""
        return [_extremes(self.values, size) for size in BLOCKS]

    @cached_property
    def range(self) -> tuple[float, float] | None:
        """The least and the greatest finite value; None for an empty channel."""
        if not len(self.starts):
            return None
        kept = self.values[candidates(self, 0, len(self.values), 1)]
        return float(kept.min()), float(kept.max())


def candidates(channel: ChannelOutline, start: int, stop: int, least: int) -> Samples:
    """Return the finite samples of `[start, stop)`, or the extremes of its blocks.

    Blocks stand in for samples only where at least `least` of them lie inside, so that choosing
    among the candidates loses nothing that could be seen.
    """
    for one in channel.extremes:
        first, last = -(-start // one.size), stop // one.size
        if last - first < least:
            continue
        inside = one.samples(first, last)
        head = np.arange(start, first * one.size, dtype=np.int64)
        tail = np.arange(last * one.size, stop, dtype=np.int64)
        found = np.concatenate([head, inside, tail])
        fresh = np.concatenate([[True], found[1:] != found[:-1]])
        if channel.missing:
            fresh &= np.isfinite(channel.values[found])
        return found[fresh]
    if not channel.missing:
        return np.arange(start, stop, dtype=np.int64)
    return start + np.flatnonzero(np.isfinite(channel.values[start:stop]))


@dataclass(frozen=True, eq=False)
class Outline:
    """What holds for all channels of a series.

    Attributes:
        step: ticks (or samples) from one sample to the next when they are evenly spaced.
        gaps: samples before which time leaps.
        name: of these facts; no two series, nor two programs, share it.
    """

    values: NDArray[np.float64]
    step: float | None
    gaps: Samples
    name: str = field(default_factory=lambda: uuid4().hex)
    _channels: dict[int, ChannelOutline] = field(default_factory=dict)

    def channel(self, number: int) -> ChannelOutline:
        """Return the outline of one channel, made at its first use."""
        if number not in self._channels:
            self._channels[number] = _channel(self.values[:, number], self.gaps)
        return self._channels[number]


_KNOWN: WeakKeyDictionary[SeriesData, Outline] = WeakKeyDictionary()


def outline_of(series: SeriesData) -> Outline:
    """Return the facts of a series; they are found once and live as long as the series does."""
    known = _KNOWN.get(series)
    if known is None:
        gaps = np.empty(0, np.int64) if series.time is None else _gaps(series.time)
        step = 1.0 if series.time is None else _step(series.time)
        known = _KNOWN[series] = Outline(series.values, step, gaps)
    return known


def _step(time: Samples) -> float | None:
    """Return the ticks between samples when all of them lie on one straight line."""
    n = len(time)
    if n < 2 or time[-1] == time[0]:
        return None
    step = (int(time[-1]) - int(time[0])) / (n - 1)
    for start in range(0, n, CHUNK):
        part = time[start : start + CHUNK] - time[0]
        line = np.arange(start, start + len(part)) * step
        if np.abs(part - line).max() > STEP_TOLERANCE * step:
            return None
    return step


def _gaps(time: Samples) -> Samples:
    """Return the samples that follow a step of many times the median one."""
    if len(time) < 3:
        return np.empty(0, np.int64)
    steps = np.diff(time)
    seen = steps[:: max(1, len(steps) // MEDIAN_OF)]
    if not np.any(seen > 0):
        return np.empty(0, np.int64)
    return np.flatnonzero(steps > GAP_FACTOR * float(np.median(seen[seen > 0]))) + 1


def _channel(column: NDArray[np.float64], gaps: Samples) -> ChannelOutline:
    values = np.ascontiguousarray(column)
    finite = np.isfinite(values)
    if finite.all():
        starts = np.concatenate([[0], gaps]).astype(np.int64)
        return ChannelOutline(values, starts, np.append(starts[1:], len(values)), False)
    edges = np.flatnonzero(finite[1:] != finite[:-1]) + 1
    cuts = np.unique(np.concatenate([[0], edges, gaps, [len(values)]])).astype(np.int64)
    kept = finite[cuts[:-1]]
    return ChannelOutline(values, cuts[:-1][kept], cuts[1:][kept], True)


def _extremes(values: NDArray[np.float64], size: int) -> Extremes:
    """Find them; what is missing never wins, and a block without a value gives its first sample."""
    blocks = len(values) // size
    whole = values[: blocks * size].reshape(blocks, size)
    least = np.empty(blocks, np.uint8)
    greatest = np.empty(blocks, np.uint8)
    for start in range(0, blocks, max(1, CHUNK // size)):
        part = whole[start : start + max(1, CHUNK // size)]
        finite = np.isfinite(part)
        missing = not finite.all()
        least[start : start + len(part)] = (
            np.where(finite, part, np.inf) if missing else part
        ).argmin(axis=1)
        greatest[start : start + len(part)] = (
            np.where(finite, part, -np.inf) if missing else part
        ).argmax(axis=1)
    return Extremes(size, least, greatest)
