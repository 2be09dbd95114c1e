"""Undo and redo of everything a person did on the desk, each in one transaction.

What is undone is found under the write lock, so that two tabs cannot take back the same step twice.
"""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from core.desk_events import DeskEvent
from core.errors import StoreError
from core.ids import new_id
from core.people import Identity
from core.review import Correction
from core.undoing import Step, redo_step, undo_step
from storage.corrections import Corrections
from storage.database import Database
from storage.desk_events import DeskEvents

_Find = Callable[[Sequence[Correction], Sequence[DeskEvent], str], Step | None]


class Undoing:
    """Undo and redo over the corrections and desk events of a home."""

    def __init__(self, db: Database, corrections: Corrections, desk_events: DeskEvents) -> None:
        self._db = db
        self._corrections = corrections
        self._desk_events = desk_events

    def undo(self, project_id: str, person: str, identity: Identity = "typed") -> Step:
        """Take back the person's newest step that stands; returns it.

        Raises:
            StoreError: when there is none.
        """
        step = self._take_back(project_id, person, identity, undo_step)
        if step is None:
            raise StoreError(
                f"{person!r} asked to undo, but nothing that they did is standing in this project; "
                "only one's own steps can be undone, so there is nothing to do"
            )
        return step

    def redo(self, project_id: str, person: str, identity: Identity = "typed") -> Step:
        """Take back the person's newest undo, when they have done nothing since; returns it.

        Raises:
            StoreError: when there is none.
        """
        step = self._take_back(project_id, person, identity, redo_step)
        if step is None:
            raise StoreError(
                f"{person!r} asked to redo, but has undone nothing since their latest step in this "
                "project; do it again instead"
            )
        return step

    def _take_back(
        self, project_id: str, person: str, identity: Identity, find: _Find
    ) -> Step | None:
        with self._db.write() as session:
            # The lock is held, so that what is committed is all there is.
            corrections = self._corrections.log.events(project_id)
            desk_events = self._desk_events.log.events(project_id)
            step = find(corrections, desk_events, person)
            if step is not None:
                self._write(session, step, identity)
            return step

    def _write(self, session: Session, step: Step, identity: Identity) -> None:
        """Append the opposite of each event; those of one step share a group, for the redo."""
        group = new_id() if len(step.events) > 1 else ""
        for event in reversed(step.events):
            if isinstance(event, Correction):
                self._corrections.take_back(session, event, identity, group)
            else:
                self._desk_events.take_back(session, event, identity)
