"""Errors that a student took over: the same wrong answer as the teacher's on the same item.

Luck holds the truth fixed: within each true class the student's answers are dealt anew over the
items. One way to be wrong is judged by the hypergeometric tail of that deal, all of them together
by seeded shuffles.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import comb

import numpy as np

from core.evaluate_marks import Marks
from core.evaluation_parts import INHERITED_BELOW, Inherited, SameError

SHUFFLES = 2_000

Triple = tuple[str, str, str]
"""True label, the student's, the teacher's."""


def inherited(student: Marks, teacher: Marks, seed: int = 0) -> Inherited | None:
    """Compare the errors of both on the items both answered; None when there are none."""
    theirs = teacher.labels()
    own = student.labels()
    both = sorted(own.keys() & theirs.keys())
    return inherited_of([(own[row][0], own[row][1], theirs[row][1]) for row in both], seed)


def inherited_of(answers: Sequence[Triple], seed: int = 0) -> Inherited | None:
    """Do the same for plain labels."""
    if not answers:
        return None
    by_truth: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for truth, own, theirs in answers:
        by_truth[truth].append((own, theirs))
    cells = [cell for truth in sorted(by_truth) for cell in _cells(truth, by_truth[truth])]
    same = sum(cell.n for cell in cells)
    return Inherited(
        n_errors=sum(truth != own for truth, own, _ in answers),
        n_same=same,
        expected=sum(cell.expected for cell in cells),
        luck=_luck(by_truth, same, seed),
        cells=tuple(cells),
    )


def tail(n: int, own: int, theirs: int, least: int) -> float:
    """Return how often `own` of `n` items, drawn at random, hold at least `least` of `theirs`."""
    most = min(own, theirs)
    ways = sum(comb(theirs, k) * comb(n - theirs, own - k) for k in range(least, most + 1))
    return ways / comb(n, own)


def _cells(truth: str, pairs: Sequence[tuple[str, str]]) -> list[SameError]:
    """Return the wrong answers that both gave within one truth, on the same items or not."""
    n = len(pairs)
    found: list[SameError] = []
    for given in sorted({own for own, _ in pairs} & {theirs for _, theirs in pairs} - {truth}):
        own = sum(one == given for one, _ in pairs)
        theirs = sum(one == given for _, one in pairs)
        same = sum(one == other == given for one, other in pairs)
        luck = tail(n, own, theirs, same)
        found.append(
            SameError(
                truth=truth,
                given=given,
                n=same,
                expected=own * theirs / n,
                luck=luck,
                inherited=same > 0 and luck < INHERITED_BELOW,
            )
        )
    return found


def _luck(by_truth: Mapping[str, Sequence[tuple[str, str]]], same: int, seed: int) -> float:
    rng = np.random.default_rng(seed)
    shared = np.zeros(SHUFFLES, np.int64)
    for truth in sorted(by_truth):
        places = {
            label: k for k, label in enumerate(sorted({x for p in by_truth[truth] for x in p}))
        }
        own = np.array([places[one] for one, _ in by_truth[truth]])
        theirs = np.array([places[one] for _, one in by_truth[truth]])
        wrong = theirs != places.get(truth, -1)
        dealt = rng.permuted(np.tile(own, (SHUFFLES, 1)), axis=1)
        shared += ((dealt == theirs) & wrong).sum(axis=1)
    # the real deal counts as one of them, so that luck is never 0
    return float((1 + (shared >= same).sum()) / (1 + SHUFFLES))
