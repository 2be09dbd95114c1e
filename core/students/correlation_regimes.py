"""How a channel by itself differs before and after a sample: level, spread, a jump. No torch.

What is compared are misses: what came minus what the channel's own past led to expect. Without a
change they scatter around 0 alike; at another level they lie on one side, in another spread they
are larger or smaller, and a jump is missed by all predictions across it. Each of the three is
counted in what is usual for it in training windows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_LEAST = 1e-6
_USUAL = 0.6745  # median size of a normal variable, in deviations


@dataclass(frozen=True, eq=False)
class Regimes:
    """What differs between the samples before t and those from t on.

    Attributes:
        level: (T, N, M) difference of the mean misses, in mean sizes of misses.
        spread: (T, N, M) logarithm of the quotient of their mean sizes.
    """

    level: Array
    spread: Array


def regimes(misses_T_N_M: Array, span: int) -> Regimes:
    """Compare `span` samples before each sample with `span` from it on; 0 nearer to an end.

    A missing sample (NaN) says nothing; where all of one side are missing, nothing differs.
    """
    known = np.isfinite(misses_T_N_M)
    values = np.where(known, misses_T_N_M, 0.0)
    count = _before_and_after(known.astype(np.float64), span)
    mean = _before_and_after(values, span) / np.maximum(count, 1)
    size = np.maximum(_before_and_after(np.abs(values), span) / np.maximum(count, 1), _LEAST)
    both = (count > 0).all(axis=0)
    level = 2 * (mean[1] - mean[0]) / (size[0] + size[1])
    return Regimes(np.where(both, level, 0.0), np.where(both, np.log(size[1] / size[0]), 0.0))


def usual_regimes(found: Sequence[Regimes], spans: Sequence[int]) -> tuple[float, float]:
    """Return the median sizes of differences of level and of spread over training windows."""
    sizes = [
        np.concatenate(
            [
                np.abs(one[span : len(one) - span + 1]).ravel()
                for one, span in zip(ones, spans, strict=True)
            ]
        )
        for ones in ([one.level for one in found], [one.spread for one in found])
    ]
    level, spread = (float(np.median(one)) if len(one) else 1.0 for one in sizes)
    return max(level, _LEAST), max(spread, _LEAST)


def regime_parts(found: Regimes, jumps_T_N: Array, usual: tuple[float, float]) -> Array:
    """Return (T, N): the squares of all three differences together, averaged over features.

    Args:
        jumps_T_N: squares of weighted misses across t, in usual ones.
        usual: as of `usual_regimes`.
    """
    level, spread = (
        (one / size) ** 2 for one, size in zip((found.level, found.spread), usual, strict=True)
    )
    return _USUAL**2 * (jumps_T_N + (level + spread).mean(axis=2))


def _before_and_after(values: Array, span: int) -> Array:
    """Return (2, T, ...) sums of `span` values before t and from t on; 0 nearer to an end."""
    out = np.zeros((2, *values.shape))
    n = len(values)
    if n < 2 * span:
        return out
    sums = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    whole = sums[span:] - sums[:-span]  # [s] is the sum of s, s + 1, ...
    inside = slice(span, n - span + 1)
    out[0, inside], out[1, inside] = whole[: n - 2 * span + 1], whole[span:]
    return out
