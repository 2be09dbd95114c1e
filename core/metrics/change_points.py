"""How well change points fit what one or several people marked. Pure arithmetic.

A change point is the first sample of a new segment, 0-based; sample 0 starts the first segment of
every series and counts as marked by everybody and as given by everyone (van den Burg & Williams,
"An Evaluation of Change Point Detection Algorithms", arXiv 2003.06222).

Margin F1 (theirs): with T_k the marks of annotator k, T* the union of all T_k and X
the given points,
    precision  TP(T*, X) / |X|
    recall     mean over annotators of TP(T_k, X) / |T_k|
    F1         their harmonic mean
TP counts marks that get a given point at most `margin` samples away, each point used once: marks in
rising order take the nearest point that is left, the earlier one of two equally near. (The authors'
code goes through the marks in the order of a Python set, which is rising for short series only;
where marks lie closer together than the margin the two can differ by one.)

Covering (theirs, after Arbelaez and others, 2010): for annotator k with segments G_k and the given
segments G', the mean over samples of the best Jaccard index that the sample's segment has with a
given one, averaged over the annotators.

Triangle utility and AUC: Zhang and others, "Correlation-aware Change-point Detection via Graph
Neural Networks", ICONIP 2020. For one change per series found at the largest score,
    triangle utility  max(0, 1 - |found - true| / width)
and the AUC-ROC of scores per sample, pooled over series, within a range that leaves out both ends
and without the direct neighbours of a true change.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError

MARGIN = 5
TRIANGLE_WIDTH = 15
NEIGHBOURS = 1

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class MarginScore:
    """Agreement of given change points with the annotators' within a margin; all in (0, 1]."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of the two; sample 0 always matches, so that it is never undefined."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def margin_score(
    given: Collection[int], annotations: Mapping[str, Collection[int]], margin: int = MARGIN
) -> MarginScore:
    """Compare given change points with those of several annotators.

    Args:
        given: samples, each once; sample 0 is added.
        annotations: annotator to samples; an empty collection says "no change".
        margin: how many samples apart still counts, >= 0.
    """
    if margin < 0:
        raise DataError(f"a margin of {margin} samples matches nothing; give 0 or more")
    marked = _annotators(annotations)
    points = sorted({0, *_checked("given", given)})
    union = sorted(set().union(*marked))
    precision = _true_positives(union, points, margin) / len(points)
    shares = [_true_positives(marks, points, margin) / len(marks) for marks in marked]
    return MarginScore(precision=precision, recall=float(np.mean(shares)))


def covering(given: Collection[int], annotations: Mapping[str, Collection[int]], n: int) -> float:
    """Return the mean covering of the annotators' segments by the given ones, in (0, 1].

    Args:
        given: samples in [0, n).
        annotations: annotator to samples in [0, n).
        n: length of the series.
    """
    segments = _segments(sorted({0, *_checked("given", given, n)}), n)
    return float(
        np.mean([_cover(_segments(marks, n), segments, n) for marks in _annotators(annotations, n)])
    )


def triangle_utility(found: int, truth: int, width: int = TRIANGLE_WIDTH) -> float:
    """Return `max(0, 1 - |found - truth| / width)`: 1 on the spot, 0 from `width` samples on."""
    if width < 1:
        raise DataError(f"a triangle of {width} samples has no width; give 1 or more")
    return max(0.0, 1.0 - abs(found - truth) / width)


def strongest(scores: Numbers, inside: tuple[int, int]) -> int:
    """Return the sample with the largest score within `[start, stop)`, the first one of equals."""
    _check_range(len(scores), inside)
    return inside[0] + int(np.argmax(scores[inside[0] : inside[1]]))


def change_point_auc(
    scores: Sequence[Numbers],
    changes: Sequence[Collection[int]],
    inside: tuple[int, int],
    neighbours: int = NEIGHBOURS,
) -> float | None:
    """Return the AUC-ROC of scores per sample, pooled over series; None without both classes.

    Args:
        scores: per series one score per sample, higher where a change is more likely.
        changes: per series the samples of its true changes.
        inside: the range `[start, stop)` of samples that count, in every series.
        neighbours: samples this near to a change (without being one) are left out: a score one
            off is neither right nor wrong. 0 leaves out none.
    """
    from sklearn.metrics import roc_auc_score

    kept_scores: list[Numbers] = []
    kept_labels: list[NDArray[np.bool_]] = []
    for one, marks in zip(scores, changes, strict=True):
        _check_range(len(one), inside)
        label, near = np.zeros(len(one), np.bool_), np.zeros(len(one), np.bool_)
        for mark in _checked("true", marks, len(one)):
            near[max(0, mark - neighbours) : mark + neighbours + 1] = True
            label[mark] = True
        keep = (label | ~near) & _mask(len(one), inside)
        kept_scores.append(np.asarray(one, np.float64)[keep])
        kept_labels.append(label[keep])
    labels = np.concatenate(kept_labels) if kept_labels else np.zeros(0, np.bool_)
    if labels.all() or not labels.any():
        return None
    return float(roc_auc_score(labels, np.concatenate(kept_scores)))


def _annotators(
    annotations: Mapping[str, Collection[int]], n: int | None = None
) -> list[list[int]]:
    if not annotations:
        raise DataError(
            "there is no annotator to compare with; give at least one, with an empty list where "
            "they saw no change"
        )
    return [sorted({0, *_checked(name, marks, n)}) for name, marks in annotations.items()]


def _checked(name: str, points: Collection[int], n: int | None = None) -> list[int]:
    for point in points:
        if point < 0 or (n is not None and point >= n):
            where = "" if n is None else f" in a series of {n} samples"
            raise DataError(f"a change point ({name}) at sample {point} cannot be{where}")
    return [int(point) for point in points]


def _true_positives(marks: Sequence[int], points: Sequence[int], margin: int) -> int:
    """Count marks (rising) that take a point (rising) within the margin, each point once."""
    left = list(points)
    found = 0
    for mark in marks:
        near = [(abs(mark - point), point) for point in left if abs(mark - point) <= margin]
        if near:
            left.remove(min(near)[1])
            found += 1
    return found


def _segments(starts: Sequence[int], n: int) -> list[tuple[int, int]]:
    if n < 1:
        raise DataError(f"a series of {n} samples has no segments; give one with samples")
    return list(zip(starts, [*starts[1:], n], strict=True))


def _cover(marked: list[tuple[int, int]], given: list[tuple[int, int]], n: int) -> float:
    """Return the covering of the marked segments by the given ones."""
    a, b = np.array(marked), np.array(given)
    ends = np.minimum(a[:, None, 1], b[:, 1]) - np.maximum(a[:, None, 0], b[:, 0])
    shared = np.maximum(0, ends)
    lengths = a[:, 1] - a[:, 0]
    jaccard = shared / (lengths[:, None] + (b[:, 1] - b[:, 0]) - shared)
    return float((lengths * jaccard.max(axis=1)).sum() / n)


def _check_range(n: int, inside: tuple[int, int]) -> None:
    if not 0 <= inside[0] < inside[1] <= n:
        raise DataError(
            f"the range [{inside[0]}, {inside[1]}) is empty or outside of a series of {n} samples"
        )


def _mask(n: int, inside: tuple[int, int]) -> NDArray[np.bool_]:
    places = np.arange(n)
    return (places >= inside[0]) & (places < inside[1])
