"""Snapshots: immutable sets of training examples, each a folder known by its content hash."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from core.errors import StoreError
from core.ids import new_id, utc_now
from storage.database import Database
from storage.files import relative_to_home
from storage.rows import Snapshot
from storage.tables import SnapshotRow


class Snapshots:
    """The snapshots of a home."""

    def __init__(self, db: Database, home: Path) -> None:
        self._db = db
        self._home = home

    def add(
        self, project_id: str, content_hash: str, folder: Path | str, summary: Mapping[str, Any]
    ) -> Snapshot:
        """Register a snapshot folder; the same content again gives the row there is."""
        with self._db.write() as session:
            row = session.scalar(_one(project_id, content_hash))
            if row is None:
                row = SnapshotRow(
                    id=new_id(),
                    project_id=project_id,
                    content_hash=content_hash,
                    folder=relative_to_home(self._home, folder),
                    summary=dict(summary),
                    created_at=utc_now(),
                )
                session.add(row)
            return self._snapshot(row)

    def get(self, project_id: str, content_hash: str) -> Snapshot:
        """Return a snapshot of the project by its content hash, or raise StoreError."""
        with self._db.read() as session:
            row = session.scalar(_one(project_id, content_hash))
            if row is None:
                raise StoreError(
                    f"there is no snapshot {content_hash[:12]} in this project; it was never made "
                    "here; make it on the Train page"
                )
            return self._snapshot(row)

    def list(self, project_id: str) -> list[Snapshot]:
        """Return snapshots, the newest first."""
        query = select(SnapshotRow).where(SnapshotRow.project_id == project_id)
        with self._db.read() as session:
            rows = session.scalars(query.order_by(SnapshotRow.id.desc()))
            return [self._snapshot(row) for row in rows]

    def _snapshot(self, row: SnapshotRow) -> Snapshot:
        return Snapshot(
            id=row.id,
            project_id=row.project_id,
            content_hash=row.content_hash,
            folder=self._home / row.folder,
            summary=row.summary,
            created_at=row.created_at,
        )


def _one(project_id: str, content_hash: str) -> Select[SnapshotRow]:
    return select(SnapshotRow).where(
        SnapshotRow.project_id == project_id, SnapshotRow.content_hash == content_hash
    )
