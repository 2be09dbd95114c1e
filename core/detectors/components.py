"""Principal components of a channel's windows, and scores of windows by them: for two detectors."""

# pyright: basic
# (scikit-learn ships no types, so strict mode would only count its unknowns)

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.detectors import windows
from core.detectors.base import Array

MOST = 25_000
"""Samples up to which every window is scored."""
BEYOND = f"above {MOST:,} samples evenly spread windows are scored, with straight lines between"
_FIT = 10_000  # windows that the components are fitted to
_ROWS = 4_096


@dataclass(frozen=True, eq=False)
class Components:
    """Orthonormal components (k, window) of standardised windows, with shares of the variance."""

    axes: Array
    share: Array


def score_windows(
    values: Array, period: int, fitted: Callable[[Components], Callable[[Array], Array]]
) -> Array:
    """Return (n,) scores of (n,) values: the mean over the windows that cover a sample.

    Args:
        fitted: turns the components into what gives each of (rows, window) standardised windows
            its score.
    """
    from sklearn.decomposition import PCA

    n = len(values)
    cut = windows.cut(values, windows.length_of(n, period))
    sample = cut[windows.every(len(cut), _FIT)]
    middle, spread = sample.mean(axis=0), sample.std(axis=0)
    if not spread.any():
        # The one place that differs lies between the windows taken: it is all there is to see.
        return np.abs(values - middle[0])
    spread = np.where(spread > 0, spread, 1.0)
    model = PCA(svd_solver="full" if len(sample) < 500 else "covariance_eigh")
    model.fit((sample - middle) / spread)
    score = fitted(
        Components(np.asarray(model.components_), np.asarray(model.explained_variance_ratio_))
    )
    starts = windows.every(len(cut), MOST)
    found = np.empty(len(starts))
    for first in range(0, len(starts), _ROWS):
        taken = cut[starts[first : first + _ROWS]]
        found[first : first + _ROWS] = score((taken - middle) / spread)
    return windows.averaged(windows.spread_out(found, starts, len(cut)), n)
