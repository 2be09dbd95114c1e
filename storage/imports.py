"""Label sets that came with files. Evidence of others: nothing here is learned from or measured on.

A set is stored once per series, whatever its file was called; hiding it loses nothing.
"""

import builtins
import hashlib
from collections.abc import Sequence
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.annotations import ImportedLabels, LabelKind
from core.errors import StoreError
from core.ids import new_id, utc_now
from core.intervals import Interval
from core.model import Frozen
from storage.database import Database
from storage.series_rows import series_row
from storage.tables import ImportedLabelsRow, SeriesRevisionRow

Labelled = tuple[Interval, str]
"""An interval and its type as text, "" where the file named none."""


class _Body(Frozen):
    intervals: tuple[Interval, ...]
    types: tuple[str, ...]


class Imports:
    """The imported labels of a home."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(
        self,
        project_id: str,
        series_id: str,
        kind: LabelKind,
        annotator: str,
        source: str,
        intervals: Sequence[Labelled],
        complete: bool,
        revision: int,
    ) -> ImportedLabels:
        """Store a label set; an equal one that is there is returned, and shown when it was hidden.

        Args:
            annotator: who made the labels, "" when the file does not say.
            source: the file's name.
            complete: whether no interval means that there is none.
            revision: the revision of the series that `intervals` were resolved on.

        Raises:
            StoreError: when an interval does not lie inside that revision of the series.
        """
        ordered = sorted(set(intervals), key=_place)
        body = _Body(
            intervals=tuple(interval for interval, _ in ordered),
            types=tuple(text for _, text in ordered),
        ).model_dump_json()
        label_hash = _hash(kind, annotator, body, revision if complete else 0)
        with self._db.write() as session:
            _check(session, project_id, series_id, body, revision)
            row = session.scalar(
                select(ImportedLabelsRow).where(
                    ImportedLabelsRow.series_id == series_id,
                    ImportedLabelsRow.label_hash == label_hash,
                )
            )
            if row is None:
                row = ImportedLabelsRow(
                    id=new_id(),
                    project_id=project_id,
                    series_id=series_id,
                    label_hash=label_hash,
                    kind=kind,
                    annotator=annotator,
                    source=source,
                    complete=complete,
                    revision=revision,
                    body=body,
                    archived=False,
                    created_at=utc_now(),
                )
                session.add(row)
            row.archived = False
            return _imported(row)

    def list(
        self, project_id: str, series_id: str | None = None, include_archived: bool = False
    ) -> "builtins.list[ImportedLabels]":
        """Return the label sets in the order in which they were stored."""
        query = select(ImportedLabelsRow).where(ImportedLabelsRow.project_id == project_id)
        if series_id is not None:
            query = query.where(ImportedLabelsRow.series_id == series_id)
        if not include_archived:
            query = query.where(ImportedLabelsRow.archived.is_(False))
        with self._db.read() as session:
            rows = session.scalars(
                query.order_by(ImportedLabelsRow.created_at, ImportedLabelsRow.id)
            )
            return [_imported(row) for row in rows]

    def archive(self, project_id: str, labels_id: str, archived: bool = True) -> None:
        """Hide a label set, or show it again; nothing of it is lost."""
        with self._db.write() as session:
            row = session.get(ImportedLabelsRow, labels_id)
            if row is None or row.project_id != project_id:
                raise StoreError(
                    f"there is no label set {labels_id} in this project, so nothing was changed; "
                    "pick it from the list"
                )
            row.archived = archived


def _place(labelled: Labelled) -> tuple[int, int, tuple[int, ...], str]:
    interval, text = labelled
    return (interval.start, interval.stop, interval.channels, text)


def _hash(kind: str, annotator: str, body: str, revision: int) -> str:
    return hashlib.sha256("\n".join((kind, annotator, str(revision), body)).encode()).hexdigest()


def _check(session: Session, project_id: str, series_id: str, body: str, revision: int) -> None:
    row = series_row(session, project_id, series_id)
    held = session.get(SeriesRevisionRow, (series_id, revision))
    if held is None:
        raise StoreError(
            f"there is no revision {revision} of {row.name!r}, so labels cannot speak of it; "
            "nothing was stored: use one of series.revisions()"
        )
    for one in _Body.model_validate_json(body).intervals:
        if one.stop > held.n_samples or any(not 0 <= c < row.n_channels for c in one.channels):
            raise StoreError(
                f"the label [{one.start}, {one.stop}) of channels {one.channels} does not lie "
                f"inside the {held.n_samples} samples and {row.n_channels} channels of "
                f"{row.name!r}; nothing was stored: check which series the labels belong to"
            )


def _imported(row: ImportedLabelsRow) -> ImportedLabels:
    body = _Body.model_validate_json(row.body)
    return ImportedLabels(
        id=row.id,
        project_id=row.project_id,
        series_id=row.series_id,
        kind=cast(LabelKind, row.kind),
        annotator=row.annotator,
        source=row.source,
        intervals=body.intervals,
        types=body.types,
        complete=row.complete,
        revision=row.revision,
        archived=row.archived,
        created_at=row.created_at,
    )
