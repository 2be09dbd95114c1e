"""What was done that no other table records, for the audit log. Append-only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.ids import new_id, utc_now
from core.model import Frozen
from core.people import Identity
from storage.database import Database
from storage.tables import ActionRow


class Action(Frozen):
    """One thing done: `action` in a word, `about` what (an id, or a name people know)."""

    id: str
    project_id: str
    person: str
    identity: Identity
    action: str
    about: str
    created_at: datetime
    details: dict[str, Any]


class Actions:
    """The actions of a home."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self,
        project_id: str,
        person: str,
        action: str,
        about: str = "",
        details: Mapping[str, Any] | None = None,
        identity: Identity = "typed",
    ) -> Action:
        """Append an action."""
        with self._db.write() as session:
            return add_action(session, project_id, person, action, about, details, identity)

    def list(
        self, project_id: str, only: Sequence[str] = (), about: str | None = None
    ) -> list[Action]:
        """Return actions in the order in which they were done.

        Args:
            only: kinds of action; all of them when empty.
            about: only those about this.
        """
        query = select(ActionRow.body).where(ActionRow.project_id == project_id)
        if only:
            query = query.where(ActionRow.action.in_(only))
        if about is not None:
            query = query.where(ActionRow.about == about)
        with self._db.read() as session:
            bodies = session.scalars(query.order_by(ActionRow.position)).all()
        return [Action.model_validate_json(body) for body in bodies]


def add_action(
    session: Session,
    project_id: str,
    person: str,
    action: str,
    about: str = "",
    details: Mapping[str, Any] | None = None,
    identity: Identity = "typed",
) -> Action:
    """Append an action in an open transaction, beside what it tells of."""
    one = Action(
        id=new_id(),
        project_id=project_id,
        person=person,
        identity=identity,
        action=action,
        about=about,
        created_at=utc_now(),
        details=dict(details or {}),
    )
    session.add(ActionRow(**one.model_dump(exclude={"details"}), body=one.model_dump_json()))
    return one
