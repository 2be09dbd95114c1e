"""What is drawn of a channel: which of its samples, in which y range. Numbers only, no figure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxDownsampler

from core.render_settings import RangeRule

Values = NDArray[np.float64]
Samples = NDArray[np.int64]
Limits = tuple[float, float]

ROBUST = (0.5, 99.5)
OWN_AIR, ROBUST_AIR = 0.05, 0.15


def y_limits(values: Values, rule: RangeRule) -> Limits:
    """Return the y range of one or more channels: see `RenderSettings.y_range`.

    A constant channel gets a unit's range, and one whose percentiles are equal its own range.
    """
    there = values[~np.isnan(values)]
    if len(there) == 0:
        return 0.0, 1.0
    if rule == "robust":
        low, high = (float(edge) for edge in np.percentile(there, ROBUST))
        if low < high:
            return _with_air(low, high, ROBUST_AIR)
    low, high = float(there.min()), float(there.max())
    if high == low:
        room = max(0.05 * abs(low), 0.5)
        return low - room, high + room
    return _with_air(low, high, OWN_AIR)


def strips(values: Values) -> Values:
    """Scale each channel to its own strip: channel k lies in -k ± 0.4."""
    scaled = np.full_like(values, np.nan)
    for channel in range(values.shape[1]):
        low, high = y_limits(values[:, channel], "own")
        scaled[:, channel] = 0.8 * (values[:, channel] - low) / (high - low) - 0.4 - channel
    return scaled


def alone(column: Values) -> NDArray[np.bool_]:
    """Say which samples have no neighbour to draw a line to."""
    there = np.concatenate([[False], ~np.isnan(column), [False]])
    return there[1:-1] & ~there[:-2] & ~there[2:]


def extremes(x: Values, column: Values, pixels: int) -> Samples:
    """Return the sorted samples to draw: about the lowest and the highest per pixel column.

    Each stretch without a missing sample keeps its ends and its extremes, so a spike of one sample
    stays; behind it one missing sample is kept, so a gap stays a gap.

    Args:
        x: (n,) where the samples lie, non-decreasing.
        column: (n,) the channel, NaN where missing.
        pixels: columns that the whole of `x` is drawn on.
    """
    n = len(column)
    if n <= 2 * pixels:
        return np.arange(n, dtype=np.int64)
    there = np.concatenate([[False], ~np.isnan(column), [False]])
    edges = np.flatnonzero(there[1:] != there[:-1])
    kept: list[Samples] = [edges[1::2][edges[1::2] < n]]
    downsampler: Any = MinMaxDownsampler()  # the package's types are partly unknown
    for first, stop in zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True):
        columns = int(np.ceil(pixels * (x[stop - 1] - x[first]) / (x[-1] - x[0])))
        if stop - first <= 2 * columns + 2:
            kept.append(np.arange(first, stop))
            continue
        inside = slice(first, stop)
        chosen = downsampler.downsample(
            np.ascontiguousarray(x[inside]),
            np.ascontiguousarray(column[inside]),
            n_out=2 * max(1, columns),
        )
        kept += [np.array([first, stop - 1]), first + chosen.astype(np.int64)]
    return np.unique(np.concatenate(kept)).astype(np.int64)


def _with_air(low: float, high: float, air: float) -> Limits:
    # Ranges at the limit of a float's digits would give axes with no room for ticks.
    room = max(air * (high - low), 1e-9 * max(abs(low), abs(high)))
    return low - room, high + room
