"""Fewer points for the same picture: MinMaxLTTB per stretch without a gap, extremes always kept.

Only for drawing. Models, checks and decisions see every sample; nothing here changes a value.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

from core.outline import ChannelOutline, Samples, candidates

BLOCKS_PER_POINT = 2
"""Blocks that must stand behind each point before their extremes are taken for their samples."""


def downsample(channel: ChannelOutline, start: int, stop: int, points: int) -> list[Samples]:
    """Choose the samples of `[start, stop)` to draw: one sorted array per unbroken stretch.

    Up to `points` samples all are kept. Above, about `points` remain, shared by length; each
    stretch keeps its first and last sample and its extremes, so a spike of one sample stays. A
    range broken into more stretches than half the points is drawn without breaks.

    Args:
        channel: the facts of the channel.
        start: first sample of the range.
        stop: the sample after its last one.
        points: number of samples aimed at.
    """
    found = channel.stretches(start, stop)
    if stop - start <= points:
        return [np.arange(low, high, dtype=np.int64) for low, high in found]
    kept = candidates(channel, start, stop, BLOCKS_PER_POINT * points)
    if len(found) > points // 2:
        return [kept[_choose(channel.values[kept], points)]]
    total = sum(high - low for low, high in found)
    chosen: list[Samples] = []
    for low, high in found:
        inside = kept[np.searchsorted(kept, low) : np.searchsorted(kept, high)]
        ends = [low] if not len(inside) or inside[0] != low else []
        last = [high - 1] if high - 1 > low and (not len(inside) or inside[-1] != high - 1) else []
        inside = np.concatenate([ends, inside, last]).astype(np.int64)
        share = round(points * (high - low) / total)
        chosen.append(inside[_choose(channel.values[inside], share)])
    return chosen


def _choose(values: NDArray[np.float64], points: int) -> Samples:
    """Return the sorted indices of about `points` of the values, all finite."""
    if len(values) <= max(points, 4):
        return np.arange(len(values), dtype=np.int64)
    lows_highs = [0, int(values.argmin()), int(values.argmax()), len(values) - 1]
    if points < 4:
        return np.unique(lows_highs).astype(np.int64)
    downsampler: Any = MinMaxLTTBDownsampler()  # the package's types are partly unknown
    chosen = downsampler.downsample(np.ascontiguousarray(values), n_out=points)
    return np.unique(np.concatenate([chosen, lows_highs])).astype(np.int64)
