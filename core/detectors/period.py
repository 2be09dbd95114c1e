"""How long one turn of what repeats is: the window length of the detectors."""

import numpy as np

from core.detectors.base import Array
from core.detectors.robust import scaled

FALLBACK = 125
LAGS = (6, 303)
_SAMPLES = 20_000
_LAST_LAG = 400
_CLIP = 8.0


def period_of(values: Array) -> int:
    """Return the samples of the strongest repetition, as the TSB-AD benchmark finds windows.

    The lag of the highest local maximum of the autocorrelation among lags 3 to 400 of the first
    20,000 samples (Liu & Paparrizos 2024, `find_length_rank`); 125 when there is none or it lies
    outside 6 to 303. Beyond that source: missing samples count as the median, outliers are clipped
    at 8 scales, the autocorrelations of several channels are averaged over those that vary, and
    the result is at most half of the samples, at least 2.

    Args:
        values: (n,) or (n, c), NaN where missing.
    """
    n = len(values)
    columns = values[:, None] if values.ndim == 1 else values
    sums = np.zeros(min(n, _LAST_LAG + 1))
    for column in np.asarray(columns[:_SAMPLES], np.float64).T:
        there = np.isfinite(column)
        if there.any():
            filled = np.where(there, column, np.median(column[there]))
            sums[: len(filled)] += _autocorrelation(np.clip(scaled(filled), -_CLIP, _CLIP))
    return max(2, min(_strongest(sums), n // 2))


def _autocorrelation(x: Array) -> Array:
    """Return r_k = sum_t x_t x_{t+k} / sum_t x_t^2 of the centred values, lags 0 to 400."""
    x = x - np.mean(x)
    power = float(x @ x)
    lags = min(len(x), _LAST_LAG + 1)
    if power == 0:
        return np.zeros(lags)
    size = 1 << (2 * len(x) - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(x, size)) ** 2
    return np.asarray(np.fft.irfft(spectrum, size)[:lags] / power, np.float64)


def _strongest(correlation: Array) -> int:
    """Return the lag of the highest local maximum, or the fallback."""
    lags = np.arange(4, len(correlation) - 1)
    if len(lags) == 0:
        return FALLBACK
    here = correlation[lags]
    peaks = lags[(here > correlation[lags - 1]) & (here > correlation[lags + 1])]
    if len(peaks) == 0:
        return FALLBACK
    lag = int(peaks[np.argmax(correlation[peaks])])
    return lag if LAGS[0] <= lag <= LAGS[1] else FALLBACK
