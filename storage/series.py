"""Series: metadata in the database, samples in blobs; stored once per project and content.

A series that later files continue gets revisions: each begins with the samples of the one before,
bit by bit, so items, answers, marks and gold keep the samples they speak of.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import StoreError
from core.series import SeriesData, SeriesInfo
from storage.blobs import Blobs
from storage.database import Database
from storage.revisions import (
    add_revision,
    check_continues,
    check_not_elsewhere,
    check_revision,
    check_version,
    first_revision,
    keep_gold_whole,
    read_revisions,
    revision_lengths,
    uncovered,
)
from storage.rows import LongerSeries, SeriesRevision, StoredSeries
from storage.series_rows import new_row, rows_by_hash, series_row, stored_series
from storage.tables import SeriesRevisionRow, SeriesRow


class Series:
    """The series of a home."""

    def __init__(self, db: Database, home: Path) -> None:
        self._db = db
        self._blobs = Blobs(home)

    def add(
        self, project_id: str, data: SeriesData, info: SeriesInfo, origin: str = "upload"
    ) -> tuple[StoredSeries, bool]:
        """Store one series; the same content again gives the row there is, and False."""
        ((stored, created),) = self._add(project_id, [(data, info)], origin)
        return stored, created

    def add_many(
        self,
        project_id: str,
        series: Sequence[tuple[SeriesData, SeriesInfo]],
        origin: str = "upload",
    ) -> list[StoredSeries]:
        """Store many series in one transaction; content that is there gives the row there is."""
        return [stored for stored, _ in self._add(project_id, series, origin)]

    def get(self, project_id: str, series_id: str) -> StoredSeries:
        """Return a series of the project, or raise StoreError."""
        with self._db.read() as session:
            return stored_series(series_row(session, project_id, series_id))

    def data(self, stored: StoredSeries, revision: int | None = None) -> SeriesData:
        """Return a series' samples, bit by bit as they were stored, of `revision` when given."""
        if revision is None or revision == stored.revision:
            return self._blobs.read(stored.content_hash, stored.rows_key)
        for one in self.revisions(stored.project_id, stored.id):
            if one.number == revision:
                return self._blobs.read(one.content_hash, one.rows_key)
        raise StoreError(
            f"the series {stored.info.name!r} has no revision {revision}; it was never continued "
            "that often; use one of series.revisions()"
        )

    def revisions(self, project_id: str, series_id: str) -> list[SeriesRevision]:
        """Return the revisions of a series, the first one first."""
        with self._db.read() as session:
            series_row(session, project_id, series_id)
            return read_revisions(session, [series_id])[series_id]

    def lengths(self, project_id: str) -> dict[str, tuple[int, ...]]:
        """Return the samples of each revision of the series that were continued, by their ids."""
        with self._db.read() as session:
            return revision_lengths(session, project_id)

    def extend(
        self,
        project_id: str,
        series_id: str,
        data: SeriesData,
        info: SeriesInfo,
        *,
        expected_revision: int,
        source: str,
        note: str = "",
        expected_version: int | None = None,
    ) -> StoredSeries:
        """Store a longer series in place of the one there is: a new revision of it.

        What was reserved whole for evaluation stays reserved whole, new samples included.

        Args:
            data: the stored samples, bit by bit, and the new ones after them.
            expected_revision: the revision that `data` begins with.
            source: the file that brought the new samples.
            note: what joined the two, in words.
            expected_version: the version of the description that `info` was made from.

        Raises:
            ConflictError: when another file continued the series in between, or somebody edited
                its description.
            StoreError: when `data` does not begin with what is stored, or is stored elsewhere.
        """
        longer = LongerSeries(
            series_id, data, info, expected_revision, source, note, expected_version
        )
        _, (stored,) = self.save(project_id, [], [longer])
        return stored

    def save(
        self,
        project_id: str,
        series: Sequence[tuple[SeriesData, SeriesInfo]],
        longer: Sequence[LongerSeries],
        origin: str = "upload",
    ) -> "tuple[list[StoredSeries], list[StoredSeries]]":
        """Store new series as `add_many` and longer ones as `extend`, all in one transaction.

        Raises:
            ConflictError, StoreError: as `extend`; nothing is stored then.
        """
        before = [self.get(project_id, one.series_id) for one in longer]
        for stored, one in zip(before, longer, strict=True):
            check_revision(stored, one.expected_revision)
            check_version(stored, one.expected_version)
            check_continues(stored, self.data(stored), one.data, one.info)
        # Blobs first: a row never speaks of samples that are not safely on disk. A blob without a
        # row, left by a crash in between, is used by the next upload of the same content.
        keys = self._blobs.put_many([*(data for data, _ in series), *(one.data for one in longer)])
        with self._db.write() as session:
            added = _add_rows(session, project_id, series, keys[: len(series)], origin)
            extended = [
                _extend_row(session, stored, one, key)
                for stored, one, key in zip(before, longer, keys[len(series) :], strict=True)
            ]
        return [stored for stored, _ in added], extended

    def news(self, project_id: str) -> "list[tuple[StoredSeries, int]]":
        """Return the continued series with new samples that no item covers, and how many."""
        with self._db.read() as session:
            return [(stored_series(row), n_new) for row, n_new in uncovered(session, project_id)]

    def blob_path(self, content_hash: str) -> Path:
        """Return the Parquet file of a content hash; `core.blobs.read_parquet` reads it."""
        return self._blobs.path(content_hash)

    def update_info(
        self, project_id: str, series_id: str, info: SeriesInfo, expected_version: int
    ) -> StoredSeries:
        """Replace a series' description; raises ConflictError when somebody did so in between."""
        with self._db.write() as session:
            row = series_row(session, project_id, series_id)
            check_version(stored_series(row), expected_version)
            row.name, row.info, row.version = info.name, asdict(info), row.version + 1
            return stored_series(row)

    def archive(self, project_id: str, series_id: str, archived: bool = True) -> None:
        """Hide a series from lists, or show it again; nothing of it is lost."""
        with self._db.write() as session:
            series_row(session, project_id, series_id)
            session.execute(
                update(SeriesRow).where(SeriesRow.id == series_id).values(archived=archived)
            )

    def _add(
        self, project_id: str, series: Sequence[tuple[SeriesData, SeriesInfo]], origin: str
    ) -> list[tuple[StoredSeries, bool]]:
        keys = self._blobs.put_many([data for data, _ in series])  # first, as in `save`
        with self._db.write() as session:
            return _add_rows(session, project_id, series, keys, origin)

    def list(
        self,
        project_id: str,
        search: str = "",
        origin: str | None = None,
        include_archived: bool = False,
    ) -> list[StoredSeries]:
        """Return series in the order they were added; `search` looks into names and channels."""
        query = select(SeriesRow).where(SeriesRow.project_id == project_id)
        if origin is not None:
            query = query.where(SeriesRow.origin == origin)
        if not include_archived:
            query = query.where(SeriesRow.archived.is_(False))
        with self._db.read() as session:
            found = [stored_series(row) for row in session.scalars(query.order_by(SeriesRow.id))]
        wanted = search.strip().casefold()
        return [stored for stored in found if wanted in _searched(stored)]


def _add_rows(
    session: Session,
    project_id: str,
    series: Sequence[tuple[SeriesData, SeriesInfo]],
    keys: Sequence[str],
    origin: str,
) -> list[tuple[StoredSeries, bool]]:
    there = rows_by_hash(session, project_id, [data.content_hash for data, _ in series])
    added: list[tuple[StoredSeries, bool]] = []
    first: list[SeriesRevisionRow] = []
    for (data, info), key in zip(series, keys, strict=True):
        row = there.get(data.content_hash)
        created = row is None
        if row is None:
            row = new_row(project_id, data, info, key, origin)
            session.add(row)
            first.append(first_revision(row, info))
            there[data.content_hash] = row
        added.append((stored_series(row), created))
    session.flush()
    session.add_all(first)
    session.flush()
    return added


def _extend_row(
    session: Session, stored: StoredSeries, longer: LongerSeries, rows_key: str
) -> StoredSeries:
    row = series_row(session, stored.project_id, stored.id)
    check_revision(stored_series(row), longer.expected_revision)
    check_version(stored_series(row), longer.expected_version)
    check_not_elsewhere(session, stored, longer.data.content_hash)
    add_revision(session, row, longer.data, longer.info, rows_key, longer.source, longer.note)
    keep_gold_whole(session, row.id, stored.n_samples, longer.data.n_samples)
    session.flush()
    return stored_series(row)


def _searched(stored: StoredSeries) -> str:
    return "\n".join((stored.info.name, *stored.info.channel_names)).casefold()
