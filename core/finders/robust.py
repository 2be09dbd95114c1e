"""Robust scales, running filters, peaks, polynomials: scipy behind typed doors."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

NORMAL_MAD = 0.6744897501960817
"""Median absolute deviation of a standard normal. One line of numpy: the statsmodels function of
the same value costs a second of imports before every first answer."""


def scale_of(residual: Array, good: Mask | None = None) -> float:
    """Return the robust standard deviation (MAD) of the good samples; 0 when there are too few."""
    chosen = residual if good is None else residual[good]
    return float(np.median(np.abs(chosen))) / NORMAL_MAD if len(chosen) >= 3 else 0.0


def running_median(values: Array, width: int) -> Array:
    """Return (n,) medians over `width` samples around each; of all of them when that is fewer."""
    width = min(width, len(values) // 2 * 2 - 1)
    if width < 3:
        return np.full(len(values), float(np.median(values)))
    return np.asarray(ndimage.median_filter(values, size=width, mode="nearest"), np.float64)


def local_scale(residual: Array, width: int) -> Array:
    """Return (n,) running robust standard deviations over `width` samples."""
    return running_median(np.abs(residual), width) / NORMAL_MAD


def running_maximum(values: Array, width: int) -> Array:
    """Return (n,) maxima over `width` samples around each."""
    return np.asarray(ndimage.maximum_filter1d(values, width, mode="nearest"), np.float64)


def peaks_of(values: Array, least: float) -> NDArray[np.int64]:
    """Return the places of the local maxima that reach `least`."""
    return np.asarray(signal.find_peaks(values, height=least)[0], np.int64)


def legendre(t: Array, degree: int) -> Array:
    """Return (n, degree + 1) Legendre polynomials at the times `t`, put into [-1, 1]."""
    span = float(t[-1] - t[0])
    scaled = 2 * (t - t[0]) / span - 1 if span > 0 else np.zeros(len(t))
    return np.asarray(np.polynomial.legendre.legvander(scaled, degree), np.float64)


def least_squares(basis: Array, x: Array) -> Array:
    """Return the weights of a well-conditioned basis; normal equations, 20 times an SVD's speed."""
    gram = basis.T @ basis
    ridge = 1e-12 * float(np.trace(gram)) + 1e-300
    weights = np.linalg.solve(gram + ridge * np.eye(len(gram)), basis.T @ x)
    return np.asarray(weights, np.float64)


def smooth_trend(t: Array, x: Array, degree: int = 3) -> Array:
    """Fit a polynomial twice, the second time without what lies far from the first; return it."""
    basis = legendre(t, degree)
    fitted = basis @ least_squares(basis, x)
    residual = np.abs(x - fitted)
    near = residual <= 4.5 * float(np.median(residual))
    if np.sum(near) < 4 * (degree + 1):
        return fitted
    return basis @ least_squares(basis[near], x[near])
