"""People of a project: versions, append-only; the newest of a name holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people import Person, check_change
from storage.database import Database
from storage.tables import PersonVersionRow


@dataclass(frozen=True)
class PersonChange:
    """One version of a person, and who made it so."""

    person: Person
    by: str
    created_at: datetime


class People:
    """The people of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, project_id: str, person: Person, by: str) -> None:
        """Store a version of a person, in place of the one before.

        Raises:
            ConfigError: when the project cannot have it: see `core.people.check_change`.
        """
        row = PersonVersionRow(
            project_id=project_id,
            name=person.name,
            by=by,
            created_at=person.created_at,
            body=person.model_dump_json(),
        )
        with self._db.write() as session:
            # In the same transaction: of two leads who remove each other one stays.
            check_change(_newest(_changes(session, project_id)), person)
            session.add(row)

    def current(self, project_id: str) -> dict[str, Person]:
        """Return the people that are there now, by name, in the order they first came."""
        return {name: one for name, one in self.ever(project_id).items() if one.standing}

    def ever(self, project_id: str) -> dict[str, Person]:
        """Return the newest version of everybody, also of those who were removed."""
        return _newest(self.history(project_id))

    def history(self, project_id: str) -> list[PersonChange]:
        """Return all versions in the order in which they were made."""
        return [*self._db.kept(("people", project_id), lambda one: _changes(one, project_id))]


def _changes(session: Session, project_id: str) -> list[PersonChange]:
    query = (
        select(PersonVersionRow)
        .where(PersonVersionRow.project_id == project_id)
        .order_by(PersonVersionRow.position)
    )
    return [
        PersonChange(Person.model_validate_json(row.body), row.by, row.created_at)
        for row in session.scalars(query)
    ]


def _newest(changes: list[PersonChange]) -> dict[str, Person]:
    return {change.person.name: change.person for change in changes}
