"""What a channel normally does: its cycle, its noise, its constant runs. Shared by all finders.

Finders measure against this, so that one of them never takes for an event what another explains.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.finders.cycle import find_cycle
from core.finders.robust import Array, Mask, running_median, scale_of
from core.measure import LARGEST


@dataclass(frozen=True, eq=False)
class Baseline:
    """A channel and what is normal in it.

    Attributes:
        values: (n,) with missing samples filled by straight lines; zeros when all are missing.
        missing: (n,) True where a sample was missing.
        when: (n,) times in typical steps, from 0.
        runs: (k, 2) `[start, stop)` of every run of two or more equal values.
        held: (n,) True inside the runs too long for chance, which the estimates below leave out.
        flat: (n,) `values` without the cycle.
        blurred: (n,) True where the cycle is so steep that a residual says nothing.
        period: samples-worth of time of one turn; None without a cycle.
        sharp: (n,) `flat` without its running median: what is left is noise and short events.
        spread: (n,) how much noisier than usual the phase of the cycle is, 1 or more.
        sigma: robust standard deviation of `sharp / spread`; 0 for a channel without noise.
    """

    values: Array
    missing: Mask
    when: Array
    runs: NDArray[np.int64]
    held: Mask
    flat: Array
    blurred: Mask
    period: float | None
    sharp: Array
    spread: Array
    sigma: float

    @property
    def usable(self) -> Mask:
        """Samples that are neither missing, nor held, nor blurred by a steep cycle."""
        return ~(self.missing | self.held | self.blurred)


def baseline_of(column: Array, seconds: Array | None = None) -> Baseline:
    """Estimate what is normal in one channel of any length; NaN and infinities are missing.

    So are values beyond `core.measure.LARGEST`, whose squares leave the range of a float.
    """
    missing = ~(np.abs(column) < LARGEST)
    values = _filled(column, missing)
    when = _steps(len(column), seconds)
    runs = _runs(values, missing)
    held = _held(runs, missing)
    good = ~(missing | held)
    cycle = find_cycle(values, when, good)
    flat = values if cycle is None else values - cycle.template
    blurred = np.zeros(len(column), dtype=np.bool_) if cycle is None else cycle.blurred
    spread = np.ones(len(column)) if cycle is None else cycle.spread
    sharp = flat - running_median(flat, 15)
    return Baseline(
        values=values,
        missing=missing,
        when=when,
        runs=runs,
        held=held,
        flat=flat,
        blurred=blurred,
        period=None if cycle is None else cycle.period,
        sharp=sharp,
        spread=spread,
        sigma=scale_of(sharp / spread, good & ~blurred),
    )


def _filled(column: Array, missing: Mask) -> Array:
    if not missing.any():
        return np.asarray(column, np.float64)
    if missing.all():
        return np.zeros(len(column))
    index = np.arange(len(column))
    return np.interp(index, index[~missing], column[~missing])


def _steps(n: int, seconds: Array | None) -> Array:
    index = np.arange(n, dtype=np.float64)
    if seconds is None or n < 3:
        return index
    gaps = np.diff(seconds)
    typical = float(np.median(gaps))
    # An even grid stays an even grid: index times keep integer periods exact.
    if typical <= 0 or float(np.max(np.abs(gaps - typical))) < 0.01 * typical:
        return index
    return (seconds - seconds[0]) / typical


def _runs(values: Array, missing: Mask) -> NDArray[np.int64]:
    same = (np.diff(values) == 0) & ~missing[1:] & ~missing[:-1]
    padded = np.concatenate([[False], same, [False]]).astype(np.int8)
    change = np.diff(padded)
    starts, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    return np.stack([starts, ends + 1], axis=1).astype(np.int64)


def _held(runs: NDArray[np.int64], missing: Mask) -> Mask:
    """Mark runs of 12 or more equal samples, unless equal neighbours are usual in this channel."""
    n = len(missing)
    held = np.zeros(n, dtype=np.bool_)
    lengths = runs[:, 1] - runs[:, 0]
    long = lengths >= 12
    usual = float(np.sum(lengths[~long] - 1)) > 0.2 * n or float(np.sum(lengths[long])) > 0.6 * n
    if not usual:
        for start, stop in runs[long]:
            held[start:stop] = True
    return held & ~missing
