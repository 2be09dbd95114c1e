"""The event log of a project: what happened when, typed or uploaded.

An entry that is removed is hidden, not lost.
"""

import builtins
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import CompoundSelect, Select, insert, or_, select, union_all, update
from sqlalchemy.orm import Session

from core.annotations import LogEntry
from core.errors import StoreError
from core.ids import utc_now
from storage.database import Database, chunks
from storage.tables import Base, LogEntryRow, SeriesRow

_FIELDS = tuple(field.name for field in fields(LogEntry))
# Rows go straight to the table: 100,000 of them, which nobody needs as objects.
_TABLE = Base.metadata.tables[LogEntryRow.__tablename__]
_FIRST_TICK, _LAST_TICK = -(2**63), 2**63 - 1
_COLUMNS = tuple(getattr(LogEntryRow, name) for name in _FIELDS)


class Events:
    """The event logs of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add_many(self, project_id: str, entries: Sequence[LogEntry]) -> "builtins.list[LogEntry]":
        """Store entries, all or none; returns the new ones.

        An entry that says the same as one there is (series, time, text, kind) is left out, so that
        a log that is uploaded again, grown, adds what is new.

        Raises:
            StoreError: when an entry is empty, ends before it starts, lies outside the years 1677
                to 2262, or names a strange series.
        """
        with self._db.write() as session:
            _check(session, project_id, entries)
            there = _there(session, project_id, entries)
            new = {key: entry for entry in entries if (key := _key(entry)) not in there}
            now = utc_now()
            rows: builtins.list[dict[str, Any]] = [
                {
                    **vars(entry),
                    "project_id": project_id,
                    "archived": False,
                    "created_at": now,
                }
                for entry in new.values()
            ]
            if rows:
                session.execute(insert(_TABLE), rows)
        return builtins.list(new.values())

    def list(
        self,
        project_id: str,
        series_id: str | None = None,
        first: int | None = None,
        last: int | None = None,
        include_archived: bool = False,
    ) -> "builtins.list[LogEntry]":
        """Return entries by time.

        Args:
            series_id: only what concerns this series: its own entries and those of all series.
            first, last: only what touches these ticks (ns UTC), both inclusive; a series may reach
                beyond what an entry can.
        """
        query: Select[*tuple[Any, ...]] = select(*_COLUMNS)
        query = query.where(LogEntryRow.project_id == project_id)
        if series_id is not None:
            query = query.where(
                or_(LogEntryRow.series_id == series_id, LogEntryRow.series_id.is_(None))
            )
        if not include_archived:
            query = query.where(LogEntryRow.archived.is_(False))
        with self._db.read() as session:
            found = [_entry(row) for row in session.execute(_between(query, first, last))]
        return sorted(found, key=lambda entry: (entry.tick, entry.id))

    def remove(self, project_id: str, entry_id: str) -> None:
        """Hide an entry; `restore` shows it again."""
        self._archive(project_id, entry_id, archived=True)

    def restore(self, project_id: str, entry_id: str) -> None:
        """Show a hidden entry again."""
        self._archive(project_id, entry_id, archived=False)

    def _archive(self, project_id: str, entry_id: str, *, archived: bool) -> None:
        with self._db.write() as session:
            row = session.get(LogEntryRow, entry_id)
            if row is None or row.project_id != project_id:
                raise StoreError(
                    f"there is no log entry {entry_id} in this project, so nothing was changed; "
                    "pick it from the list"
                )
            session.execute(
                update(LogEntryRow).where(LogEntryRow.id == entry_id).values(archived=archived)
            )


def _between(
    query: Select[*tuple[Any, ...]], first: int | None, last: int | None
) -> Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]:
    """Narrow a query to what touches `[first, last]`, so that each half has an index."""
    if last is not None:
        query = query.where(LogEntryRow.tick <= min(max(last, _FIRST_TICK), _LAST_TICK))
    if first is None:
        return query
    first = min(max(first, _FIRST_TICK), _LAST_TICK)
    starts_inside = query.where(LogEntryRow.tick >= first)
    reaches_in = query.where(LogEntryRow.end >= first, LogEntryRow.tick < first)
    return union_all(starts_inside, reaches_in)


def _check(session: Session, project_id: str, entries: Sequence[LogEntry]) -> None:
    for entry in entries:
        if not entry.text.strip() or (entry.end is not None and entry.end < entry.tick):
            raise StoreError(
                f"the log entry {entry.text!r} from {entry.tick} to {entry.end} says nothing or "
                "ends before it starts; nothing was stored: give a text, and an end after the start"
            )
        if entry.tick < _FIRST_TICK or max(entry.tick, entry.end or entry.tick) > _LAST_TICK:
            raise StoreError(
                f"the log entry {entry.text!r} at {entry.tick} ns lies outside the years 1677 to "
                "2262, which is all that the log can hold; nothing was stored: check its time"
            )
    named = builtins.list({e.series_id for e in entries if e.series_id is not None})
    known: set[str] = set()
    for some in chunks(named):
        query = select(SeriesRow.id).where(
            SeriesRow.project_id == project_id, SeriesRow.id.in_(some)
        )
        known.update(session.scalars(query))
    if strangers := sorted(set(named) - known):
        raise StoreError(
            f"{len(strangers)} series of the log ({strangers[0]}, ...) are not in this project; "
            "nothing was stored: leave the series away where an entry is about all of them"
        )


_Key = tuple[str | None, int, int | None, str, str]


def _key(entry: LogEntry) -> _Key:
    return (entry.series_id, entry.tick, entry.end, entry.text, entry.kind)


def _there(session: Session, project_id: str, entries: Sequence[LogEntry]) -> set[_Key]:
    if not entries:
        return set()
    query = select(
        LogEntryRow.series_id,
        LogEntryRow.tick,
        LogEntryRow.end,
        LogEntryRow.text,
        LogEntryRow.kind,
    ).where(
        LogEntryRow.project_id == project_id,
        LogEntryRow.archived.is_(False),
        LogEntryRow.tick >= min(entry.tick for entry in entries),
        LogEntryRow.tick <= max(entry.tick for entry in entries),
    )
    return {(*row,) for row in session.execute(query)}


def _entry(row: Any) -> LogEntry:
    return LogEntry(**dict(zip(_FIELDS, row, strict=True)))
