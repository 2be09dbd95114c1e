"""From probabilities per sample to intervals, and the settings that decide it. No torch here."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.answers import FoundInterval
from core.intervals import Interval
from core.model import Frozen

Probabilities = NDArray[np.float32]
FAINT = 0.15
"""Probability of an event from which on a stretch counts as a candidate."""
CLOSE = 3
"""Samples between two stretches of a candidate at most."""
Sure = Callable[[NDArray[np.float32]], np.floating]
"""How sure a run is, of the probabilities of its samples."""


class EventRules(Frozen):
    """How runs of samples become intervals, one entry per event type.

    Attributes:
        threshold: least confidence of an interval that is reported.
        shortest: runs shorter than this are dropped.
        gap: runs at most this far apart are one.
        whole: an event reaches as far as one is faintly likely and is as sure as its surest sample
            (`every_candidate`). Otherwise it reaches as far as it is more likely than not, and is
            as sure as its samples on the mean.
    """

    threshold: tuple[float, ...] = Field(default_factory=tuple)
    shortest: tuple[int, ...] = Field(default_factory=tuple)
    gap: tuple[int, ...] = Field(default_factory=tuple)
    whole: bool = False


class Found(Frozen):
    """An interval of event type number `type` with its confidence, in samples of the window."""

    interval: Interval
    type: int
    confidence: float


def rules_from_lengths(lengths: Sequence[Sequence[int]]) -> EventRules:
    """Learn shortest runs and gaps from the lengths of the training intervals of each type."""
    shortest: list[int] = []
    gap: list[int] = []
    for of_type in lengths:
        low = float(np.percentile(of_type, 5)) if of_type else 1.0
        shortest.append(max(1, round(low / 2)))
        gap.append(round(low / 3))
    return EventRules(threshold=(0.5,) * len(lengths), shortest=tuple(shortest), gap=tuple(gap))


def find_events(probability_C_K_n: Probabilities, rules: EventRules) -> list[Found]:
    """Find intervals in (channels, 1 + types, n) probabilities, background first.

    A run is where a type's probability is at least a half after gaps are closed, or one of
    `every_candidate` where the rules say `whole`. Runs of different types that overlap on a
    channel: the more confident one stays. Runs of one type that overlap on several channels are one
    interval of these channels, with the median of their edges.
    """
    if rules.whole:
        candidates = every_candidate(probability_C_K_n, rules)
        return [one for one in candidates if one.confidence >= rules.threshold[one.type]]
    return _found(probability_C_K_n, rules, 0.5, np.mean)


def every_candidate(probability_C_K_n: Probabilities, rules: EventRules) -> list[Found]:
    """Find all that is faintly likely, each as sure as its surest sample.

    For a ranking: what a student would name if it were less or more strict. A long event of which
    only parts are likely is one candidate here; at a level of a half it would be several.
    """
    n_types = len(rules.threshold)
    gap = tuple(max(least, CLOSE) for least in rules.gap)
    wide = EventRules(threshold=(0.0,) * n_types, shortest=(1,) * n_types, gap=gap)
    return _found(probability_C_K_n, wide, FAINT, np.max)


def _found(
    probability_C_K_n: Probabilities, rules: EventRules, level: float, sure: Sure
) -> list[Found]:
    n_channels = probability_C_K_n.shape[0]
    kept: list[Found] = []
    for channel in range(n_channels):
        runs = [
            run
            for kind in range(len(rules.shortest))
            for run in _runs(
                probability_C_K_n[channel, 1 + kind], kind, channel, rules, level, sure
            )
            if run.confidence >= rules.threshold[kind]
        ]
        kept += _without_rivals(runs)
    return sorted(
        _over_channels(kept, n_channels), key=lambda f: (f.interval.start, f.interval.stop)
    )


def certainty(probability_C_K_n: Probabilities) -> float:
    """Return how sure it is, in [0, 1], that every candidate event is decided rightly.

    A candidate is a stretch of a channel where an event is at least faintly likely; with c the
    highest probability in it, it is decided rightly with max(c, 1 - c), and all of them with the
    product. What a review is worth by `benchmarks/review_order.py`.
    """
    sure = 1.0
    for event in 1 - probability_C_K_n[:, 0].astype(np.float64):
        likely = np.concatenate([[False], event >= FAINT, [False]]).astype(np.int8)
        edges = np.diff(likely)
        for start, stop in zip(
            np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True
        ):
            highest = float(event[start:stop].max())
            sure *= max(highest, 1 - highest)
    return sure


def _runs(
    probability_n: NDArray[np.float32],
    kind: int,
    channel: int,
    rules: EventRules,
    level: float,
    sure: Sure,
) -> list[Found]:
    padded = np.concatenate([[False], probability_n >= level, [False]]).astype(np.int8)
    starts, stops = np.flatnonzero(np.diff(padded) == 1), np.flatnonzero(np.diff(padded) == -1)
    joined: list[tuple[int, int]] = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        if joined and start - joined[-1][1] <= rules.gap[kind]:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return [
        Found(
            interval=Interval(start=start, stop=stop, channels=(channel,)),
            type=kind,
            confidence=round(float(sure(probability_n[start:stop])), 4),
        )
        for start, stop in joined
        if stop - start >= rules.shortest[kind]
    ]


def _without_rivals(runs: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for run in sorted(runs, key=lambda run: (-run.confidence, run.interval.start, run.type)):
        if all(2 * run.interval.overlap(k.interval) <= run.interval.length for k in kept):
            kept.append(run)
    return kept


def _over_channels(runs: list[Found], n_channels: int) -> list[Found]:
    groups: list[list[Found]] = []
    for run in sorted(runs, key=lambda run: -run.confidence):
        for group in groups:
            same = group[0].type == run.type
            fresh = all(run.interval.channels != other.interval.channels for other in group)
            if same and fresh and group[0].interval.iou(run.interval) > 0.3:
                group.append(run)
                break
        else:
            groups.append([run])
    return [_united(group, n_channels) for group in groups]


def _united(group: list[Found], n_channels: int) -> Found:
    channels = tuple(sorted(c for run in group for c in run.interval.channels))
    start = int(np.median([run.interval.start for run in group]))
    stop = max(start + 1, int(np.median([run.interval.stop for run in group])))
    return Found(
        interval=Interval(
            start=start, stop=stop, channels=() if len(channels) == n_channels else channels
        ),
        type=group[0].type,
        confidence=group[0].confidence,
    )


def numbered(
    found: Sequence[Found], type_ids: Sequence[str | None], offset: int
) -> tuple[FoundInterval, ...]:
    """Return intervals 1, 2, ... in absolute samples; a type without an id is left out."""
    known = [event for event in found if type_ids[event.type] is not None]
    return tuple(
        FoundInterval(
            number=number,
            start=offset + event.interval.start,
            stop=offset + event.interval.stop,
            channels=event.interval.channels,
            type_id=type_ids[event.type],
            confidence=event.confidence,
        )
        for number, event in enumerate(known, start=1)
    )
