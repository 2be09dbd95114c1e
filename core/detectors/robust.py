"""Scales and medians that a few events cannot move (statsmodels' MAD, scipy's running median)."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from statsmodels.robust.scale import mad

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def scale_of(residual: Array, good: Mask) -> float:
    """Return the robust standard deviation (MAD) of the good samples; 0 when there are too few."""
    chosen = residual[good]
    return float(mad(chosen, center=0.0)) if len(chosen) >= 3 else 0.0


def running_median(values: Array, width: int) -> Array:
    """Return (n,) medians over `width` samples around each; of all of them when that is fewer."""
    width = min(width, len(values) // 2 * 2 - 1)
    if width < 3:
        return np.full(len(values), float(np.median(values)))
    return np.asarray(ndimage.median_filter(values, size=width, mode="nearest"), np.float64)


def local_scale(residual: Array, width: int) -> Array:
    """Return (n,) running robust standard deviations over `width` samples."""
    return running_median(np.abs(residual), width) / 0.6745


def least_squares(basis: Array, x: Array) -> Array:
    """Return the weights of a well-conditioned basis; normal equations, 20 times an SVD's speed."""
    gram = basis.T @ basis
    ridge = 1e-12 * float(np.trace(gram)) + 1e-300
    return np.linalg.solve(gram + ridge * np.eye(len(gram)), basis.T @ x)


def smooth_trend(t: Array, x: Array, degree: int = 3) -> Array:
    """Fit a polynomial twice, the second time without what lies far from the first; return it."""
    basis = np.polynomial.legendre.legvander(2 * (t - t[0]) / (t[-1] - t[0]) - 1, degree)
    fitted = basis @ least_squares(basis, x)
    residual = np.abs(x - fitted)
    near = residual <= 4.5 * float(np.median(residual))
    if np.sum(near) < 4 * (degree + 1):
        return fitted
    return basis @ least_squares(basis[near], x[near])
