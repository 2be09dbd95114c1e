"""Sub-sequence PCA: windows that lie off the directions in which windows usually vary."""

from collections.abc import Callable

import numpy as np

from core.detectors import windows
from core.detectors.base import Array
from core.detectors.components import BEYOND, MOST, Components, score_windows

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
    limit: int | None = MOST
    beyond = BEYOND
    least = windows.LEAST
    together = False

    def scores(self, values: Array, period: int) -> Array:
        """Return the windows' distances, averaged over the windows that cover a sample."""

        def fitted(found: Components) -> Callable[[Array], Array]:
            kept = found.share > _LEAST_SHARE
            axes, weights = found.axes[kept], 1 / found.share[kept]

            def distances(rows: Array) -> Array:
                squares = np.sum(rows**2, axis=1)[:, None] + 1 - 2 * rows @ axes.T
                return np.sqrt(np.maximum(squares, 0)) @ weights / weights.sum()

            return distances

        return score_windows(values[:, 0], period, fitted)
