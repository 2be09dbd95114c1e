"""Questions and their event types: immutable versions, the newest of a family is asked."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.errors import ConflictError, StoreError
from core.event_types import newest_versions
from core.ids import utc_now
from core.questions.base import EventType, Question
from storage.database import Database
from storage.tables import EventTypeRow, QuestionRow


class Questions:
    """The questions of a home."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, project_id: str, question: Question) -> Question:
        """Store a question version with its event types; the same one again changes nothing.

        Raises:
            ConflictError: when the family already has this version with another content.
        """
        with self._db.write() as session:
            add_question(session, project_id, question)
        return question

    def get(self, question_id: str) -> Question:
        """Return one version of a question, or raise StoreError."""
        with self._db.read() as session:
            body = session.scalar(select(QuestionRow.body).where(QuestionRow.id == question_id))
        if body is None:
            raise StoreError(
                f"there is no question {question_id}; it is not in this database; "
                "use one of questions.current()"
            )
        return Question.model_validate_json(body)

    def current(self, project_id: str) -> list[Question]:
        """Return the newest version of each family, in the order the families began."""
        newest = newest_versions(self.list(project_id)).values()
        return list({question.id: question for question in newest}.values())

    def list(self, project_id: str) -> list[Question]:
        """Return all versions of all questions, in the order they were stored."""
        query = select(QuestionRow.body).where(QuestionRow.project_id == project_id)
        with self._db.read() as session:
            bodies = session.scalars(query.order_by(QuestionRow.created_at, QuestionRow.id)).all()
        return [Question.model_validate_json(body) for body in bodies]


def all_versions(question_id: str) -> Select[str]:
    """Return the ids of all versions of a question: an edit of its words keeps what was said."""
    family = select(QuestionRow.family_id).where(QuestionRow.id == question_id)
    return select(QuestionRow.id).where(QuestionRow.family_id == family.scalar_subquery())


def add_question(session: Session, project_id: str, question: Question) -> None:
    """Store a question version in an open transaction."""
    body = question.model_dump_json()
    held = session.get(QuestionRow, question.id)
    if held is not None and held.body == body and held.project_id == project_id:
        return
    same_version = select(QuestionRow.id).where(
        QuestionRow.project_id == project_id,
        QuestionRow.family_id == question.family_id,
        QuestionRow.version == question.version,
    )
    if held is not None or session.scalar(same_version) is not None:
        raise ConflictError(
            f"version {question.version} of the question {question.name!r} is stored already with "
            "another content, and items refer to it; give the edit a new id and the next version"
        )
    row = QuestionRow(
        id=question.id,
        project_id=project_id,
        family_id=question.family_id,
        version=question.version,
        kind=question.kind,
        body=body,
        created_at=utc_now(),
    )
    session.add(row)
    for event_type in question.types:
        _add_type(session, project_id, event_type)


def _add_type(session: Session, project_id: str, event_type: EventType) -> None:
    held = session.get(EventTypeRow, (project_id, event_type.id, event_type.version))
    if held is None:
        session.add(EventTypeRow(project_id=project_id, **event_type.model_dump()))
    elif (held.key, held.name, held.meaning) != (
        event_type.key,
        event_type.name,
        event_type.meaning,
    ):
        raise ConflictError(
            f"version {event_type.version} of the event type {held.name!r} is stored already with "
            "another content; give the edit the next version"
        )
