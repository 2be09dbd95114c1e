"""Whether reviewed examples are like a random draw. Order of a review queue leaves a trace."""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEAST_CHANCE = 0.01


def rank_sum_chance(some: Array, others: Array) -> float:
    """Return the two-sided chance of ranks this far apart, if both were drawn alike.

    The normal approximation of the Wilcoxon rank-sum test; ties share their mean rank.
    """
    n, m = len(some), len(others)
    if n == 0 or m == 0:
        return 1.0
    together = np.concatenate([some, others])
    _, place, counts = np.unique(together, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[place]
    spread = math.sqrt(n * m / 12 * (n + m + 1 - _ties(counts) / ((n + m) * (n + m - 1) or 1)))
    if spread == 0:
        return 1.0
    away = abs(float(ranks[:n].sum()) - n * (n + m + 1) / 2) / spread
    return math.erfc(away / math.sqrt(2))


def looks_random(margins: Array, reviewed: NDArray[np.bool_]) -> bool:
    """Tell whether the reviewed examples' margins could be those of a random draw.

    `margins` are a student's leads of its likeliest option over the second, out of fold. A queue
    that puts the lowest margins first fails this; a student trained on such reviews alone has seen
    nothing but borderline cases.
    """
    return rank_sum_chance(margins[reviewed], margins[~reviewed]) >= LEAST_CHANCE


def _ties(counts: NDArray[np.int64]) -> float:
    return float((counts.astype(np.float64) ** 3 - counts).sum())
