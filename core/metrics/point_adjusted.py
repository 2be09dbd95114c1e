"""Point-adjusted precision, recall and F1 (Xu et al. 2018); only beside what a random score gets.

One marked sample inside of a true event marks the whole event; then samples are counted:
    F1 = 2 TP / (2 TP + FP + FN) after adjustment.
The longer events are, the surer noise hits each of them once: Kim et al. (AAAI 2022) show a uniform
random score above published detectors. The figure is kept to be comparable with published tables,
and given as `Beside` so that nobody sees it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.intervals import Interval
from core.metrics.beside import Beside, mean_defined, random_marks, random_scores
from core.metrics.inputs import Array, Mask, checked, harmonic, mask_of, runs


@dataclass(frozen=True)
class PointAdjusted:
    """Point-adjusted figures in [0, 1] of an answer, each beside what a random score gets.

    The random score is cut so that it marks as many samples as the answer. Without a true event
    recall is undefined, without an answer precision is.
    """

    precision: Beside
    recall: Beside
    f1: Beside


def point_adjusted(
    given: Sequence[Interval], truth: Sequence[Interval], n: int, seed: int = 0
) -> PointAdjusted:
    """Return the figures of an answer on a series of `n` samples; channels are not compared.

    Raises:
        DataError: if an interval ends behind the series.
    """
    answer, events = mask_of(given, n), mask_of(truth, n)
    marks = random_marks(n, int(answer.sum()), seed)
    draws = zip(*(_figures(mark, events) for mark in marks), strict=True)
    luck = [mean_defined(column) for column in draws]
    own = _figures(answer, events)
    return PointAdjusted(*(Beside(one, chance) for one, chance in zip(own, luck, strict=True)))


def best_point_adjusted_f1(
    scores: NDArray[np.floating], truth: NDArray[np.bool_], seed: int = 0
) -> Beside:
    """Return the highest point-adjusted F1 of scores (n,) over all thresholds, as papers report it.

    The threshold is chosen by looking at the truth; so it is for the random scores beside it.
    Undefined (None) without a true event.

    Raises:
        DataError: if scores are missing or infinite or lengths differ.
    """
    values, mask = checked(scores, truth)
    luck = mean_defined(_best(drawn, mask) for drawn in random_scores(len(mask), seed))
    return Beside(_best(values, mask), luck)


def _figures(answer: Mask, truth: Mask) -> tuple[float | None, float | None, float | None]:
    starts, stops = runs(truth)
    hit = np.add.reduceat(np.append(answer, False), np.ravel([starts, stops], "F"), dtype=np.int64)
    right = int((stops - starts)[hit[::2] > 0].sum())
    wrong = int((answer & ~truth).sum())
    precision = right / (right + wrong) if right + wrong else None
    recall = right / int(truth.sum()) if truth.any() else None
    return precision, recall, harmonic(precision, recall)


def _best(scores: Array, truth: Mask) -> float | None:
    if not truth.any():
        return None
    starts, stops = runs(truth)
    # An event is found by any threshold up to its highest score; only there F1 can rise.
    peaks = np.maximum.reduceat(np.append(scores, -np.inf), np.ravel([starts, stops], "F"))[::2]
    order = np.argsort(-peaks, kind="stable")
    right = np.cumsum((stops - starts)[order])
    # of events with equal peaks the last one counts: the threshold finds them together
    peak = peaks[order]
    last = np.append(peak[1:] != peak[:-1], True)
    usual = np.sort(scores[~truth])
    wrong = len(usual) - np.searchsorted(usual, peak, side="left")
    f1 = 2 * right / (right + wrong + int(truth.sum()))
    return float(f1[last].max())
