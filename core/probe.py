"""What-if changes of a stretch of a window: flattened, removed, scaled, or with something injected.

A probe asks whether an answer hangs on what it says it hangs on. It is no evidence of truth, and
nothing learns from it. Pure and deterministic.

Surroundings are as many samples as the stretch on each side, 8 to 128, as in `core.measure`; the
local level is the mean of the two sides' medians, or the one side's where the stretch touches the
window's edge. The local deviation is the standard deviation (of the population) of the
surroundings, each side taken from its own median. A missing value stays missing.

flatten   every value becomes the local level
remove    every value lies on the straight line from the last value before to the first one after;
          where there is only one of them, it is that value
scale     every value goes to level + size * (value - level): 0 flattens, 1 changes nothing
spike     the sample in the middle goes up by size deviations (down when negative)
shift     all samples go up by size deviations (down when negative)
"""

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.errors import DataError
from core.measure import LEVEL_SIDE
from core.model import Frozen
from core.series import WindowView

ChangeKind = Literal["flatten", "remove", "scale", "spike", "shift"]
SIZED: frozenset[ChangeKind] = frozenset({"scale", "spike", "shift"})
Values = NDArray[np.float64]


class Change(Frozen):
    """One change of absolute samples `[start, stop)`.

    Attributes:
        channels: 0-based; all of them when empty.
        size: factor of `scale`, local deviations of `spike` and `shift`; without meaning elsewhere.
    """

    kind: ChangeKind
    start: int
    stop: int
    channels: tuple[int, ...] = ()
    size: float = Field(default=0.0, allow_inf_nan=False)


def changed(view: WindowView, change: Change) -> WindowView:
    """Return the window with a stretch changed; its own values stay as they are.

    Raises:
        DataError: when the stretch does not lie inside the window, a channel does not exist, there
            is nothing around it to go by, or the surroundings are constant where a size counts
            their deviations.
    """
    low, high = change.start - view.start, change.stop - view.start
    n_samples, n_channels = view.values.shape
    if not 0 <= low < high <= n_samples:
        raise DataError(
            f"samples {change.start:,} to {change.stop - 1:,} do not lie inside the window's "
            f"{view.start:,} to {view.stop - 1:,}, so they cannot be changed; choose some that do"
        )
    channels = change.channels or tuple(range(n_channels))
    if strangers := [channel for channel in channels if not 0 <= channel < n_channels]:
        raise DataError(
            f"there is no channel {strangers[0] + 1}; the window has {n_channels}: choose one of "
            "them"
        )
    values = view.values.copy()
    for channel in channels:
        values[low:high, channel] = _stretch(view.values[:, channel], low, high, change)
    return replace(view, values=values)


def local_level(column: Values, low: int, high: int) -> float:
    """Return the level around samples `[low, high)` of a column; raises DataError without any."""
    return float(np.mean([np.median(side) for side in _sides(column, low, high)]))


def local_deviation(column: Values, low: int, high: int) -> float:
    """Return the deviation around samples `[low, high)` of a column; raises DataError without."""
    sides = [side - np.median(side) for side in _sides(column, low, high)]
    return float(np.std(np.concatenate(sides)))


def _stretch(column: Values, low: int, high: int, change: Change) -> Values:
    inside = column[low:high].copy()
    there = ~np.isnan(inside)
    match change.kind:
        case "flatten":
            inside[there] = local_level(column, low, high)
        case "remove":
            inside[there] = _bridge(column, low, high)[there]
        case "scale":
            level = local_level(column, low, high)
            inside = level + change.size * (inside - level)
        case "spike":
            inside[(high - low) // 2] += change.size * _size_unit(column, low, high)
        case "shift":
            inside += change.size * _size_unit(column, low, high)
    return inside


def _size_unit(column: Values, low: int, high: int) -> float:
    deviation = local_deviation(column, low, high)
    if deviation == 0:
        raise DataError(
            "the values around the stretch are constant, so a size in their deviations means "
            "nothing; scale, flatten or remove it instead"
        )
    return deviation


def _bridge(column: Values, low: int, high: int) -> Values:
    before = np.flatnonzero(~np.isnan(column[:low]))[-1:]
    after = high + np.flatnonzero(~np.isnan(column[high:]))[:1]
    ends = np.concatenate([before, after])
    if not len(ends):
        raise DataError(_NOTHING_AROUND)
    return np.interp(np.arange(low, high), ends, column[ends])


def _sides(column: Values, low: int, high: int) -> list[Values]:
    reach = min(max(high - low, LEVEL_SIDE[0]), LEVEL_SIDE[1])
    sides = [column[max(0, low - reach) : low], column[high : high + reach]]
    there = [one for one in (side[~np.isnan(side)] for side in sides) if len(one)]
    if not there:
        raise DataError(_NOTHING_AROUND)
    return there


_NOTHING_AROUND = (
    "there is no value around the stretch, so nothing says what it would be without it; choose a "
    "shorter one"
)
