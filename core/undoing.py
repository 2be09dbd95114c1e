"""Undo and redo over everything a person did on the desk: decisions and desk events alike.

One list of steps in the order of time. A step is one event, or the decisions that one key made
together (`Correction.group`). Undo takes back the person's newest step that stands; redo takes
back their newest undo, until they do something new. Nothing limits how far back it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge

from core.desk_events import DeskEvent
from core.review import Correction
from core.undone import undone

DeskDone = Correction | DeskEvent


@dataclass(frozen=True)
class Step:
    """What one key did, and what one undo takes back.

    Attributes:
        events: what the undo takes back, the oldest first: of a redo they are undos.
        said: what the person had said with the step, the oldest first.
    """

    events: tuple[DeskDone, ...]
    said: tuple[DeskDone, ...]

    @property
    def item_id(self) -> str:
        """The item it was done on, the last one of several."""
        return self.said[-1].item_id


def undo_step(
    corrections: Sequence[Correction], desk_events: Sequence[DeskEvent], person: str
) -> Step | None:
    """Return the person's newest step that stands; None when there is none.

    Both lists come in the order in which they were recorded, of all items.
    """
    taken_back = undone(corrections) | undone(desk_events)
    standing = [
        one
        for one in _own(corrections, desk_events, person)
        if one.undoes is None and one.id not in taken_back
    ]
    if not standing:
        return None
    events = _together(standing)
    return Step(events, events)


def redo_step(
    corrections: Sequence[Correction], desk_events: Sequence[DeskEvent], person: str
) -> Step | None:
    """Return the person's newest undo that can be taken back; None after anything new.

    A redo is an undo of an undo: it is neither new, nor to be taken back by a redo.
    """
    taken_back = undone(corrections) | undone(desk_events)
    own = _own(corrections, desk_events, person)
    said = {one.id for one in own if one.undoes is None}
    undos: list[DeskDone] = []
    for one in own:
        if one.undoes is None:
            undos.clear()
        elif one.undoes in said and one.id not in taken_back:
            undos.append(one)
    if not undos:
        return None
    events = _together(undos)
    back = {one.undoes for one in events}
    return Step(events, tuple(one for one in own if one.id in back))


def _own(
    corrections: Sequence[Correction], desk_events: Sequence[DeskEvent], person: str
) -> list[DeskDone]:
    """Return the person's events of both lists by time; within a list as they were recorded."""
    lists: list[list[DeskDone]] = [
        [one for one in events if one.person == person] for events in (corrections, desk_events)
    ]
    return [*merge(*lists, key=lambda one: (one.created_at, one.id))]


def _together(events: Sequence[DeskDone]) -> tuple[DeskDone, ...]:
    """Return the last event with all of its group."""
    last = events[-1]
    group = last.group if isinstance(last, Correction) else ""
    if not group:
        return (last,)
    return tuple(one for one in events if isinstance(one, Correction) and one.group == group)
