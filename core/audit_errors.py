"""Are a teacher's errors random? Two permutation tests over the wrong answers of a sample.

by mistake   Statistic: pairs of wrong answers that make the same mistake (same truth, same label
             given). By chance: as many wrong answers fall on any of the answered items, and each
             gives one of the other labels, all alike. So a class that is got wrong more often
             counts as much as a confusion of two. For anomalies it is true events that were missed
             and clean windows that were not left clean; types do not count.
by series    Statistic: pairs of wrong answers in the same series. By chance: the same answers are
             wrong in any order. Not testable where every item has a series of its own.

Each p is (1 + draws with at least as many pairs) / (1 + draws), over `DRAWS` seeded draws. Errors
are systematic where one of the two is below `ALPHA` / 2: of teachers whose errors are random at
most one in 20 is called systematic. Failed answers take no part: they teach a student nothing.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.audit import ErrorKind, Errors, Mistake
from core.audit_marks import Unit

DRAWS = 2_000
ALPHA = 0.05
MIN_WRONG = 5
"""With fewer wrong answers no kind is named: two alike would already pass for a system."""

Places = NDArray[np.int64]


def error_kind(
    units: Sequence[Unit],
    items: Sequence[tuple[str, bool]],
    n_others: int,
    seed: int = 0,
) -> ErrorKind:
    """Judge the wrong answers of a sample.

    Args:
        units: what there was to get right in the answered items.
        items: (series, wrong) of every answered item, for `by series`.
        n_others: how many wrong things there are to say of a unit.
        seed: of the draws.
    """
    mistakes = Counter((one.truth, one.given) for one in units if not one.right)
    n_wrong = sum(wrong for _, wrong in items)
    by_mistake = _by_mistake(units, n_others, seed)
    by_series = _by_series(items, seed)
    commonest = None
    if mistakes:
        (truth, given), n = min(mistakes.items(), key=lambda one: (-one[1], one[0]))
        commonest = Mistake(truth=truth, given=given, n=n)
    return ErrorKind(
        kind=_kind(n_wrong, by_mistake, by_series),
        n=n_wrong,
        by_mistake=by_mistake,
        by_series=by_series,
        commonest=commonest,
    )


def is_systematic(p: float | None) -> bool:
    """Say whether one of the two tests speaks against chance."""
    return p is not None and p < ALPHA / 2


def _kind(n_wrong: int, by_mistake: float | None, by_series: float | None) -> Errors:
    if n_wrong < MIN_WRONG:
        return "too few to tell" if n_wrong else "none"
    return "systematic" if is_systematic(by_mistake) or is_systematic(by_series) else "random"


def _by_mistake(units: Sequence[Unit], n_others: int, seed: int) -> float | None:
    wrong = [one for one in units if not one.right]
    classes = _numbers([one.truth for one in units])
    n_classes = int(classes.max(initial=-1)) + 1
    if len(wrong) < 2 or n_classes * n_others < 2:
        return None
    seen = _pairs(_numbers([f"{one.truth}\0{one.given}" for one in wrong])[None, :])[0]
    rng = np.random.default_rng([seed, 0])
    drawn = _orders(rng, len(units))[:, : len(wrong)]
    others = rng.integers(0, n_others, drawn.shape)
    return _p(int(seen), _pairs(classes[drawn] * n_others + others))


def _by_series(items: Sequence[tuple[str, bool]], seed: int) -> float | None:
    groups = _numbers([group for group, _ in items])
    wrong = np.array([is_wrong for _, is_wrong in items], np.bool_)
    n_groups = len(set(groups.tolist()))
    if wrong.sum() < 2 or n_groups in (1, len(items)):
        return None
    seen = _pairs(groups[wrong][None, :])[0]
    drawn = _orders(np.random.default_rng([seed, 1]), len(items))[:, : int(wrong.sum())]
    return _p(int(seen), _pairs(groups[drawn]))


def _numbers(names: Sequence[str]) -> Places:
    place = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([place[name] for name in names], np.int64)


def _orders(rng: np.random.Generator, n: int) -> Places:
    """Return (DRAWS, n) random orders."""
    return np.argsort(rng.random((DRAWS, n)), axis=1)


def _pairs(cells: Places) -> Places:
    """Return per row how many pairs of entries are equal."""
    n_rows, n_cells = len(cells), int(cells.max(initial=0)) + 1
    flat = (cells + n_cells * np.arange(n_rows)[:, None]).ravel()
    counts = np.bincount(flat, minlength=n_rows * n_cells).reshape(n_rows, n_cells)
    return (counts * (counts - 1) // 2).sum(axis=1)


def _p(seen: int, drawn: Places) -> float:
    return float((1 + (drawn >= seen).sum()) / (1 + len(drawn)))
