"""What answers that never looked at the data would get, for every figure that is shown.

random      pattern: any option with the same probability, right on 1 / options of the items.
            Intervals: as many as were given, of the same lengths and channels, but at random
            places of the same series; the mean over `DRAWS` seeded placements. They do not overlap
            each other where they fit side by side, and every gap is drawn alike.
majority    pattern: always the option that is true most often among the measured items, the best
            that one answer for everything can do. Intervals: always "no anomaly".
A figure without luck beside it says little: marking half of a series finds half of its events.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from math import comb

import numpy as np
from numpy.typing import NDArray

from core.answers import FoundInterval
from core.intervals import Interval
from core.matching import Event, best_pairs, range_shares, ranges_of, share_channels
from core.metrics.change_points import MARGIN, covering, margin_score
from core.metrics.estimates import EVENT_FIGURES, cut_to_window
from core.metrics.intervals import LEAST_IOUS, EventScore, IntervalFigures, interval_figures
from core.model import Frozen

DRAWS = 100

Ranges = NDArray[np.int64]


class Luck(Frozen):
    """What luck gets on one figure; None where the figure is undefined for such answers."""

    random: float | None = None
    majority: float | None = None


def label_luck(truth: Sequence[str], n_options: int) -> Luck:
    """Return what luck gets as accuracy on items with these true labels."""
    if not truth:
        return Luck()
    most = max(Counter(truth).values())
    return Luck(random=1 / n_options if n_options else None, majority=most / len(truth))


def random_places(
    lengths: Sequence[int], n_samples: int, seed: int = 0, draws: int = DRAWS
) -> Ranges:
    """Return random places of intervals of these lengths, shape (draws, intervals, 2).

    Every interval keeps its place in the list. Where all of them do not fit beside each other,
    each is placed on its own and they may overlap.
    """
    rng = np.random.default_rng(seed)
    sizes = np.minimum(np.array(lengths, np.int64), n_samples)
    shape = (draws, len(sizes))
    free = n_samples - int(sizes.sum())
    if free < 0:
        starts = rng.integers(0, n_samples - sizes + 1, shape)
    else:
        order = np.argsort(rng.random(shape), axis=1)
        before = np.cumsum(sizes[order], axis=1) - sizes[order]
        laid = np.sort(rng.integers(0, free + 1, shape), axis=1) + before
        starts = np.empty(shape, np.int64)
        np.put_along_axis(starts, order, laid, axis=1)
    return np.stack([starts, starts + sizes], axis=-1)


def interval_luck(
    given: Sequence[Event], truth: Sequence[Event], n_samples: int, seed: int = 0
) -> dict[str, Luck]:
    """Return what luck gets on every figure of `intervals.interval_figures` for one series."""
    allowed, true_ranges = share_channels(given, truth), ranges_of(truth)
    places = random_places([event.stop - event.start for event in given], n_samples, seed)
    drawn = [_figures_at(place, true_ranges, allowed, n_samples).figures() for place in places]
    nothing = interval_figures((), truth, n_samples).figures()
    return {
        key: Luck(random=_mean([one[key] for one in drawn]), majority=nothing[key])
        for key in nothing
    }


def chance_matches(
    given: Sequence[Event], truth: Sequence[Event], n_samples: int, seed: int = 0
) -> NDArray[np.float64]:
    """Return how well each true event is matched by randomly placed `given` ones.

    Shape (DRAWS, true events): the pair's intersection over union, 0 where the event is missed.
    Sums over windows give the figures of one draw.
    """
    found = np.zeros((DRAWS, len(truth)))
    if not given or not truth:
        return found
    places = random_places([event.stop - event.start for event in given], n_samples, seed)
    shares = range_shares(places, ranges_of(truth)) * share_channels(given, truth)
    if len(truth) == 1:  # the best of the given ones
        return shares.max(axis=1)
    if len(given) == 1:  # the one true event that it fits best
        best = shares[:, 0, :].argmax(axis=1)
        found[np.arange(DRAWS), best] = shares[np.arange(DRAWS), 0, best]
        return found
    for row, table in zip(found, shares, strict=True):
        for pair in best_pairs(table):
            row[pair.truth] = pair.share
    return found


def chance_in_window(
    given: Sequence[FoundInterval],
    truth: Sequence[FoundInterval],
    window: tuple[int, int],
    seed: int = 0,
) -> NDArray[np.float64]:
    """Return `chance_matches` of what lies inside a window; the placements stay inside too."""
    start, stop = window
    own, true = (
        [
            Interval(start=one.start - start, stop=one.stop - start, channels=one.channels)
            for one in cut_to_window(events, window)
        ]
        for events in (given, truth)
    )
    return chance_matches(own, true, stop - start, seed)


def chance_of_changes(
    n_given: int, truth: Sequence[int], window: tuple[int, int], seed: int = 0
) -> NDArray[np.float64]:
    """Return how each true change point is met by as many points at random places of a window.

    Shape (DRAWS, true points): 1 where one of the points lies within `MARGIN`, each used once.
    """
    found = np.zeros((DRAWS, len(truth)))
    start, stop = window
    if not n_given or not truth:
        return found
    rng = np.random.default_rng(seed)
    size = min(n_given, stop - start)
    for row in found:
        points = start + rng.choice(stop - start, size, replace=False)
        near = np.abs(points[:, None] - np.array(truth)) <= MARGIN
        for pair in best_pairs(near.astype(np.float64)):
            row[pair.truth] = 1.0
    return found


def luck_of_events(
    counts: NDArray[np.float64], chances: Sequence[NDArray[np.float64]]
) -> dict[str, Luck]:
    """Return what luck gets on each of `EVENT_FIGURES` over windows together.

    Args:
        counts: the rows of `EventCounts` of the windows, shape (windows, 5).
        chances: `chance_in_window` of each.
    """
    if not len(counts):
        return {}
    _, given, truth, samples, _ = counts.sum(axis=0)
    matched = np.sum([(chance > 0).sum(axis=1) for chance in chances], axis=0)
    overlap = np.sum([chance.sum(axis=1) for chance in chances], axis=0)
    same = np.ones(DRAWS)
    random = np.stack([matched, given * same, truth * same, samples * same, overlap], axis=1)
    nothing = np.array([[0.0, 0.0, truth, samples, 0.0]])
    return {
        name: Luck(random=_finite_mean(figure(random)), majority=_finite_mean(figure(nothing)))
        for name, figure in EVENT_FIGURES.items()
    }


def lopsided_by_luck(one: int, other: int) -> float:
    """Return how often a fair coin splits `one + other` throws at least as unevenly, in (0, 1].

    The two-sided sign test: two equally good authors fix and break alike.
    """
    n, fewer = one + other, min(one, other)
    tail = sum(comb(n, k) for k in range(fewer + 1)) / 2**n
    return min(1.0, 2 * tail)


def change_point_luck(
    n_given: int,
    annotations: Mapping[str, Collection[int]],
    n_samples: int,
    margin: int = MARGIN,
    seed: int = 0,
) -> dict[str, Luck]:
    """Return what luck gets as `margin_f1` and `covering`: as many points anywhere, and none."""
    rng = np.random.default_rng(seed)
    size = min(n_given, max(0, n_samples - 1))
    drawn = [
        [int(one) for one in 1 + rng.choice(n_samples - 1, size, replace=False)] if size else []
        for _ in range(DRAWS)
    ]
    return {
        "margin_f1": Luck(
            random=_mean([margin_score(points, annotations, margin).f1 for points in drawn]),
            majority=margin_score((), annotations, margin).f1,
        ),
        "covering": Luck(
            random=_mean([covering(points, annotations, n_samples) for points in drawn]),
            majority=covering((), annotations, n_samples),
        ),
    }


def _figures_at(
    place: Ranges, truth: Ranges, allowed: NDArray[np.bool_], n_samples: int
) -> IntervalFigures:
    shares = range_shares(place, truth) * allowed
    pairs = best_pairs(shares)
    errors = np.array([place[p.given] - truth[p.truth] for p in pairs], np.int64).reshape(-1, 2)
    return IntervalFigures(
        n_samples=n_samples,
        any_overlap=EventScore(len(pairs), len(place), len(truth)),
        by_iou={
            least: EventScore(len(best_pairs(shares, least)), len(place), len(truth))
            for least in LEAST_IOUS
        },
        start_errors=tuple(map(int, errors[:, 0])),
        stop_errors=tuple(map(int, errors[:, 1])),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    return _finite_mean(np.array([np.nan if value is None else value for value in values]))


def _finite_mean(values: NDArray[np.float64]) -> float | None:
    there = values[np.isfinite(values)]
    return float(there.mean()) if there.size else None
