"""What a list of findings is made of, read in bulk, and up to when people have seen it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import func, select

from core.answers import Author, AuthorKind, Cause, QuestionKind
from storage.database import Database
from storage.tables import (
    AnnotationRow,
    AnswerIntervalRow,
    AnswerRow,
    CorrectionRow,
    DetectionsRow,
    FindingsSeenRow,
    ItemRow,
    LogEntryRow,
    MuteEventRow,
    QuestionRow,
    SeriesRow,
)


class SaidEvent(NamedTuple):
    """One event of an answer: samples `[start, stop)` of some channels (all when empty)."""

    number: int
    start: int
    stop: int
    channels: tuple[int, ...]
    type_id: str | None
    confidence: float | None
    cause: Cause | None


@dataclass(frozen=True)
class SaidWindow:
    """An answer about the events in a window, with the window; `events` may be empty."""

    answer_id: str
    item_id: str
    series_id: str
    start: int
    stop: int
    author: Author
    created_at: datetime
    events: tuple[SaidEvent, ...]


class Findings:
    """Reads what was said of events in a home's series."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def said(
        self, project_id: str, kinds: Sequence[AuthorKind], about: QuestionKind = "anomaly"
    ) -> list[SaidWindow]:
        """Return the newest answer per item and author (its version counts) of these kinds.

        Extra samples are left out.
        Only what answers a question of the kind `about`, on series that are not hidden; by time.
        """
        author = (AnswerRow.author_kind, AnswerRow.author_name, AnswerRow.author_version)
        mine = (
            AnswerRow.project_id == project_id,
            AnswerRow.author_kind.in_(kinds),
            AnswerRow.sample == 0,
        )
        heads = (
            select(
                AnswerRow.id,
                ItemRow.id,
                ItemRow.series_id,
                ItemRow.start,
                ItemRow.stop,
                *author,
                AnswerRow.created_at,
            )
            .join(ItemRow, ItemRow.id == AnswerRow.item_id)
            .join(QuestionRow, QuestionRow.id == ItemRow.question_id)
            .join(SeriesRow, SeriesRow.id == ItemRow.series_id)
            .where(*mine, QuestionRow.kind == about, SeriesRow.archived.is_(False))
            .order_by(AnswerRow.created_at, AnswerRow.id)
        )
        columns = (
            AnswerIntervalRow.number,
            AnswerIntervalRow.start,
            AnswerIntervalRow.stop,
            AnswerIntervalRow.channels,
            AnswerIntervalRow.type_id,
            AnswerIntervalRow.confidence,
            AnswerIntervalRow.cause,
        )
        intervals = (
            select(AnswerIntervalRow.answer_id, *columns)
            .join(AnswerRow, AnswerRow.id == AnswerIntervalRow.answer_id)
            .where(*mine)
            .order_by(AnswerIntervalRow.answer_id, AnswerIntervalRow.number)
        )
        newest: dict[tuple[str, ...], tuple[str, str, str, int, int, datetime]] = {}
        events: dict[str, list[SaidEvent]] = defaultdict(list)
        with self._db.read() as session:
            for answer_id, item_id, series_id, start, stop, *who, at in session.execute(heads):
                newest[(item_id, *who)] = (answer_id, item_id, series_id, start, stop, at)
            for answer_id, number, start, stop, channels, kind, sure, cause in session.execute(
                intervals
            ):
                said = SaidEvent(number, start, stop, tuple(channels), kind, sure, _cause(cause))
                events[answer_id].append(said)
        authors: dict[tuple[str, ...], Author] = {}
        found: list[SaidWindow] = []
        for (_, *who), (answer_id, item_id, series_id, start, stop, at) in newest.items():
            kind, name, version = who
            key = (kind, name, version)
            if key not in authors:
                authors[key] = Author(kind=cast(AuthorKind, kind), name=name, version=version)
            said = tuple(events.get(answer_id, ()))
            found.append(
                SaidWindow(answer_id, item_id, series_id, start, stop, authors[key], at, said)
            )
        return found

    def stamp(self, project_id: str) -> tuple[object, ...]:
        """Return what differs as soon as anything differs that a list of findings is made of."""
        counted = (
            (AnswerRow, func.count(AnswerRow.id)),
            (CorrectionRow, func.max(CorrectionRow.position)),
            (AnnotationRow, func.max(AnnotationRow.position)),
            (DetectionsRow, func.max(DetectionsRow.position)),
            (MuteEventRow, func.max(MuteEventRow.position)),
            # descriptions, continuations and hidden series; entries of the log that come and go
            (SeriesRow, func.count(SeriesRow.id)),
            (SeriesRow, func.sum(SeriesRow.version + SeriesRow.revision)),
            (SeriesRow, func.sum(SeriesRow.archived)),
            (LogEntryRow, func.count(LogEntryRow.id)),
            (LogEntryRow, func.sum(LogEntryRow.archived)),
        )
        with self._db.read() as session:
            return tuple(
                session.scalar(select(what).where(table.project_id == project_id))
                for table, what in counted
            )

    def see(self, project_id: str, person: str, until: datetime) -> None:
        """Note that the person has seen all findings up to a moment."""
        with self._db.write() as session:
            session.add(FindingsSeenRow(project_id=project_id, person=person, seen_at=until))

    def seen_until(self, project_id: str, person: str) -> datetime | None:
        """Return the moment up to which the person has seen all findings; None for never."""
        query = (
            select(FindingsSeenRow.seen_at)
            .where(FindingsSeenRow.project_id == project_id, FindingsSeenRow.person == person)
            .order_by(FindingsSeenRow.position.desc())
            .limit(1)
        )
        with self._db.read() as session:
            return session.scalar(query)


def _cause(text: str | None) -> Cause | None:
    """Read a cause back; the answer it was written from was checked."""
    return cast("Cause | None", text)
