"""Mutes of expected findings. Setting, lifting and setting again are events; nothing is lost."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ConflictError, StoreError
from core.ids import new_id, utc_now
from core.mutes import Mute
from storage.database import Database
from storage.series_rows import series_row
from storage.tables import LogEntryRow, MuteEventRow


@dataclass(frozen=True)
class MuteState:
    """A mute as it stands, and who set or lifted it last."""

    mute: Mute
    standing: bool
    changed_by: str
    changed_at: datetime


class Mutes:
    """The mutes of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, project_id: str, mute: Mute) -> Mute:
        """Set a new mute.

        Raises:
            StoreError: when its series, channels or log entry are not in the project.
        """
        with self._db.write() as session:
            _check(session, project_id, mute)
            if _last(session, project_id, mute.id) is not None:
                raise StoreError(f"there is a mute {mute.id} already; give a new one a new id")
            _append(session, project_id, mute.person, mute.id, mute.model_dump_json(), True)
        return mute

    def lift(self, project_id: str, person: str, mute_id: str) -> Mute:
        """End a mute now; `restore` sets it again.

        Raises:
            ConflictError: when somebody lifted it in between.
        """
        return self._change(project_id, person, mute_id, standing=False)

    def restore(self, project_id: str, person: str, mute_id: str) -> Mute:
        """Set a lifted mute again, with the reason and the end it had.

        Raises:
            ConflictError: when it stands already.
        """
        return self._change(project_id, person, mute_id, standing=True)

    def list(self, project_id: str, include_lifted: bool = False) -> "list[MuteState]":
        """Return mutes in the order in which they were first set."""
        newest = (
            select(func.max(MuteEventRow.position))
            .where(MuteEventRow.project_id == project_id)
            .group_by(MuteEventRow.mute_id)
        )
        query = select(MuteEventRow).where(MuteEventRow.position.in_(newest))
        if not include_lifted:
            query = query.where(MuteEventRow.standing.is_(True))
        with self._db.read() as session:
            found = [_state(row) for row in session.scalars(query)]
        return sorted(found, key=lambda one: (one.mute.created_at, one.mute.id))

    def _change(self, project_id: str, person: str, mute_id: str, *, standing: bool) -> Mute:
        with self._db.write() as session:
            last = _last(session, project_id, mute_id)
            if last is None:
                raise StoreError(
                    f"there is no mute {mute_id} in this project, so nothing was changed; pick "
                    "it from the list"
                )
            if last.standing == standing:
                now = "stands" if standing else "was lifted"
                raise ConflictError(
                    f"this mute {now} already (by {last.person!r}); nothing was changed: look at "
                    "the list as it is"
                )
            _append(session, project_id, person, mute_id, last.body, standing)
            return Mute.model_validate_json(last.body)


def _check(session: Session, project_id: str, mute: Mute) -> None:
    if mute.series_id:
        row = series_row(session, project_id, mute.series_id)
        if any(not 0 <= channel < row.n_channels for channel in mute.channels):
            raise StoreError(
                f"channels {mute.channels} do not all belong to {row.name!r}, which has "
                f"{row.n_channels}; nothing was muted: choose some of those"
            )
    if mute.log_entry_id:
        entry = session.get(LogEntryRow, mute.log_entry_id)
        if entry is None or entry.project_id != project_id:
            raise StoreError(
                f"there is no log entry {mute.log_entry_id} in this project, so nothing was "
                "muted; choose one from the list"
            )


def _last(session: Session, project_id: str, mute_id: str) -> MuteEventRow | None:
    query = select(MuteEventRow).where(
        MuteEventRow.project_id == project_id, MuteEventRow.mute_id == mute_id
    )
    return session.scalars(query.order_by(MuteEventRow.position.desc()).limit(1)).first()


def _append(
    session: Session, project_id: str, person: str, mute_id: str, body: str, standing: bool
) -> None:
    if not person.strip():
        raise StoreError("nobody was named who mutes; nothing was changed: give the person's name")
    session.add(
        MuteEventRow(
            id=new_id(),
            project_id=project_id,
            mute_id=mute_id,
            person=person,
            standing=standing,
            created_at=utc_now(),
            body=body,
        )
    )


def _state(row: MuteEventRow) -> MuteState:
    return MuteState(Mute.model_validate_json(row.body), row.standing, row.person, row.created_at)
