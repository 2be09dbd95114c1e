"""People of a project: versions, append-only; the newest of a name holds."""

from sqlalchemy import select

from core.people import Person
from storage.database import Database
from storage.tables import PersonVersionRow


class People:
    """The people of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, project_id: str, person: Person, by: str) -> None:
        """Store a version of a person, in place of the one before."""
        row = PersonVersionRow(
            project_id=project_id,
            name=person.name,
            by=by,
            created_at=person.created_at,
            body=person.model_dump_json(),
        )
        with self._db.write() as session:
            session.add(row)

    def current(self, project_id: str) -> dict[str, Person]:
        """Return the people that are there now, by name, in the order they first came."""
        query = (
            select(PersonVersionRow.body)
            .where(PersonVersionRow.project_id == project_id)
            .order_by(PersonVersionRow.position)
        )
        with self._db.read() as session:
            versions = map(Person.model_validate_json, session.scalars(query).all())
        newest = {person.name: person for person in versions}
        return {name: person for name, person in newest.items() if person.standing}
