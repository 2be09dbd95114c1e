"""Workers: the processes that serve the queue, known by their last sign of life."""

from sqlalchemy import select

from core.ids import utc_now
from storage.database import Database
from storage.rows import WorkerInfo
from storage.tables import WorkerRow


def beat(db: Database, worker_id: str, pid: int) -> None:
    """Leave a sign of life; the first one registers the worker."""
    now = utc_now()
    with db.write() as session:
        row = session.get(WorkerRow, worker_id)
        if row is None:
            session.add(WorkerRow(id=worker_id, pid=pid, started_at=now, beat_at=now))
        else:
            row.pid, row.beat_at = pid, now


def workers(db: Database) -> list[WorkerInfo]:
    """Return all workers that ever gave a sign of life, the most recent sign first."""
    with db.read() as session:
        rows = session.scalars(select(WorkerRow).order_by(WorkerRow.beat_at.desc()))
        return [
            WorkerInfo(id=row.id, pid=row.pid, started_at=row.started_at, beat_at=row.beat_at)
            for row in rows
        ]


def forget(db: Database, worker_id: str) -> None:
    """Remove a worker that ended in good order."""
    with db.write() as session:
        row = session.get(WorkerRow, worker_id)
        if row is not None:
            session.delete(row)
