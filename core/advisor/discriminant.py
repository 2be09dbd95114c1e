"""A linear discriminant over named statistics, fitted from sums: refitting costs microseconds.

What a class needs (count, sum, sum of products) adds up over windows, so that a fit on any subset
is a sum of what its windows brought. It reads the same statistics as the feature baseline and is
as linear as that, but needs no iterations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NO_CLASS = -1e9
"""Log-odds of a class without an example: it is never answered."""


@dataclass(frozen=True, eq=False)
class Sums:
    """What rows of known class bring to a fit.

    Attributes:
        counts: (classes,) rows of each class.
        totals: (classes, width) their sums.
        products: (width, width) the sum of all rows' outer products.
    """

    counts: Array
    totals: Array
    products: Array

    @classmethod
    def of(cls, rows: Array, classes: NDArray[np.int64], n_classes: int) -> Sums:
        """Sum up (n, width) rows of classes 0 to n_classes - 1."""
        member = np.eye(n_classes)[classes]
        return cls(member.sum(axis=0), member.T @ rows, rows.T @ rows)


@dataclass(frozen=True, eq=False)
class Discriminant:
    """A fitted model: log-odds are `rows @ weights + bias`."""

    weights: Array
    bias: Array

    @classmethod
    def fit(cls, sums: Iterable[Sums]) -> Discriminant:
        """Fit on the rows of all `sums`; with few rows the statistics count as independent."""
        several = list(sums)
        counts = np.sum([one.counts for one in several], axis=0)
        totals = np.sum([one.totals for one in several], axis=0)
        products = np.sum([one.products for one in several], axis=0)
        n, width = counts.sum(), totals.shape[1]
        there = counts > 0
        means = totals / np.maximum(counts, 1)[:, None]
        within = products - (means * counts[:, None]).T @ means
        spread = np.diag(np.maximum(np.diag(within), 1e-9 * n))
        # as many rows' worth of "independent" as there are statistics: it fades as rows come in
        covariance = (within + width / n * spread) / n + 1e-9 * np.eye(width)
        weights = np.linalg.solve(covariance, means.T)
        bias = np.log(np.maximum(counts, 1) / n) - 0.5 * np.sum(means.T * weights, axis=0)
        return cls(np.where(there, weights, 0.0), np.where(there, bias, NO_CLASS))

    def probabilities(self, rows: Array) -> Array:
        """Return (n, classes) probabilities of (n, width) rows."""
        logits = rows @ self.weights + self.bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)
