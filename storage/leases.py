"""Leases: who has an item on the desk, so that the queue gives it to nobody else meanwhile."""

from datetime import datetime, timedelta

from sqlalchemy import select

from core.ids import utc_now
from storage.database import Database
from storage.tables import LeaseRow

LEASE = timedelta(minutes=5)
"""How long an item stays somebody's without another sign of life."""


class Leases:
    """The leases of a home. They only steer the queue: what is stored is guarded by sequences."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, project_id: str, item_id: str, person: str) -> str:
        """Take or renew an item's lease; return who holds it now, which may be somebody else."""
        now = utc_now()
        with self._db.write() as session:
            row = session.get(LeaseRow, (project_id, item_id))
            if row is not None and row.person != person and row.until > now:
                return row.person
            session.merge(
                LeaseRow(project_id=project_id, item_id=item_id, person=person, until=now + LEASE)
            )
        return person

    def release(self, project_id: str, item_id: str, person: str) -> None:
        """Give an item back; nothing happens when somebody else holds it."""
        with self._db.write() as session:
            row = session.get(LeaseRow, (project_id, item_id))
            if row is not None and row.person == person:
                session.delete(row)

    def held(self, project_id: str, now: datetime | None = None) -> dict[str, str]:
        """Return who holds each leased item at present."""
        query = select(LeaseRow.item_id, LeaseRow.person).where(
            LeaseRow.project_id == project_id, LeaseRow.until > (now or utc_now())
        )
        with self._db.read() as session:
            return dict(session.execute(query).all())
