"""What undo events take back, in any list of events in which an undo is an event too."""

from collections.abc import Iterable
from typing import Protocol


class Undoing(Protocol):
    """An event; `undoes` names the event that it takes back, None unless it is an undo."""

    @property
    def id(self) -> str: ...

    @property
    def undoes(self) -> str | None: ...


def undone(events: Iterable[Undoing]) -> set[str]:
    """Return the ids of the events that were taken back; an undo that was undone takes nothing.

    `events` come in an order in which an undo follows what it takes back.
    """
    found: set[str] = set()
    for event in reversed([*events]):
        if event.undoes is not None and event.id not in found:
            found.add(event.undoes)
    return found
