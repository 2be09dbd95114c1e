"""Which found event is which true one: the one matching rule of scores and metrics.

1. An event shorter than `MIN_LENGTH` samples is widened around its middle to that length first: a
   one-sample spike marked two samples off is still that spike.
2. A pair may match when the two share at least one sample (any overlap, as the published interval
   F1 numbers very probably count) and, if both name channels, at least one channel. Types are not
   compared.
3. Each event matches at most once. Among all ways to pair them the one with the most pairs counts,
   and among those the one with the largest total overlap (intersection over union).

A found event left over is a false alarm, a true one left over is missed. Splitting one event into
two therefore costs one false alarm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.answers import FoundInterval

MIN_LENGTH = 5


@dataclass(frozen=True)
class Pair:
    """One match: places in the two lists, and how well the two agree, in (0, 1]."""

    given: int
    truth: int
    share: float


def overlap_share(given: FoundInterval, truth: FoundInterval) -> float:
    """Return the intersection over union of two events after widening; 0 when they cannot match."""
    if given.channels and truth.channels and not set(given.channels) & set(truth.channels):
        return 0.0
    a_start, a_stop = _widened(given)
    b_start, b_stop = _widened(truth)
    shared = max(0, min(a_stop, b_stop) - max(a_start, b_start))
    return shared / (a_stop - a_start + b_stop - b_start - shared)


def match_events(
    given: Sequence[FoundInterval],
    truth: Sequence[FoundInterval],
    share: Callable[[FoundInterval, FoundInterval], float] = overlap_share,
) -> tuple[Pair, ...]:
    """Pair found events with true ones by the rule of this module, in order of `given`.

    `share` replaces the overlap where more than the range counts; 0 forbids a pair.
    """
    # every process imports this file, few ever match: scipy.optimize takes most of a second
    from scipy.optimize import linear_sum_assignment

    if not given or not truth:
        return ()
    shares = np.array([[share(g, t) for t in truth] for g in given])
    # One more pair must outweigh any gain in overlap, which is below the number of pairs.
    worth = np.where(shares > 0, shares + min(shares.shape) + 1, 0.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return tuple(
        Pair(int(row), int(column), float(shares[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if shares[row, column] > 0
    )


def _widened(found: FoundInterval) -> tuple[int, int]:
    missing = max(0, MIN_LENGTH - (found.stop - found.start))
    start = found.start - missing // 2
    return start, start + max(found.stop - found.start, MIN_LENGTH)
