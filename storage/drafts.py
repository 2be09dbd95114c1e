"""Drafts: unfinished edits, per project, person and item, that a reload must not lose.

Choices that met somebody else's are kept in the same way, in a table of their own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.ids import utc_now
from storage.database import Database
from storage.tables import ContestedChoiceRow, DraftRow


class Drafts:
    """The drafts of a home, or its contested choices."""

    def __init__(
        self, db: Database, table: type[DraftRow] | type[ContestedChoiceRow] = DraftRow
    ) -> None:
        self._db = db
        self._table = table

    def get(self, project_id: str, person: str, item_id: str) -> dict[str, Any] | None:
        """Return the person's draft on an item; None when nothing is unfinished."""
        with self._db.read() as session:
            row = session.get(self._table, (project_id, person, item_id))
            return None if row is None else row.body

    def saved_at(self, project_id: str, person: str, item_id: str) -> datetime | None:
        """Return when the person's draft on an item was stored last; None without one."""
        with self._db.read() as session:
            row = session.get(DraftRow, (project_id, person, item_id))
            return None if row is None else row.saved_at

    def save(self, project_id: str, person: str, item_id: str, body: Mapping[str, Any]) -> None:
        """Keep a draft, in place of the one before."""
        with self._db.write() as session:
            session.merge(
                self._table(
                    project_id=project_id,
                    person=person,
                    item_id=item_id,
                    body=dict(body),
                    saved_at=utc_now(),
                )
            )

    def delete(self, project_id: str, person: str, item_id: str) -> None:
        """Drop a draft; nothing happens when there is none."""
        with self._db.write() as session:
            row = session.get(self._table, (project_id, person, item_id))
            if row is not None:
                session.delete(row)
