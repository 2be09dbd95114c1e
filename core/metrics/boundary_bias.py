"""Whether one person sets the edges of events elsewhere than another. Pure arithmetic.

Events that two people marked on the same items are paired by the rule of `core.matching` (any
overlap). Of each pair the difference of the starts and that of the stops is taken, the second
person's minus the first's, in samples: positive where the second one sets the edge later. The mean
over all pairs comes with a 95 % bootstrap interval over series (`core.metrics.estimates`), because
the events of one series are no independent evidence.

What only one of the two marked has no edge to compare; `core.metrics.agreement` counts it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from core.answers import FoundInterval
from core.matching import match_events
from core.metrics.agreement import Answered
from core.metrics.estimates import Bootstrap, Estimate, mean_figure
from core.model import Frozen

LEAST_EVENTS = 5
"""With fewer pairs an interval would promise more than it knows, so none is given."""
LEAST_OF_TYPE = 10


class EdgeBias(Frozen):
    """How two people's edges differ over `n` pairs of events, in samples.

    Attributes:
        type_id: of the events, where both gave the same; None is over all of them.
        start, stop: mean of the second person's edge minus the first's; no interval below
            `LEAST_EVENTS` pairs.
    """

    people: tuple[str, str]
    n: int
    start: Estimate
    stop: Estimate
    type_id: str | None = None


def edge_bias(
    people: tuple[str, str],
    a: Sequence[Answered],
    b: Sequence[Answered],
    keep: Callable[[FoundInterval, FoundInterval], bool] = lambda _one, _other: True,
    type_id: str | None = None,
    seed: int = 0,
) -> EdgeBias:
    """Compare the edges of two people on the same items, given in the same order.

    Args:
        keep: which pairs of events count.
        type_id: what they are, for the result.
    """
    # One row per item: sum over its pairs of both differences, and their number.
    rows = np.array([_row(one, two, keep) for one, two in zip(a, b, strict=True)], np.float64)
    n = int(rows[:, 2].sum()) if len(rows) else 0
    if n < LEAST_EVENTS:
        means = rows.sum(axis=0)[:2] / n if n else ()
        start, stop = [Estimate(value=float(one)) for one in means] or [Estimate(), Estimate()]
        return EdgeBias(people=people, n=n, start=start, stop=stop, type_id=type_id)
    draws = Bootstrap([one.group for one in a], seed)
    start, stop = (draws.estimate(rows[:, [column, 2]], mean_figure) for column in (0, 1))
    return EdgeBias(people=people, n=n, start=start, stop=stop, type_id=type_id)


def pairwise_bias(answers: Mapping[str, Mapping[str, Answered]], seed: int = 0) -> list[EdgeBias]:
    """Compare every two people over all events, then over each type with enough of them.

    Pairs of people with most shared events come first, and each is followed by its types. A pair
    without a shared event is left out.

    Args:
        answers: person to item id to answer.
    """
    found: list[list[EdgeBias]] = []
    for one, two in combinations(sorted(answers), 2):
        both = sorted(answers[one].keys() & answers[two].keys())
        a, b = [answers[one][i] for i in both], [answers[two][i] for i in both]
        overall = edge_bias((one, two), a, b, seed=seed)
        if overall.n:
            found.append([overall, *_by_type(overall, a, b, seed)])
    found.sort(key=lambda few: (-few[0].n, few[0].people))
    return [bias for few in found for bias in few]


def _by_type(
    overall: EdgeBias, a: Sequence[Answered], b: Sequence[Answered], seed: int
) -> list[EdgeBias]:
    counts: dict[str, int] = defaultdict(int)
    for one, two in zip(a, b, strict=True):
        for x, y in _pairs(one, two):
            if x.type_id is not None and x.type_id == y.type_id:
                counts[x.type_id] += 1
    few = [type_id for type_id, n in counts.items() if LEAST_OF_TYPE <= n < overall.n]
    return [
        edge_bias(
            overall.people,
            a,
            b,
            lambda x, y, wanted=type_id: x.type_id == y.type_id == wanted,
            type_id,
            seed,
        )
        for type_id in sorted(few, key=lambda one: (-counts[one], one))
    ]


def _pairs(one: Answered, two: Answered) -> list[tuple[FoundInterval, FoundInterval]]:
    a, b = one.content.intervals, two.content.intervals
    return [(a[pair.given], b[pair.truth]) for pair in match_events(a, b)]


def _row(
    one: Answered, two: Answered, keep: Callable[[FoundInterval, FoundInterval], bool]
) -> tuple[float, float, float]:
    kept = [(x, y) for x, y in _pairs(one, two) if keep(x, y)]
    starts = sum(y.start - x.start for x, y in kept)
    stops = sum(y.stop - x.stop for x, y in kept)
    return float(starts), float(stops), float(len(kept))


def sure(estimate: Estimate) -> bool:
    """Tell whether an edge is set elsewhere at all: its interval leaves out 0."""
    if estimate.low is None or estimate.high is None:
        return False
    return estimate.low > 0 or estimate.high < 0
