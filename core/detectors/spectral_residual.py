"""Spectral residual: what stands out of the spectrum's smooth part, seen again in time."""

import numpy as np

from core.detectors.base import Array

_SMOOTHING = 3
_AROUND = 21


class SpectralResidual:
    """Ren et al. 2019, equations 1 to 6, over the whole series.

    L = log |F(x)|, R = L - (moving mean of L over 3 frequencies), S = |F^-1(exp(R + i phase))|, and
    the score is (S - mean of S) / mean of S over the 21 samples around, 0 below it. The series is
    mirrored at its end first, because a Fourier transform takes its two ends for neighbours.
    """

    key = "spectral_residual"
    name = "Spectral residual"
    meaning = "How much a sample stands out after everything that repeats is taken away."
    source = "Ren et al. 2019, Time-series anomaly detection service at Microsoft (KDD); numpy"
    linear = True
    limit: int | None = None
    beyond = ""
    least = 16
    together = False

    def scores(self, values: Array, period: int) -> Array:
        """Return the relative saliency of each sample; `period` plays no part."""
        column = values[:, 0]
        salient = saliency(np.concatenate([column, column[::-1]]))[: len(column)]
        usual = _moving_mean(salient, min(_AROUND, len(salient)))
        floor = 1e-9 * float(salient.max()) + 1e-300
        return np.maximum(0.0, (salient - usual) / np.maximum(usual, floor))


def saliency(x: Array) -> Array:
    """Return the (n,) saliency map of (n,) values."""
    spectrum = np.fft.rfft(x - x.mean())
    size = np.abs(spectrum)
    # A frequency that does not occur has no logarithm; this far below the largest it plays no part.
    size = np.maximum(size, 1e-12 * float(size.max()) + 1e-300)
    logarithm = np.log(size)
    residual = logarithm - _moving_mean(logarithm, min(_SMOOTHING, len(logarithm)))
    return np.abs(np.fft.irfft(np.exp(residual) * spectrum / size, len(x)))


def _moving_mean(x: Array, width: int) -> Array:
    """Return (n,) means over `width` values around each, fewer at the ends."""
    ones = np.ones(width)
    return np.convolve(x, ones, "same") / np.convolve(np.ones(len(x)), ones, "same")
