"""The built-in rules on a `change_point` question: what changed, and whether one channel shows it.

`core.channel_changes` finds where single channels change, `core.relation_changes` where pairs begin
or cease to move together. The cause is `correlation` where a relation changes and none of its
channels changes by itself within half a compared stretch; else it is `independent`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.answers import AnswerContent, FoundInterval, Span
from core.change_words import channel_words, relation_claim, relation_words
from core.channel_changes import ChannelChange, channel_changes, settled
from core.measure import WindowFacts
from core.questions.base import Question
from core.relation_changes import RelationChange, relation_changes, stretch_of
from core.series import WindowView
from core.teachers.rules_words import holds

TOGETHER = 5
"""Samples within which changes of several channels are one change point."""
MAX_POINTS = 16
CALM_CONFIDENCE = 0.7
"""How sure "no change" is: what the searches miss is most of what there is to be wrong about."""


@dataclass(frozen=True)
class _Point:
    """One change point before it is numbered; `at` is absolute."""

    at: int
    strength: float
    channels: tuple[ChannelChange, ...] = ()
    relation: RelationChange | None = None


def find_change_points(question: Question, view: WindowView) -> AnswerContent:
    """Return change points with their cause and measured words; none when nothing changes."""
    values = np.asarray(view.values, np.float64)
    alone = channel_changes(values)
    related = relation_changes(settled(values, alone))
    facts = WindowFacts(view)
    points = _seen(_points(alone, related, view), facts)
    if not points:
        return _calm(view)
    ends = _ends(points, view)
    told = [
        _told(number, point, (ends[number - 1], ends[number + 1]), facts)
        for number, point in enumerate(points, start=1)
    ]
    found = tuple(one for one, _ in told)
    return AnswerContent(
        kind=question.kind,
        intervals=found,
        confidence=float(np.mean([one.confidence or 0.0 for one in found])),
        rationale=tuple(span for _, spans in told for span in spans),
    )


def _points(
    alone: Sequence[ChannelChange], related: Sequence[RelationChange], view: WindowView
) -> list[_Point]:
    """Unite changes of channels at one place; leave out relations that a channel explains."""
    points: list[_Point] = []
    left = sorted(alone, key=lambda change: -change.strength)
    while left:
        best = left[0]
        same = [one for one in left if abs(one.at - best.at) <= TOGETHER]
        left = [one for one in left if one not in same]
        points.append(_Point(view.start + best.at, best.strength, tuple(same)))
    near = stretch_of(len(view.values)) // 2
    for change in related:
        concerned = {channel for pair in change.pairs for channel in pair}
        if not any(one.channel in concerned and abs(one.at - change.at) <= near for one in alone):
            points.append(_Point(view.start + change.at, change.strength, relation=change))
    return points


def _seen(points: list[_Point], facts: WindowFacts) -> list[_Point]:
    """Return the strongest points by time; of relations only pairs that a check confirms as well.

    What is compared there ends at the neighbouring change points, which the search did not know.
    """
    strongest = sorted(points, key=lambda point: -point.strength)[:MAX_POINTS]
    ordered = sorted(strongest, key=lambda point: point.at)
    ends = _ends(ordered, facts.view)
    kept: list[_Point] = []
    for place, point in enumerate(ordered, start=1):
        if point.relation is not None:
            length = min(point.at - ends[place - 1], ends[place + 1] - point.at)
            pairs = tuple(
                pair
                for pair in point.relation.pairs
                if relation_claim(pair, point.at, length, facts) is not None
            )
            point = replace(point, relation=replace(point.relation, pairs=pairs))
        if point.relation is None or point.relation.pairs:
            kept.append(point)
    return kept


def _ends(points: Sequence[_Point], view: WindowView) -> list[int]:
    return [view.start, *(point.at for point in points), view.stop]


def _told(
    place: int, point: _Point, around: tuple[int, int], facts: WindowFacts
) -> tuple[FoundInterval, list[Span]]:
    """Return a change point and what was measured there, in claims that the data confirm."""
    relation = point.relation
    n_channels = facts.view.values.shape[1]
    concerned = sorted({change.channel for change in point.channels})
    found = FoundInterval(
        number=place,
        start=point.at,
        stop=point.at + 1,
        channels=() if relation or len(concerned) == n_channels else tuple(concerned),
        confidence=_confidence(point.strength),
        cause="independent" if relation is None else "correlation",
        pairs=() if relation is None else tuple(sorted(relation.pairs)),
    )
    if relation is not None:
        return found, relation_words(found, around, facts)
    best = point.channels[0]
    text, claim = channel_words(best, found.start, around[1], facts)
    kept = claim if holds(claim, facts) else None
    return found, [Span(text=text, interval=found.number, claim=kept), Span(text=". ")]


def _calm(view: WindowView) -> AnswerContent:
    several = view.values.shape[1] > 1
    what = "no channel changes its level or its spread for good"
    also = ", and all channels keep moving together as they do" if several else ""
    return AnswerContent(
        kind="change_point",
        confidence=CALM_CONFIDENCE,
        rationale=(Span(text=f"Nothing found here: {what}{also}."),),
    )


def _confidence(strength: float) -> float:
    """Half at the threshold, towards 1 above it; never certain."""
    return float(min(0.99, 1 - 0.5 ** max(0.0, strength)))
