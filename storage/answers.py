"""Answers: what teachers, students, people and imports said on items. Never changed once stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple, cast, overload

from sqlalchemy import ColumnElement, func, insert, literal_column, select
from sqlalchemy.orm import Session

from core.answers import Answer, Author, AuthorKind, Cause
from core.errors import StoreError
from storage.database import Database, chunks
from storage.parsed import ParsedRows
from storage.questions import all_versions
from storage.rows import Event, author_key
from storage.tables import AnswerIntervalRow, AnswerRow, ItemRow


class JobCost(NamedTuple):
    """How many answers a job gave and what they cost; an unknown price counts as nothing."""

    n_answers: int
    cost_usd: float


class Answers:
    """The answers of a home.

    An author may answer an item several times over: extra samples (`Answer.sample` above 0) are
    candidates, and never "the" answer of their author, however new they are.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._parsed = ParsedRows(AnswerRow.id, AnswerRow.body, Answer.model_validate_json)

    def add_many(self, project_id: str, answers: Iterable[Answer]) -> int:
        """Store answers and return how many were new: an id that is there already is left alone.

        Raises:
            StoreError: when an answer's item is not of the project; nothing is stored then.
        """
        given = {answer.id: answer for answer in answers}
        with self._db.write() as session:
            there = _existing(session, list(given))
            new = [answer for answer in given.values() if answer.id not in there]
            series = _series_of_items(session, project_id, [answer.item_id for answer in new])
            if new:
                session.execute(insert(AnswerRow), [_row(project_id, answer) for answer in new])
            intervals = [row for answer in new for row in _intervals(answer, series)]
            if intervals:
                session.execute(insert(AnswerIntervalRow), intervals)
        return len(new)

    def for_item(self, project_id: str, item_id: str) -> list[Answer]:
        """Return an item's answers, the oldest first."""
        return self.for_items(project_id, [item_id])[item_id]

    def for_items(self, project_id: str, item_ids: Sequence[str]) -> dict[str, list[Answer]]:
        """Return all answers of each item, extra samples too, the oldest first; [] for none."""
        found: dict[str, list[Answer]] = {item_id: [] for item_id in item_ids}
        with self._db.read() as session:
            for some in chunks(list(found)):
                heads = _heads(
                    session, AnswerRow.project_id == project_id, AnswerRow.item_id.in_(some)
                )
                for answer in self._parsed.get(session, [head.id for head in heads]):
                    found[answer.item_id].append(answer)
        return found

    def for_job(self, project_id: str, job_id: str) -> list[Answer]:
        """Return the answers that a job gave, extra samples too, the oldest first."""
        with self._db.read() as session:
            heads = _heads(session, AnswerRow.project_id == project_id, AnswerRow.job_id == job_id)
            return self._parsed.get(session, [head.id for head in heads])

    def costs(self, project_id: str, job_ids: Sequence[str]) -> dict[str, JobCost]:
        """Return how many answers each of these jobs gave, and what they cost together."""
        found = dict.fromkeys(job_ids, JobCost(0, 0.0))
        with self._db.read() as session:
            for some in chunks(list(found)):
                query = (
                    select(AnswerRow.job_id, func.count(AnswerRow.id), func.sum(AnswerRow.cost_usd))
                    .where(AnswerRow.project_id == project_id, AnswerRow.job_id.in_(some))
                    .group_by(AnswerRow.job_id)
                )
                for job_id, n_answers, cost in session.execute(query):
                    found[job_id] = JobCost(n_answers, cost or 0.0)
        return found

    @overload
    def latest(
        self, project_id: str, question_id: str | None = None, author: None = None
    ) -> dict[str, dict[str, Answer]]: ...

    @overload
    def latest(
        self, project_id: str, question_id: str | None, author: Author | AuthorKind
    ) -> dict[str, Answer]: ...

    def latest(
        self,
        project_id: str,
        question_id: str | None = None,
        author: Author | AuthorKind | None = None,
    ) -> Any:
        """Return the newest answer per item, and per author key when no author is named.

        Extra samples are left out.

        Args:
            question_id: answers to any version of this question; to all questions when None.
            author: an author (its version counts too), or a kind of author: then the newest answer
                of any author of that kind. None: `{item_id: {author_key(author): answer}}`.
        """
        conditions = [
            AnswerRow.project_id == project_id,
            AnswerRow.sample == 0,
            *_by_author(author),
        ]
        if question_id is not None:
            asked = ItemRow.question_id.in_(all_versions(question_id))
            conditions.append(AnswerRow.item_id.in_(select(ItemRow.id).where(asked)))
        newest: dict[tuple[str, str], str] = {}
        with self._db.read() as session:
            for head in _heads(session, *conditions):
                newest[head.item_id, head.author if author is None else ""] = head.id
            answers = self._parsed.get(session, list(newest.values()))
        if author is not None:
            return {answer.item_id: answer for answer in answers}
        by_item: dict[str, dict[str, Answer]] = defaultdict(dict)
        for (item_id, key), answer in zip(newest, answers, strict=True):
            by_item[item_id][key] = answer
        return dict(by_item)

    def counts_by_author(self, project_id: str, question_id: str | None = None) -> dict[str, int]:
        """Return how many items each author (by its key) has answered."""
        columns = (AnswerRow.author_kind, AnswerRow.author_name, AnswerRow.author_version)
        query = select(*columns, func.count(AnswerRow.item_id.distinct())).where(
            AnswerRow.project_id == project_id
        )
        if question_id is not None:
            query = query.join(ItemRow, ItemRow.id == AnswerRow.item_id).where(
                ItemRow.question_id.in_(all_versions(question_id))
            )
        with self._db.read() as session:
            rows = session.execute(query.group_by(*columns)).all()
        return {_key(kind, name, version): count for kind, name, version, count in rows}

    def newest(self, project_id: str) -> int:
        """Return a number that is another one as soon as any answer was added to the project.

        Found without counting them: it may change with answers of other projects too.
        """
        query = select(func.max(literal_column("answers.rowid"))).select_from(AnswerRow)
        return self._db.kept("newest answer", lambda session: session.scalar(query) or 0)

    def events(self, project_id: str, series_id: str | None = None) -> list[Event]:
        """Return the intervals of all answers, or of those on one series, by series and start."""
        query = (
            select(AnswerIntervalRow, *_AUTHOR, AnswerRow.item_id)
            .join(AnswerRow, AnswerRow.id == AnswerIntervalRow.answer_id)
            .where(AnswerRow.project_id == project_id)
            .order_by(AnswerIntervalRow.series_id, AnswerIntervalRow.start, AnswerRow.id)
        )
        if series_id is not None:
            query = query.where(AnswerIntervalRow.series_id == series_id)
        with self._db.read() as session:
            return [
                _event(row, Author(kind=_as_kind(kind), name=name, version=version), item_id)
                for row, kind, name, version, item_id in session.execute(query)
            ]


class _Head(NamedTuple):
    """What ordering and grouping need of an answer, without reading its body."""

    id: str
    item_id: str
    author: str


_AUTHOR = (AnswerRow.author_kind, AnswerRow.author_name, AnswerRow.author_version)


def _as_kind(text: str) -> AuthorKind:
    """Read an author's kind back; the answer it was written from was checked."""
    return cast(AuthorKind, text)


def _heads(session: Session, *conditions: ColumnElement[bool]) -> list[_Head]:
    """Return the heads of answers, the oldest first."""
    query = select(AnswerRow.id, AnswerRow.item_id, *_AUTHOR).where(*conditions)
    rows = session.execute(query.order_by(AnswerRow.created_at, AnswerRow.id))
    return [
        _Head(row_id, item_id, _key(kind, name, version))
        for row_id, item_id, kind, name, version in rows
    ]


@cache
def _key(kind: str, name: str, version: str) -> str:
    return author_key(Author.model_construct(kind=_as_kind(kind), name=name, version=version))


def _by_author(author: Author | AuthorKind | None) -> list[ColumnElement[bool]]:
    if author is None:
        return []
    if not isinstance(author, Author):
        return [AnswerRow.author_kind == author]
    return [
        AnswerRow.author_kind == author.kind,
        AnswerRow.author_name == author.name,
        AnswerRow.author_version == author.version,
    ]


def _existing(session: Session, ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in chunks(ids):
        found.update(session.scalars(select(AnswerRow.id).where(AnswerRow.id.in_(some))))
    return found


def _series_of_items(session: Session, project_id: str, item_ids: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(list(set(item_ids))):
        query = select(ItemRow.id, ItemRow.series_id).where(
            ItemRow.project_id == project_id, ItemRow.id.in_(some)
        )
        found |= dict(session.execute(query).all())
    strangers = [item_id for item_id in item_ids if item_id not in found]
    if strangers:
        raise StoreError(
            f"{len(strangers)} answers are about items that are not in this project "
            f"({strangers[0]}, ...), so none was stored; make the items first with items.add_many"
        )
    return found


def _row(project_id: str, answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.id,
        "project_id": project_id,
        "item_id": answer.item_id,
        "author_kind": answer.author.kind,
        "author_name": answer.author.name,
        "author_version": answer.author.version,
        "job_id": answer.job_id,
        "label": answer.content.label,
        "confidence": answer.content.confidence,
        "sample": answer.sample,
        "cost_usd": answer.cost_usd,
        "created_at": answer.created_at,
        "body": answer.model_dump_json(),
    }


def _intervals(answer: Answer, series: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "answer_id": answer.id,
            "series_id": series[answer.item_id],
            **found.model_dump(),
        }
        for found in answer.content.intervals
    ]


def _event(row: AnswerIntervalRow, author: Author, item_id: str) -> Event:
    return Event(
        answer_id=row.answer_id,
        item_id=item_id,
        series_id=row.series_id,
        author=author,
        number=row.number,
        start=row.start,
        stop=row.stop,
        channels=tuple(row.channels),
        type_id=row.type_id,
        confidence=row.confidence,
        cause=cast("Cause | None", row.cause),  # the answer it was written from was checked
        pairs=tuple((a, b) for a, b in row.pairs),
    )
