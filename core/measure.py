"""What a window's data really do: the measurements that claims are checked against.

All positions are absolute samples. A value that is no finite number counts as missing, as does one
beyond 1e150, whose differences could leave the range of a float. Nothing here looks at times: on
an irregular axis a position is still a sample, and surroundings are the samples before and after.

level:      median inside the range minus the surroundings' level. The surroundings are as many
            samples as the range on each side (8 to 128); their level is the mean of the two sides'
            medians, so that a straight trend cancels, or the one side's where the range touches
            the window's edge.
spike:      the value farthest from the baseline, minus it. The baseline is the straight line
            through the medians of 16 samples before and after the range, each in its middle (or
            the one median there is); 3 samples instead of 16 follow a fast cycle.
direction:  median of the last third of the range minus the median of its first third.
maximum, minimum: the highest and lowest sample, of the data and of a running median over 1/64 of
            the window (spikes do not move that one).
change:     where the means before and after a sample differ most (1/32 of the window on each
            side, at least 4 samples; means and not medians, because these have a plateau there).
midpoint:   where the running median crosses the middle between its lowest and highest value.
noise:      robust standard deviation of the sample-to-sample steps, divided by sqrt(2).
"""

from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.series import WindowView

Values = NDArray[np.float64]

LEVEL_SIDE = (8, 128)
SPIKE_SIDE = 16
NEAR_SIDE = 3
LARGEST = 1e150
_MAD_TO_SD = 1.4826


class ChannelFacts:
    """Measurements of one channel of a window; None wherever there is nothing to measure.

    Expensive ones are kept, so that several claims on one window cost little more than one.
    """

    def __init__(self, values: Values, start: int) -> None:
        """Take (n,) values whose first one is the absolute sample `start`."""
        self.start = start
        self.stop = start + len(values)
        self.values: Values = np.where(np.abs(values) < LARGEST, values, np.nan)

    def inside(self, start: int, stop: int) -> Values:
        """Return the samples of `[start, stop)` that are there; the range may leave the window."""
        part = self.values[max(0, start - self.start) : max(0, stop - self.start)]
        return part[~np.isnan(part)]

    @cached_property
    def noise(self) -> float:
        """Size of the sample-to-sample fluctuation; 0 when there is none."""
        steps = np.diff(self.values)
        steps = steps[~np.isnan(steps)]
        if len(steps) == 0:
            return 0.0
        return float(_MAD_TO_SD * np.median(np.abs(steps - np.median(steps))) / np.sqrt(2))

    @cached_property
    def spread(self) -> float:
        """Range from the 5th to the 95th percentile; 0 when there is no value."""
        there = self.values[~np.isnan(self.values)]
        if len(there) == 0:
            return 0.0
        low, high = np.quantile(there, [0.05, 0.95])
        return float(high - low)

    def level(self, start: int, stop: int) -> float | None:
        """Return by how much the level in the range differs from its surroundings."""
        side = min(max(stop - start, LEVEL_SIDE[0]), LEVEL_SIDE[1])
        inside = self.inside(start, stop)
        around = [level for _, level in self._sides(start, stop, side)]
        if len(inside) == 0 or not around:
            return None
        return float(np.median(inside) - np.mean(around))

    def spike(self, start: int, stop: int, side: int = SPIKE_SIDE) -> float | None:
        """Return the signed largest excursion in the range from its surroundings."""
        part = self.values[max(0, start - self.start) : stop - self.start]
        sides = self._sides(start, stop, side)
        if not sides or bool(np.all(np.isnan(part))):
            return None
        middles, levels = zip(*sides, strict=True)
        away = part - np.interp(np.arange(start, start + len(part)), middles, levels)
        return float(away[np.nanargmax(np.abs(away))])

    def climb(self, start: int, stop: int) -> float | None:
        """Return how far the values go up (negative: down) from the first third to the last."""
        there = self.inside(start, stop)
        if len(there) < 2:
            return None
        third = max(1, len(there) // 3)
        return float(np.median(there[-third:]) - np.median(there[:third]))

    def extremes(self, highest: bool) -> tuple[int, ...]:
        """Return the samples of the extreme of the data and of its running median."""
        pick = np.nanargmax if highest else np.nanargmin
        if bool(np.all(np.isnan(self.values))):
            return ()
        found = (int(pick(self.values)), int(pick(self.smooth)))
        return tuple(self.start + place for place in dict.fromkeys(found))

    @cached_property
    def smooth(self) -> Values:
        """Running median over 1/64 of the window, (n,), NaN where no value is near."""
        width = max(1, len(self.values) // 64) | 1
        if width == 1:
            return self.values
        return pd.Series(self.values).rolling(width, center=True, min_periods=1).median().to_numpy()

    @cached_property
    def steps(self) -> Values:
        """(n,) change at each sample: mean from it on minus mean before it; NaN where unknown."""
        n = len(self.values)
        side = max(4, n // 32)
        before = pd.Series(self.values).rolling(side, min_periods=1).mean().to_numpy()
        after = pd.Series(self.values[::-1]).rolling(side, min_periods=1).mean().to_numpy()[::-1]
        changes = np.full(n, np.nan)
        changes[1:] = after[1:] - before[:-1]
        return changes

    @cached_property
    def crossings(self) -> tuple[int, ...]:
        """Samples at which the running median reaches the middle of its range, either way."""
        there = np.flatnonzero(~np.isnan(self.smooth))
        if len(there) < 2:
            return ()
        values = self.smooth[there]
        above = values >= (values.min() + values.max()) / 2
        places = there[1:][above[1:] != above[:-1]]
        return tuple(int(self.start + place) for place in places)

    def _sides(self, start: int, stop: int, side: int) -> list[tuple[float, float]]:
        """Return (middle sample, median) of up to `side` samples before and after the range."""
        found: list[tuple[float, float]] = []
        before = (max(self.start, start - side), start)
        for first, last in (before, (stop, min(self.stop, stop + side))):
            part = self.inside(first, last)
            if len(part) > 0:
                found.append(((first + last - 1) / 2, float(np.median(part))))
        return found


class WindowFacts:
    """The facts of each channel of a window, made when first asked for."""

    def __init__(self, view: WindowView) -> None:
        """Remember the view; nothing is computed yet."""
        self.view = view
        self._channels: dict[int, ChannelFacts] = {}

    def channel(self, channel: int) -> ChannelFacts:
        """Return the facts of a 0-based channel of the view."""
        if channel not in self._channels:
            self._channels[channel] = ChannelFacts(self.view.values[:, channel], self.view.start)
        return self._channels[channel]
