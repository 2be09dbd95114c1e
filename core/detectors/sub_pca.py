"""Sub-sequence PCA: windows that lie off the directions in which windows usually vary."""

# pyright: basic
# (scikit-learn ships no types)

import numpy as np

from core.detectors import windows
from core.detectors.base import Array

_FIT = 10_000
_MOST = 25_000
_ROWS = 4_096
_LEAST_SHARE = 1e-5


class SubPca:
    """Principal components of all windows of one period, each sample of a window standardised.

    A window x scores sum_j |x - v_j| / share_j over the components v_j (unit vectors) with their
    shares of the variance: the weighted distance of Shyu et al. 2003 in the form that the TSB-AD
    benchmark runs (Liu & Paparrizos 2024, Sub-PCA). Components below 1e-5 of the variance are left
    out: their weight would be rounding error. A component and its opposite are the same, but not
    for this distance: scikit-learn fixes the sign, so scores are deterministic.
    """

    key = "sub_pca"
    name = "Sub-sequence PCA"
    meaning = "How far a stretch of one period lies off what stretches of this series usually do."
    source = "Shyu et al. 2003; Liu & Paparrizos 2024 (TSB-AD, Sub-PCA); scikit-learn"
    linear = True
    limit: int | None = _MOST
    beyond = (
        f"above {_MOST:,} samples evenly spread windows are scored, with straight lines between"
    )
    least = windows.LEAST
    together = False

    def scores(self, values: Array, period: int) -> Array:
        """Return the windows' distances, averaged over the windows that cover a sample."""
        from sklearn.decomposition import PCA

        n = len(values)
        cut = windows.cut(values[:, 0], windows.length_of(n, period))
        sample = cut[windows.every(len(cut), _FIT)]
        middle, spread = sample.mean(axis=0), sample.std(axis=0)
        if not spread.any():
            # The one place that differs lies between the windows taken: it is all there is to see.
            return np.abs(values[:, 0] - middle[0])
        spread = np.where(spread > 0, spread, 1.0)
        model = PCA(svd_solver="full" if len(sample) < 500 else "covariance_eigh")
        model.fit((sample - middle) / spread)
        share = np.asarray(model.explained_variance_ratio_)
        kept = share > _LEAST_SHARE
        axes, weights = np.asarray(model.components_)[kept], 1 / share[kept]
        starts = windows.every(len(cut), _MOST)
        found = np.empty(len(starts))
        for first in range(0, len(starts), _ROWS):
            part = (cut[starts[first : first + _ROWS]] - middle) / spread
            squares = np.sum(part**2, axis=1)[:, None] + 1 - 2 * part @ axes.T
            found[first : first + _ROWS] = np.sqrt(np.maximum(squares, 0)) @ weights
        return windows.averaged(windows.spread_out(found / weights.sum(), starts, len(cut)), n)
