"""Tries that gave no answer, with all that was said. Append-only, and apart from the answers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, select
from sqlalchemy.orm import Session

from core.answers import Author, FailedAnswer
from core.errors import StoreError
from storage.database import Database, chunks
from storage.parsed import ParsedRows
from storage.tables import AnswerRow, Base, FailedAnswerRow, ItemRow

_TABLE = Base.metadata.tables[FailedAnswerRow.__tablename__]
_ORDER = (FailedAnswerRow.created_at, FailedAnswerRow.id)
_AUTHOR = (
    FailedAnswerRow.author_kind,
    FailedAnswerRow.author_name,
    FailedAnswerRow.author_version,
)
_TRY = (FailedAnswerRow.item_id, *_AUTHOR, FailedAnswerRow.sample)


class Failures:
    """The failed answers of a home."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._parsed = ParsedRows(
            FailedAnswerRow.id, FailedAnswerRow.body, FailedAnswer.model_validate_json
        )

    def add_many(self, project_id: str, failed: Sequence[FailedAnswer]) -> int:
        """Store failed tries and return how many were new: an id that is there is left alone.

        Raises:
            StoreError: when an item is not of the project; nothing is stored then.
        """
        given = {one.id: one for one in failed}
        with self._db.write() as session:
            there: set[str] = set()
            for some in chunks([*given]):
                there |= {*session.scalars(select(_TABLE.c.id).where(_TABLE.c.id.in_(some)))}
            new = [one for one in given.values() if one.id not in there]
            _check_items(session, project_id, [one.item_id for one in new])
            if new:
                session.execute(insert(_TABLE), [_row(project_id, one) for one in new])
        return len(new)

    def for_job(self, project_id: str, job_id: str) -> list[FailedAnswer]:
        """Return the failed tries of a job, the oldest first."""
        with self._db.read() as session:
            return self._found(session, project_id, FailedAnswerRow.job_id == job_id)

    def for_items(self, project_id: str, item_ids: Sequence[str]) -> dict[str, list[FailedAnswer]]:
        """Return the failed tries at each item, the oldest first; an item without any has []."""
        found: dict[str, list[FailedAnswer]] = {item_id: [] for item_id in item_ids}
        with self._db.read() as session:
            for some in chunks([*found]):
                for one in self._found(session, project_id, FailedAnswerRow.item_id.in_(some)):
                    found[one.item_id].append(one)
        return found

    def open(self, project_id: str, author: Author | None = None) -> list[FailedAnswer]:
        """Return what can be tried again: failures that no later answer has settled.

        Of each (item, author, sample) the newest failure, unless that author has given that
        sample since; the oldest first.

        Args:
            author: only this author's (its version counts too); None for everybody's.
        """
        conditions: list[ColumnElement[bool]] = [~_settled()]
        if author is not None:
            wanted = (author.kind, author.name, author.version)
            conditions += [column == value for column, value in zip(_AUTHOR, wanted, strict=True)]
        with self._db.read() as session:
            found = self._found(session, project_id, *conditions)
        newest: dict[tuple[str, Author, int], FailedAnswer] = {}
        for one in found:
            newest.pop((one.item_id, one.author, one.sample), None)  # a later try, a later place
            newest[one.item_id, one.author, one.sample] = one
        return [*newest.values()]

    def costs(self, project_id: str, job_ids: Sequence[str]) -> dict[str, float]:
        """Return what the failed tries of each of these jobs cost, in USD; 0.0 where unknown."""
        found = dict.fromkeys(job_ids, 0.0)
        with self._db.read() as session:
            for some in chunks([*found]):
                query = (
                    select(FailedAnswerRow.job_id, func.sum(FailedAnswerRow.cost_usd))
                    .where(
                        FailedAnswerRow.project_id == project_id, FailedAnswerRow.job_id.in_(some)
                    )
                    .group_by(FailedAnswerRow.job_id)
                )
                for job_id, cost in session.execute(query):
                    found[job_id] = cost or 0.0
        return found

    def _found(
        self, session: Session, project_id: str, *conditions: ColumnElement[bool]
    ) -> list[FailedAnswer]:
        query = select(FailedAnswerRow.id).where(
            FailedAnswerRow.project_id == project_id, *conditions
        )
        return self._parsed.get(session, session.scalars(query.order_by(*_ORDER)).all())


def _settled() -> ColumnElement[bool]:
    """Return the condition that the author has given this very sample since it failed."""
    answered = (
        AnswerRow.item_id,
        AnswerRow.author_kind,
        AnswerRow.author_name,
        AnswerRow.author_version,
        AnswerRow.sample,
    )
    same = [mine == theirs for mine, theirs in zip(answered, _TRY, strict=True)]
    return exists().where(AnswerRow.created_at >= FailedAnswerRow.created_at, *same)


def _check_items(session: Session, project_id: str, item_ids: Sequence[str]) -> None:
    known: set[str] = set()
    for some in chunks([*set(item_ids)]):
        query = select(ItemRow.id).where(ItemRow.project_id == project_id, ItemRow.id.in_(some))
        known |= {*session.scalars(query)}
    if strangers := [item_id for item_id in item_ids if item_id not in known]:
        raise StoreError(
            f"{len(strangers)} failed answers are about items that are not in this project "
            f"({strangers[0]}, ...), so none was stored; make the items first with items.add_many"
        )


def _row(project_id: str, failed: FailedAnswer) -> dict[str, Any]:
    return {
        "id": failed.id,
        "project_id": project_id,
        "item_id": failed.item_id,
        "author_kind": failed.author.kind,
        "author_name": failed.author.name,
        "author_version": failed.author.version,
        "sample": failed.sample,
        "job_id": failed.job_id,
        "problem": failed.problem,
        "cost_usd": failed.cost_usd,
        "created_at": failed.created_at,
        "body": failed.model_dump_json(),
    }
