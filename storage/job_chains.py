"""Chains of jobs: a stage waits for the one before it, ends with it, and wakes with it.

A chain is a line of jobs, each with the id of the one before it in `after`. Whoever ends or wakes a
stage does it to those after it in the same transaction, so that nobody sees half of a chain.
"""

from typing import cast

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from core.errors import StoreError
from core.job_states import JobState, chain_ended, ends_chain
from storage.job_changes import enter
from storage.tables import JobRow

WAKES = "the stage before it goes on"


def may_start() -> ColumnElement[bool]:
    """Return the condition that a job is no later stage, or that the stage before it is done."""
    before = aliased(JobRow)
    done = select(before.id).where(before.state == "done")
    return or_(JobRow.after.is_(None), JobRow.after.in_(done))


def refuse_broken(session: Session, after: str | None) -> None:
    """Raise StoreError when nothing can come after this job: it is not there, or ended badly."""
    if after is None:
        return
    before = session.get(JobRow, after)
    if before is None:
        raise StoreError(
            f"there is no job {after}, so nothing can come after it; pick one from the list of jobs"
        )
    if ends_chain(_state(before)):
        raise StoreError(
            f"the stage before, “{before.title}”, is {before.state}, so nothing can go on from it; "
            "start that one again first: the stages after it follow by themselves"
        )


def settle(session: Session, row: JobRow) -> None:
    """Bring the stages after a job in step with it: stopped with it, or waiting for it again."""
    if ends_chain(_state(row)):
        _stop_after(session, row, chain_ended(row.title, _state(row), row.message))
    elif row.state == "queued":
        _wake_after(session, row)


def stopped_with_its_chain(row: JobRow) -> bool:
    """Tell whether a stage ended because of the one before it: it never ran, nobody stopped it."""
    never_ran = row.state == "stopped" and row.started_at is None
    return row.after is not None and never_ran and not row.stop_requested


def _stop_after(session: Session, row: JobRow, why: str) -> None:
    for later in _later(session, row):
        if later.state in ("queued", "paused"):
            later.message = why
            enter(session, later, "stopped", why)
            _stop_after(session, later, why)


def _wake_after(session: Session, row: JobRow) -> None:
    for later in _later(session, row):
        if stopped_with_its_chain(later):
            later.message = ""
            enter(session, later, "queued", WAKES)
            _wake_after(session, later)


def _later(session: Session, row: JobRow) -> list[JobRow]:
    return list(session.scalars(select(JobRow).where(JobRow.after == row.id)))


def _state(row: JobRow) -> JobState:
    return cast(JobState, row.state)
