"""Items, the events of review, and the one pure function that gives an item's current label."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.answers import AnswerContent
from core.model import Frozen
from core.people import Identity
from core.undone import undone

Decision = Literal["accept", "fix", "no_anomaly", "reject", "not_sure", "skip", "undo"]
"""`accept`, `fix` and `no_anomaly` give a label; `reject` says that no answer is right."""

How = Literal["desk", "bulk", "adjudication"]
"""Where a decision was made: one item at a time, many at once, or by a lead between people."""

LABELLING: frozenset[Decision] = frozenset({"accept", "fix", "no_anomaly"})


class Item(Frozen):
    """One (series, window, question): the unit of review. Window `[start, stop)` in samples."""

    id: str
    project_id: str
    series_id: str
    start: int
    stop: int
    question_id: str


class Correction(Frozen):
    """A person's decision on an item; append-only.

    Attributes:
        answer_ids: the answers that were on the screen when the person decided.
        content: the resulting label; None unless the decision is accept, fix or no_anomaly.
        sequence: 1, 2, ... per item. The next event must name the sequence it expects to follow.
        undoes: id of the event that an `undo` takes back.
        how: a bulk decision never makes gold.
        group: shared by decisions made with one key, which one undo takes back; empty alone.
        identity: how the person's name was given.
        reason: why an item was skipped, in the person's words or from a short list; may be empty.
        changed: what the label policy changed of the label as it was given, in words.
    """

    id: str
    project_id: str
    item_id: str
    person: str
    decision: Decision
    sequence: int
    created_at: datetime
    answer_ids: tuple[str, ...] = ()
    content: AnswerContent | None = None
    undoes: str | None = None
    seconds: float | None = None
    how: How = "desk"
    group: str = ""
    identity: Identity = "typed"
    reason: str = ""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class CurrentLabel:
    """What review says of an item now: the deciding event and the label it gave (if any)."""

    event: Correction
    content: AnswerContent | None


def current_label(events: Iterable[Correction]) -> CurrentLabel | None:
    """Fold an item's events into its current label; None when nobody has decided.

    The last event that was not undone decides. A `skip` decides nothing: it leaves the label of
    the event before it.
    """
    standing = standing_decisions(events)
    if not standing:
        return None
    last = standing[-1]
    return CurrentLabel(event=last, content=last.content if last.decision in LABELLING else None)


def standing_decisions(events: Iterable[Correction]) -> list[Correction]:
    """Return the decisions on an item that were not undone, in order; a `skip` decides nothing."""
    ordered = sorted(events, key=lambda event: event.sequence)
    taken_back = undone_ids(ordered)
    return [e for e in ordered if e.decision not in ("undo", "skip") and e.id not in taken_back]


def blind_decision(events: Iterable[Correction]) -> Correction | None:
    """Return the first standing decision on an item that was made with no answer in sight.

    An audit measures a teacher by it. What anybody decides later, having seen the answers, does not
    change it. None when there is none.
    """
    return next((e for e in standing_decisions(events) if not e.answer_ids), None)


def has_seen(events: Iterable[Correction], person: str) -> bool:
    """Tell whether a person may know what models said of an item: they decided, or had it in sight.

    An undone decision counts as well: the answers were shown after it, and cannot be unseen.
    """
    own = [event for event in events if event.person == person and event.decision != "undo"]
    return any(event.decision != "skip" or event.answer_ids for event in own)


def labels_by_person(events: Iterable[Correction]) -> dict[str, AnswerContent]:
    """Return each person's own latest label of an item, also where somebody else decided later."""
    ordered = sorted(events, key=lambda event: event.sequence)
    people = dict.fromkeys(event.person for event in ordered)
    found: dict[str, AnswerContent] = {}
    for person in people:
        own = current_label(event for event in ordered if event.person == person)
        if own is not None and own.content is not None:
            found[person] = own.content
    return found


def undone_ids(events: Iterable[Correction]) -> set[str]:
    """Return the ids of the events that an undo took back; an undo that was undone takes nothing.

    Works over the events of several items at once: an undo follows its target in the same item.
    """
    ordered: list[Correction] = sorted(events, key=lambda event: event.sequence)
    return undone(ordered)


def undoable(events: Sequence[Correction], person: str) -> Correction | None:
    """Return the person's latest event that still stands, over any items; None if there is none.

    `events` come in the order in which they were recorded.
    """
    taken_back = undone_ids(events)
    mine = [e for e in events if e.person == person and e.decision != "undo"]
    own = [e for e in mine if e.id not in taken_back]
    return own[-1] if own else None


def redoable(events: Sequence[Correction], person: str) -> Correction | None:
    """Return the person's latest undo that can be undone: none if they have decided since then.

    `events` come in the order in which they were recorded.
    """
    taken_back = undone_ids(events)
    decisions = {event.id for event in events if event.decision != "undo"}
    own = [event for event in events if event.person == person]
    for event in reversed(own):
        if event.decision != "undo":
            return None
        if event.undoes in decisions and event.id not in taken_back:
            return event
    return None
