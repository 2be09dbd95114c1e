"""Numbers with intervals: how right answers are, and whether two authors differ. Pure arithmetic.

Intervals hold 95 %. An accuracy over items that each have their own series gets Wilson's interval.
Everything else gets a percentile bootstrap: `RESAMPLES` draws of whole series with replacement
(windows of one series are no independent evidence), the same draws for all authors, from a fixed
seed, so that a number never changes by looking again. With fewer than `MIN_GROUPS` series the items
are drawn instead, which makes intervals too narrow; whoever shows them has to say so.

Events are matched by the one rule of `core.matching` after cutting both sides to the window. Over
all items together (micro):
    event_recall    matched / true events
    event_precision matched / given events
    interval_f1     2 * matched / (given + true events); 1 when there are neither
    false_alarms    given events without a match per 1,000 samples looked at
    mean_overlap    mean intersection over union of the matches
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from core.answers import FoundInterval
from core.matching import Pair, match_events
from core.model import Frozen

RESAMPLES = 2_000
MIN_GROUPS = 5
Z_95 = 1.959963984540054

Numbers = NDArray[np.float64]
Figure = Callable[[Numbers], Numbers]
"""Turns sums over items (..., columns) into one figure (...); NaN where it is undefined."""


class Estimate(Frozen):
    """A figure with its 95 % interval; None when it is undefined (recall without events, say)."""

    value: float | None = None
    low: float | None = None
    high: float | None = None


class Difference(Frozen):
    """A paired difference with its 95 % interval, over the `n` items both authors answered.

    `differing` counts the items on which the figure of the two, taken alone, is not the same.
    """

    mean: float
    low: float
    high: float
    n: int
    differing: int


class Confusion(Frozen):
    """Counts by true label (rows) and given label (columns), both in the order of `labels`."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def accuracy(right: int, n: int) -> Estimate:
    """Return the share of right answers with Wilson's interval; undefined for n = 0."""
    if n == 0:
        return Estimate()
    low, high = wilson(right, n)
    return Estimate(value=right / n, low=low, high=high)


def wilson(right: float, n: float) -> tuple[float, float]:
    """Return Wilson's 95 % score interval of `right` out of `n` > 0."""
    share, z2 = right / n, Z_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def confusion(given: Sequence[str], truth: Sequence[str], labels: Sequence[str] = ()) -> Confusion:
    """Count given against true labels; labels outside of `labels` follow, sorted."""
    extra = sorted({*given, *truth} - set(labels))
    names = (*labels, *extra)
    place = {name: i for i, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)), np.int64)
    for one, true in zip(given, truth, strict=True):
        counts[place[true], place[one]] += 1
    return Confusion(labels=names, counts=tuple(tuple(map(int, row)) for row in counts))


@dataclass(frozen=True)
class EventCounts:
    """How the events of one window compare with the truth; sums of these give all figures."""

    matched: int
    given: int
    truth: int
    samples: int
    overlap: float

    def row(self) -> tuple[float, ...]:
        """Return the counts as one row of columns, in the order of the fields."""
        return astuple(self)


def interval_scores(
    given: Sequence[FoundInterval], truth: Sequence[FoundInterval], window: tuple[int, int]
) -> EventCounts:
    """Match the events of one window, cut to the window; those outside of it do not count."""
    inside, true = cut_to_window(given, window), cut_to_window(truth, window)
    pairs: tuple[Pair, ...] = match_events(inside, true)
    return EventCounts(
        matched=len(pairs),
        given=len(inside),
        truth=len(true),
        samples=window[1] - window[0],
        overlap=sum(pair.share for pair in pairs),
    )


def cut_to_window(
    events: Sequence[FoundInterval], window: tuple[int, int]
) -> tuple[FoundInterval, ...]:
    """Return what of the events lies inside `[start, stop)`; numbers are kept."""
    return tuple(
        event.model_copy(
            update={"start": max(event.start, window[0]), "stop": min(event.stop, window[1])}
        )
        for event in events
        if max(event.start, window[0]) < min(event.stop, window[1])
    )


def _ratio(numerator: Numbers, denominator: Numbers, empty: float = np.nan) -> Numbers:
    there = denominator > 0
    return np.where(there, numerator / np.where(there, denominator, 1.0), empty)


EVENT_FIGURES: dict[str, Figure] = {
    "interval_f1": lambda s: _ratio(2 * s[..., 0], s[..., 1] + s[..., 2], empty=1.0),
    "event_recall": lambda s: _ratio(s[..., 0], s[..., 2]),
    "event_precision": lambda s: _ratio(s[..., 0], s[..., 1]),
    "false_alarms": lambda s: 1_000 * _ratio(s[..., 1] - s[..., 0], s[..., 3]),
    "mean_overlap": lambda s: _ratio(s[..., 4], s[..., 0]),
}
"""Figures of the columns of `EventCounts`."""


def mean_figure(sums: Numbers) -> Numbers:
    """Return the figure of columns (total, count): their ratio."""
    return _ratio(sums[..., 0], sums[..., 1])


class Bootstrap:
    """Fixed draws over the series of a set of items, shared by everything measured on them."""

    def __init__(self, groups: Sequence[Hashable], seed: int = 0) -> None:
        """Draw once. `groups` names the series of each item, in the order of all later rows."""
        places = {group: i for i, group in enumerate(dict.fromkeys(groups))}
        self.by_series = draws_series(groups)
        members = [places[group] for group in groups] if self.by_series else range(len(groups))
        self._members = np.array(members, np.int64)
        n = len(places) if self.by_series else len(groups)
        draws = np.random.default_rng(seed).integers(0, max(n, 1), (RESAMPLES, n))
        cells = (draws + n * np.arange(RESAMPLES)[:, None]).ravel()
        counts = np.bincount(cells, minlength=RESAMPLES * n).reshape(RESAMPLES, n)
        self._weights: Numbers = counts.astype(np.float64)

    def sums(self, columns: Numbers) -> Numbers:
        """Return the column sums (RESAMPLES, k) of each draw for (items, k) columns."""
        per_group = np.zeros((self._weights.shape[1], columns.shape[1]))
        np.add.at(per_group, self._members, columns)
        return self._weights @ per_group

    def estimate(self, columns: Numbers, figure: Figure) -> Estimate:
        """Return a figure of (items, k) columns with its interval."""
        value = float(figure(columns.sum(axis=0)))
        if not np.isfinite(value):
            return Estimate()
        low, high = _percentiles(figure(self.sums(columns)))
        return Estimate(value=value, low=low, high=high)

    def share(self, columns: Numbers) -> Estimate:
        """Return the share of columns (right, total) with its interval.

        Draws of items that are all right, or all wrong, are all alike: Wilson's interval over as
        many series takes their place.
        """
        found = self.estimate(columns, mean_figure)
        if found.value in (0.0, 1.0):
            there = np.unique(self._members[columns[:, 1] > 0]).size
            low, high = wilson(there if found.value else 0, there)
            return Estimate(value=found.value, low=low, high=high)
        return found

    def difference(
        self, a: Numbers, b: Numbers, figure: Figure, answered: NDArray[np.bool_]
    ) -> Difference | None:
        """Return figure(a) - figure(b) over the items answered by both; None when undefined."""
        mask = answered[:, None]
        a, b = np.where(mask, a, 0.0), np.where(mask, b, 0.0)
        mean = float(figure(a.sum(axis=0)) - figure(b.sum(axis=0)))
        if not np.isfinite(mean):
            return None
        low, high = _percentiles(figure(self.sums(a)) - figure(self.sums(b)))
        of_a, of_b = figure(a), figure(b)
        alike = (of_a == of_b) | (np.isnan(of_a) & np.isnan(of_b))
        differing = int((answered & ~alike).sum())
        return Difference(mean=mean, low=low, high=high, n=int(answered.sum()), differing=differing)


def draws_series(groups: Sequence[Hashable]) -> bool:
    """Say whether series are drawn; items are, where there are several of each of few series."""
    n_series = len(set(groups))
    return n_series >= MIN_GROUPS or n_series == len(groups)


def paired_difference(
    a_scores: Sequence[float],
    b_scores: Sequence[float],
    groups: Sequence[Hashable] | None = None,
    seed: int = 0,
) -> Difference:
    """Return the mean of `a - b` over the same items with a bootstrap interval (see the module)."""
    a, b = np.array(a_scores, np.float64), np.array(b_scores, np.float64)
    if len(a) != len(b) or len(a) == 0:
        raise ValueError(f"{len(a)} and {len(b)} scores are not the scores of one set of items")
    ones = np.ones(len(a))
    draws = Bootstrap(range(len(a)) if groups is None else groups, seed)
    found = draws.difference(
        np.stack([a, ones], axis=1), np.stack([b, ones], axis=1), mean_figure, ones > 0
    )
    assert found is not None
    return found


def _percentiles(values: Numbers) -> tuple[float, float]:
    there = values[np.isfinite(values)]
    low, high = np.quantile(there, [0.025, 0.975])
    return float(low), float(high)
