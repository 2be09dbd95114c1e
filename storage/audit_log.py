"""The audit log: one read over everything that was recorded. It stores nothing of its own."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all
from sqlalchemy.orm import aliased

from core.audit_log import AuditEntry, AuditFilter
from core.audit_log_words import what
from storage.audit_log_sources import SOURCES
from storage.database import Database
from storage.tables import ItemRow, QuestionRow, SeriesRow

_IN_COLUMNS = (
    "id",
    "project_id",
    "item_id",
    "series_id",
    "person",
    "created_at",
    "identity",
)
"""What of a recorded value stands in a column of the log already."""
_BATCH = 1_000

KINDS = (
    "decision",
    "comment",
    "review",
    "phrase",
    "preference",
    "taken back",
    "mark",
    "series",
    "import",
    "event log",
    "mute",
    "gold",
    "audit",
    "run",
    "snapshot",
    "model",
    "teacher",
    "question",
    "policy",
    "people",
    "probe",
    "calibration",
    "action",
)
"""Every kind of entry."""

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class AuditPage:
    """Some entries, the newest first, and how many there are of them in all."""

    entries: tuple[AuditEntry, ...]
    total: int


class AuditLog:
    """The audit logs of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def page(
        self, project_id: str, wanted: AuditFilter, limit: int = 50, offset: int = 0
    ) -> AuditPage:
        """Return entries, the newest first, after leaving out `offset` of them."""
        # Which ones first: what was recorded in each is read for those alone.
        places = _places(project_id, wanted)
        c = places.selected_columns
        newest = places.order_by(c.at.desc(), c.table.desc(), c.position.desc(), c.key.desc())
        with self._db.read() as session:
            total = session.scalar(select(func.count()).select_from(places.subquery())) or 0
            shown = [
                (row.table, row.key) for row in session.execute(newest.limit(limit).offset(offset))
            ]
            rows = session.execute(_rows(project_id, AuditFilter(), shown)).all() if shown else []
        found = {(row.table, row.key): _entry(row) for row in rows}
        return AuditPage(tuple(found[one] for one in shown), total)

    def entries(self, project_id: str, wanted: AuditFilter) -> Iterator[AuditEntry]:
        """Yield all entries, the oldest first, as of one moment."""
        rows = _rows(project_id, wanted)
        c = rows.selected_columns
        oldest = rows.order_by(c.at, c.table, c.position, c.key)
        with self._db.read() as session:
            for row in session.execute(oldest.execution_options(yield_per=_BATCH)):
                yield _entry(row)

    def people(self, project_id: str) -> list[str]:
        """Return everybody who ever did anything, by name."""
        parts = [
            select(columns.c.person).where(columns.c.project_id == project_id)
            for columns in (source.query.subquery() for source in SOURCES)
        ]
        with self._db.read() as session:
            names = session.scalars(select(union_all(*parts).subquery().c.person).distinct())
            return sorted(name for name in names if name)


def _places(project_id: str, wanted: AuditFilter) -> Rows:
    """Return where the wanted entries stand, without what was recorded in them."""
    if wanted.text or wanted.series_id:
        c = _rows(project_id, wanted).subquery().c
        return select(c.table, c.at, c.position, c.key)
    parts = [
        select(c.table, c.at, c.position, c.key).where(c.project_id == project_id, *_own(c, wanted))
        for c in (source.query.subquery().c for source in SOURCES)
    ]
    return select(union_all(*parts).subquery())


def _rows(
    project_id: str, wanted: AuditFilter, places: Sequence[tuple[str, str]] | None = None
) -> Rows:
    """Join the sources of a project with the names of items and series, and filter them.

    Args:
        places: (table, key) of the entries, where they are known.
    """
    # Who, when and which kind narrow each table by itself, before they are put together.
    parts: list[Rows] = []
    for source in SOURCES:
        columns = source.query.subquery()
        c = columns.c
        part = select(columns).where(c.project_id == project_id, *_own(c, wanted))
        if places is not None:
            part = part.where(c.key.in_([key for table, key in places if table == source.table]))
        parts.append(part)
    log = union_all(*parts).subquery()
    item, series, question = aliased(ItemRow), aliased(SeriesRow), aliased(QuestionRow)
    query = (
        select(
            log,
            series.name.label("series"),
            series.id.label("of_series"),
            item.start,
            item.stop,
            func.json_extract(question.body, "$.name").label("question"),
        )
        .outerjoin(item, item.id == log.c.item_id)
        .outerjoin(series, series.id == func.coalesce(log.c.series_id, item.series_id))
        .outerjoin(question, question.id == item.question_id)
    )
    if wanted.series_id:
        query = query.where(series.id == wanted.series_id)
    if wanted.text:
        texts = (log.c.body, log.c.person, series.name)
        query = query.where(or_(*(one.icontains(wanted.text, autoescape=True) for one in texts)))
    return query


def _own(columns: Any, wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.person:
        found.append(columns.person == wanted.person)
    if wanted.kinds:
        found.append(columns.kind.in_(wanted.kinds))
    if wanted.first is not None:
        found.append(columns.at >= wanted.first)
    if wanted.until is not None:
        found.append(columns.at < wanted.until)
    return found


def _entry(row: Any) -> AuditEntry:
    body: dict[str, Any] = json.loads(row.body)
    about = "" if row.start is None else f"{row.question}, samples {row.start} to {row.stop - 1}"
    return AuditEntry(
        at=row.at,
        person=row.person,
        identity=row.identity,
        kind=row.kind,
        what=what(row.table, row.kind, body),
        series=row.series or "",
        about=about,
        series_id=row.of_series or "",
        item_id=row.item_id or "",
        table=row.table,
        key=row.key,
        details={name: value for name, value in body.items() if name not in _IN_COLUMNS},
    )
