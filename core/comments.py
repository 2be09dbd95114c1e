"""Comments on an item as threads, and which of them a person may read. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.desk_events import Comment, DeskEvent, standing

LONGEST = 2_000


@dataclass(frozen=True)
class Said:
    """One comment that stands, with its event."""

    event: DeskEvent
    comment: Comment


@dataclass(frozen=True)
class Thread:
    """A comment and what was answered to it, in the order of recording."""

    first: Said
    replies: tuple[Said, ...] = ()

    @property
    def open_question(self) -> bool:
        """Whether it waits for a lead: it asks one, and no answer closed it."""
        asks = self.first.comment.asks_lead
        return asks and not any(one.comment.closes for one in self.replies)


def threads(events: Iterable[DeskEvent]) -> list[Thread]:
    """Return the threads of one item, or of several, the oldest first.

    An answer to a comment that was taken back goes with it.
    """
    said = [
        Said(event, event.body) for event in standing(events) if isinstance(event.body, Comment)
    ]
    return [
        Thread(
            first,
            tuple(one for one in said if one.comment.replies_to == first.event.id),
        )
        for first in said
        if not first.comment.replies_to
    ]


def readable(found: Sequence[Thread], person: str, blind: bool) -> list[Thread]:
    """Return what a person may read: all of it, but on a blind item their own words alone.

    Any word of somebody else may say what the answer is, so none is shown before the decision.
    """
    if not blind:
        return list(found)
    return [
        Thread(one.first, tuple(reply for reply in one.replies if reply.event.person == person))
        for one in found
        if one.first.event.person == person
    ]
