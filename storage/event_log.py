"""A memory of a project's append-only events: each is read and parsed once, whatever a page asks.

A table that only grows, in the order of its `position`, is read on from the last row known. Writers
hold the write lock, so that positions become visible in their order and none is skipped.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from storage.database import Database


class _Event(Protocol):
    @property
    def item_id(self) -> str: ...


Event = TypeVar("Event", bound=_Event)


@dataclass
class _Known(Generic[Event]):
    last: int = 0
    stamp: tuple[int, int] | None = None
    events: list[Event] = field(default_factory=list[Event])
    by_item: dict[str, list[Event]] = field(default_factory=lambda: defaultdict(list))


class EventLog(Generic[Event]):
    """The events of every project of a table. Only for tables without updates and deletes."""

    def __init__(self, db: Database, row: Any, parse: Callable[[str], Event]) -> None:
        """Take the table's class, with `position`, `project_id` and `body`, and what parses one."""
        self._db = db
        self._position: InstrumentedAttribute[int] = row.position
        self._project_id: InstrumentedAttribute[str] = row.project_id
        self._body: InstrumentedAttribute[str] = row.body
        self._parse = parse
        self._known: dict[str, _Known[Event]] = {}
        self._lock = threading.Lock()

    def events(self, project_id: str, item_id: str | None = None) -> "list[Event]":
        """Return the committed events of a project, or of an item, in the order of recording."""
        with self._lock:
            known = self._read_on(project_id)
            return list(known.events if item_id is None else known.by_item.get(item_id, ()))

    def since(self, project_id: str, n_seen: int) -> "list[Event]":
        """Return the events after the first `n_seen`, to go on from what was made of those."""
        with self._lock:
            return self._read_on(project_id).events[n_seen:]

    def _read_on(self, project_id: str) -> _Known[Event]:
        known = self._known.setdefault(project_id, _Known())
        # Taken before a transaction begins: what that does not see yet is asked for the next time.
        stamp = self._db.stamp()
        if stamp == known.stamp:
            return known
        query = (
            select(self._position, self._body)
            .where(self._position > known.last, self._project_id == project_id)
            .order_by(self._position)
        )
        with self._db.read() as session:
            for position, body in session.execute(query):
                event = self._parse(body)
                known.events.append(event)
                known.by_item[event.item_id].append(event)
                known.last = position
        known.stamp = stamp
        return known
