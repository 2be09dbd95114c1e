"""k-means on sub-sequences: stretches that look like none of the series' usual shapes."""

# pyright: basic, reportArgumentType=false
# (scikit-learn ships no types; those guessed from its defaults are too narrow)

import warnings

import numpy as np

from core.detectors import windows
from core.detectors.base import Array

_SHAPES = 10
_FIT = 5_000
_MOST = 50_000


class KMeansShapes:
    """Distance of each z-normalised window to the nearest of 10 centres.

    Yairi, Kato & Hori 2001 as the TSB-AD benchmark runs it (KMeansAD).
    """

    key = "kmeans"
    name = "k-means shapes"
    meaning = "How little a stretch of one period looks like the usual shapes of this series."
    source = "Yairi, Kato & Hori 2001; Liu & Paparrizos 2024 (TSB-AD, KMeansAD); scikit-learn"
    linear = True
    limit: int | None = _MOST
    beyond = (
        f"above {_MOST:,} samples evenly spread windows are scored, with straight lines between"
    )
    least = windows.LEAST
    together = False

    def scores(self, values: Array, period: int) -> Array:
        """Return for each sample the mean over the windows that cover it."""
        from sklearn.cluster import KMeans
        from sklearn.exceptions import ConvergenceWarning

        n = len(values)
        length = windows.length_of(n, period)
        cut = windows.cut(values[:, 0], length)
        sample = windows.normalised(cut[windows.every(len(cut), _FIT)])
        model = KMeans(n_clusters=min(_SHAPES, len(sample)), n_init=3, random_state=0)
        with warnings.catch_warnings():
            # Fewer different shapes than centres is an ordinary finding: a switch has two.
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(sample)
        starts = windows.every(len(cut), _MOST)
        found = np.empty(len(starts))
        for first in range(0, len(starts), 8_192):
            part = windows.normalised(cut[starts[first : first + 8_192]])
            found[first : first + 8_192] = model.transform(part).min(axis=1)
        return windows.averaged(windows.spread_out(found, starts, len(cut)), n)
