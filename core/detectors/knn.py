"""k nearest neighbours of sub-sequences: stretches with few others like them, level included."""

# pyright: basic
# (scikit-learn ships no types)

import numpy as np

from core.detectors import windows
from core.detectors.base import Array

_NEIGHBOURS = 5
_MOST = 6_000


class NearestNeighbours:
    """Distance of each window to its 5th nearest one that starts more than half a window away.

    Ramaswamy, Rastogi & Shim 2000 on sub-sequences as they are, not z-normalised: a usual shape at
    an unusual level or size counts, unlike for the matrix profile.
    """

    key = "knn"
    name = "Nearest neighbours"
    meaning = "How far a stretch of one period is from the stretches most like it, level included."
    source = "Ramaswamy, Rastogi & Shim 2000; scikit-learn NearestNeighbors"
    linear = False
    limit: int | None = _MOST
    beyond = f"above {_MOST:,} samples evenly spread windows are compared with each other"
    least = windows.LEAST
    together = False

    def scores(self, values: Array, period: int) -> Array:
        """Return the distances, averaged over the windows that cover a sample."""
        from sklearn.neighbors import NearestNeighbors

        n = len(values)
        length = windows.length_of(n, period)
        cut = windows.cut(values[:, 0], length)
        starts = windows.every(len(cut), _MOST)
        points = np.ascontiguousarray(cut[starts])
        apart = length // 2 // int(starts[1] - starts[0])
        asked = min(len(points), _NEIGHBOURS + 2 * apart + 1)
        model = NearestNeighbors(n_neighbors=asked, algorithm="brute").fit(points)
        distances, places = model.kneighbors(points)
        far = np.abs(places - np.arange(len(points))[:, None]) > apart
        rank = np.cumsum(far, axis=1)
        # The k-th one far enough away; the last such when there are fewer.
        chosen = np.argmax(rank >= np.minimum(_NEIGHBOURS, rank[:, -1:]), axis=1)
        found = np.take_along_axis(distances, chosen[:, None], axis=1)[:, 0]
        found[rank[:, -1] == 0] = 0.0
        return windows.averaged(windows.spread_out(found, starts, len(cut)), n)
