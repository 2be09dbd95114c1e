"""The cycle of a channel: its period and one turn of it, for regular and irregular sampling.

One turn is a sum of harmonics (smooth cycles, exact at any phase) plus the median over the turns of
what they leave (corners and jumps). STL would need regular sampling and a whole number of samples
per turn; this needs neither, and an event on a few turns barely moves it.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.finders.robust import (
    Array,
    Mask,
    least_squares,
    legendre,
    peaks_of,
    running_maximum,
    smooth_trend,
)

_MIN_TURNS = 4
_MIN_PERIOD = 6
_MIN_CORRELATION = 0.3
_MIN_EXPLAINED = 0.5
_HARMONICS = 8


Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CycleFit:
    """A cycle, sample by sample.

    Attributes:
        period: time of one turn, in steps.
        template: (n,) its values.
        spread: (n,) noise at that phase over the usual noise, 1 or more: days may be noisier.
        blurred: (n,) True where it jumps too fast to be compared.
    """

    period: float
    template: Array
    spread: Array
    blurred: Mask


def find_cycle(values: Array, when: Array, good: Mask) -> CycleFit | None:
    """Find the cycle that explains most of the good samples; None when none explains half."""
    n = len(values)
    if n < _MIN_PERIOD * _MIN_TURNS or np.sum(good) < max(n // 2, 2 * _HARMONICS + 8):
        return None
    t, x = when[good] - when[good][0], values[good]
    if t[-1] > 16 * n:  # mostly gaps: no even grid of a sensible size covers it
        return None
    level = x - smooth_trend(t, x)
    reach = 4.5 * float(np.median(np.abs(level)))
    calm = np.clip(level, -reach, reach)
    rough = _period(t, calm) if reach > 0 else None
    if rough is None:
        return None
    period = _sharpened(t, calm, *rough)
    return _template(values, when, good, period, level)


def _period(t: Array, x: Array) -> tuple[float, int] | None:
    """Return the period of the first high peak of the autocorrelation, and its turns looked at."""
    grid = np.arange(0.0, t[-1], 1.0)
    even = np.interp(grid, t, x)
    even = even - even.mean()
    power = np.abs(np.fft.rfft(even, 2 * len(even))) ** 2
    lags = np.arange(len(even) // _MIN_TURNS + 2)
    correlation = np.fft.irfft(power)[: len(lags)] / (len(even) - lags)
    if correlation[0] <= 0:
        return None
    correlation = correlation / correlation[0]
    peaks = peaks_of(correlation, _MIN_CORRELATION)
    peaks = peaks[peaks >= _MIN_PERIOD]
    if len(peaks) == 0:
        return None
    heights = correlation[peaks]
    first = float(peaks[int(np.flatnonzero(heights > 0.85 * heights.max())[0])])
    # A peak many turns on gives the same period to a fraction of a sample.
    period, turns = first, 1
    while 2 * turns * period + 2 < len(correlation) - 1:
        turns *= 2
        low = int(turns * period - 2)
        near = correlation[low : int(turns * period + 3)]
        period = (low + int(np.argmax(near))) / turns
    return period, turns


def _sharpened(t: Array, x: Array, period: float, turns: int) -> float:
    """Move to the frequency nearby at which the first three harmonics hold most power."""
    for step, reach in ((0.25 / t[-1], 1 / turns / period**2 + 0.25 / t[-1]), (0.05 / t[-1], 0)):
        count = min(20, int(np.ceil(reach / step))) if reach else 5
        frequencies = 1 / period + step * np.arange(-count, count + 1)
        frequencies = frequencies[frequencies > 0.5 / period]
        power = _harmonic_power(t, x, frequencies)
        best = int(np.argmax(power))
        period = 1 / float(frequencies[best])
        if 0 < best < len(power) - 1:
            before, here, after = power[best - 1 : best + 2]
            bend = before - 2 * here + after
            shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
            period = 1 / float(frequencies[best] + shift * step)
    return period


def _harmonic_power(t: Array, x: Array, frequencies: Array) -> Array:
    turn = np.exp(-2j * np.pi * frequencies[:, None] * t)
    power = np.zeros(len(frequencies))
    harmonic = turn
    for _ in range(3):
        power += np.abs(harmonic @ x) ** 2
        harmonic = harmonic * turn
    return power


def _template(
    values: Array, when: Array, good: Mask, period: float, level: Array
) -> CycleFit | None:
    turns = (when - when[good][0]) / period
    smooth = _harmonics(values, turns, good)
    left = values - smooth
    n_bins = int(np.clip(round(period), _MIN_PERIOD, max(_MIN_PERIOD, np.sum(good) // 5)))
    which = np.minimum(((turns % 1.0) * n_bins).astype(np.int64), n_bins - 1)
    left = left - _moving_level(left, good, round(period))
    corners = _bin_medians(left[good], which[good], n_bins)[which]
    noise = float(np.median(np.abs(left - corners)[good])) / 0.6745
    total = float(np.median(np.abs(level - np.median(level)))) / 0.6745
    if noise**2 > (1 - _MIN_EXPLAINED) * total**2:
        return None
    spread = _bin_spreads((left - corners)[good], which[good], n_bins, noise)[which]
    far = (np.abs(left - corners) > 3.5 * noise * spread) & good
    template = smooth + corners
    blurred = _blurred_bins(far, turns, which, n_bins)[which] | _jumps(template, noise)
    return CycleFit(period, template, spread, blurred)


def _harmonics(values: Array, turns: Array, good: Mask) -> Array:
    """Fit harmonics beside a cubic trend, twice, the second time without outliers."""
    angle = 2 * np.pi * turns
    trend = legendre(turns, 3)
    waves = [wave(k * angle) for k in range(1, _HARMONICS + 1) for wave in (np.sin, np.cos)]
    basis = np.column_stack([trend, *waves])
    keep = good
    weights = least_squares(basis[keep], values[keep])
    residual = np.abs(values - basis @ weights)
    keep = good & (residual <= 4 * float(np.median(residual[good])) / 0.6745)
    if np.sum(keep) > 4 * basis.shape[1]:
        weights = least_squares(basis[keep], values[keep])
    return basis[:, 4:] @ weights[4:]


def _moving_level(left: Array, good: Mask, width: int) -> Array:
    """Medians over about one turn, so that trend and level shifts stay out of the corners."""
    index = np.flatnonzero(good)
    width = max(3, width)
    places = np.linspace(0, len(index), max(2, len(index) // width) + 1).astype(np.int64)
    centres = [float(index[a:b].mean()) for a, b in pairwise(places)]
    levels = [float(np.median(left[index[a:b]])) for a, b in pairwise(places)]
    return np.interp(np.arange(len(left)), centres, levels)


def _bin_medians(left: Array, which: Index, n_bins: int) -> Array:
    order = np.argsort(which, kind="stable")
    pieces = np.split(left[order], np.searchsorted(which[order], np.arange(1, n_bins)))
    return np.array([float(np.median(piece)) if len(piece) >= 3 else 0.0 for piece in pieces])


def _bin_spreads(left: Array, which: Index, n_bins: int, noise: float) -> Array:
    """Return each phase's noise (from three quarters of it) over the usual noise, at least 1."""
    if noise == 0:
        return np.ones(n_bins)
    order = np.argsort(which, kind="stable")
    pieces = np.split(np.abs(left[order]), np.searchsorted(which[order], np.arange(1, n_bins)))
    pooled = [
        np.concatenate([pieces[(place + by) % n_bins] for by in (-2, -1, 0, 1, 2)])
        for place in range(n_bins)
    ]
    spreads = [
        float(np.partition(p, 3 * len(p) // 4)[3 * len(p) // 4]) / 1.15 if len(p) >= 12 else noise
        for p in pooled
    ]
    # A phase is noisier only beyond what some dozen values say by chance.
    return np.maximum(1.0, np.array(spreads) / noise / 1.2)


def _blurred_bins(far: Mask, turns: Array, which: Index, n_bins: int) -> Mask:
    """Mark phases at which outliers come back in more turns than they do at other phases."""
    n_turns = max(1, int(turns[-1]) + 1)
    seen = np.zeros((n_turns, n_bins), dtype=np.bool_)
    seen[np.clip(turns[far].astype(np.int64), 0, n_turns - 1), which[far]] = True
    near = seen | np.roll(seen, 1, axis=1) | np.roll(seen, -1, axis=1)
    count = near.sum(axis=0)
    return (count >= 2) & (count > float(np.median(count)) + 0.15 * n_turns)


def _jumps(template: Array, noise: float) -> Mask:
    """Mark samples beside a jump of the template: a fraction of a sample decides on which side."""
    reach = running_maximum(template, 3) + running_maximum(-template, 3)
    return (reach > 4 * noise) & (reach > 3 * float(np.quantile(reach, 0.8)))
