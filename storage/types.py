"""The types of a project: versions, append-only. A change makes new versions of the questions.

Questions carry copies of their types, so that what a teacher was asked stays what it was. An edit
stores the next version of the type and of each anomaly question it belongs to, in one transaction.
"""

from collections.abc import Callable, Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ConfigError, ConflictError
from core.event_types import KnownType, checked_words, key_for, newest_versions, read_now
from core.ids import new_id
from core.people import Identity
from core.questions.base import EventType, Question
from storage.actions import add_action
from storage.database import Database
from storage.questions import add_question
from storage.tables import EventTypeRow, QuestionRow


class Types:
    """The event types of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def list(self, project_id: str) -> list[KnownType]:
        """Return the newest version of each type, retired ones too, in the order they came."""
        with self._db.read() as session:
            return list(known_types(session, project_id).values())

    def questions(self, project_id: str) -> dict[str, Question]:
        """Return every version of every question by id, to read what was said with.

        Types are called as they are now, and all of the project are there, retired ones too.
        """
        with self._db.read() as session:
            known = known_types(session, project_id)
            return {one.id: read_now(one, known, known) for one in _questions(session, project_id)}

    def add(
        self,
        project_id: str,
        person: str,
        name: str,
        meaning: str = "",
        identity: Identity = "typed",
    ) -> EventType:
        """Store a new type; all anomaly questions ask for it from now on.

        Raises:
            ConfigError: for words that name a colour, or a name that is empty or taken.
        """
        with self._db.write() as session:
            known = known_types(session, project_id)
            name, meaning = checked_words(name, meaning, (one.type for one in known.values()))
            key = key_for(name, {one.type.key for one in known.values()})
            new = EventType(id=new_id(), key=key, name=name, meaning=meaning)
            _store(session, project_id, new)
            _ask(session, project_id, lambda types: (*types, new))
            add_action(
                session, project_id, person, "type added", name, {"type_id": new.id}, identity
            )
        return new

    def edit(
        self,
        project_id: str,
        person: str,
        seen: EventType,
        name: str,
        meaning: str,
        identity: Identity = "typed",
    ) -> EventType:
        """Store other words for a type; its id and key stay, so that labels keep their meaning.

        Args:
            seen: the version that was on the screen.

        Raises:
            ConflictError: when somebody changed the type since then.
            ConfigError: for words that name a colour, or a name that is empty or taken.
        """
        with self._db.write() as session:
            known = known_types(session, project_id)
            now = _newest(known, seen)
            others = [one.type for key, one in known.items() if key != seen.id]
            name, meaning = checked_words(name, meaning, others)
            if (name, meaning) == (seen.name, seen.meaning):
                return seen
            new = seen.model_copy(
                update={"name": name, "meaning": meaning, "version": seen.version + 1}
            )
            _store(session, project_id, new, now.standing)
            _ask(session, project_id, lambda types: tuple(_swapped(one, new) for one in types))
            told = {"type_id": new.id, "was": seen.name, "version": new.version}
            add_action(session, project_id, person, "type edited", name, told, identity)
        return new

    def set_standing(
        self,
        project_id: str,
        person: str,
        seen: EventType,
        standing: bool,
        identity: Identity = "typed",
    ) -> EventType:
        """Retire a type, or bring it back; labels that have it keep it.

        Raises:
            ConflictError: when somebody changed the type since it was `seen`.
            ConfigError: when it would be the last one.
        """
        with self._db.write() as session:
            known = known_types(session, project_id)
            if _newest(known, seen).standing == standing:
                return seen
            if not standing and sum(one.standing for one in known.values()) == 1:
                raise ConfigError(
                    f"“{seen.name}” is the only type left, and a question about anomalies needs "
                    "one; add another one first"
                )
            new = seen.model_copy(update={"version": seen.version + 1})
            _store(session, project_id, new, standing)
            _ask(
                session,
                project_id,
                lambda types: (
                    *(one for one in types if one.id != new.id),
                    *((new,) if standing else ()),
                ),
            )
            said = "type brought back" if standing else "type retired"
            add_action(session, project_id, person, said, new.name, {"type_id": new.id}, identity)
        return new


def known_types(session: Session, project_id: str) -> dict[str, KnownType]:
    """Return the newest version of each type by id, in the order in which questions name them."""
    # Ids that were made together do not sort by time, and rows have no order of their own.
    places: dict[str, int] = {}
    for question in _questions(session, project_id):
        for one in question.types:
            places.setdefault(one.id, len(places))
    known = types_by_id(session, project_id)
    return dict(sorted(known.items(), key=lambda pair: places.get(pair[0], len(places))))


def types_by_id(
    session: Session, project_id: str, ids: Collection[str] | None = None
) -> dict[str, KnownType]:
    """Return the newest version of these types, of all when None; what is not known is left out."""
    query = select(EventTypeRow).where(EventTypeRow.project_id == project_id)
    if ids is not None:
        query = query.where(EventTypeRow.id.in_(ids))
    newest = {row.id: row for row in session.scalars(query.order_by(EventTypeRow.version))}
    return {
        row.id: KnownType(
            type=EventType(
                id=row.id, key=row.key, name=row.name, meaning=row.meaning, version=row.version
            ),
            standing=row.standing,
        )
        for row in newest.values()
    }


def _questions(session: Session, project_id: str) -> list[Question]:
    query = (
        select(QuestionRow.body)
        .where(QuestionRow.project_id == project_id)
        .order_by(QuestionRow.created_at, QuestionRow.id)
    )
    return [Question.model_validate_json(body) for body in session.scalars(query)]


def _newest(known: dict[str, KnownType], seen: EventType) -> KnownType:
    now = known.get(seen.id)
    if now is None or now.type.version != seen.version:
        raise ConflictError(
            f"you changed version {seen.version} of the type “{seen.name}”, but somebody changed "
            "it since, so nothing was stored; look at it as it is now and change it again"
        )
    return now


def _swapped(one: EventType, new: EventType) -> EventType:
    return new if one.id == new.id else one


def _store(session: Session, project_id: str, new: EventType, standing: bool = True) -> None:
    session.add(EventTypeRow(project_id=project_id, standing=standing, **new.model_dump()))
    session.flush()  # before the questions, which look for it


def _ask(
    session: Session,
    project_id: str,
    change: Callable[[tuple[EventType, ...]], tuple[EventType, ...]],
) -> None:
    """Store the next version of each anomaly question whose types change."""
    questions = _questions(session, project_id)
    newest = {one.id: one for one in newest_versions(questions).values()}
    for one in newest.values():
        types = change(one.types)
        if one.kind == "anomaly" and types != one.types:
            update = {"id": new_id(), "version": one.version + 1, "types": types}
            add_question(session, project_id, one.model_copy(update=update))
