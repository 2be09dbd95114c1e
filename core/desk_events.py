"""What people say about an item beside its label: phrases, preferences, comments, reviews.

Append-only events like the decisions of `core.review`, and undone like them, by an opposite event.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from core.intervals import Interval
from core.model import Frozen
from core.people import Identity
from core.undone import undone

PhraseVerdict = Literal["right", "wrong", "reworded", "moved", "linked", "unlinked"]


class PhraseJudged(Frozen):
    """A person's word on one phrase of a rationale: the pair (phrase, interval) and a verdict.

    Attributes:
        source_id: the answer, or the correction, whose rationale has the phrase.
        span: which of its spans, from 0.
        said, said_interval: the pair as it was given.
        text, interval: the pair as the person leaves it; for `wrong` as it was given.
    """

    kind: Literal["phrase"] = "phrase"
    source_id: str
    span: int
    verdict: PhraseVerdict
    said: str
    text: str
    said_interval: Interval | None = None
    interval: Interval | None = None


class Preference(Frozen):
    """One answer is better than another, whether or not either is right."""

    kind: Literal["preference"] = "preference"
    better_id: str
    worse_id: str


class Comment(Frozen):
    """Words on an item, or on a stretch of it.

    Attributes:
        asks_lead: waits in the leads' queue until a comment with `replies_to` closes it.
    """

    kind: Literal["comment"] = "comment"
    text: str
    interval: Interval | None = None
    asks_lead: bool = False
    replies_to: str = ""
    closes: bool = False


class Reviewed(Frozen):
    """A second person has looked at a label: it stands, or goes back to whoever made it."""

    kind: Literal["review"] = "review"
    correction_id: str
    verdict: Literal["approved", "returned"]
    note: str = ""


Body = Annotated[
    PhraseJudged | Preference | Comment | Reviewed,
    Field(discriminator="kind"),
]


class DeskEvent(Frozen):
    """One event; `body` is None for an undo (or a redo, which undoes an undo)."""

    id: str
    project_id: str
    item_id: str
    person: str
    created_at: datetime
    body: Body | None = None
    undoes: str | None = None
    identity: Identity = "typed"


def standing(events: Iterable[DeskEvent]) -> list[DeskEvent]:
    """Return the events that say something and were not taken back, in their order.

    `events` come in the order in which they were recorded; an undo that was undone takes nothing.
    """
    ordered = list(events)
    taken_back = undone(ordered)
    return [event for event in ordered if event.body is not None and event.id not in taken_back]


def preferred(events: Iterable[DeskEvent], person: str) -> str:
    """Return the id of the answer of an item that a person called the better one last.

    `events` are those of the item that stand; empty without a word of theirs.
    """
    found = ""
    for event in events:
        if event.person == person and isinstance(event.body, Preference):
            found = event.body.better_id
    return found
