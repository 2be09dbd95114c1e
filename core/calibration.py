"""Calibration rounds: a person answers items whose label is agreed, and sees at once how they did.

The answers of a round are practice: no labels, never learned from, and no part of any measure of a
model. Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, TypeAdapter

from core.answers import AnswerContent, FoundInterval
from core.desk_events import DeskEvent, Reviewed
from core.differences import differences as paired
from core.metrics.agreement import Agreement, Answered, agreement, mean_iou
from core.model import Frozen
from core.overlaps import samples
from core.pairing import paired as pairs_of
from core.review import CurrentLabel

ROUND_SIZE = 20
NONE_STRATUM = "none"
AGREED = "the agreed labels"


class RoundStarted(Frozen):
    """A round and the items drawn for it, in their order, with the decisions that label them.

    What was agreed when it was drawn counts, whatever anybody decides meanwhile.
    """

    kind: Literal["round"] = "round"
    round_id: str
    question_id: str
    item_ids: tuple[str, ...]
    correction_ids: tuple[str, ...]


class Practised(Frozen):
    """One answer of a round, beside what was agreed then."""

    kind: Literal["answer"] = "answer"
    round_id: str
    item_id: str
    series_id: str
    given: AnswerContent
    agreed: AnswerContent
    correction_id: str


class TypeRow(Frozen):
    """How one type, or one pattern, was met in a round.

    Attributes:
        key: id of the type, key of the option; empty for events without a type.
        n: agreed events of it, or windows with the pattern.
        found: those that the person found, whatever they called them.
        named: those that they called the same.
    """

    key: str
    n: int
    found: int
    named: int


class RoundEnded(Frozen):
    """The summary of a round that was answered to its end."""

    kind: Literal["summary"] = "summary"
    round_id: str
    question_id: str
    agreement: Agreement
    types: tuple[TypeRow, ...]


Entry = RoundStarted | Practised | RoundEnded
ENTRY: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])


@dataclass(frozen=True)
class Candidate:
    """An item that a round may draw; `stratum` is its type, pattern, or `none`."""

    item_id: str
    correction_id: str
    stratum: str


def is_agreed(
    label: CurrentLabel, reviews: Iterable[DeskEvent], leads: frozenset[str] | None
) -> bool:
    """Tell whether a label is one to be measured against.

    It was given without any answer in sight, or settled between people, or a lead approved it.

    Args:
        reviews: what stands of desk events on its item.
        leads: the leads of the project; None when it has no list of people, so that all count.
    """
    event = label.event
    if label.content is None or event.how == "bulk":
        return False
    if event.how == "adjudication" or not event.answer_ids:
        return True
    return any(
        isinstance(one.body, Reviewed)
        and one.body.correction_id == event.id
        and one.body.verdict == "approved"
        and (leads is None or one.person in leads)
        for one in reviews
    )


def stratum_of(content: AnswerContent) -> str:
    """Return what a round is spread over: the pattern, the first event's type, or none."""
    if content.kind == "pattern":
        return content.label or ""
    return (content.intervals[0].sort or "") if content.intervals else NONE_STRATUM


def draw(
    candidates: Sequence[Candidate], rng: np.random.Generator, size: int = ROUND_SIZE
) -> list[Candidate]:
    """Draw items at random, as many of each stratum as there are, in random order.

    All of them when there are no more than `size`.
    """
    strata: dict[str, list[Candidate]] = defaultdict(list)
    for place in rng.permutation(len(candidates)):
        strata[candidates[place].stratum].append(candidates[place])
    drawn: list[Candidate] = []
    while len(drawn) < size and any(strata.values()):
        for stratum in sorted(strata):
            if strata[stratum] and len(drawn) < size:
                drawn.append(strata[stratum].pop())
    return [drawn[place] for place in rng.permutation(len(drawn))]


def overlap(one: Practised) -> float | None:
    """Return the mean IoU of given and agreed events, in [0, 1]; None where neither has any."""
    if one.given.kind != "anomaly":
        return None
    return mean_iou([one.given.intervals], [one.agreed.intervals])


def is_same(one: Practised) -> bool:
    """Tell whether the two say the same: the same pattern, or both an anomaly or both none."""
    if one.given.kind == "pattern":
        return one.given.label == one.agreed.label
    return bool(one.given.intervals) == bool(one.agreed.intervals)


def differences(one: Practised, names: Mapping[str, str]) -> list[str]:
    """Say in words how an answer differs from what was agreed; nothing when it does not.

    Args:
        names: what people call types (by id) and patterns (by key).
    """
    given, agreed = one.given, one.agreed
    if given.kind == "pattern":
        if given.label == agreed.label:
            return []
        yours, theirs = (names.get(one.label or "", "another one") for one in (given, agreed))
        return [f"you said {yours}; agreed is {theirs}"]
    events = paired(given, agreed)
    lines = [
        line
        for one in events
        if one.a is not None and one.b is not None
        for line in _pair(one.a, one.b, names)
    ]
    lines += [
        f"you missed the {_named(one.b, names)} at {samples(one.b.start, one.b.stop)}"
        for one in events
        if one.a is None and one.b is not None
    ]
    return lines + [
        f"your {_named(one.a, names)} at {samples(one.a.start, one.a.stop)} is none"
        for one in events
        if one.b is None and one.a is not None
    ]


def _named(event: FoundInterval, names: Mapping[str, str]) -> str:
    return names.get(event.sort or "", "event")


def _pair(given: FoundInterval, agreed: FoundInterval, names: Mapping[str, str]) -> list[str]:
    place = f"at {samples(agreed.start, agreed.stop)}"
    lines: list[str] = []
    if given.sort != agreed.sort:
        lines.append(f"{place} you said {_named(given, names)}; agreed is {_named(agreed, names)}")
    edges = [
        f"{edge} {abs(off):,} {'later' if off > 0 else 'earlier'}"
        for edge, off in (
            ("starts", given.start - agreed.start),
            ("ends", given.stop - agreed.stop),
        )
        if off
    ]
    if edges:
        lines.append(f"{place} yours {' and '.join(edges)}")
    return lines


def summary(started: RoundStarted, answers: Sequence[Practised], person: str) -> RoundEnded:
    """Put a round together: agreement beyond luck, mean IoU, and how each type was met."""
    given = [Answered(one.series_id, one.given) for one in answers]
    agreed = [Answered(one.series_id, one.agreed) for one in answers]
    return RoundEnded(
        round_id=started.round_id,
        question_id=started.question_id,
        agreement=agreement((person, AGREED), given, agreed),
        types=tuple(_type_rows(answers)),
    )


def _type_rows(answers: Sequence[Practised]) -> list[TypeRow]:
    n, found, named = Counter[str](), Counter[str](), Counter[str]()
    for one in answers:
        if one.agreed.kind == "pattern":
            key, same = one.agreed.label or "", one.given.label == one.agreed.label
            n[key] += 1
            found[key] += same
            named[key] += same
            continue
        n.update(event.sort or "" for event in one.agreed.intervals)
        for pair in pairs_of(one.given.kind, one.given.intervals, one.agreed.intervals):
            key = one.agreed.intervals[pair.truth].sort or ""
            found[key] += 1
            named[key] += one.given.intervals[pair.given].sort == (key or None)
    return [TypeRow(key=key, n=n[key], found=found[key], named=named[key]) for key in n]
