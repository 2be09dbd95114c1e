"""What repeats in a stretch of one channel: spectrum, spectrogram, folding at a period.

Nothing is filled in: a stretch with missing samples or uneven times is read by the Lomb-Scargle
periodogram, which needs neither, and its spectrogram is refused with the reason.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from core.errors import DataError

Array = NDArray[np.float64]

LEAST = 16
UNEVEN_MOST = 5_000
"""Uneven samples read at most: their periodogram costs samples times frequencies."""
WELCH_ABOVE = 65_536
_UNEVEN_FREQUENCIES = 2_000
_COLUMNS = 400
_LEAST_BINS, _MOST_BINS = 4, 64
_EVEN = 1e-3  # largest deviation of a step from the usual one, as a share of it


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Power over frequency, without the constant part.

    Attributes:
        frequency: (k,) rising, in cycles per second, or per sample when there are no times.
        power: (k,) not negative; its largest value is 1.
        method: how it was computed, in words.
        peaks: periods (1 / frequency) of the largest local maxima, strongest first, at most 5.
    """

    frequency: Array
    power: Array
    method: str
    peaks: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Spectrogram:
    """Power over time and frequency.

    Attributes:
        position: (columns,) middle of each column, in samples from the stretch's first.
        frequency: (rows,) as in `Spectrum`.
        decibels: (rows, columns) 10 log10 of power, at most 60 below the largest.
        length: samples that one column looks at.
    """

    position: Array
    frequency: Array
    decibels: Array
    length: int


@dataclass(frozen=True, eq=False)
class Folded:
    """A stretch cut into periods laid over one another.

    Attributes:
        phase: (n,) in [0, 1), of the samples that are not missing.
        values: (n,) those samples.
        cycle: (n,) number of the period each lies in, from 0.
        middle: (bins,) phase at the middle of each bin.
        low, median, high: (bins,) 10th, 50th and 90th percentile, NaN for an empty bin.
    """

    phase: Array
    values: Array
    cycle: NDArray[np.int64]
    middle: Array
    low: Array
    median: Array
    high: Array


def spectrum(values: Array, seconds: Array | None = None) -> Spectrum:
    """Return the spectrum of a stretch.

    Args:
        values: (n,) one channel, NaN where missing.
        seconds: (n,) non-decreasing times; None when samples have no time.

    Raises:
        DataError: if fewer than 16 samples hold a value, or the value never changes.
    """
    kept = np.isfinite(values)
    if kept.sum() < LEAST:
        raise DataError(
            f"the stretch holds {int(kept.sum())} samples with a value; a spectrum needs {LEAST}. "
            "Show a longer stretch"
        )
    if np.ptp(values[kept]) == 0:
        raise DataError(
            "the value never changes in this stretch, so nothing repeats. Show another stretch"
        )
    step = even_step(seconds, len(values))
    if kept.all() and step is not None:
        frequency, power, method = _even(values, step)
    else:
        frequency, power, method = _uneven(values[kept], _positions(seconds, len(values))[kept])
    largest = float(power.max())
    power = power / largest if largest > 0 else power
    return Spectrum(frequency, power, method, _peaks(frequency, power))


def spectrogram(values: Array, seconds: Array | None = None) -> Spectrogram:
    """Return how the spectrum changes along a stretch, by overlapping Hann windows.

    Raises:
        DataError: if samples are missing, times are uneven, or there are fewer than 64 samples.
    """
    missing = int((~np.isfinite(values)).sum())
    step = even_step(seconds, len(values))
    if missing or step is None:
        what = f"{missing:,} missing samples" if missing else "uneven times"
        raise DataError(
            f"the stretch has {what}, and a spectrogram needs every sample at an even step. Show a "
            "stretch between gaps, or use the spectrum, which needs neither"
        )
    n = len(values)
    if n < 4 * LEAST:
        raise DataError(
            f"the stretch holds {n} samples; a spectrogram needs {4 * LEAST}. Show a longer stretch"
        )
    length = min(1024, 2 ** int(np.log2(n / 4)))
    hop = max(1, length // 8, -(-n // _COLUMNS))
    short = signal.ShortTimeFFT(
        np.hanning(length + 1)[:-1], hop, 1 / step, scale_to="psd", mfft=length
    )
    first, last = short.lower_border_end[1], short.upper_border_begin(n)[1]
    centred = values - values.mean()
    power = short.spectrogram(centred, p0=first, p1=max(last, first + 1))[1:]
    decibels = 10 * np.log10(np.maximum(power, np.finfo(float).tiny))
    return Spectrogram(
        position=np.arange(first, first + power.shape[1]) * float(hop),
        frequency=np.asarray(short.f[1:], dtype=np.float64),
        decibels=np.maximum(decibels, decibels.max() - 60),
        length=length,
    )


def fold(values: Array, seconds: Array | None, period: float) -> Folded:
    """Fold a stretch at `period` (seconds, or samples when there are no times).

    Raises:
        DataError: if the period is not between two steps and the whole stretch.
    """
    at = _positions(seconds, len(values))
    span = float(at[-1] - at[0])
    if not 0 < period <= span:
        raise DataError(
            f"a period of {period:g} does not fit into a stretch of {span:g}; give a period "
            "between 0 and the length of the stretch"
        )
    kept = np.isfinite(values)
    turns = (at[kept] - at[0]) / period
    phase, cycle = turns % 1.0, np.floor(turns).astype(np.int64)
    # No more bins than a period has samples: the others would stay empty.
    bins = int(np.clip(round((len(at) - 1) * period / span), _LEAST_BINS, _MOST_BINS))
    edges = np.minimum((phase * bins).astype(np.int64), bins - 1)
    bands = np.full((3, bins), np.nan)
    for number in np.unique(edges):
        bands[:, number] = np.quantile(values[kept][edges == number], [0.1, 0.5, 0.9])
    middle = (np.arange(bins) + 0.5) / bins
    return Folded(phase, values[kept], cycle, middle, bands[0], bands[1], bands[2])


def even_step(seconds: Array | None, n: int) -> float | None:
    """Return the step between samples, 1 when there are no times; None when it is not even."""
    if seconds is None or n < 2:
        return 1.0
    steps = np.diff(seconds)
    step = float(seconds[-1] - seconds[0]) / (n - 1)
    if step <= 0 or float(np.abs(steps - step).max()) > _EVEN * step:
        return None
    return step


def _positions(seconds: Array | None, n: int) -> Array:
    return np.arange(n, dtype=np.float64) if seconds is None else seconds


def _even(values: Array, step: float) -> tuple[Array, Array, str]:
    if len(values) <= WELCH_ABOVE:
        frequency, power = signal.periodogram(values, 1 / step, window="hann", detrend="linear")
        return frequency[1:], power[1:], "periodogram, Hann window, linear trend removed"
    frequency, power = signal.welch(
        values, 1 / step, nperseg=WELCH_ABOVE // 2, detrend="linear", window="hann"
    )
    words = f"Welch's average over stretches of {WELCH_ABOVE // 2:,} samples, Hann window"
    return frequency[1:], power[1:], words


def _uneven(values: Array, at: Array) -> tuple[Array, Array, str]:
    words = "Lomb-Scargle periodogram, because samples are missing or times are uneven"
    if len(values) > UNEVEN_MOST:
        values, at = values[:UNEVEN_MOST], at[:UNEVEN_MOST]
        words += f"; of the first {UNEVEN_MOST:,} samples"
    steps = np.diff(at)
    usual = float(np.median(steps[steps > 0])) if np.any(steps > 0) else 0.0
    if usual == 0:
        raise DataError(
            "all samples of this stretch have the same time, so nothing can repeat in it. Show a "
            "longer stretch"
        )
    span = float(at[-1] - at[0])
    frequency = np.linspace(1 / span, 0.5 / usual, _UNEVEN_FREQUENCIES)
    power = signal.lombscargle(
        at - at[0], signal.detrend(values, type="constant"), 2 * np.pi * frequency
    )
    return frequency, np.asarray(power, dtype=np.float64), words


def _peaks(frequency: Array, power: Array) -> tuple[float, ...]:
    """Return the periods of the largest local maxima that stand out, strongest first.

    What fits into the stretch less than twice is no repetition, so the two lowest frequencies are
    passed over. A parabola through the logarithms of three neighbours places a peak between them.
    """
    logs = np.log(np.maximum(power, np.finfo(float).tiny))
    found, _ = signal.find_peaks(np.append(power, 0.0), height=0.05)
    found = found[found >= 2]
    order = found[np.argsort(-power[found], kind="stable")][:5]
    step = float(frequency[1] - frequency[0])
    periods: list[float] = []
    for k in order:
        shift = 0.0
        if k + 1 < len(logs):
            left, middle, right = logs[k - 1 : k + 2]
            bend = left - 2 * middle + right
            shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        periods.append(1 / (float(frequency[k]) + shift * step))
    return tuple(periods)
