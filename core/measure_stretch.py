"""What a stretch of a window does: the measurements behind changes, trends, periods and the like.

As in `core.measure`, positions are absolute samples and nothing looks at times.

step:       the largest difference between the medians of the 8 samples from a sample on and of the
            8 before it, over the samples of the range; its sign says which way.
trend:      the straight line through the range by least squares, first and last sample.
period:     the lag of the highest local maximum of the autocorrelation of what is left of the range
            beside its straight line, among lags from 3 samples to half of the range. A maximum
            that is nearly as high (9 tenths) at a shorter lag is preferred, because what repeats
            every 50 samples repeats every 100 too. Below a correlation of 0.3 nothing repeats.
ratio:      the size of the fluctuation in the range over that in the rest of the window, both by
            their sample-to-sample steps (robust standard deviation), so that no slope and no level
            counts as fluctuation.
scatter:    the same of the mean distances from the running median of 31 samples.
swing:      the same of the distances from the straight line through the range, so that slow
            swings count; the rest is taken in pieces as long as the range, their median.
excursions: the places where the values leave the running median of 31 samples by more than 6 times
            the noise, neighbours within 5 samples joined, each with its signed largest distance.
steps:      the places where the step above is largest among its neighbours (8 samples on each
            side) and more than 4 times the noise.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.measure import ChannelFacts, Values

STEP_SIDE = 8
EXCURSION_SIDE = 31
EXCURSION_NOISES = 6.0
STEP_NOISES = 4.0
LEAST_CORRELATION = 0.3
NEARLY = 0.9
_JOINED = 5
_MAD_TO_SD = 1.4826


class Line(NamedTuple):
    """A straight line over a range: its values at the first and at the last sample."""

    first: float
    last: float

    @property
    def climb(self) -> float:
        """How far it goes up over the range."""
        return self.last - self.first


class Place(NamedTuple):
    """Something that happens in `[start, stop)`, with its signed size."""

    start: int
    stop: int
    size: float


def step(facts: ChannelFacts, start: int, stop: int) -> Place | None:
    """Return the largest step at the samples of `[start, stop)`; None without values around."""
    sizes = step_sizes(facts)[max(0, start - facts.start) : max(0, stop - facts.start)]
    if len(sizes) == 0 or bool(np.isnan(sizes).all()):
        return None
    place = int(np.nanargmax(np.abs(sizes)))
    at = max(start, facts.start) + place
    return Place(at, at + 1, float(sizes[place]))


def before(facts: ChannelFacts, start: int) -> float | None:
    """Return the median of the last 8 values before a sample; None when there is none."""
    part = facts.inside(facts.start, start)[-STEP_SIDE:]
    return float(np.median(part)) if len(part) else None


def trend(facts: ChannelFacts, start: int, stop: int) -> Line | None:
    """Return the straight line through a range; None for fewer than two values."""
    part = facts.values[max(0, start - facts.start) : max(0, stop - facts.start)]
    there = np.flatnonzero(~np.isnan(part))
    if len(there) < 2:
        return None
    slope, level = _fit(there, part[there])
    return Line(level, level + slope * (len(part) - 1))


def period(facts: ChannelFacts, start: int, stop: int) -> float | None:
    """Return the samples of a turn of what repeats in a range; None when nothing does."""
    rest = _beside_line(facts.values[max(0, start - facts.start) : max(0, stop - facts.start)])
    n = len(rest)
    power = float(rest @ rest)
    if n < 8 or power <= 0 or not np.isfinite(power):
        return None
    spectrum = np.abs(np.fft.rfft(rest, 1 << (2 * n - 1).bit_length())) ** 2
    lags = np.arange(n // 2 + 1)
    correlation = np.fft.irfft(spectrum)[: len(lags)] / power * n / (n - lags)
    middle = correlation[1:-1]
    peaks = 1 + np.flatnonzero((middle > correlation[:-2]) & (middle >= correlation[2:]))
    peaks = peaks[(peaks >= 3) & (correlation[peaks] >= LEAST_CORRELATION)]
    if len(peaks) == 0:
        return None
    return float(peaks[correlation[peaks] >= NEARLY * correlation[peaks].max()][0])


def ratio(facts: ChannelFacts, start: int, stop: int) -> float | None:
    """Return how many times larger the fluctuation in a range is; None when one side has none.

    Infinite where the rest does not fluctuate at all and the range does.
    """
    steps = np.diff(facts.values)
    first, last = max(0, start - facts.start), max(0, stop - 1 - facts.start)
    return _quotient(_scale(steps[first:last]), _scale(np.delete(steps, slice(first, last))))


def scatter(facts: ChannelFacts, start: int, stop: int) -> float | None:
    """Return how many times larger the distances from the running median are; as `ratio`."""
    away = np.abs(facts.values - _middle(facts))
    first, last = max(0, start - facts.start), max(0, stop - facts.start)
    sides = (away[first:last], np.delete(away, slice(first, last)))
    if any(bool(np.isnan(side).all()) for side in sides):
        return None
    inside, rest = (float(np.nanmean(side)) for side in sides)
    return _quotient(inside, rest)


def swing(facts: ChannelFacts, start: int, stop: int) -> float | None:
    """Return how many times larger the distances from a straight line are; as `ratio`."""
    first, last = max(0, start - facts.start), max(0, stop - facts.start)
    length = max(2, last - first)
    rest = [
        float(np.std(_beside_line(facts.values[place : place + length])))
        for side_start, side_stop in ((0, first), (last, len(facts.values)))
        for place in range(side_start, side_stop - length // 2, length)
        if not bool(np.isnan(facts.values[place : place + length]).all())
    ]
    inside = _beside_line(facts.values[first:last])
    if not rest or len(inside) < 2:
        return None
    return _quotient(float(np.std(inside)), float(np.median(rest)))


def missing(facts: ChannelFacts, start: int, stop: int) -> int:
    """Return how many samples of a range, as far as it lies in the window, are missing."""
    part = facts.values[max(0, start - facts.start) : max(0, stop - facts.start)]
    return int(np.isnan(part).sum())


def excursions(facts: ChannelFacts) -> tuple[Place, ...]:
    """Return the spikes of the whole window in order; none where there is no noise to compare."""
    away = np.nan_to_num(facts.values - _middle(facts))
    least = max(EXCURSION_NOISES * facts.noise, 1e-9 * float(np.abs(away).max(initial=0.0)))
    at = np.flatnonzero(np.abs(away) > least)
    groups = np.split(at, 1 + np.flatnonzero(np.diff(at) > _JOINED))
    return tuple(_place(facts, away, group) for group in groups if len(group))


def steps(facts: ChannelFacts) -> tuple[Place, ...]:
    """Return the sudden level changes of the whole window in order."""
    sizes = np.nan_to_num(step_sizes(facts))
    far = np.abs(sizes)
    most = pd.Series(far).rolling(2 * STEP_SIDE + 1, center=True, min_periods=1).max().to_numpy()
    at = np.flatnonzero((far > STEP_NOISES * facts.noise) & (far > 0) & (far >= most))
    groups = np.split(at, 1 + np.flatnonzero(np.diff(at) > STEP_SIDE))
    return tuple(_place(facts, sizes, group) for group in groups if len(group))


def step_sizes(facts: ChannelFacts) -> Values:
    """Return (n,) the step at each sample, NaN where no value is before or after it.

    The 8 samples are counted without missing ones, so that a step over a gap has a size.
    """
    sizes = np.full(len(facts.values), np.nan)
    there = np.flatnonzero(~np.isnan(facts.values))
    if len(there) < 2:
        return sizes
    column = pd.Series(facts.values[there])
    behind = column.rolling(STEP_SIDE, min_periods=1).median().to_numpy()
    ahead = column[::-1].rolling(STEP_SIDE, min_periods=1).median().to_numpy()[::-1]
    sizes[there[1:]] = ahead[1:] - behind[:-1]
    return sizes


def _middle(facts: ChannelFacts) -> Values:
    column = pd.Series(facts.values)
    return column.rolling(EXCURSION_SIDE, center=True, min_periods=1).median().to_numpy()


def _place(facts: ChannelFacts, sizes: Values, group: NDArray[np.int64]) -> Place:
    largest = int(group[np.argmax(np.abs(sizes[group]))])
    return Place(
        facts.start + int(group[0]), facts.start + int(group[-1]) + 1, float(sizes[largest])
    )


def _beside_line(part: Values) -> Values:
    """Return what is left of values beside their straight line, 0 where missing."""
    there = np.flatnonzero(~np.isnan(part))
    rest = np.zeros(len(part))
    if len(there) >= 2:
        slope, level = _fit(there, part[there])
        rest[there] = part[there] - level - slope * there
    return rest


def _fit(at: NDArray[np.int64], values: Values) -> tuple[float, float]:
    """Return slope per sample and level at sample 0 of the least-squares line."""
    centre, mean = float(np.mean(at)), float(np.mean(values))
    slope = float((at - centre) @ (values - mean) / ((at - centre) @ (at - centre)))
    return slope, mean - slope * centre


def _scale(steps: Values) -> float | None:
    there = steps[~np.isnan(steps)]
    if len(there) < 4:
        return None
    return float(_MAD_TO_SD * np.median(np.abs(there - np.median(there))) / np.sqrt(2))


def _quotient(inside: float | None, rest: float | None) -> float | None:
    if inside is None or rest is None or inside == rest == 0:
        return None
    return inside / rest if rest > 0 else float("inf")
