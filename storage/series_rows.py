"""Rows of series, and the values they become; inside a transaction of `storage.series`."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import StoreError
from core.ids import new_id, utc_now
from core.series import SeriesData, SeriesInfo, TimeUnit
from storage.database import chunks
from storage.rows import StoredSeries
from storage.tables import SeriesRevisionRow, SeriesRow


def series_row(session: Session, project_id: str, series_id: str) -> SeriesRow:
    """Return the row of a project's series, or raise StoreError."""
    row = session.get(SeriesRow, series_id)
    if row is None or row.project_id != project_id:
        raise StoreError(
            f"there is no series {series_id} in this project; the link is wrong or belongs to "
            "another project; pick the series from the list"
        )
    return row


def rows_by_hash(session: Session, project_id: str, hashes: Sequence[str]) -> dict[str, SeriesRow]:
    """Return the series that hold these contents, or held them before they were continued."""
    found: dict[str, SeriesRow] = {}
    for some in chunks(hashes):
        query = (
            select(SeriesRevisionRow.content_hash, SeriesRow)
            .join(SeriesRow, SeriesRow.id == SeriesRevisionRow.series_id)
            .where(
                SeriesRevisionRow.project_id == project_id, SeriesRevisionRow.content_hash.in_(some)
            )
        )
        found |= dict(session.execute(query).all())
    return found


def new_row(
    project_id: str, data: SeriesData, info: SeriesInfo, rows_key: str, origin: str
) -> SeriesRow:
    """Return the row of a new series, at its first revision."""
    return SeriesRow(
        id=new_id(),
        project_id=project_id,
        content_hash=data.content_hash,
        rows_key=rows_key,
        name=info.name,
        info=asdict(info),
        n_samples=data.n_samples,
        n_channels=data.n_channels,
        unit=data.unit,
        first_tick=None if data.time is None else int(data.time[0]),
        last_tick=None if data.time is None else int(data.time[-1]),
        origin=origin,
        version=1,
        revision=1,
        archived=False,
        created_at=utc_now(),
    )


def stored_series(row: SeriesRow) -> StoredSeries:
    """Return what a row says of a series, free of the session."""
    return StoredSeries(
        id=row.id,
        project_id=row.project_id,
        content_hash=row.content_hash,
        info=_info(row.info),
        n_samples=row.n_samples,
        n_channels=row.n_channels,
        unit=cast(TimeUnit, row.unit),
        first_tick=row.first_tick,
        last_tick=row.last_tick,
        origin=row.origin,
        version=row.version,
        created_at=row.created_at,
        archived=row.archived,
        rows_key=row.rows_key,
        revision=row.revision,
    )


def _info(fields: dict[str, Any]) -> SeriesInfo:
    named = dict(fields)  # a copy: the row's own JSON stays as it was read
    for name in ("channel_names", "channel_units", "treatments"):
        named[name] = tuple(fields[name])
    return SeriesInfo(**named)
