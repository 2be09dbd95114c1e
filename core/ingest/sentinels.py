"""Numbers that stand for "no value" in many exports: -999 and the like. Offered, never applied."""

import numpy as np
from numpy.typing import NDArray

KNOWN = (
    -99.0, -99.9, -99.99, -200.0, -999.0, -999.9, -999.99, -999.25, -9999.0, -9999.9, -99999.0,
    -999999.0, 999.0, 999.9, 999.99, 9999.0, 9999.9, 99999.0, 999999.0, 32767.0, -32768.0, 65535.0,
    1e20, -1e20, 1e30, -1e30,
)  # fmt: skip
_FEW = 2  # a number that occurs less often is a reading like others
_REST = 3  # readings that must remain to tell what is usual


def find_sentinel(values: NDArray[np.float64]) -> tuple[float, int] | None:
    """Return a known number that repeats far outside of all other values, and how often."""
    with np.errstate(all="ignore"):
        ends = (float(np.nanmin(values)), float(np.nanmax(values)))
    for number in ends:
        if number not in KNOWN:
            continue
        hit = values == number
        count = int(hit.sum())
        rest = values[~hit & ~np.isnan(values)]
        if count < _FEW or len(rest) < _REST:
            continue
        low, high = float(rest.min()), float(rest.max())
        # "Far": further from all readings than these are from each other.
        if min(abs(number - low), abs(number - high)) > max(high - low, 1e-9):
            return number, count
    return None
