"""How a series is continued: what must hold, and the rows that are written; inside a transaction.

The new samples come after the stored ones, which stay bit by bit what they are.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ConflictError, StoreError
from core.ids import utc_now
from core.new_windows import covered_samples
from core.series import SeriesData, SeriesInfo, TimeUnit
from storage.database import chunks
from storage.rows import SeriesRevision, StoredSeries
from storage.tables import GoldRangeRow, ItemRow, SeriesRevisionRow, SeriesRow


def first_revision(row: SeriesRow, info: SeriesInfo) -> SeriesRevisionRow:
    """Return the revision that a new series begins with."""
    return _revision_row(row, source=info.source or info.name, note="")


def add_revision(
    session: Session,
    row: SeriesRow,
    data: SeriesData,
    info: SeriesInfo,
    rows_key: str,
    source: str,
    note: str,
) -> None:
    """Make `data` the newest revision of a series."""
    row.content_hash, row.rows_key = data.content_hash, rows_key
    row.n_samples = data.n_samples
    row.last_tick = None if data.time is None else int(data.time[-1])
    # Somebody who is editing the description must see what came with the new samples.
    row.name, row.info, row.version = info.name, asdict(info), row.version + 1
    row.revision += 1
    session.flush()
    session.add(_revision_row(row, source, note))


def keep_gold_whole(session: Session, series_id: str, old_n: int, new_n: int) -> None:
    """Reserve the new samples of a series that is reserved whole.

    A student that learned from its end would be tested on what it knows. Gold may be locked: that
    is against gold that could have been learned from, which samples of today cannot.
    """
    query = select(GoldRangeRow).where(
        GoldRangeRow.series_id == series_id,
        GoldRangeRow.start == 0,
        GoldRangeRow.stop == old_n,
        GoldRangeRow.reason != "time_block",
    )
    for held in session.scalars(query).all():
        session.add(
            GoldRangeRow(
                project_id=held.project_id,
                series_id=series_id,
                start=0,
                stop=new_n,
                reason=held.reason,
                created_at=utc_now(),
            )
        )


def read_revisions(session: Session, series_ids: Sequence[str]) -> dict[str, list[SeriesRevision]]:
    """Return the revisions of each series, the first one first."""
    found: dict[str, list[SeriesRevision]] = defaultdict(list)
    for some in chunks(series_ids):
        query = select(SeriesRevisionRow).where(SeriesRevisionRow.series_id.in_(some))
        for row in session.scalars(query.order_by(SeriesRevisionRow.number)):
            found[row.series_id].append(_revision(row))
    return found


def revision_lengths(session: Session, project_id: str) -> dict[str, tuple[int, ...]]:
    """Return the samples of each revision, of the series with more than one."""
    query = (
        select(SeriesRevisionRow.series_id, SeriesRevisionRow.n_samples)
        .join(SeriesRow, SeriesRow.id == SeriesRevisionRow.series_id)
        .where(SeriesRow.project_id == project_id, SeriesRow.revision > 1)
        .order_by(SeriesRevisionRow.number)
    )
    found: dict[str, tuple[int, ...]] = {}
    for series_id, n in session.execute(query):
        found[series_id] = (*found.get(series_id, ()), n)
    return found


def uncovered(session: Session, project_id: str) -> list[tuple[SeriesRow, int]]:
    """Return the continued series with new samples that lie in no item's window, and how many."""
    query = select(SeriesRow).where(
        SeriesRow.project_id == project_id,
        SeriesRow.revision > 1,
        SeriesRow.archived.is_(False),
    )
    rows = {row.id: row for row in session.scalars(query.order_by(SeriesRow.id))}
    lengths = revision_lengths(session, project_id)
    found: list[tuple[SeriesRow, int]] = []
    for series_id, row in rows.items():
        first_new = lengths[series_id][0]
        items = session.execute(
            select(ItemRow.start, ItemRow.stop)
            .where(ItemRow.series_id == series_id, ItemRow.stop > first_new)
            .distinct()
        )
        windows = [(start, stop) for start, stop in items]
        n_new = row.n_samples - first_new - covered_samples(windows, first_new)
        if n_new:
            found.append((row, n_new))
    return found


def check_revision(stored: StoredSeries, expected: int) -> None:
    """Raise ConflictError unless the series is at the revision that the caller saw."""
    if stored.revision != expected:
        raise ConflictError(
            f"the file was compared with revision {expected} of {stored.info.name!r}, but the "
            f"series is at revision {stored.revision} by now; nothing was stored: compare the file "
            "again"
        )


def check_version(stored: StoredSeries, expected: int | None) -> None:
    """Raise ConflictError unless the description is at the version seen; None: nobody looked."""
    if expected is not None and stored.version != expected:
        raise ConflictError(
            f"you edited version {expected} of the description of {stored.info.name!r}, "
            f"but it is at version {stored.version} by now; reload it and edit again"
        )


def check_continues(
    stored: StoredSeries, there: SeriesData, data: SeriesData, info: SeriesInfo
) -> None:
    """Raise StoreError unless `data` is what is `there`, bit by bit, and more."""
    n = there.n_samples
    same_axis = (data.time is None) == (there.time is None) and data.unit == there.unit
    same_channels = data.n_channels == there.n_channels == len(info.channel_names)
    if not same_axis or not same_channels:
        raise StoreError(
            f"{data.n_channels} channels and {_axis(data)} cannot continue {stored.info.name!r}, "
            f"which has {there.n_channels} and {_axis(there)}; nothing was stored: join them with "
            "core.continuing.continues"
        )
    if data.n_samples <= n:
        raise StoreError(
            f"{data.n_samples:,} samples cannot continue {stored.info.name!r}, which has {n:,} "
            "already; nothing was stored: a longer series is needed"
        )
    if not (
        np.array_equal(_bits(data.values[:n]), _bits(there.values))
        and (data.time is None or there.time is None or np.array_equal(data.time[:n], there.time))
        and np.array_equal(data.source_row[:n], there.source_row)
    ):
        raise StoreError(
            f"the first {n:,} samples differ from those stored of {stored.info.name!r}, and labels "
            "speak of them; nothing was stored: keep the stored ones, with "
            "core.continuing.continues"
        )


def check_not_elsewhere(session: Session, stored: StoredSeries, content_hash: str) -> None:
    """Raise StoreError when another series of the project holds, or held, this content."""
    query = (
        select(SeriesRow.name)
        .join(SeriesRevisionRow, SeriesRevisionRow.series_id == SeriesRow.id)
        .where(
            SeriesRevisionRow.project_id == stored.project_id,
            SeriesRevisionRow.content_hash == content_hash,
        )
    )
    name = session.scalar(query)
    if name is not None:
        raise StoreError(
            f"{stored.info.name!r} would become the same as {name!r}, which is stored with this "
            f"content already, archived or not; nothing was stored: go on with {name!r}"
        )


def _bits(values: np.ndarray) -> np.ndarray:
    """See floats as bits: a NaN equals itself, and 0.0 is not -0.0."""
    return np.ascontiguousarray(values).view(np.uint64)


def _axis(data: SeriesData) -> str:
    return "no times" if data.time is None else f"times in {data.unit}"


def _revision_row(row: SeriesRow, source: str, note: str) -> SeriesRevisionRow:
    return SeriesRevisionRow(
        series_id=row.id,
        number=row.revision,
        project_id=row.project_id,
        content_hash=row.content_hash,
        rows_key=row.rows_key,
        n_samples=row.n_samples,
        unit=row.unit,
        first_tick=row.first_tick,
        last_tick=row.last_tick,
        source=source,
        note=note,
        created_at=utc_now(),
    )


def _revision(row: SeriesRevisionRow) -> SeriesRevision:
    return SeriesRevision(
        series_id=row.series_id,
        number=row.number,
        content_hash=row.content_hash,
        rows_key=row.rows_key,
        n_samples=row.n_samples,
        unit=cast(TimeUnit, row.unit),
        first_tick=row.first_tick,
        last_tick=row.last_tick,
        source=row.source,
        note=row.note,
        created_at=row.created_at,
    )
