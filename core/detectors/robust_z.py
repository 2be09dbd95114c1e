"""Robust z-score: the distance of each value from the series' usual one."""

import numpy as np

from core.detectors.base import Array
from core.detectors.robust import deviation


class RobustZ:
    """s = |x - median(x)| / (1.4826 median |x - median(x)|), Iglewicz & Hoaglin 1993."""

    key = "robust_z"
    name = "Robust z-score"
    meaning = "How many usual deviations a value lies away from the series' middle value."
    source = "Iglewicz & Hoaglin 1993, How to detect and handle outliers; numpy"
    linear = True
    limit: int | None = None
    beyond = ""
    least = 3
    together = False

    def scores(self, values: Array, period: int) -> Array:
        """Return the robust z-scores; `period` plays no part."""
        distance = np.abs(values[:, 0] - np.median(values[:, 0]))
        return distance / deviation(distance)
