"""Which of an item's answers was chosen to stand for it. Append-only; the newest of an item counts.

A selection stands until a newer one of the item, or until a teacher answers the item again: what
was said after the choice was no candidate of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, insert, select
from sqlalchemy.orm import Session

from core.answers import Answer
from core.errors import StoreError
from core.model import Frozen
from storage.database import Database, chunks
from storage.parsed import ParsedRows
from storage.questions import all_versions
from storage.tables import AnswerRow, Base, ItemRow, SelectionRow

_TABLE = Base.metadata.tables[SelectionRow.__tablename__]


class SelectionRecord(Frozen):
    """One choice among an item's answers.

    Attributes:
        job_id: of the batch whose answers were compared; empty when it was none.
        body: what each candidate scored, as JSON values; its form is the chooser's own.
    """

    id: str
    item_id: str
    job_id: str
    chosen_answer_id: str
    body: dict[str, Any]
    created_at: datetime


class Selections:
    """The selections of a home."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._parsed = ParsedRows(
            SelectionRow.id, SelectionRow.body, SelectionRecord.model_validate_json
        )
        self._answers = ParsedRows(AnswerRow.id, AnswerRow.body, Answer.model_validate_json)

    def add_many(self, project_id: str, selections: Sequence[SelectionRecord]) -> int:
        """Store selections and return how many were new: an id that is there is left alone.

        Raises:
            StoreError: when a chosen answer is none on its item; nothing is stored then.
        """
        given = {one.id: one for one in selections}
        with self._db.write() as session:
            there: set[str] = set()
            for some in chunks([*given]):
                there |= {*session.scalars(select(_TABLE.c.id).where(_TABLE.c.id.in_(some)))}
            new = [one for one in given.values() if one.id not in there]
            _check(session, project_id, new)
            if new:
                session.execute(insert(_TABLE), [_row(project_id, one) for one in new])
        return len(new)

    def newest(self, project_id: str) -> dict[str, SelectionRecord]:
        """Return the newest selection of each item, whether it still stands or not."""
        query = select(SelectionRow.id).where(SelectionRow.position.in_(_newest(project_id)))
        with self._db.read() as session:
            found = self._parsed.get(session, session.scalars(query).all())
        return {one.item_id: one for one in found}

    def for_items(
        self, project_id: str, item_ids: Sequence[str]
    ) -> dict[str, list[SelectionRecord]]:
        """Return all selections of each item, the oldest first; an item without any has []."""
        found: dict[str, list[SelectionRecord]] = {item_id: [] for item_id in item_ids}
        with self._db.read() as session:
            for some in chunks([*found]):
                query = select(SelectionRow.id).where(
                    SelectionRow.project_id == project_id, SelectionRow.item_id.in_(some)
                )
                ids = session.scalars(query.order_by(SelectionRow.position)).all()
                for one in self._parsed.get(session, ids):
                    found[one.item_id].append(one)
        return found

    def standing(self, project_id: str, item_id: str) -> SelectionRecord | None:
        """Return the newest selection of an item if it still stands."""
        query = select(SelectionRow.id).where(
            SelectionRow.position.in_(_newest(project_id)),
            SelectionRow.item_id == item_id,
            ~_answered_again(),
        )
        with self._db.read() as session:
            found = self._parsed.get(session, session.scalars(query).all())
        return found[0] if found else None

    def chosen(self, project_id: str, question_id: str) -> dict[str, Answer]:
        """Return the chosen answer of each item whose selection stands, by all versions."""
        query = (
            select(SelectionRow.chosen_answer_id)
            .join(ItemRow, ItemRow.id == SelectionRow.item_id)
            .where(
                SelectionRow.position.in_(_newest(project_id)),
                ItemRow.question_id.in_(all_versions(question_id)),
                ~_answered_again(),
            )
        )
        with self._db.read() as session:
            answers = self._answers.get(session, session.scalars(query).all())
        return {answer.item_id: answer for answer in answers}


def _answered_again() -> ColumnElement[bool]:
    """Return the condition that a teacher answered the item after the selection was made."""
    return exists().where(
        AnswerRow.item_id == SelectionRow.item_id,
        AnswerRow.author_kind == "teacher",
        AnswerRow.created_at > SelectionRow.created_at,
    )


def _newest(project_id: str) -> Select[int]:
    return (
        select(func.max(SelectionRow.position))
        .where(SelectionRow.project_id == project_id)
        .group_by(SelectionRow.item_id)
    )


def _check(session: Session, project_id: str, selections: Sequence[SelectionRecord]) -> None:
    items: dict[str, str] = {}
    for some in chunks([*{one.chosen_answer_id for one in selections}]):
        query = select(AnswerRow.id, AnswerRow.item_id).where(
            AnswerRow.project_id == project_id, AnswerRow.id.in_(some)
        )
        items |= dict(session.execute(query).all())
    strangers = [one for one in selections if items.get(one.chosen_answer_id) != one.item_id]
    if strangers:
        first = strangers[0]
        raise StoreError(
            f"{len(strangers)} selections choose an answer that is none on their item (the answer "
            f"{first.chosen_answer_id} for the item {first.item_id}, ...), so none was stored; "
            "store the answers first, and choose among those of the item"
        )


def _row(project_id: str, selection: SelectionRecord) -> dict[str, Any]:
    return {
        "id": selection.id,
        "project_id": project_id,
        "item_id": selection.item_id,
        "chosen_answer_id": selection.chosen_answer_id,
        "created_at": selection.created_at,
        "body": selection.model_dump_json(),
    }
