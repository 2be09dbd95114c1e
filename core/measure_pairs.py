"""How two channels move together: correlations of a stretch, with what chance would give.

A correlation is Pearson's, over the samples where both channels are there, of the values as they
are and of their steps from one sample to the next: two trends correlate without having to do with
each other, and steps do not. Neighbouring samples resemble each other, so that n of them count as
`n (1 - a b) / (1 + a b)` independent ones, a and b the correlation of each channel with itself one
sample later (Bartlett 1935). The uncertainty is that of Fisher's z, `1 / sqrt(n - 3)`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

SHORTEST = 8
"""Samples of a stretch below which there is no correlation to speak of."""
_LARGEST_R = 0.999_999


@dataclass(frozen=True)
class Related:
    """The correlation of two channels over a stretch, and how sure it is.

    Attributes:
        r: in [-1, 1].
        error: standard error of Fisher's z; infinite where too few samples count.
    """

    r: float
    error: float

    @property
    def z(self) -> float:
        """Fisher's z of the correlation."""
        return float(np.arctanh(np.clip(self.r, -_LARGEST_R, _LARGEST_R)))


def related(a: Values, b: Values) -> Related | None:
    """Return the correlation of two (n,) stretches; None where there is none to measure.

    Fewer than `SHORTEST` samples with both values, or a channel that stands still, have none.
    """
    there = np.isfinite(a) & np.isfinite(b)
    x, y = a[there], b[there]
    if len(x) < SHORTEST or _still(x) or _still(y):
        return None
    x, y = _scaled(x), _scaled(y)
    r = float(np.clip(np.dot(x, y) / np.sqrt(np.dot(x, x) * np.dot(y, y)), -1.0, 1.0))
    product = max(0.0, _with_next(x) * _with_next(y))
    n = len(x) * (1 - product) / (1 + product)
    return Related(r, 1 / np.sqrt(n - 3) if n > 3 else np.inf)


def steps_of(values: Values) -> Values:
    """Return the steps from one sample to the next: one fewer along the first axis."""
    return np.diff(values, axis=0)


def as_it_is(values: Values) -> Values:
    """Return the values themselves."""
    return values


VIEWS: dict[str, Callable[[Values], Values]] = {"values": as_it_is, "steps": steps_of}
"""What is correlated, by what people call it."""


def _still(x: Values) -> bool:
    return float(np.ptp(x)) <= 1e-9 * float(np.abs(x).max())


def _scaled(x: Values) -> Values:
    """Return the values around 0, the largest distance 1: squares of large ones overflow."""
    around = x - x.mean()
    return around / np.abs(around).max()


def _with_next(x: Values) -> float:
    return float(np.dot(x[1:], x[:-1]) / np.dot(x, x))
