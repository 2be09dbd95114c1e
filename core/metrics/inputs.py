"""What every figure of scores is given: checked once here, trusted behind it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.intervals import Interval

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Indices = NDArray[np.int64]


def checked(scores: NDArray[np.floating], truth: NDArray[np.bool_]) -> tuple[Array, Mask]:
    """Return scores (n,) as float64 and truth (n,) as bool.

    Raises:
        DataError: if they are not of one length >= 1, or a score is missing or infinite.
    """
    given, mask = np.asarray(scores, np.float64), np.asarray(truth)
    if given.ndim != 1 or mask.shape != given.shape or len(given) == 0:
        raise DataError(
            f"scores of shape {given.shape} and a truth of shape {mask.shape} do not belong to one "
            "series. Give one score and one true or false per sample, for at least one sample"
        )
    bad = int((~np.isfinite(given)).sum())
    if bad:
        raise DataError(
            f"{bad:,} of {len(given):,} scores are missing or infinite, so the samples cannot be "
            "put in order. Give each sample a finite score (0 where nothing is known)"
        )
    if mask.dtype != np.bool_:
        raise DataError(
            f"the truth is of type {mask.dtype}; whether a sample is unusual is true or false. "
            "Give a boolean per sample, for example labels > 0"
        )
    return given, mask


def runs(mask: Mask) -> tuple[Indices, Indices]:
    """Return starts and stops (half-open, in order) of the stretches where a mask (n,) is true."""
    edges = np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)


def intervals_of(mask: Mask) -> tuple[Interval, ...]:
    """Return the stretches where a mask (n,) is true, in order."""
    pairs = zip(*runs(mask), strict=True)
    return tuple(Interval(start=int(start), stop=int(stop)) for start, stop in pairs)


def mask_of(intervals: Sequence[Interval], n: int) -> Mask:
    """Return the mask (n,) of the samples that at least one interval covers.

    Raises:
        DataError: if an interval ends behind the series, or the series has no sample.
    """
    last = max((interval.stop for interval in intervals), default=0)
    if n < 1 or last > n:
        raise DataError(
            f"intervals that end at sample {last:,} do not lie in a series of {n:,} samples. "
            "Give the number of samples of the series that the intervals were found in"
        )
    mask = np.zeros(n, np.bool_)
    for interval in intervals:
        mask[interval.start : interval.stop] = True
    return mask


def harmonic(precision: float | None, recall: float | None) -> float | None:
    """Return F1; 0 when one of both is undefined or both are 0, None when both are undefined."""
    if precision is None and recall is None:
        return None
    if not precision or not recall:
        return 0.0
    return 2 * precision * recall / (precision + recall)
