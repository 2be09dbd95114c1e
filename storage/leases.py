"""Leases: who has an item on the desk, so that the queue gives it to nobody else meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from core.ids import utc_now
from storage.database import Database
from storage.tables import LeaseRow

LEASE = timedelta(minutes=5)
"""How long an item stays somebody's without another sign of life."""
RENEWED_AFTER = timedelta(seconds=15)
"""A lease younger than this is not written again: a desk redraws itself at every zoom."""


@dataclass(frozen=True)
class Lease:
    """An item on somebody's desk, since when, and until when without another sign of life."""

    item_id: str
    person: str
    since: datetime
    until: datetime


class Leases:
    """The leases of a home. They only steer the queue: what is stored is guarded by sequences."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(
        self, project_id: str, item_id: str, person: str, now: datetime | None = None
    ) -> Lease:
        """Take or renew an item's lease; return the one that holds, which may be somebody else's.

        `since` stays where it was while a lease is renewed in time.
        """
        now = now or utc_now()
        held = self._held(project_id, item_id, now)
        if held is not None and (held.person != person or held.until - now > LEASE - RENEWED_AFTER):
            return held
        with self._db.write() as session:
            row = session.get(LeaseRow, (project_id, item_id))
            lives = row is not None and row.until > now
            if row is not None and lives and row.person != person:
                return _lease(row)
            since = row.since if row is not None and lives else now
            taken = Lease(item_id, person, since, now + LEASE)
            session.merge(
                LeaseRow(
                    project_id=project_id,
                    item_id=item_id,
                    person=person,
                    since=since,
                    until=taken.until,
                )
            )
        return taken

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

    def _held(self, project_id: str, item_id: str, now: datetime) -> Lease | None:
        with self._db.read() as session:
            row = session.get(LeaseRow, (project_id, item_id))
            return _lease(row) if row is not None and row.until > now else None


def _lease(row: LeaseRow) -> Lease:
    return Lease(row.item_id, row.person, row.since, row.until)
