"""Robust scales that never are 0 for what varies at all."""

import numpy as np

from core.detectors.base import Array

_MAD_TO_SD = 1.4826
_TAIL = 0.01


def deviation(distances: Array) -> float:
    """Return the robust standard deviation of what has these distances from its middle.

    1.4826 times their median; where more than half are 0 (a switch that is mostly off), their root
    mean square. 1 when all are 0, so that it can always be divided by.
    """
    robust = _MAD_TO_SD * float(np.median(distances))
    largest = float(np.max(distances, initial=0.0))
    if robust > 1e-9 * largest:
        return robust
    if largest == 0:
        return 1.0
    return largest * float(np.sqrt(np.mean((distances / largest) ** 2)))


def scaled(column: Array) -> Array:
    """Return (n,) values around 0 with a spread of about 1; zeros for a constant.

    The middle is the median. The spread is the standard deviation after the lowest and highest 1 %
    are moved to the 1st and 99th percentile: a few outliers do not change it, and unlike the median
    absolute deviation it is not 0 for a switch that is mostly off. It falls back to the plain one
    where less than 1 % of the values differ from the rest.
    """
    middle = float(np.median(column))
    centred = column - middle
    largest = float(np.max(np.abs(centred), initial=0.0))
    # What is left of a constant after a unit conversion is rounding, not variation.
    if largest <= 1e-12 * abs(middle):
        return np.zeros(len(column))
    relative = centred / largest  # squares of huge values stay in range
    low, high = np.quantile(relative, [_TAIL, 1 - _TAIL])
    spread = float(np.std(np.clip(relative, low, high)))
    return relative / (spread if spread > 1e-12 else float(np.std(relative)))
