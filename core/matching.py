"""Which found event is which true one: the one matching rule of scores and metrics.

1. An event shorter than `MIN_LENGTH` samples is widened around its middle to that length first: a
   one-sample spike marked two samples off is still that spike.
2. A pair may match when the two share at least one sample (any overlap, as the published interval
   F1 numbers very probably count) and, if both name channels, at least one channel. Types are not
   compared.
3. Where a least overlap is asked for, a pair must reach that intersection over union (after
   widening) as well; without one, any shared sample is enough.
4. Each event matches at most once. Among all ways to pair them the one with the most pairs counts,
   and among those the one with the largest total overlap (intersection over union).

A found event left over is a false alarm, a true one left over is missed. Splitting one event into
two therefore costs one false alarm.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

MIN_LENGTH = 5


class Event(Protocol):
    """What the rule looks at: samples `[start, stop)` of channels (all of them when empty).

    `core.intervals.Interval` and `core.answers.FoundInterval` both are events.
    """

    @property
    def start(self) -> int:
        """First sample."""
        ...

    @property
    def stop(self) -> int:
        """The sample after the last one."""
        ...

    @property
    def channels(self) -> tuple[int, ...]:
        """0-based; empty says all."""
        ...


AnEvent = TypeVar("AnEvent", bound=Event)


@dataclass(frozen=True)
class Pair:
    """One match: places in the two lists, and how well the two agree, in (0, 1]."""

    given: int
    truth: int
    share: float


def overlap_share(given: Event, truth: Event) -> float:
    """Return the intersection over union of two events after widening; 0 when they cannot match."""
    return float(overlap_shares([given], [truth])[0, 0])


def overlap_shares(given: Sequence[Event], truth: Sequence[Event]) -> NDArray[np.float64]:
    """Return `overlap_share` of every pair, shape (given, truth)."""
    return range_shares(ranges_of(given), ranges_of(truth)) * share_channels(given, truth)


def ranges_of(events: Sequence[Event]) -> NDArray[np.int64]:
    """Return starts and stops, shape (events, 2)."""
    return np.array([(event.start, event.stop) for event in events], np.int64).reshape(-1, 2)


def range_shares(given: NDArray[np.int64], truth: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the intersection over union of ranges after widening, whatever their channels.

    Args:
        given: starts and stops, shape (..., given, 2).
        truth: the same, shape (truth, 2).

    Returns:
        Shares in [0, 1], shape (..., given, truth).
    """
    a, b = _widened(given)[..., :, None, :], _widened(truth)
    ends = np.minimum(a[..., 1], b[..., 1]) - np.maximum(a[..., 0], b[..., 0])
    shared = np.maximum(0, ends)
    return shared / (a[..., 1] - a[..., 0] + b[..., 1] - b[..., 0] - shared)


def share_channels(given: Sequence[Event], truth: Sequence[Event]) -> NDArray[np.bool_]:
    """Say for every pair whether its channels allow a match, shape (given, truth)."""
    if not any(event.channels for event in given) or not any(event.channels for event in truth):
        return np.ones((len(given), len(truth)), np.bool_)
    rows = [
        [
            not g.channels or not t.channels or not set(g.channels).isdisjoint(t.channels)
            for t in truth
        ]
        for g in given
    ]
    return np.array(rows, np.bool_).reshape(len(given), len(truth))


def match_events(
    given: Sequence[AnEvent],
    truth: Sequence[AnEvent],
    share: Callable[[AnEvent, AnEvent], float] | None = None,
    least: float = 0.0,
) -> tuple[Pair, ...]:
    """Pair found events with true ones by the rule of this module, in order of `given`.

    Args:
        given: the found events.
        truth: the true ones.
        share: replaces the overlap where more than the range counts; 0 forbids a pair.
        least: the share that a pair must reach, in [0, 1]; 0 asks for any overlap.
    """
    if not given or not truth:
        return ()
    if share is None:
        shares = overlap_shares(given, truth)
    else:
        shares = np.array([[share(g, t) for t in truth] for g in given])
    return best_pairs(shares, least)


def best_pairs(shares: NDArray[np.float64], least: float = 0.0) -> tuple[Pair, ...]:
    """Pair rows (given) with columns (true) of a table of shares by points 3 and 4 of the rule."""
    # every process imports this file, few ever match: scipy.optimize takes most of a second
    from scipy.optimize import linear_sum_assignment

    allowed = (shares > 0) & (shares >= least)
    # Most events of a long series touch nothing: only those that might match are solved for.
    some_given, some_truth = np.flatnonzero(allowed.any(1)), np.flatnonzero(allowed.any(0))
    if not len(some_given):
        return ()
    cells = np.ix_(some_given, some_truth)
    few, fits = shares[cells], allowed[cells]
    # One more pair must outweigh any gain in overlap, which is below the number of pairs.
    worth = np.where(fits, few + min(few.shape) + 1, 0.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return tuple(
        Pair(int(some_given[row]), int(some_truth[column]), float(few[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if fits[row, column]
    )


def _widened(ranges: NDArray[np.int64]) -> NDArray[np.int64]:
    lengths = ranges[..., 1] - ranges[..., 0]
    start = ranges[..., 0] - np.maximum(0, MIN_LENGTH - lengths) // 2
    return np.stack([start, start + np.maximum(lengths, MIN_LENGTH)], axis=-1)
