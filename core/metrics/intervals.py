"""How well intervals given for a whole series fit the true events. Pure arithmetic.

Ranges are half-open samples `[start, stop)`. Which given interval is which event is decided by the
one rule of `core.matching` (one to one, most pairs first; short events widened for the matching
only). With M pairs, G given intervals, E true events and n samples:
    interval F1     2 M / (G + E); 1 when there are neither intervals nor events
    recall          M / E, precision M / G: the parts of the F1; None where they divide by zero
    false alarms    (G - M) per 1,000 samples; and, on a series without events, G itself
    boundary error  mean distance in samples of a pair's starts, and of its stops
The F1 is told for any shared sample and for each least intersection over union of `LEAST_IOUS`;
everything else is about any shared sample.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import DataError
from core.matching import Event, Pair, best_pairs, overlap_shares

LEAST_IOUS = (0.1, 0.25, 0.5, 0.75)


@dataclass(frozen=True)
class EventScore:
    """How many intervals matched; sums of the three counts over series give pooled figures."""

    matched: int
    given: int
    truth: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, in [0, 1]; 1 when there is nothing on both sides.

        On a series without events any given interval makes it 0.
        """
        total = self.given + self.truth
        return 2 * self.matched / total if total else 1.0

    @property
    def recall(self) -> float | None:
        """Share of the true events that were found; None without events."""
        return self.matched / self.truth if self.truth else None

    @property
    def precision(self) -> float | None:
        """Share of the given intervals that are events; None when none were given."""
        return self.matched / self.given if self.given else None


@dataclass(frozen=True)
class IntervalFigures:
    """All figures of one series.

    Attributes:
        n_samples: length of the series, or of the part that was looked at.
        any_overlap: the score by any shared sample.
        by_iou: the score by least intersection over union.
        start_errors: given minus true first sample of each pair (any overlap); above 0 is late.
        stop_errors: the same of the ends.
    """

    n_samples: int
    any_overlap: EventScore
    by_iou: dict[float, EventScore]
    start_errors: tuple[int, ...]
    stop_errors: tuple[int, ...]

    @property
    def false_alarms(self) -> float:
        """Given intervals without an event per 1,000 samples."""
        return 1_000 * (self.any_overlap.given - self.any_overlap.matched) / self.n_samples

    @property
    def clean_false_alarms(self) -> int | None:
        """Given intervals of a series without events; None when it has events."""
        return self.any_overlap.given if self.any_overlap.truth == 0 else None

    @property
    def start_error(self) -> float | None:
        """Mean distance of the starts in samples; None without a pair."""
        return _mean_size(self.start_errors)

    @property
    def stop_error(self) -> float | None:
        """Mean distance of the stops in samples; None without a pair."""
        return _mean_size(self.stop_errors)

    @property
    def boundary_error(self) -> float | None:
        """Mean distance over both edges in samples; None without a pair."""
        return _mean_size((*self.start_errors, *self.stop_errors))

    def figures(self) -> dict[str, float | None]:
        """Return every figure by key; None where it is undefined for this series."""
        score = self.any_overlap
        clean = self.clean_false_alarms
        return {
            "interval_f1": score.f1,
            **{f1_key(least): one.f1 for least, one in self.by_iou.items()},
            "event_recall": score.recall,
            "event_precision": score.precision,
            "false_alarms": self.false_alarms,
            "clean_false_alarms": None if clean is None else float(clean),
            "start_error": self.start_error,
            "stop_error": self.stop_error,
            "boundary_error": self.boundary_error,
        }


def interval_figures(
    given: Sequence[Event], truth: Sequence[Event], n_samples: int
) -> IntervalFigures:
    """Return the figures of the intervals given for a series of `n_samples` samples.

    Raises DataError when the series has no samples or an event reaches beyond it.
    """
    _check(given, truth, n_samples)
    shares = overlap_shares(given, truth)
    pairs = best_pairs(shares)
    return IntervalFigures(
        n_samples=n_samples,
        any_overlap=EventScore(len(pairs), len(given), len(truth)),
        by_iou={
            least: EventScore(len(best_pairs(shares, least)), len(given), len(truth))
            for least in LEAST_IOUS
        },
        start_errors=_distances(pairs, [e.start for e in given], [e.start for e in truth]),
        stop_errors=_distances(pairs, [e.stop for e in given], [e.stop for e in truth]),
    )


def event_f1(
    given: Sequence[Event], truth: Sequence[Event], iou: float | None = None
) -> EventScore:
    """Return the score by any shared sample, or by a least intersection over union in (0, 1]."""
    if iou is not None and not 0 < iou <= 1:
        raise DataError(
            f"a least intersection over union of {iou} cannot be asked for; give a share above 0 "
            "and at most 1, or None for any overlap"
        )
    pairs = best_pairs(overlap_shares(given, truth), iou or 0.0)
    return EventScore(len(pairs), len(given), len(truth))


def f1_key(least: float) -> str:
    """Return the key of the interval F1 at a least intersection over union: interval_f1_50."""
    return f"interval_f1_{round(100 * least)}"


def _check(given: Sequence[Event], truth: Sequence[Event], n_samples: int) -> None:
    if n_samples < 1:
        raise DataError(f"a series of {n_samples} samples has no figures; give one with samples")
    for name, events in (("given", given), ("true", truth)):
        for event in events:
            if not 0 <= event.start < event.stop <= n_samples:
                raise DataError(
                    f"the {name} interval [{event.start}, {event.stop}) does not lie in a series "
                    f"of {n_samples} samples; cut it to the series first"
                )


def _distances(pairs: Sequence[Pair], given: list[int], truth: list[int]) -> tuple[int, ...]:
    return tuple(given[pair.given] - truth[pair.truth] for pair in pairs)


def _mean_size(distances: Sequence[int]) -> float | None:
    return float(np.mean(np.abs(distances))) if distances else None
