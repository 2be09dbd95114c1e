"""Slow twins: figures of scores by plain loops, straight from the equations of the papers."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from core.intervals import Interval

Ranges = list[tuple[int, int]]
"""Half-open, disjoint, in order."""


@st.composite
def scored_series(
    draw: st.DrawFn, longest: int = 60, levels: int = 12
) -> tuple[np.ndarray, np.ndarray]:
    """Draw scores with many ties and a truth, each (n,), often with one-sample events."""
    n = draw(st.integers(1, longest))
    scores = draw(st.lists(st.integers(0, levels), min_size=n, max_size=n))
    truth = draw(st.lists(st.sampled_from([False, False, True]), min_size=n, max_size=n))
    return np.array(scores, float), np.array(truth)


@st.composite
def answered_series(draw: st.DrawFn, longest: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Draw an answer and a truth, each (n,) true where marked."""
    n = draw(st.integers(1, longest))
    masks = st.lists(st.booleans(), min_size=n, max_size=n)
    return np.array(draw(masks)), np.array(draw(masks))


def ranges_of(mask: np.ndarray) -> Ranges:
    found: Ranges = []
    for t, marked in enumerate(mask):
        if marked and found and found[-1][1] == t:
            found[-1] = (found[-1][0], t + 1)
        elif marked:
            found.append((t, t + 1))
    return found


def as_intervals(ranges: Ranges) -> list[Interval]:
    return [Interval(start=start, stop=stop) for start, stop in ranges]


def slow_auc_roc(scores: np.ndarray, truth: np.ndarray) -> float:
    """P(unusual above usual), ties as one half."""
    pairs = [(a, b) for a in scores[truth] for b in scores[~truth]]
    return sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs) / len(pairs)


def slow_auc_pr(scores: np.ndarray, truth: np.ndarray) -> float:
    area = before = 0.0
    for threshold in sorted(set(scores), reverse=True):
        right = sum(1 for s, t in zip(scores, truth, strict=True) if s >= threshold and t)
        recall = right / int(truth.sum())
        area += (recall - before) * right / sum(1 for s in scores if s >= threshold)
        before = recall
    return area


def soft_label(t: int, events: Ranges, width: int) -> float:
    total = 0.0
    for start, stop in events:
        distance = max(start - t, t - (stop - 1))
        if distance <= 0:
            return 1.0
        if distance <= width // 2:
            total += (1 - distance / width) ** 0.5
    return min(1.0, total)


def joined_bands(events: Ranges, half: int) -> list[list[int]]:
    bands: list[list[int]] = []
    for start, stop in events:
        band = list(range(start - half, stop + half))
        if bands and bands[-1][-1] >= band[0]:
            bands[-1] += band
        else:
            bands.append(band)
    return bands


def slow_vus(
    scores: np.ndarray, truth: np.ndarray, window: int, thresholds: int
) -> tuple[float, float]:
    """Both volumes, PR first; needs an event and a usual sample."""
    n, events = len(scores), ranges_of(truth)
    falling = sorted(scores, reverse=True)
    ranks = [int(k * ((n - 1) / (thresholds - 1))) for k in range(thresholds - 1)] + [n - 1]
    areas: list[tuple[float, float]] = []
    for width in range(window + 1):
        labels = [soft_label(t, events, width) for t in range(n)]
        bands = joined_bands(events, width // 2)
        curve = [(0.0, 0.0)]
        ap = 0.0
        for rank in dict.fromkeys(ranks):  # the same threshold again adds no area
            flagged = [score >= falling[rank] for score in scores]
            hits = sum(labels[t] for t in range(n) if flagged[t])
            outside = sum(labels[t] for t in range(n) if flagged[t] and not truth[t])
            total = int(truth.sum()) + outside / 2
            found = sum(any(0 <= t < n and flagged[t] for t in band) for band in bands)
            recall = min(hits / total, 1.0) * found / len(bands)
            ap += (recall - curve[-1][1]) * hits / sum(flagged)
            curve.append(((sum(flagged) - hits) / (n - total), recall))
        curve.append((1.0, 1.0))
        roc = sum(
            (curve[i + 1][0] - curve[i][0]) * (curve[i + 1][1] + curve[i][1]) / 2
            for i in range(len(curve) - 1)
        )
        areas.append((ap, roc))
    return sum(a for a, _ in areas) / len(areas), sum(b for _, b in areas) / len(areas)


def delta(bias: str, i: int, length: int) -> int:
    """The positional bias of Tatbul 2018, figure 5, for i = 1 .. length."""
    if bias == "flat":
        return 1
    if bias == "front":
        return length - i + 1
    if bias == "back":
        return i
    return i if i <= length / 2 else length - i + 1


def slow_overlap(one: tuple[int, int], others: Ranges, bias: str, cardinality: str) -> float:
    length = one[1] - one[0]
    shared = most = 0
    for i in range(1, length + 1):
        worth = delta(bias, i, length)
        most += worth
        shared += worth * any(start <= one[0] + i - 1 < stop for start, stop in others)
    pieces = sum(max(one[0], start) < min(one[1], stop) for start, stop in others)
    factor = 1 / pieces if pieces > 1 and cardinality == "reciprocal" else 1
    return factor * shared / most


def slow_affiliation(answer: Ranges, events: Ranges, n: int) -> tuple[Fraction | None, Fraction]:
    """Precision (None without an answer) and recall, exact: every kink lies on the grid used.

    Ends of zones are multiples of 1/2, kinks of both integrands of 1/4, so a cell's middle stands
    for a cell of 1/4; probabilities at such a point count cells of 1/8 of the zone.
    """

    def inside(x: Fraction, ranges: Ranges) -> bool:
        return any(start <= x < stop for start, stop in ranges)

    def distance(x: Fraction, ranges: Ranges) -> Fraction:
        return min(max(start - x, x - stop, Fraction(0)) for start, stop in ranges)

    def middles(start: Fraction, stop: Fraction, parts: int) -> list[Fraction]:
        return [start + Fraction(2 * k + 1, 2 * parts) for k in range(int((stop - start) * parts))]

    cuts = [Fraction(0), Fraction(n)]
    cuts[1:1] = [Fraction(a[1] + b[0], 2) for a, b in pairwise(events)]
    precisions, recalls = [], []
    for event, first, last in zip(events, cuts[:-1], cuts[1:], strict=True):
        drawn = middles(first, last, 8)
        points = [x for x in middles(first, last, 4) if inside(x, answer)]
        if not points:
            recalls.append(Fraction(0))
            continue
        values = []
        for x in points:
            d = distance(x, [event])
            values.append(Fraction(sum(distance(u, [event]) >= d for u in drawn), len(drawn)))
        precisions.append(sum(values) / len(values))
        here = [(max(a, first), min(b, last)) for a, b in answer if max(a, first) < min(b, last)]
        values = []
        for y in middles(Fraction(event[0]), Fraction(event[1]), 4):
            d = distance(y, here)
            values.append(Fraction(sum(abs(u - y) >= d for u in drawn), len(drawn)))
        recalls.append(sum(values) / len(values))
    precision = sum(precisions) / len(precisions) if precisions else None
    return precision, sum(recalls) / len(recalls)


def slow_point_adjusted_f1(answer: np.ndarray, truth: np.ndarray) -> float:
    adjusted = list(answer)
    for start, stop in ranges_of(truth):
        if any(answer[start:stop]):
            adjusted[start:stop] = [True] * (stop - start)
    both = sum(a and t for a, t in zip(adjusted, truth, strict=True))
    return 2 * both / (sum(adjusted) + int(truth.sum()))
