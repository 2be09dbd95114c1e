"""How far people agree who answered the same items. Pure arithmetic.

Cohen's kappa (Cohen, 1960): of the agreement that chance leaves room for, the share that two people
reach, `(p_o - p_e) / (1 - p_e)`: p_o the share of items with the same label, p_e what it would be
if each gave labels as often as they do but without looking. 1 is full agreement, 0 is luck, below 0
is worse than luck. It is undefined where p_e is 1: both gave one and the same label throughout.

Mean IoU between two people's intervals: events are paired by the rule of `core.matching`; the sum
of the pairs' intersection over union, divided by the number of different events: pairs, and what
only one of the two marked, which counts 0. Items on which neither marked anything say nothing here
(they agree by kappa over "anomaly" and "no anomaly"); undefined without any event.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.answers import AnswerContent
from core.matching import Event, match_events
from core.metrics.estimates import Bootstrap, Estimate, Numbers, mean_figure
from core.model import Frozen

ANOMALY, NO_ANOMALY = "anomaly", "no anomaly"
CHANGE, NO_CHANGE = "change", "no change"


class Agreement(Frozen):
    """How far two people agree on the items that both answered.

    Attributes:
        people: who they are.
        n: items both answered.
        same: share of items with the same label (pattern), or on which both say "anomaly" or both
            say "no anomaly".
        kappa: Cohen's, of the same labels.
        iou: mean IoU of their intervals (anomaly only).
    """

    people: tuple[str, str]
    n: int
    same: Estimate
    kappa: Estimate
    iou: Estimate


@dataclass(frozen=True)
class Answered:
    """One item as one person answered it; items of one `group` (series) are drawn together."""

    group: Hashable
    content: AnswerContent


def cohens_kappa(a: Sequence[str], b: Sequence[str]) -> float | None:
    """Return Cohen's kappa of two people's labels of the same items; None when undefined."""
    counts = _joint(a, b, sorted({*a, *b})).sum(axis=0)
    found = _kappa_figure(counts)
    return float(found) if np.isfinite(found) else None


def mean_iou(a: Sequence[Sequence[Event]], b: Sequence[Sequence[Event]]) -> float | None:
    """Return the mean IoU of two people's events, item by item; None without any event."""
    if not a and not b:
        return None
    total = np.array([_iou_row(one, two) for one, two in zip(a, b, strict=True)]).sum(axis=0)
    return float(total[0] / total[1]) if total[1] else None


def agreement(
    people: tuple[str, str], a: Sequence[Answered], b: Sequence[Answered], seed: int = 0
) -> Agreement:
    """Compare two people on the same items, given in the same order, with 95 % intervals."""
    if not a:
        return Agreement(people=people, n=0, same=Estimate(), kappa=Estimate(), iou=Estimate())
    draws = Bootstrap([one.group for one in a], seed)
    said, other = [_label(one.content) for one in a], [_label(one.content) for one in b]
    ones = np.ones(len(a))
    same = np.array([one == two for one, two in zip(said, other, strict=True)], np.float64)
    joint = _joint(said, other, sorted({*said, *other}))
    overlaps = np.array(
        [
            _iou_row(one.content.intervals, two.content.intervals)
            if one.content.kind == "anomaly"
            else (0.0, 0.0)
            for one, two in zip(a, b, strict=True)
        ]
    )
    return Agreement(
        people=people,
        n=len(a),
        same=draws.share(np.stack([same, ones], axis=1)),
        kappa=draws.estimate(joint, _kappa_figure),
        iou=draws.estimate(overlaps, mean_figure),
    )


def pairwise(answers: Mapping[str, Mapping[str, Answered]], seed: int = 0) -> list[Agreement]:
    """Compare every two people on what both answered, most shared items first.

    Args:
        answers: person to item id to answer.
        seed: of the bootstrap's draws.
    """
    found: list[Agreement] = []
    for one, two in combinations(sorted(answers), 2):
        both = sorted(answers[one].keys() & answers[two].keys())
        if both:
            a, b = [answers[one][i] for i in both], [answers[two][i] for i in both]
            found.append(agreement((one, two), a, b, seed))
    return sorted(found, key=lambda pair: (-pair.n, pair.people))


def _label(content: AnswerContent) -> str:
    if content.kind == "pattern":
        return content.label or ""
    if content.kind == "change_point":
        return CHANGE if content.intervals else NO_CHANGE
    return ANOMALY if content.intervals else NO_ANOMALY


def _joint(a: Sequence[str], b: Sequence[str], labels: Sequence[str]) -> Numbers:
    """Return per item a one in the cell (a's label, b's label), shape (items, labels squared)."""
    place = {label: number for number, label in enumerate(labels)}
    rows = np.zeros((len(a), len(labels) ** 2))
    for row, (one, two) in enumerate(zip(a, b, strict=True)):
        rows[row, place[one] * len(labels) + place[two]] = 1
    return rows


def _kappa_figure(sums: Numbers) -> Numbers:
    """Return kappa of counts (..., labels squared); NaN where it is undefined."""
    k = round(sums.shape[-1] ** 0.5)
    table = sums.reshape(*sums.shape[:-1], k, k)
    n = table.sum(axis=(-2, -1))
    safe = np.where(n > 0, n, 1.0)
    observed = np.trace(table, axis1=-2, axis2=-1) / safe
    expected = (table.sum(axis=-1) * table.sum(axis=-2)).sum(axis=-1) / safe**2
    there = (n > 0) & (expected < 1 - 1e-12)
    return np.where(there, (observed - expected) / np.where(there, 1 - expected, 1.0), np.nan)


def _iou_row(a: Sequence[Event], b: Sequence[Event]) -> tuple[float, float]:
    """Return the sum of the pairs' shares, and the number of different events."""
    pairs = match_events(a, b)
    return sum(pair.share for pair in pairs), float(len(a) + len(b) - len(pairs))
