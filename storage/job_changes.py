"""How a job's state changes: by the legal ways alone, and noted in the same transaction."""

from typing import Any, Literal, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import StoreError
from core.ids import utc_now
from core.job_states import ENDED, LEGAL, JobEvent, JobState, Trouble, is_legal
from storage.tables import JobEventRow, JobRow


def enter(
    session: Session, row: JobRow, state: JobState, cause: str, trouble: Trouble = ""
) -> None:
    """Bring a job into a state and note it; nothing happens when it is there already.

    Raises:
        StoreError: when there is no legal way from the job's state to this one.
    """
    before = cast(JobState, row.state)
    if before == state:
        return
    if not is_legal(before, state):
        ways = ", ".join(sorted(LEGAL[before])) or "nothing any more"
        raise StoreError(
            f"the job “{row.title}” is {before} and cannot become {state}: from there it can "
            f"become {ways}; look at it again, it may have changed meanwhile"
        )
    note(session, row.id, before, state, cause, trouble)
    row.state = state
    if state == "running":
        row.started_at = row.started_at or utc_now()
    else:
        row.worker_id = row.lease_until = row.pid = None
        row.pause_requested = False
    if state == "queued":
        row.started_at = row.ended_at = None
        row.stop_requested = False
    if state in ENDED:
        row.ended_at = row.ended_at or utc_now()


def note(
    session: Session,
    job_id: str,
    before: JobState | Literal[""],
    after: JobState,
    cause: str,
    trouble: Trouble = "",
) -> None:
    """Append a change to what the job went through."""
    session.add(
        JobEventRow(
            job_id=job_id,
            before=before,
            after=after,
            cause=cause,
            trouble=trouble,
            created_at=utc_now(),
        )
    )


def events(session: Session, job_id: str) -> list[JobEvent]:
    """Return all that a job went through, the oldest first."""
    query = select(JobEventRow).where(JobEventRow.job_id == job_id).order_by(JobEventRow.position)
    return [_event(row) for row in session.scalars(query)]


def _event(row: JobEventRow) -> JobEvent:
    fields: dict[str, Any] = {
        "job_id": row.job_id,
        "before": row.before,
        "after": row.after,
        "cause": row.cause,
        "trouble": row.trouble,
        "at": row.created_at,
    }
    return JobEvent.model_validate(fields)
