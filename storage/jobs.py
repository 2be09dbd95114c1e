"""Jobs: the queue of runs, claimed under a lease, and the workers that serve it.

The run folder is the truth of a run; the rows here are the request and a cache of that truth.
Every change of a state goes through `storage/job_changes.py`, which allows and records it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import StoreError
from core.ids import new_id, utc_now
from core.job_states import LIVE, JobEvent, JobState, Trouble
from storage import job_chains, job_changes, workers
from storage.database import Database
from storage.job_changes import enter
from storage.rows import Job, JobKind, WorkerInfo
from storage.tables import JobRow


class Jobs:
    """The jobs of a home."""

    def __init__(self, db: Database, home: Path) -> None:
        self._db = db
        self._home = home

    def enqueue(
        self,
        project_id: str,
        kind: JobKind,
        title: str,
        params: Mapping[str, Any],
        after: str | None = None,
    ) -> Job:
        """Ask for a run; its folder is `runs/<job id>` and is made by the worker.

        Args:
            after: the job that must be done first: the stage before this one.

        Raises:
            StoreError: when that job has ended without being done, or is not there.
        """
        row = JobRow(
            id=new_id(),
            project_id=project_id,
            kind=kind,
            title=title,
            params=dict(params),
            state="queued",
            stop_requested=False,
            pause_requested=False,
            progress={},
            message="",
            created_at=utc_now(),
            after=after,
        )
        with self._db.write() as session:
            job_chains.refuse_broken(session, after)
            session.add(row)
            session.flush()
            job_changes.note(session, row.id, "", "queued", "somebody asked for it")
            return self._job(row)

    def claim(
        self, worker_id: str, lease_s: float, kinds: Sequence[JobKind] | None = None
    ) -> Job | None:
        """Take the oldest queued job (of these kinds) for `lease_s` seconds; None when none waits.

        Two workers never get the same job: the claim holds the write lock. A later stage of a
        chain is passed over until the one before it is done.
        """
        query = select(JobRow).where(JobRow.state == "queued", job_chains.may_start())
        if kinds is not None:
            query = query.where(JobRow.kind.in_(kinds))
        query = query.order_by(JobRow.created_at, JobRow.id).limit(1)
        with self._db.read() as session:
            # workers ask a few times a second: an empty queue must not cost a write lock
            if session.scalar(query) is None:
                return None
        with self._db.write() as session:
            row = session.scalar(query)
            if row is None:
                return None
            enter(session, row, "running", "its turn came")
            row.started_at = utc_now()
            _lease(row, worker_id, lease_s)
            return self._job(row)

    def renew(self, job_id: str, worker_id: str, lease_s: float) -> bool:
        """Lengthen one's own lease; False when the job is another worker's or has ended."""
        with self._db.write() as session:
            row = _row(session, job_id)
            if row.worker_id != worker_id or row.state != "running":
                return False
            _lease(row, worker_id, lease_s)
            return True

    def expired(self) -> list[Job]:
        """Return running jobs whose lease ran out: their worker died or hangs."""
        query = select(JobRow).where(JobRow.state == "running", JobRow.lease_until < utc_now())
        with self._db.read() as session:
            return [self._job(row) for row in session.scalars(query.order_by(JobRow.created_at))]

    def take_over(self, job_id: str, worker_id: str, lease_s: float) -> Job | None:
        """Take a running job whose lease ran out; None when somebody else was faster."""
        with self._db.write() as session:
            row = _row(session, job_id)
            lapsed = row.lease_until is None or row.lease_until < utc_now()
            if row.state != "running" or not lapsed:
                return None
            _lease(row, worker_id, lease_s)
            return self._job(row)

    def go_on_by_itself(
        self, job_id: str, state: JobState, cause: str, trouble: Trouble, message: str
    ) -> Job:
        """Note how the run of a running job ended, and queue the job again, in one step.

        Nobody sees it ended in between, and no death of a worker leaves it there. A job that
        somebody asked to stop or to pause does that instead.

        Args:
            cause: why the run ended; message: how it goes on.
            trouble: what the written policy answers.
        """
        with self._db.write() as session:
            row = _row(session, job_id)
            if row.state != "running":
                return self._job(row)
            if row.stop_requested or row.pause_requested:
                enter(session, row, "stopped" if row.stop_requested else "paused", cause)
                row.message = cause
                job_chains.settle(session, row)
            else:
                enter(session, row, state, cause)
                enter(session, row, "queued", message, trouble)
                row.message = message
            return self._job(row)

    def events(self, job_id: str) -> "Sequence[JobEvent]":
        """Return all that a job went through, the oldest first."""
        with self._db.read() as session:
            return job_changes.events(session, job_id)

    def update(
        self,
        job_id: str,
        *,
        state: JobState | None = None,
        progress: Mapping[str, Any] | None = None,
        message: str | None = None,
        pid: int | None = None,
        device: str | None = None,
        started_at: datetime | None = None,
        ended_at: datetime | None = None,
    ) -> Job:
        """Store what is known of a job now; what is not given stays.

        A job that ends gives its lease back and gets its end time; one that is queued again
        starts from nothing. An ended or paused job keeps its state: a late word of its worker is
        no news. Only such a job is queued again: a second press of the button changes nothing.
        A job that comes to rest when both a pause and a stop were asked for is stopped.

        Raises:
            StoreError: for a way between two states that is none (`core/job_states.py`).
        """
        given: dict[str, Any] = {
            "message": message,
            "pid": pid,
            "device": device,
            "started_at": started_at,
            "ended_at": ended_at,
            "progress": None if progress is None else dict(progress),
        }
        with self._db.write() as session:
            row = _row(session, job_id)
            for name, value in given.items():
                if value is not None:
                    setattr(row, name, value)
            if state is not None and (row.state in LIVE) == (state != "queued"):
                stops = state == "paused" and row.stop_requested
                enter(session, row, "stopped" if stops else state, message or "")
                job_chains.settle(session, row)
            return self._job(row)

    def request_stop(self, job_id: str) -> Job:
        """Ask for a stop: a queued or paused job ends at once, a running one by its worker."""
        with self._db.write() as session:
            row = _row(session, job_id)
            if row.state == "queued":
                row.message = "stopped before it started"
            elif row.state == "paused":
                row.message = f"stopped while it was paused; {row.message}"
            if row.state in ("queued", "paused"):
                enter(session, row, "stopped", "somebody stopped it")
                job_chains.settle(session, row)
            row.stop_requested = True
            return self._job(row)

    def request_pause(self, job_id: str) -> Job:
        """Ask for a pause: a queued job rests at once, a running one at its next safe point.

        Changes nothing of a job that is paused or has ended. A run that knows no pause (benches,
        screenings) goes on to its end.
        """
        with self._db.write() as session:
            row = _row(session, job_id)
            if row.state == "queued":
                enter(session, row, "paused", "somebody paused it")
                row.message = "paused before it started"
            elif row.state == "running":
                row.pause_requested = True
            return self._job(row)

    def resume(self, job_id: str, params: Mapping[str, Any] | None = None) -> Job:
        """Queue a job again that was paused, stopped or lost, or that failed.

        Its run goes on in its own folder, with other parameters (a higher budget, say) when some
        are given; the stages after it that ended with it wait for it again. Changes nothing of a
        job that is live or done: a second press of the button is none.

        Raises:
            StoreError: for a stage whose predecessor has to be started again first.
        """
        with self._db.write() as session:
            row = _row(session, job_id)
            if row.state not in LIVE and row.state != "done":
                job_chains.refuse_broken(session, row.after)
                enter(session, row, "queued", "somebody resumed it")
                job_chains.settle(session, row)
                row.message = ""
                row.params = row.params if params is None else dict(params)
            return self._job(row)

    def get(self, job_id: str) -> Job:
        """Return a job, or raise StoreError."""
        with self._db.read() as session:
            return self._job(_row(session, job_id))

    def list(self, project_id: str, kind: JobKind | None = None) -> list[Job]:
        """Return jobs, the newest first."""
        query = select(JobRow).where(JobRow.project_id == project_id)
        if kind is not None:
            query = query.where(JobRow.kind == kind)
        query = query.order_by(JobRow.created_at.desc(), JobRow.id.desc())
        with self._db.read() as session:
            return [self._job(row) for row in session.scalars(query)]

    def beat(self, worker_id: str, pid: int) -> None:
        """Leave a worker's sign of life; the first one registers it."""
        workers.beat(self._db, worker_id, pid)

    def workers(self) -> Sequence[WorkerInfo]:
        """Return the workers that gave a sign of life and did not sign off, the latest first."""
        return workers.workers(self._db)

    def sign_off(self, worker_id: str) -> None:
        """Remove a worker that ends in good order."""
        workers.forget(self._db, worker_id)

    def _job(self, row: JobRow) -> Job:
        return Job(
            id=row.id,
            project_id=row.project_id,
            kind=cast(JobKind, row.kind),
            title=row.title,
            params=row.params,
            state=cast(JobState, row.state),
            stop_requested=row.stop_requested,
            pause_requested=row.pause_requested,
            device=row.device,
            folder=self._home / "runs" / row.id,
            progress=row.progress,
            message=row.message,
            worker_id=row.worker_id,
            lease_until=row.lease_until,
            pid=row.pid,
            created_at=row.created_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            after=row.after,
        )


def _row(session: Session, job_id: str) -> JobRow:
    row = session.get(JobRow, job_id)
    if row is None:
        raise StoreError(
            f"there is no job {job_id}; it is not in this database; pick one from the list of jobs"
        )
    return row


def _lease(row: JobRow, worker_id: str, lease_s: float) -> None:
    row.worker_id = worker_id
    row.lease_until = utc_now() + timedelta(seconds=lease_s)
