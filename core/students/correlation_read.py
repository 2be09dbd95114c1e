"""How a window becomes what the correlation network reads: variables, scaled, in pieces. No torch.

A variable is one channel, or as many channels in a row as it has features (a ball's position and
speed). Variables of one channel are different quantities, so each is put on the mean and spread of
its own window; variables of several features are alike, and each feature has the mean and spread
that it had in training.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.change_points import filled
from core.errors import AnswerError
from core.model import Frozen
from core.series import WindowView

Array = NDArray[np.float32]
FEWEST_SAMPLES = 12
"""A window needs this many: below it there is nothing to compare before with after."""
_LARGEST = 1e150
_CLIP = 10.0  # spreads; what lies beyond is as far away as the network can say


class Scale(Frozen):
    """Mean and spread of each feature in training; both empty where windows scale themselves."""

    mean: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Read:
    """A window as the network reads it.

    Attributes:
        x: (T, N, M) scaled values, gaps filled by straight lines.
        there: (T, N, M) whether a value was there.
    """

    x: Array
    there: NDArray[np.bool_]


def variables(view: WindowView, n_features: int) -> NDArray[np.float64]:
    """Return (T, N, M) values, NaN where missing.

    Raises:
        AnswerError: fewer than two variables, a rest of channels, or too few samples.
    """
    n, channels = view.values.shape
    if channels % n_features or channels // n_features < 2:
        raise AnswerError(
            f"the window has {channels} channels, and this student reads variables of "
            f"{n_features} channels each; it needs two variables or more, and no channel left over"
        )
    if n < FEWEST_SAMPLES:
        raise AnswerError(
            f"the window has {n} samples; a change is looked for in {FEWEST_SAMPLES} or more: "
            "give a longer window"
        )
    values = np.where(np.abs(view.values) < _LARGEST, view.values, np.nan)
    return values.reshape(n, channels // n_features, n_features)


def read_window(view: WindowView, n_features: int, scale: Scale) -> Read:
    """Scale a window and fill its gaps; a channel without any value, or a constant one, is 0."""
    values = variables(view, n_features)
    there = np.isfinite(values)
    ready = np.apply_along_axis(filled, 0, values)
    if scale.mean:
        mean, spread = np.array(scale.mean), np.array(scale.spread)
    else:
        mean, spread = ready.mean(axis=0), ready.std(axis=0)
    usable = spread > 1e-12 * np.abs(ready).max(axis=0, initial=0.0)
    x = np.where(usable, (ready - mean) / np.where(usable, spread, 1.0), 0.0)
    return Read(np.clip(x, -_CLIP, _CLIP).astype(np.float32), there)


def scale_of(windows: list[NDArray[np.float64]]) -> Scale:
    """Return mean and spread of each feature over (T, N, M) windows; 1 for a constant one."""
    rows = np.concatenate([window.reshape(-1, window.shape[2]) for window in windows])
    mean, spread = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    return Scale(mean=tuple(map(float, mean)), spread=tuple(map(float, spread)))


def pieces(n: int, length: int) -> list[tuple[int, int]]:
    """Cover `n` samples by pieces `[start, stop)` of `length` that overlap by half or more."""
    if n <= length:
        return [(0, n)]
    count = int(np.ceil((n - length) / (length / 2))) + 1
    starts = np.round(np.linspace(0, n - length, count)).astype(int)
    return [(int(start), int(start) + length) for start in starts]


def piece_weight(length: int) -> Array:
    """Return (length,) how much a sample of a piece counts: little at its edges, most inside."""
    at = np.arange(length)
    return (1.0 + np.minimum(at, length - 1 - at)).astype(np.float32)
