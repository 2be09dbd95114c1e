"""What single samples show, per channel: the input of the event head. Numbers only, no torch.

Everything is measured against the channel's own baseline (its cycle taken out, its noise as the
unit), so that size and unit do not matter; large values are compressed by asinh or log.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from core.finders.baseline import Baseline, baseline_of
from core.finders.robust import (
    Array,
    least_squares,
    legendre,
    running_median,
    smooth_trend,
)
from core.series import WindowView

EVENT_FEATURES = (
    "excursion",
    "surprise of the excursion",
    "step",
    "jump over 12 samples",
    "jump over 40 samples",
    "offset from a smooth trend",
    "sum of sudden jumps",
    "size of the offset",
    "size of the sum of jumps",
    "noise over 17 samples",
    "noise over 65 samples",
    "held",
    "share of repeats",
    "missing",
    "blurred by the cycle",
)
UPSIDE_DOWN = np.array([-1, 1, -1, -1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1, 1], np.float32)
"""Sign of each feature when the values are turned upside down."""
BACKWARDS = np.array([1, 1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], np.float32)
"""Sign of each feature when time runs backwards."""
Blurred = Literal["kept", "zero"]
_MOST_JUMPS = 8
_SAME_LEVEL = 1.0  # in units of the noise
_LEAST_JUMP = 3.0  # in units of the noise


def event_features(view: WindowView, blurred: Blurred = "zero") -> NDArray[np.float32]:
    """Return (channels, EVENT_FEATURES, n).

    Args:
        blurred: what an excursion counts for where the cycle is too steep to be taken out: nothing,
            or what is left of the cycle there, which looks like a spike.
    """
    columns = [baseline_of(column, view.seconds) for column in view.values.T]
    return np.stack([_of_channel(base, blurred) for base in columns]).astype(np.float32)


def _of_channel(base: Baseline, blurred: Blurred) -> Array:
    n = len(base.values)
    noise = base.sigma or float(np.std(base.flat)) or 1.0
    flat = base.flat / noise
    sharp = base.sharp / noise
    told = np.where(base.blurred, 0.0, sharp) if blurred == "zero" else sharp
    steps = np.gradient(flat) if n > 1 else np.zeros(n)
    repeats = np.diff(base.values, prepend=np.nan) == 0
    smooth = running_median(flat, 9)
    at = np.arange(n, dtype=np.float64)
    offset = smooth - smooth_trend(at, smooth, 5) if n >= 8 else smooth - np.median(smooth)
    # A held value stands off the level for a reason of its own; spread makes jumps by chance.
    usual = np.interp(at, at[~base.held], flat[~base.held]) if not base.held.all() else flat
    wander = np.maximum(1.0, np.exp(_log_noise(sharp, 65)))
    jumps = _off_level(usual, wander)
    return np.stack(
        [
            2 * np.arcsinh(told / 2),
            # How unlikely it is as noise: four noises and seven must lie well apart.
            np.minimum(told**2 / 8, 8.0),
            np.arcsinh(2 * steps),
            np.arcsinh(_jump(flat, 12)),
            np.arcsinh(_jump(flat, 40)),
            np.arcsinh(offset),
            np.arcsinh(jumps),
            np.arcsinh(np.abs(offset)),
            np.arcsinh(np.abs(jumps)),
            _log_noise(sharp, 17),
            _log_noise(sharp, 65),
            base.held.astype(np.float64),
            ndimage.uniform_filter1d(repeats.astype(np.float64), 9, mode="nearest"),
            base.missing.astype(np.float64),
            base.blurred.astype(np.float64),
        ]
    )


def _jump(flat: Array, side: int) -> Array:
    """Median of `side` samples after each sample minus that of as many before, slopes taken out."""
    n = len(flat)
    side = max(1, min(side, n // 4))
    medians = running_median(flat, side | 1)
    half = side // 2 + 1
    padded = np.pad(medians, 3 * half, mode="edge")
    jump = padded[4 * half :][:n] - padded[2 * half :][:n]
    # What the level does on both sides anyway, over the same distance.
    before = padded[2 * half :][:n] - padded[:n]
    after = padded[6 * half :][:n] - padded[4 * half :][:n]
    return jump - (before + after) / 2


def _off_level(flat: Array, wander: Array) -> Array:
    """Return how far sudden jumps have moved the level from the one that lasts longest.

    Jumps are found first; their sizes are then fitted together with a smooth trend, because each
    alone is blurred by the slope around it. Zero where nothing jumps.
    """
    n = len(flat)
    jump = np.abs(_jump(flat, 12)) / wander
    smooth = running_median(flat, 9)
    peaks = signal.find_peaks(jump, height=_LEAST_JUMP, distance=12)[0]
    if len(peaks) == 0 or n < 64:
        return np.zeros(n)
    peaks = np.sort(peaks[np.argsort(-jump[peaks], kind="stable")[:_MOST_JUMPS]])
    at = np.arange(n)
    steps = (at[:, None] >= peaks).astype(np.float64)
    basis = np.column_stack([legendre(at.astype(np.float64), 6), steps])
    weights = least_squares(basis[::2], smooth[::2])[7:]
    levels = np.concatenate([[0.0], np.cumsum(weights)])
    lengths = np.diff([0, *peaks, n])
    near = np.abs(levels[:, None] - levels) <= max(_SAME_LEVEL, 0.4 * float(np.abs(weights).max()))
    usual = near[int(np.argmax(near @ lengths))]
    off = np.where(usual, 0.0, levels - np.average(levels[usual], weights=lengths[usual]))
    return np.repeat(off, lengths)


def _log_noise(sharp: Array, width: int) -> Array:
    """Log of the mean absolute excursion nearby, without the largest ones."""
    calm = np.minimum(np.abs(sharp), 12)
    return np.log(ndimage.uniform_filter1d(calm, width, mode="nearest") / 0.8 + 0.02)
