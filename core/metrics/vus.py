"""Volume under the surface: the area under a curve, averaged over how exact edges have to be.

Paparrizos, Boniol, Palpanas, Tsay, Elmore, Franklin: "Volume under the surface: a new accuracy
evaluation measure for time-series anomaly detection", PVLDB 15(11), 2022, in the form in which the
TSB-AD benchmark (Liu & Paparrizos, NeurIPS 2024) computes it. For each width l = 0 .. window:

    label    y_l(t) = 1 inside of an event, sqrt(1 - d/l) outside, where d = 1 .. l // 2 is the
             distance to the event; labels of several events add up to at most 1
    per threshold tau, with p(t) = [score(t) >= tau], P events' samples, n samples:
        TP  = sum y_l p            P_l = P + (sum of y_l p outside of the events) / 2
        recall_l = min(TP / P_l, 1) * share of events (joined where the bands of l // 2 samples
                   around them overlap) with at least one p(t) inside of the event or its band
        fpr_l    = (sum p - TP) / (n - P_l)          precision_l = TP / sum p
    AUC_l = trapezoid of recall over fpr from (0, 0) to (1, 1)
    AP_l  = sum of (recall_k - recall_k-1) * precision_k

The volumes are the means of AUC_l and AP_l over l. Thresholds are the scores at `THRESHOLDS` ranks
spread evenly from the highest to the lowest.

Here no width is ever laid over the series. A label outside depends on d1, the distance to the
nearest event, alone: once a second event lies within l // 2, two terms of at least sqrt(1/2) add up
to 1. So samples are counted once by (threshold, d1), they move to the count of full labels when
l // 2 reaches the second distance d2, and each width costs one product of a small matrix with a
vector: O(n log n + THRESHOLDS * window^2).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.metrics.inputs import Array, Indices, Mask, checked, runs

THRESHOLDS = 250


@dataclass(frozen=True)
class Vus:
    """Both volumes, in [0, 1]; None where the truth leaves them undefined."""

    pr: float | None
    roc: float | None


def vus(scores: NDArray[np.floating], truth: NDArray[np.bool_], window: int) -> Vus:
    """Return VUS-PR and VUS-ROC.

    Args:
        scores: (n,) higher is more unusual.
        truth: (n,) where the events are. Without any both volumes are undefined; when all samples
            are unusual only VUS-ROC is, as there is no false positive to count.
        window: the largest width l in samples, >= 0; TSB-AD takes the period of the series. With 0
            edges have to be exact.

    Raises:
        DataError: if scores are missing or infinite, lengths differ or the window is negative.
    """
    given, mask = checked(scores, truth)
    if window < 0:
        raise DataError(
            f"a window of {window} samples has no width. Give 0 for exact edges, or the length of "
            "one period of the series"
        )
    if not mask.any():
        return Vus(None, None)
    bins = _bins(given)
    flagged = np.bincount(bins, minlength=THRESHOLDS).cumsum().astype(np.float64)
    inside = np.bincount(bins[mask], minlength=THRESHOLDS).cumsum().astype(np.float64)
    found = _shares_found(bins, mask, window // 2)
    n, positive = len(given), float(mask.sum())
    areas: list[tuple[float, float]] = []
    for width, outside in enumerate(_labels_outside(bins, mask, window)):
        hits = inside + outside
        total = positive + outside / 2
        recall = np.minimum(hits / total, 1.0) * found[width // 2]
        precision = hits / flagged
        steps = np.diff(recall, prepend=0.0)
        roc = np.nan if positive == n else _area(recall, (flagged - hits) / (n - total))
        areas.append((float(steps @ precision), roc))
    pr, roc = np.mean(areas, axis=0)
    return Vus(float(pr), None if np.isnan(roc) else float(roc))


def _bins(scores: Array) -> Indices:
    """Return for each sample the place of the first threshold, from the highest, it reaches."""
    ranks = np.linspace(0, len(scores) - 1, THRESHOLDS).astype(np.int64)
    falling = np.sort(-scores)[ranks]
    return np.searchsorted(falling, -scores, side="left").astype(np.int64)


def _area(recall: Array, fpr: Array) -> float:
    x = np.concatenate([[0.0], fpr, [1.0]])
    y = np.concatenate([[0.0], recall, [1.0]])
    return float(np.diff(x) @ (y[1:] + y[:-1]) / 2)


def _shares_found(bins: Indices, mask: Mask, reach: int) -> Array:
    """Return (reach + 1, THRESHOLDS): the share of joined events found, by half width."""
    starts, stops = runs(mask)
    first = np.minimum.reduceat(np.append(bins, THRESHOLDS), np.ravel([starts, stops], "F"))[::2]
    gaps = starts[1:] - (stops[:-1] - 1)
    # Behind both ends of the series lies nothing that a threshold could reach.
    padded = np.concatenate([[THRESHOLDS], bins, [THRESHOLDS]])
    shares = np.empty((reach + 1, THRESHOLDS))
    for half in range(reach + 1):
        if half:
            before = padded[np.maximum(starts - half + 1, 0)]
            behind = padded[np.minimum(stops + half, len(padded) - 1)]
            first = np.minimum(first, np.minimum(before, behind))
        heads = np.concatenate([[0], 1 + np.flatnonzero(gaps > 2 * half)])
        joined = np.minimum.reduceat(first, heads)
        shares[half] = np.bincount(joined, minlength=THRESHOLDS).cumsum() / len(joined)
    return shares


def _labels_outside(bins: Indices, mask: Mask, window: int) -> Array:
    """Return (window + 1, THRESHOLDS): sums of y_l p over samples outside of events, by width."""
    reach = window // 2
    nearest, second = _distances(mask)
    near = np.flatnonzero(~mask & (nearest <= reach))
    bins, nearest, second = bins[near], nearest[near], second[near]
    # (distance - 1, threshold): samples with a partial label that first count at a threshold
    partial = np.zeros((reach, THRESHOLDS))
    np.add.at(partial, (nearest - 1, bins), 1.0)
    full = np.zeros(THRESHOLDS)
    order = np.argsort(second, kind="stable")
    ends = np.searchsorted(second[order], np.arange(reach + 1), side="right")
    sums = np.zeros((window + 1, THRESHOLDS))
    for half in range(1, reach + 1):
        moved = order[ends[half - 1] : ends[half]]
        np.subtract.at(partial, (nearest[moved] - 1, bins[moved]), 1.0)
        np.add.at(full, bins[moved], 1.0)
        for width in range(2 * half, min(2 * half + 1, window) + 1):
            labels = np.sqrt(1 - np.arange(1, half + 1) / width)
            sums[width] = labels @ partial[:half] + full
    return sums.cumsum(axis=1)


def _distances(mask: Mask) -> tuple[Indices, Indices]:
    """Return the distances (n,) of each sample to the nearest and the second nearest event."""
    starts, stops = runs(mask)
    n = len(mask)
    far = 1 << 60  # farther than any window is wide
    # Two events that far away on each side, so that every sample has two on each.
    lasts = np.concatenate([[-far, -far], stops - 1])
    firsts = np.concatenate([starts, [far + n, far + n]])
    time = np.arange(n)
    left = np.searchsorted(stops, time, side="right")
    right = np.searchsorted(starts, time, side="right")
    sides = [
        *(time - lasts[left + 1], time - lasts[left]),
        *(firsts[right] - time, firsts[right + 1] - time),
    ]
    ordered = np.partition(np.stack(sides), 1, axis=0)
    return ordered[0], ordered[1]
