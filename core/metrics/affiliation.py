"""Affiliation precision and recall: Huet, Navarro, Rossi, "Local evaluation of time series anomaly
detection algorithms", KDD 2022; only ever beside what a random score gets.

Time is continuous: an interval covers [start, stop), a series of n samples [0, n). Each true event
J has a zone E: the points that are nearer to it than to any other event. Within each zone, with I
what of the answer lies in it and U a point drawn evenly from E:

    precision_J = mean over x in I of P(dist(U, J) >= dist(x, J))
                = mean of 1 if x in J, else 1 - (|J| + min(d, m1) + min(d, m2)) / |E|,
                  d = dist(x, J), m1 and m2 what of E lies before and behind J
    recall_J    = mean over y in J of P(|U - y| >= dist(y, I))
                = mean of 1 - (min(d, y - E.start) + min(d, E.stop - y)) / |E|, d = dist(y, I)

Precision is the mean over the zones with an answer, recall the mean over all zones (0 in a zone
without an answer). Both integrands are piecewise linear, so the trapezoids between their kinks give
the integrals exactly.

Noise does well here: where it marks a few samples in each zone, recall is near 1 and precision near
1/2 or above. Hence `Beside`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.intervals import Interval
from core.metrics.beside import Beside, mean_defined, random_marks
from core.metrics.inputs import Array, Indices, harmonic, mask_of, runs

Ranges = tuple[Indices, Indices]
Triple = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Affiliation:
    """Affiliation figures in [0, 1], each beside what a random score gets.

    The random score is cut so that it marks as many samples as the answer. Without a true event all
    is undefined; without an answer precision is, and F1 is 0.
    """

    precision: Beside
    recall: Beside
    f1: Beside


def affiliation(
    given: Sequence[Interval], truth: Sequence[Interval], n: int, seed: int = 0
) -> Affiliation:
    """Compare an answer with the true events of a series of `n` samples; channels do not count.

    Intervals that overlap or touch are one event, as in the published code.

    Raises:
        DataError: if an interval ends behind the series.
    """
    answer, events = mask_of(given, n), runs(mask_of(truth, n))
    figures = _figures(runs(answer), events, n)
    marks = random_marks(n, int(answer.sum()), seed)
    draws = zip(*(_figures(runs(mark), events, n) for mark in marks), strict=True)
    luck = [mean_defined(column) for column in draws]
    return Affiliation(*(Beside(one, chance) for one, chance in zip(figures, luck, strict=True)))


def _figures(given: Ranges, truth: Ranges, n: int) -> Triple:
    starts, stops = truth
    if not len(starts):
        return None, None, None
    middles = (stops[:-1] + starts[1:]) / 2
    zones = np.concatenate([[0.0], middles, [float(n)]])
    begins, ends, zone = _cut(given, zones)
    in_answer = _sums(zone, ends - begins, len(starts))
    near = _nearness(begins, ends, zone, truth, zones)
    there = in_answer > 0
    precision = float(np.mean(near[there] / in_answer[there])) if there.any() else None
    recall = float(np.mean(_reached(begins, ends, zone, truth, zones) / (stops - starts)))
    return precision, recall, harmonic(precision, recall)


def _cut(given: Ranges, zones: Array) -> tuple[Array, Array, Indices]:
    """Return starts, stops and zones of the pieces of an answer, cut where a zone ends."""
    starts, stops = given
    first = np.searchsorted(zones, starts, side="right") - 1
    last = np.searchsorted(zones, stops, side="left") - 1
    pieces = last - first + 1
    of = np.repeat(np.arange(len(starts)), pieces)
    place = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    zone = first[of] + place
    return np.maximum(starts[of], zones[zone]), np.minimum(stops[of], zones[zone + 1]), zone


def _nearness(begins: Array, ends: Array, zone: Indices, truth: Ranges, zones: Array) -> Array:
    """Return for each zone the integral of P(dist(U, J) >= dist(x, J)) over the answer in it."""
    start, stop = truth[0][zone], truth[1][zone]
    before, behind = start - zones[zone], zones[zone + 1] - stop
    size = zones[zone + 1] - zones[zone]

    def beyond(low: Array, high: Array, kink: Array) -> Array:
        # distances low .. high on one side of J; the other side of E ends at the kink
        turn = np.clip(kink, low, high)
        points = np.stack([low, turn, high])
        worse = (stop - start) + np.minimum(points, before) + np.minimum(points, behind)
        return _trapezoids(points, 1 - worse / size)

    left = beyond(np.maximum(start - ends, 0), np.maximum(start - begins, 0), behind)
    right = beyond(np.maximum(begins - stop, 0), np.maximum(ends - stop, 0), before)
    inside = np.maximum(np.minimum(ends, stop) - np.maximum(begins, start), 0)
    return _sums(zone, left + inside + right, len(truth[0]))


def _reached(begins: Array, ends: Array, zone: Indices, truth: Ranges, zones: Array) -> Array:
    """Return for each event the integral of P(|U - y| >= dist(y, I)) over the event."""
    if not len(begins):
        return np.zeros(len(truth[0]))
    # Each piece serves the points of the event that lie nearer to it than to its neighbours.
    alike = np.diff(zone) == 0
    middles = (ends[:-1] + begins[1:]) / 2
    start, stop = truth[0][zone], truth[1][zone]
    low = np.maximum(start, np.concatenate([[-np.inf], np.where(alike, middles, -np.inf)]))
    high = np.minimum(stop, np.concatenate([np.where(alike, middles, np.inf), [np.inf]]))
    first, last = zones[zone], zones[zone + 1]

    def beside(low: Array, high: Array, edge: Array) -> Array:
        # points low .. high, all on one side of the piece's edge; kinks where E ends as near
        high = np.maximum(low, high)
        kinks = [np.clip((edge + end) / 2, low, high) for end in (first, last)]
        points = np.stack([low, *kinks, high])
        away = np.abs(points - edge)
        worse = np.minimum(away, points - first) + np.minimum(away, last - points)
        return _trapezoids(points, 1 - worse / (last - first))

    left = beside(low, np.minimum(high, begins), begins)
    right = beside(np.maximum(low, ends), high, ends)
    inside = np.maximum(np.minimum(high, ends) - np.maximum(low, begins), 0)
    return _sums(zone, left + inside + right, len(truth[0]))


def _trapezoids(points: Array, values: Array) -> Array:
    return (np.diff(points, axis=0) * (values[1:] + values[:-1]) / 2).sum(axis=0)


def _sums(places: Indices, values: Array, n: int) -> Array:
    return np.bincount(places, values, minlength=n).astype(np.float64)
