"""Where a comparison holds: the gold of one question by class, source, noise and window length.

Noise is estimated from the window's data: the sample-to-sample fluctuation in units of the spread
(5th to 95th percentile), the mean over channels; its thirds are those of the gold items. Sources
and lengths with fewer than `MIN_GOLD` items are put together; what all items share says nothing and
is left out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from core.evaluate_marks import Gold, GoldItem, Marks
from core.evaluation_parts import Role, Slice, SliceBy
from core.measure import ChannelFacts
from core.metrics import EVENT_FIGURES, Difference, Estimate, Figure, Numbers, mean_figure
from core.series import WindowView

FEWEST = 10
"""Items of a part below which no difference, and no bootstrap interval, is given."""
LEVELS = ("low", "middle", "high")
OTHERS = "others"
MOST_LENGTHS = 4
AGAINST: tuple[Role, ...] = ("teacher", "serving")

Mask = NDArray[np.bool_]


def slices(test: Gold, marks: Sequence[Marks]) -> tuple[Slice, ...]:
    """Return the parts of gold with the figures of student, teacher and serving version."""
    student = next(one for one in marks if one.entrant.role == "student")
    shown = [student]
    for role in AGAINST:  # the first of a role: further teachers have another one
        shown += [one for one in marks if one.entrant.role == role][:1]
    return (*_by_class(test, shown), *_by_mask(test, shown))


def noise_of(view: WindowView) -> float:
    """Return the noise of a window as a share of its spread; 0 where nothing moves."""
    shares: list[float] = []
    for channel in range(view.values.shape[1]):
        facts = ChannelFacts(view.values[:, channel], view.start)
        shares.append(facts.noise / facts.spread if facts.spread else 0.0)
    return float(np.mean(shares))


def _by_class(test: Gold, shown: Sequence[Marks]) -> Iterator[Slice]:
    tables = [_classes(one) for one in shown]
    known, nothing = [*test.question.classes], test.question.nothing
    last = [nothing] if nothing in tables[0] else []
    others = sorted({key for table in tables for key in table} - {*known, *last})
    for key in [*known, *others, *last]:
        if key not in tables[0]:
            continue
        columns = [table.get(key, np.zeros((len(test.gold), 2))) for table in tables]
        there = columns[0][:, 1] > 0
        yield _slice(test, shown, "class", key, there, columns, mean_figure)


def _classes(marks: Marks) -> dict[str, Numbers]:
    """Return (items, 2) of right and total by class; a window without events is one as a whole."""
    rows: dict[str, Numbers] = {}
    for name, place, right, _ in marks.class_marks():
        rows.setdefault(name, np.zeros((len(marks.given), 2)))[place] += [right, 1]
    if marks.test.question.eventful:
        calm = marks.answered & (marks.events[:, 2] == 0)
        if calm.any():
            rows[marks.test.question.nothing] = (
                np.stack([calm & (marks.events[:, 1] == 0), calm], axis=1) * 1.0
            )
    return rows


def _by_mask(test: Gold, shown: Sequence[Marks]) -> Iterator[Slice]:
    figure: Figure = mean_figure
    columns = [one.scores for one in shown]
    if test.question.eventful:
        # how many items a draw holds comes along: one that holds none is no window without events
        columns = [
            np.hstack([one.events, one.answered[:, None].astype(np.float64)]) for one in shown
        ]
        figure = _f1_where_there
    kinds: tuple[tuple[SliceBy, list[str]], ...] = (
        ("source", _merged([item.source for item in test.gold])),
        ("noise", _thirds([noise_of(item.view) for item in test.gold])),
        ("length", _lengths(test.gold)),
    )
    for by, keys in kinds:
        names = sorted(set(keys), key=partial(_order, by))
        if len(names) < 2:
            continue
        for name in names:
            inside: Mask = np.array([key == name for key in keys])
            yield _slice(test, shown, by, name, inside, columns, figure)


def _order(by: SliceBy, key: str) -> tuple[int, str]:
    if by == "noise":
        return LEVELS.index(key), ""
    if by == "length" and key != OTHERS:
        return int(key.split("\N{EN DASH}")[0]), ""
    return (1_000_000_000 if key == OTHERS else 0), key


def _f1_where_there(sums: Numbers) -> Numbers:
    return np.where(sums[..., 5] > 0, EVENT_FIGURES["interval_f1"](sums[..., :5]), np.nan)


def _slice(
    test: Gold,
    shown: Sequence[Marks],
    by: SliceBy,
    key: str,
    inside: Mask,
    columns: Sequence[Numbers],
    figure: Figure,
) -> Slice:
    cut = [np.where(inside[:, None], one, 0.0) for one in columns]
    student = shown[0]
    differences: dict[Role, Difference] = {}
    for other, theirs in list(zip(shown, cut, strict=True))[1:]:
        both = inside & student.answered & other.answered
        if int(both.sum()) >= FEWEST:
            found = test.draws.difference(cut[0], theirs, figure, both)
            if found is not None:
                differences[other.entrant.role] = found
    return Slice(
        by=by,
        key=key,
        n=int((inside & student.answered).sum()),
        figures={
            one.entrant.role: _estimate(one, own, figure, int((inside & one.answered).sum()))
            for one, own in zip(shown, cut, strict=True)
        },
        differences=differences,
    )


def _estimate(marks: Marks, columns: Numbers, figure: Figure, n: int) -> Estimate:
    if figure is mean_figure:
        return marks.share_of(columns) if columns[:, 1].any() else Estimate()
    return marks.test.draws.estimate(columns, figure) if n >= FEWEST else Estimate()


def _merged(keys: Sequence[str]) -> list[str]:
    counted = Counter(keys)
    return [key if counted[key] >= FEWEST else OTHERS for key in keys]


def _thirds(values: Sequence[float]) -> list[str]:
    edges = np.quantile(values, [1 / 3, 2 / 3])
    return [LEVELS[int(np.searchsorted(edges, value, side="left"))] for value in values]


def _lengths(gold: Sequence[GoldItem]) -> list[str]:
    lengths = [item.view.stop - item.view.start for item in gold]
    if len(set(lengths)) <= MOST_LENGTHS:
        return _merged([str(one) for one in lengths])
    levels = _thirds(lengths)
    ranges = {
        level: [one for one, its in zip(lengths, levels, strict=True) if its == level]
        for level in set(levels)
    }
    return [f"{min(ranges[level])}\N{EN DASH}{max(ranges[level])}" for level in levels]
