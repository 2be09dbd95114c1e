"""Fewer points for the same picture: MinMaxLTTB per stretch without a gap, extremes always kept.

Only for drawing. Models, checks and decisions see every sample; nothing here changes a value.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

LIMIT = 10_000
POINTS = 2_000
GAP_FACTOR = 20.0
"""A step this many times the median step is a gap; random sampling stays far below it."""


def pieces(
    values: NDArray[np.float64], seconds: NDArray[np.float64] | None = None
) -> list[tuple[int, int]]:
    """Return the `[start, stop)` stretches of one channel between missing samples and time gaps.

    Args:
        values: (n,) one channel, NaN where missing.
        seconds: (n,) non-decreasing times; None when samples have no time.
    """
    finite = np.isfinite(values)
    breaks = np.zeros(len(values) + 1, dtype=bool)
    breaks[0] = breaks[-1] = True
    breaks[1:-1] = finite[1:] != finite[:-1]
    if seconds is not None and len(seconds) > 2:
        steps = np.diff(seconds)
        if np.any(steps > 0):
            breaks[1:-1] |= steps > GAP_FACTOR * float(np.median(steps[steps > 0]))
    edges = np.flatnonzero(breaks)
    return [(int(start), int(stop)) for start, stop in pairwise(edges) if finite[start]]


def downsample(
    values: NDArray[np.float64],
    seconds: NDArray[np.float64] | None = None,
    *,
    limit: int = LIMIT,
    points: int = POINTS,
) -> list[NDArray[np.int64]]:
    """Choose the samples of one channel to draw: one sorted index array per unbroken stretch.

    Up to `limit` samples all are kept. Above it about `points` remain, shared by length; each
    stretch keeps its first and last sample and its extremes, so a spike of one sample stays. A
    series broken into more stretches than `points` is drawn without breaks.

    Args:
        values: (n,) one channel, NaN where missing.
        seconds: (n,) non-decreasing times; None when samples have no time.
        limit: number of samples up to which nothing is left out.
        points: number of samples aimed at above the limit.
    """
    found = pieces(values, seconds)
    if len(values) <= limit:
        return [np.arange(start, stop, dtype=np.int64) for start, stop in found]
    if len(found) > points:
        kept = np.flatnonzero(np.isfinite(values))
        return [kept[_choose(values[kept], points)]]
    total = sum(stop - start for start, stop in found)
    return [
        start + _choose(values[start:stop], round(points * (stop - start) / total))
        for start, stop in found
    ]


def _choose(values: NDArray[np.float64], points: int) -> NDArray[np.int64]:
    """Return the sorted indices of about `points` of the values, all finite."""
    if len(values) <= max(points, 4):
        return np.arange(len(values), dtype=np.int64)
    lows_highs = [0, int(values.argmin()), int(values.argmax()), len(values) - 1]
    if points < 4:
        return np.unique(lows_highs).astype(np.int64)
    downsampler: Any = MinMaxLTTBDownsampler()  # the package's types are partly unknown
    chosen = downsampler.downsample(np.ascontiguousarray(values), n_out=points)
    return np.unique(np.concatenate([chosen, lows_highs])).astype(np.int64)
