"""The label policy of a project: versions, append-only; the newest holds."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core.errors import ConflictError
from core.ids import utc_now
from core.policy import LabelPolicy
from storage.database import Database
from storage.tables import PolicyVersionRow

# Asked while a decision holds the write lock: built once.
_NEWEST = (
    select(PolicyVersionRow.body)
    .where(PolicyVersionRow.project_id == bindparam("project_id"))
    .order_by(PolicyVersionRow.version.desc())
    .limit(1)
)


@dataclass(frozen=True)
class SavedPolicy:
    """A version of the policy, and who saved it when."""

    person: str
    created_at: datetime
    policy: LabelPolicy


class Policies:
    """The policies of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def current(self, project_id: str) -> LabelPolicy:
        """Return the policy that holds; the default one, version 0, before any was saved."""
        return self._db.kept(("policy", project_id), lambda one: current_policy(one, project_id))

    def history(self, project_id: str) -> list[SavedPolicy]:
        """Return the versions that were saved, the newest first, with who saved them and when."""
        query = (
            select(PolicyVersionRow)
            .where(PolicyVersionRow.project_id == project_id)
            .order_by(PolicyVersionRow.version.desc())
        )
        with self._db.read() as session:
            return [
                SavedPolicy(row.person, row.created_at, LabelPolicy.model_validate_json(row.body))
                for row in session.scalars(query)
            ]

    def save(self, project_id: str, person: str, policy: LabelPolicy) -> LabelPolicy:
        """Store the version after `policy.version`, and return it.

        Raises:
            ConflictError: when somebody saved another one in between.
        """
        new = policy.model_copy(update={"version": policy.version + 1})
        with self._db.write() as session:
            newest = session.scalar(
                select(func.max(PolicyVersionRow.version)).where(
                    PolicyVersionRow.project_id == project_id
                )
            )
            if (newest or 0) != policy.version:
                raise ConflictError(
                    f"you changed version {policy.version} of the label policy, but version "
                    f"{newest} is there by now, so nothing was stored; look at it and change it"
                )
            session.add(
                PolicyVersionRow(
                    project_id=project_id,
                    version=new.version,
                    person=person,
                    created_at=utc_now(),
                    body=new.model_dump_json(),
                )
            )
        return new


def current_policy(session: Session, project_id: str) -> LabelPolicy:
    """Return the policy that holds, in an open transaction."""
    body = session.connection().scalar(_NEWEST, {"project_id": project_id})
    return LabelPolicy() if body is None else _parsed(body)


@lru_cache(maxsize=32)
def _parsed(body: str) -> LabelPolicy:
    return LabelPolicy.model_validate_json(body)
