"""The states of a job, the ways between them that are legal, and the words people read for them.

    queued -> running -> done | failed | stopped | lost | paused
    queued, paused -> stopped;  queued -> paused;  paused, failed, stopped, lost -> queued

A job that is asked to pause or to stop stays `running` until its run has come to a safe point;
people read "pausing" and "stopping" meanwhile. `done` reads "finished".

A job may come after another, as the next stage of a chain: it stays `queued` until that one is
`done`, waits with it while it is paused, and is `stopped` with it when it ends otherwise. A stage
that is queued again takes along those that were stopped with it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from core.model import Frozen

JobState = Literal["queued", "running", "paused", "done", "failed", "stopped", "lost"]
SeenState = Literal[
    "queued",
    "running",
    "pausing",
    "paused",
    "stopping",
    "stopped",
    "finished",
    "failed",
    "lost",
]
Trouble = Literal["", "crash", "memory", "disk", "diverged", "missing"]
"""What went wrong with a run, as the written policy knows it; empty for anything else."""

LIVE: frozenset[JobState] = frozenset({"queued", "running"})
ENDED: frozenset[JobState] = frozenset({"done", "failed", "stopped", "lost"})
"""A paused job is in neither: nothing happens to it by itself, and it is not over."""

LEGAL: Mapping[JobState, frozenset[JobState]] = {
    "queued": frozenset({"running", "paused", "stopped"}),
    "running": frozenset({"done", "failed", "stopped", "lost", "paused"}),
    "paused": frozenset({"queued", "stopped"}),
    "failed": frozenset({"queued"}),
    "stopped": frozenset({"queued"}),
    "lost": frozenset({"queued"}),
    "done": frozenset(),
}


class JobEvent(Frozen):
    """A job's way from one state to another.

    `before` is empty for the request itself. `trouble` is what the written policy answered by
    queueing the job again by itself; empty for every other change.
    """

    job_id: str
    before: JobState | Literal[""]
    after: JobState
    cause: str
    trouble: Trouble
    at: datetime


def is_legal(before: JobState, after: JobState) -> bool:
    """Tell whether a job may go from one state straight to another."""
    return after in LEGAL[before]


def seen(state: JobState, stop_requested: bool = False, pause_requested: bool = False) -> SeenState:
    """Return the word that people read; a stop outweighs a pause."""
    if state == "done":
        return "finished"
    if state == "running" and stop_requested:
        return "stopping"
    if state == "running" and pause_requested:
        return "pausing"
    return state


def ends_chain(state: JobState) -> bool:
    """Tell whether a job in this state leaves the stages after it nothing to go on with."""
    return state in ENDED and state != "done"


def chain_ended(title: str, state: JobState, cause: str) -> str:
    """Say why a stage did not start: the one before it, and what became of that."""
    how = {"failed": "failed", "lost": "was lost"}.get(state, "was stopped")
    why = f" ({cause})" if cause else ""
    return (
        f"not started, because the stage before it, “{title}”, {how}{why}; start that one again "
        "and this one follows by itself"
    )


def tries(events: Sequence[JobEvent]) -> Counter[Trouble]:
    """Return how often a job was queued again by itself, by trouble, since a person last did."""
    counted: Counter[Trouble] = Counter()
    for event in reversed(events):
        if event.after == "queued":
            if not event.trouble:
                break
            counted[event.trouble] += 1
    return counted
