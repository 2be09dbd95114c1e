"""Which detector suits a series: ranked by what is known of detectors, and by what people marked.

The expected figure is VUS-PR, per detector, from three kinds of evidence:

1. How each detector does on generated series of many textures (`core.chooser_prior`).
2. Other series with known events, where there are any: the first counts for as many series as were
   best on generated ones.
3. Corrections of this series: the figure of each detector on what was reviewed, which counts for as
   many observations as it has events, against `PRIOR_EVENTS` for all that came before.

So without labels every series gets the same ranking, at no cost: what a series' values alone say
chose no better on generated series. Names and labels of anything but these corrections never enter.
How well this works on real series, beside the best single detector: `python -m benchmarks.chooser`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.chooser_evidence import Score, few_channels, part_of, score_of
from core.chooser_prior import Measured, expected_figures
from core.detectors import DETECTORS
from core.detectors.period import period_of
from core.errors import DataError
from core.intervals import Interval
from core.metrics.vus import vus

__all__ = ["Choice", "Known", "Measured", "rank"]

Array = NDArray[np.float64]
PRIOR_EVENTS = 4.0
"""How many marked events weigh as much as all evidence from before (chosen on generated series)."""


@dataclass(frozen=True)
class Choice:
    """A detector in its place.

    Attributes:
        key: of `core.detectors.DETECTORS`.
        expected: the VUS-PR that is expected of it on this series, in [0, 1].
        because: where that number comes from, for people.
    """

    key: str
    expected: float
    because: str


@dataclass(frozen=True, eq=False)
class Known:
    """What people said so far.

    Attributes:
        reviewed: half-open samples of this series that were looked at, ascending and apart.
        events: what was marked in them; an event outside of them does not count.
        others: other series on which the detectors were measured.
    """

    reviewed: tuple[tuple[int, int], ...] = ()
    events: tuple[Interval, ...] = ()
    others: tuple[Measured, ...] = ()


def rank(
    values: Array,
    seconds: Array | None = None,
    known: Known | None = None,
    *,
    keys: Sequence[str] | None = None,
    score: Score = score_of,
) -> list[Choice]:
    """Rank the detectors for a series, the best one first; deterministic.

    Args:
        values: (n, c), NaN where missing.
        seconds: (n,) times; None when samples have none.
        known: what people said of this series and of others.
        keys: the detectors to rank; all by default.
        score: scores a series by a detector; from a cache, say.
    """
    told = known or Known()
    wanted = tuple(keys or DETECTORS)
    expected, words = expected_figures(wanted, told.others)
    own = _on_corrections(values, seconds, told, wanted, score)
    if own is not None:
        figures, n_events = own
        share = n_events / (n_events + PRIOR_EVENTS)
        expected = (1 - share) * expected + share * figures
        here = f"{n_events} event{'' if n_events == 1 else 's'} marked here"
        words = [f"{f:.2f} on the {here}; {w}" for f, w in zip(figures, words, strict=True)]
    order = sorted(range(len(wanted)), key=lambda k: (-expected[k], k))
    clipped = np.clip(expected, 0.0, 1.0)
    return [Choice(wanted[k], float(clipped[k]), words[k]) for k in order]


def _on_corrections(
    values: Array, seconds: Array | None, known: Known, keys: Sequence[str], score: Score
) -> tuple[Array, int] | None:
    """Return each detector's VUS-PR on what was reviewed, and the events in it.

    None where no event lies in the reviewed samples, or nothing else does.
    """
    _check(len(values), known.reviewed)
    if not known.reviewed:
        return None
    whole = (known.reviewed[0][0], known.reviewed[-1][1])
    start, stop = part_of(values, whole)
    mask, seen = np.zeros(len(values), np.bool_), np.zeros(len(values), np.bool_)
    for a, b in known.reviewed:
        seen[a:b] = True
    for event in known.events:
        mask[event.start : event.stop] = True
    seen[:start], seen[stop:] = False, False
    truth = mask[seen]
    n_events = sum(bool(seen[event.start : event.stop].any()) for event in known.events)
    if not truth.any() or truth.all():
        return None
    part = few_channels(values[start:stop])
    when = None if seconds is None else seconds[start:stop]
    period = period_of(part)
    inside = seen[start:stop]
    figures = [vus(score(key, part, when)[inside], truth, period).pr for key in keys]
    return np.array([figure or 0.0 for figure in figures], np.float64), n_events


def _check(n: int, reviewed: Sequence[tuple[int, int]]) -> None:
    before = 0
    for start, stop in reviewed:
        if not before <= start < stop <= n:
            raise DataError(
                f"the reviewed samples [{start}, {stop}) overlap those before them or lie outside "
                f"of a series of {n}; give them ascending, apart, and inside"
            )
        before = stop
