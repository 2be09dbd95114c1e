"""Polynomial residual: a stretch that its surroundings do not foretell."""

import numpy as np

from core.detectors import windows
from core.detectors.base import Array

_DEGREE = 4
_AROUND = 5
_TILES = 4


class Polynomial:
    """Root mean square distance of a window from the polynomial through its surroundings.

    A polynomial of degree 4 is fitted to the five window lengths before and after a window, the
    window itself left out; at the ends of the series the surroundings are the nearest as many
    samples. The idea of Li, Ma & Mei 2007 as the TSB-AD benchmark runs it (POLY, degree 4; by
    Parseval its "Fourier" distance is this root mean square), with a window every quarter of a
    window length.
    """

    key = "polynomial"
    name = "Polynomial residual"
    meaning = "How far a stretch of samples lies off a smooth curve drawn through those around it."
    source = "Li, Ma & Mei 2007 (PAKDD); Liu & Paparrizos 2024 (TSB-AD, POLY); numpy"
    linear = True
    limit: int | None = None
    beyond = ""
    least = windows.LEAST
    together = False

    def scores(self, values: Array, period: int) -> Array:
        """Return for each sample the mean over the windows that cover it."""
        column = values[:, 0]
        n = len(column)
        length = windows.length_of(n, period)
        starts = np.arange(0, n - length + 1, max(1, length // _TILES))
        starts = np.union1d(starts, [n - length])
        # Where the surroundings begin: evenly around the window, or as near as the ends allow.
        reach = min(n, (2 * _AROUND + 1) * length)
        begins = np.clip(starts - (reach - length) // 2, 0, n - reach)
        found = np.empty(len(starts))
        for offset in np.unique(starts - begins):
            same = np.flatnonzero(starts - begins == offset)
            found[same] = _residuals(windows.cut(column, reach), begins[same], int(offset), length)
        return _over_samples(found, starts, length, n)


def _residuals(around: Array, begins: np.ndarray, offset: int, length: int) -> Array:
    """Return (k,) residuals of windows that lie `offset` into their surroundings."""
    reach = around.shape[1]
    basis = np.polynomial.legendre.legvander(np.linspace(-1, 1, reach), _DEGREE)
    outside = np.ones(reach, dtype=np.bool_)
    outside[offset : offset + length] = False
    fit = np.linalg.pinv(basis[outside]).T
    foretell = basis[offset : offset + length].T
    found = np.empty(len(begins))
    for first in range(0, len(begins), 1_024):
        part = around[begins[first : first + 1_024]]
        away = part[:, offset : offset + length] - part[:, outside] @ fit @ foretell
        found[first : first + 1_024] = np.sqrt(np.mean(away**2, axis=1))
    return found


def _over_samples(scores: Array, starts: np.ndarray, length: int, n: int) -> Array:
    """Return (n,) means of the scores of the windows `[start, start + length)` on each sample."""
    sums, counts = np.zeros(n + 1), np.zeros(n + 1)
    np.add.at(sums, starts, scores)
    np.add.at(sums, starts + length, -scores)
    np.add.at(counts, starts, 1.0)
    np.add.at(counts, starts + length, -1.0)
    return np.maximum(0.0, np.cumsum(sums)[:n] / np.cumsum(counts)[:n])
