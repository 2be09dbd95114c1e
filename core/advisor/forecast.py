"""Carry a measured learning curve on: what `more` examples would bring, as an interval.

The curve is `a - b * n ** -c` (a power law; c = 1 is the plain inverse). Series and repeats are
drawn again and again, as what could have been measured instead; each draw is fitted with every
exponent, and one of them is taken with the odds that its misfit gives it: what few points cannot
tell apart makes the interval wide. Nothing holds b above 0, so a curve that may as well fall gives
an interval that includes 0, and that is "cannot tell".

The gain is the expected one: over which windows happen to be reviewed. The gain of one project
strays more, by the luck of those that were; `benchmarks/advisor.py` says how often either is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.model import Frozen

Array = NDArray[np.float64]
Why = Literal["", "few corrections", "few series", "few of them", "may be nothing"]

FEWEST = 50
"""Corrections of a question from which a curve is drawn: with 40 it was off more than it said."""
FEWEST_GROUPS = 8
"""Series that they must lie in: whole series are drawn again, and held back."""
FEWEST_OF_TYPE = 12
"""Windows that hold a type before anything is said of it."""
EXPONENTS = (0.25, 0.5, 0.75, 1.0, 1.5)
DRAWS = 400
UNSEEN = 1.0
"""Windows' worth of a score that may be amiss at every size, because none like them was there."""
LUCK = 0.1
"""Share of the luck of a draw that widens the interval; with `UNSEEN` chosen by the benchmark on
seeds of its own, so that intervals by type hold the expected gain about as often as they say."""
LEVEL = 0.9
LEAST = 0.0005
"""A gain below this is none: it would be printed as +0.0 points."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Scores in [0, 1] of windows that were held back, at growing sizes of what was learned from.

    Attributes:
        sizes: (k,) numbers of corrections learned from, growing.
        scores: (k, repeats, windows).
        groups: (windows,) numbers of the series that they lie in.
        n: corrections there are now.
    """

    sizes: Array
    scores: Array
    groups: NDArray[np.int64]
    n: int

    def of(self, chosen: NDArray[np.bool_]) -> Curve:
        """Return the curve over some of the windows; what was learned from stays the same."""
        return Curve(self.sizes, self.scores[:, :, chosen], self.groups[chosen], self.n)

    @property
    def means(self) -> Array:
        """(k,) mean scores."""
        return self.scores.mean(axis=(1, 2))


class Gain(Frozen):
    """What `more` corrections would bring, as a share: 0.012 is 1.2 points.

    `low` and `high` bound it in 90 of 100 cases; `why` says why nobody can tell, "" where one can.
    """

    more: int
    low: float
    high: float
    n_windows: int
    why: Why = ""

    @property
    def tells(self) -> bool:
        """Whether the interval excludes "nothing"."""
        return not self.why


def forecast(curve: Curve, more: int, seed: int = 1, of_type: bool = False) -> Gain:
    """Return what `more` corrections would bring on windows like those of the curve."""
    n_windows, n_groups = curve.scores.shape[2], len(np.unique(curve.groups))
    if why := too_few(curve.n, n_windows, n_groups, of_type):
        return untold(more, n_windows, why)
    rng = np.random.default_rng([seed, 41])
    drawn = _drawn_again(curve, rng)
    gains = _carried_on(curve, drawn, more, rng) + rng.normal(0, LUCK * _luck(curve), DRAWS)
    low, high = np.quantile(gains, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    tells = low > LEAST or high < -LEAST
    why = "" if tells else "may be nothing"
    return Gain(more=more, low=float(low), high=float(high), n_windows=n_windows, why=why)


def untold(more: int, n_windows: int, why: Why) -> Gain:
    """Return a gain of which nothing is known."""
    return Gain(more=more, low=0.0, high=0.0, n_windows=n_windows, why=why)


def too_few(n: int, n_windows: int, n_groups: int, of_type: bool = False) -> Why:
    """Say what there is too little of to tell anything; "" when there is enough.

    Args:
        n: corrections learned from.
        n_windows, n_groups: windows that are scored, and their series.
    """
    if n < FEWEST:
        return "few corrections"
    if of_type and n_windows < FEWEST_OF_TYPE:
        return "few of them"
    return "few series" if n_groups < FEWEST_GROUPS else ""


def _drawn_again(curve: Curve, rng: np.random.Generator) -> Array:
    """Return (DRAWS, k) mean scores of series and repeats drawn with replacement."""
    _, numbers = np.unique(curve.groups, return_inverse=True)
    n_groups, n_repeats = int(numbers.max()) + 1, curve.scores.shape[1]
    series = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), DRAWS)[:, numbers]
    repeats = rng.multinomial(n_repeats, np.full(n_repeats, 1 / n_repeats), DRAWS)
    totals = np.einsum("dr,krw,dw->dk", repeats, curve.scores, series, optimize=True)
    means = totals / (n_repeats * series.sum(axis=1))[:, None]
    return means + rng.normal(0, UNSEEN / (curve.scores.shape[2] + 2), means.shape)


def _luck(curve: Curve) -> float:
    """Return how far the score strays with which windows are learned from, at today's number.

    Seen at the smallest size, where two draws share few windows; a repeat averages over folds.
    """
    folds = curve.n / max(1.0, curve.n - curve.sizes[-1])
    strays = float(curve.scores[0].mean(axis=1).std(ddof=1))
    return strays * float(np.sqrt(folds * curve.sizes[0] / curve.n))


def _carried_on(curve: Curve, drawn: Array, more: int, rng: np.random.Generator) -> Array:
    """Return (DRAWS,) gains from `curve.n` to `curve.n + more` corrections."""
    noise = _noise(drawn)
    gains, misfits = zip(*(_with(c, curve, drawn, more) for c in EXPONENTS), strict=True)
    odds = np.exp(-(np.array(misfits) - np.min(misfits, axis=0)) / (2 * noise**2))
    odds = np.cumsum(odds / odds.sum(axis=0), axis=0)
    taken = (rng.random(len(drawn)) > odds).sum(axis=0).clip(max=len(EXPONENTS) - 1)
    return np.array(gains)[taken, np.arange(len(drawn))]


def _noise(drawn: Array) -> float:
    """Return how far a point of the curve strays by itself, apart from all points together."""
    apart = drawn - drawn.mean(axis=1, keepdims=True)
    return max(1e-4, float(apart.std(axis=0).mean()))


def _with(exponent: float, curve: Curve, drawn: Array, more: int) -> tuple[Array, Array]:
    """Fit every draw with one exponent; return the gains and the squared misfits."""
    design = np.column_stack([np.ones(len(curve.sizes)), -(curve.sizes**-exponent)])
    fitted = np.linalg.lstsq(design, drawn.T, rcond=None)[0]
    misfit = ((design @ fitted - drawn.T) ** 2).sum(axis=0)
    ends = np.array([[1.0, -(float(n) ** -exponent)] for n in (curve.n, curve.n + more)])
    now, then = np.clip(ends @ fitted, 0.0, 1.0)
    return then - now, misfit


def round_more(n: int) -> int:
    """Return the number of further corrections to speak of: round, and no more than there are."""
    steps: Sequence[int] = (20, 50, 100, 200, 500, 1000)
    return max([one for one in steps if one <= n], default=steps[0])
