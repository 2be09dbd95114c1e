"""Matrix profile: stretches whose shape occurs nowhere else in the series (discords)."""

import numpy as np

from core.detectors import windows
from core.detectors.base import Array

_MOST = 20_000
_ROWS = 1_024


class MatrixProfile:
    """Distance of each z-normalised window to the most similar one elsewhere.

    D_i = min over |i - j| > w / 2 of || z(x_i) - z(x_j) ||, the self join of Yeh et al. 2016. Two
    flat windows are 0 apart, a flat and another one sqrt(w). Computed here by blocks of matrix
    products: stumpy, which computes the same, compiles for 20 s in every new process.
    """

    key = "matrix_profile"
    name = "Matrix profile"
    meaning = "How different a stretch of one period is from the most similar one elsewhere."
    source = "Yeh et al. 2016, Matrix profile I (ICDM); numpy"
    linear = False
    limit: int | None = _MOST
    beyond = f"above {_MOST:,} samples evenly spread windows are compared with each other"
    least = windows.LEAST
    together = False

    def scores(self, values: Array, period: int) -> Array:
        """Return the distances, averaged over the windows that cover a sample."""
        n = len(values)
        length = windows.length_of(n, period)
        cut = windows.cut(values[:, 0], length)
        starts = windows.every(len(cut), _MOST)
        shapes = windows.normalised(cut[starts])
        found = nearest(shapes, length // 2 // int(starts[1] - starts[0]))
        return windows.averaged(windows.spread_out(found, starts, len(cut)), n)


def nearest(points: Array, apart: int) -> Array:
    """Return (m,) distances to the nearest point more than `apart` places before or after.

    In single precision (about 1e-3 of the points' size), by blocks of pairs, each pair once.

    Args:
        points: (m, w), m > apart + 1; where no other point is far enough away, the result is 0.
        apart: places left out on each side.
    """
    single = points.astype(np.float32)
    squares = np.sum(single**2, axis=1)
    best = np.full(len(single), np.inf, dtype=np.float32)
    for row in range(0, len(single), _ROWS):
        rows = slice(row, row + _ROWS)
        here = single[rows]
        for column in range(row, len(single), _ROWS):
            columns = slice(column, column + _ROWS)
            pairs = here @ single[columns].T
            pairs *= -2
            pairs += squares[rows, None]
            pairs += squares[None, columns]
            if column - row <= apart + _ROWS:
                places = np.arange(len(single))
                near = np.abs(places[rows, None] - places[None, columns]) <= apart
                pairs[near] = np.inf
            np.minimum(best[rows], pairs.min(axis=1), out=best[rows])
            np.minimum(best[columns], pairs.min(axis=0), out=best[columns])
    best[~np.isfinite(best)] = 0
    return np.sqrt(np.maximum(best.astype(np.float64), 0))
