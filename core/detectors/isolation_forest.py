"""Isolation forest: what random cuts separate from the rest soonest."""

# pyright: basic
# (scikit-learn ships no types)

import numpy as np

from core.detectors import windows
from core.detectors.base import Array

_TREES = 100
_MOST = 20_000


class IsolationForest:
    """s = 2^(-mean depth / expected depth), Liu, Ting & Zhou 2008: 0.5 for usual, near 1 for alone.

    Several channels: every sample is a point of all their values. One channel: every window of one
    period is a point, a sample's score the mean over the windows that cover it.
    """

    key = "isolation_forest"
    name = "Isolation forest"
    meaning = "How few random cuts separate a sample (one channel: a stretch) from all others."
    source = "Liu, Ting & Zhou 2008; scikit-learn IsolationForest, 100 trees, seed 0"
    linear = True
    limit: int | None = _MOST
    beyond = f"above {_MOST:,} samples evenly spread ones are scored, with straight lines between"
    least = windows.LEAST
    together = True

    def scores(self, values: Array, period: int) -> Array:
        """Return the forest's score of each sample, from 0 to 1."""
        from sklearn.ensemble import IsolationForest as Forest

        n = len(values)
        points = values
        if values.shape[1] == 1:
            points = windows.cut(values[:, 0], windows.length_of(n, period))
        starts = windows.every(len(points), _MOST)
        chosen = np.ascontiguousarray(points[starts])
        found = -Forest(n_estimators=_TREES, random_state=0).fit(chosen).score_samples(chosen)
        spread = windows.spread_out(found, starts, len(points))
        return spread if values.shape[1] > 1 else windows.averaged(spread, n)
