"""Marks: what people drew on a series itself. Append-only; undo and redo are changes too."""

from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from core.annotations import (
    Change,
    Group,
    Mark,
    MarkEvent,
    Put,
    current_marks,
    redoable,
    reverting,
    undoable,
)
from core.errors import ConflictError, StoreError
from core.ids import new_id, utc_now
from storage.database import Database, chunks
from storage.parsed import ParsedRows
from storage.series_rows import series_row
from storage.tables import AnnotationRow, Base, SeriesRow

_TABLE = Base.metadata.tables[AnnotationRow.__tablename__]
_REMEMBERED = 200
"""So many series' marks are kept folded: what a page asks for on each of its runs."""
_NOTHING = {
    "undo": (
        "{person!r} asked to undo, but no change of theirs on this series is left to take back; "
        "only one's own changes can be undone, so there is nothing to do"
    ),
    "redo": (
        "{person!r} asked to redo, but has undone nothing since their latest change on this "
        "series; make the change again instead"
    ),
}


class Annotations:
    """The marks on a home's series."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._parsed = ParsedRows(
            AnnotationRow.id, AnnotationRow.body, MarkEvent.model_validate_json
        )
        self._standing: dict[str, tuple[int, tuple[Mark, ...]]] = {}

    def record(
        self, project_id: str, series_id: str, person: str, changes: Sequence[Change]
    ) -> list[Mark]:
        """Store the changes of one action, all or none; returns the marks that stand afterwards.

        Raises:
            ConflictError: when a mark to be removed or replaced was removed in between.
            StoreError: when a mark is somebody else's or does not fit the series.
        """
        with self._db.write() as session:
            _check(session, project_id, series_id, person, changes)
            self._check_marks(session, series_id, person, changes)
            _store(session, project_id, series_id, person, changes)
        return self.current(project_id, series_id)

    def current(self, project_id: str, series_id: str) -> list[Mark]:
        """Return everybody's marks on a series, by start."""
        with self._db.read() as session:
            series_row(session, project_id, series_id)
            # Only what is committed is remembered: a position that was rolled back comes again.
            position, marks = self._standing.get(series_id, (0, ()))
            query = (
                select(AnnotationRow.position, AnnotationRow.id)
                .where(AnnotationRow.series_id == series_id, AnnotationRow.position > position)
                .order_by(AnnotationRow.position)
            )
            rows = session.execute(query).all()
            if rows:
                events = self._parsed.get(session, [event_id for _, event_id in rows])
                marks = tuple(current_marks(events, marks))
                if len(self._standing) >= _REMEMBERED:
                    self._standing = {}
                self._standing[series_id] = (rows[-1][0], marks)
        return [*marks]

    def undo(self, project_id: str, series_id: str, person: str) -> list[Mark]:
        """Take back the person's latest action on the series; returns the marks that stand."""
        return self._take_back(project_id, series_id, person, "undo")

    def redo(self, project_id: str, series_id: str, person: str) -> list[Mark]:
        """Take back the person's latest undo on the series; returns the marks that stand."""
        return self._take_back(project_id, series_id, person, "redo")

    def can(self, project_id: str, series_id: str, person: str) -> tuple[bool, bool]:
        """Return whether the person can undo, and redo, on the series."""
        with self._db.read() as session:
            series_row(session, project_id, series_id)
            groups = _groups(session, series_id, person)
        return undoable(groups) is not None, redoable(groups) is not None

    def recent(self, project_id: str, limit: int = 20) -> list[tuple[str, Mark]]:
        """Return (series_id, mark) of the standing marks that were changed last, the last first."""
        newest = (
            select(func.max(AnnotationRow.position))
            .where(AnnotationRow.project_id == project_id)
            .group_by(AnnotationRow.mark_id)
        )
        query = (
            select(AnnotationRow.id)
            .join(SeriesRow, SeriesRow.id == AnnotationRow.series_id)
            .where(
                AnnotationRow.position.in_(newest),
                AnnotationRow.standing.is_(True),
                SeriesRow.archived.is_(False),
            )
            .order_by(AnnotationRow.position.desc())
            .limit(limit)
        )
        with self._db.read() as session:
            events = self._parsed.get(session, session.scalars(query).all())
        return [(event.series_id, event.mark) for event in events if event.mark is not None]

    def _take_back(
        self, project_id: str, series_id: str, person: str, what: Literal["undo", "redo"]
    ) -> list[Mark]:
        with self._db.write() as session:
            series_row(session, project_id, series_id)
            groups = _groups(session, series_id, person)
            group = undoable(groups) if what == "undo" else redoable(groups)
            if group is None:
                raise StoreError(_NOTHING[what].format(person=person))
            touched = select(AnnotationRow.mark_id).where(
                AnnotationRow.series_id == series_id, AnnotationRow.group_id == group
            )
            events = self._read(session, AnnotationRow.mark_id.in_(touched))
            _store(session, project_id, series_id, person, reverting(events, group), group)
        return self.current(project_id, series_id)

    def _read(self, session: Session, *conditions: ColumnElement[bool]) -> list[MarkEvent]:
        query = select(AnnotationRow.id).where(*conditions).order_by(AnnotationRow.position)
        return self._parsed.get(session, session.scalars(query).all())

    def _check_marks(
        self, session: Session, series_id: str, person: str, changes: Sequence[Change]
    ) -> None:
        """Check the marks that the changes touch against what is known of them."""
        touched = list({_mark_id(change) for change in changes})
        newest: dict[str, MarkEvent] = {}
        for some in chunks(touched):
            for event in self._read(session, AnnotationRow.mark_id.in_(some)):
                newest[event.mark_id] = event
        for change in changes:
            mark_id = _mark_id(change)
            last = newest.get(mark_id)
            if last is not None and (last.person != person or last.series_id != series_id):
                raise StoreError(
                    f"the mark {mark_id} is {last.person!r}'s, and {person!r} asked to change it; "
                    "people change only their own marks: draw one of your own"
                )
            # A removed mark comes back by undo alone.
            if last.mark is None if last is not None else not isinstance(change, Put):
                raise ConflictError(
                    f"the mark {mark_id} is not there any more, so it cannot be changed; nothing "
                    "was stored: look at the series as it is and draw it again"
                )


def _mark_id(change: Change) -> str:
    return change.mark.id if isinstance(change, Put) else change.mark_id


def _groups(session: Session, series_id: str, person: str) -> list[Group]:
    """Return what a person did on a series, in the order of recording."""
    query = (
        select(AnnotationRow.group_id, AnnotationRow.undoes)
        .where(AnnotationRow.series_id == series_id, AnnotationRow.person == person)
        .group_by(AnnotationRow.group_id)
        .order_by(func.min(AnnotationRow.position))
    )
    return [(group, undoes) for group, undoes in session.execute(query)]


def _check(
    session: Session, project_id: str, series_id: str, person: str, changes: Sequence[Change]
) -> None:
    row = series_row(session, project_id, series_id)
    ids = [_mark_id(change) for change in changes]
    if not person.strip() or not ids or len(set(ids)) != len(ids):
        raise StoreError(
            f"{len(ids)} changes of {len(set(ids))} marks by {person!r} are no action; nothing was "
            "stored: give the person's name and one change per mark"
        )
    for mark in (change.mark for change in changes if isinstance(change, Put)):
        if mark.person != person:
            raise StoreError(
                f"{person!r} gave a mark of {mark.person!r}; people change only their own marks: "
                "draw one of your own"
            )
        if mark.stop > row.n_samples or any(not 0 <= c < row.n_channels for c in mark.channels):
            raise StoreError(
                f"[{mark.start}, {mark.stop}) of channels {mark.channels} does not lie inside the "
                f"series' {row.n_samples} samples and {row.n_channels} channels; nothing was "
                "stored: give a range inside it"
            )


def _store(
    session: Session,
    project_id: str,
    series_id: str,
    person: str,
    changes: Iterable[Change],
    undoes: str | None = None,
) -> None:
    group, now = new_id(), utc_now()
    events = [
        MarkEvent(
            id=new_id(),
            project_id=project_id,
            series_id=series_id,
            person=person,
            group=group,
            mark_id=_mark_id(change),
            mark=change.mark if isinstance(change, Put) else None,
            undoes=undoes,
            created_at=now,
        )
        for change in changes
    ]
    session.execute(
        insert(_TABLE),
        [
            {
                "id": event.id,
                "project_id": project_id,
                "series_id": series_id,
                "person": person,
                "group_id": group,
                "undoes": undoes,
                "mark_id": event.mark_id,
                "standing": event.mark is not None,
                "created_at": now,
                "body": event.model_dump_json(),
            }
            for event in events
        ],
    )
