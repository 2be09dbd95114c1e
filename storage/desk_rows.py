"""Probes and calibration rounds: JSON bodies on an item, append-only, never trained on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select

from core.ids import new_id, utc_now
from storage.database import Database
from storage.tables import CalibrationRow, ProbeRow

_BODY = TypeAdapter(dict[str, Any])


@dataclass(frozen=True)
class DeskRow:
    """One row; the form of `body` is that of whoever wrote it."""

    id: str
    item_id: str
    person: str
    created_at: datetime
    body: dict[str, Any]


class DeskRows:
    """The rows of one of these tables."""

    def __init__(self, db: Database, table: type[ProbeRow] | type[CalibrationRow]) -> None:
        self._db = db
        self._table = table

    def add(self, project_id: str, item_id: str, person: str, body: Mapping[str, Any]) -> DeskRow:
        """Append a row."""
        row = DeskRow(new_id(), item_id, person, utc_now(), dict(body))
        with self._db.write() as session:
            session.add(
                self._table(
                    id=row.id,
                    project_id=project_id,
                    item_id=item_id,
                    person=person,
                    created_at=row.created_at,
                    body=_BODY.dump_json(row.body).decode(),
                )
            )
        return row

    def list(self, project_id: str, item_id: str | None = None) -> list[DeskRow]:
        """Return rows in the order in which they were added, of one item or of all."""
        table = self._table
        query = select(table).where(table.project_id == project_id).order_by(table.position)
        if item_id is not None:
            query = query.where(table.item_id == item_id)
        with self._db.read() as session:
            return [
                DeskRow(
                    one.id, one.item_id, one.person, one.created_at, _BODY.validate_json(one.body)
                )
                for one in session.scalars(query)
            ]
