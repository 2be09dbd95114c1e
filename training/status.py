"""What has become of a run: one pure function over the facts of its folder and its process."""

from dataclasses import dataclass
from typing import Literal

from core.job_states import Trouble
from training.run_folder import RunStatus
from training.troubles import DISK_FULL_CODE

RunState = Literal["queued", "running", "paused", "done", "failed", "stopped", "lost"]
HANGS_AFTER_S = 600.0
"""A run that is at work and has said nothing for so long is said to hang; nobody ends it for it."""


@dataclass(frozen=True)
class Facts:
    """What is known of a run.

    Attributes:
        status: what its process last said; None before it was ever started.
        alive: its process is at work now (not another one that got its id).
        exit_code: of the process, minus the signal's number when one ended it; None if unknown.
        stop_asked: someone asked it to stop since it was last started.
        memory_kill: the system killed a process for memory since it was started.
        silent_s: seconds since it last said something.
    """

    status: RunStatus | None
    alive: bool
    exit_code: int | None = None
    stop_asked: bool = False
    memory_kill: bool = False
    silent_s: float = 0.0

    @property
    def checkpoint(self) -> int | None:
        """The last step that was saved; None when there is none."""
        return None if self.status is None else self.status.checkpoint


@dataclass(frozen=True)
class Verdict:
    """A run's state and, in one sentence, why (empty while all is well).

    `checkpoint` is the last step that was saved, None when there is none.
    """

    state: RunState
    cause: str = ""
    trouble: Trouble = ""
    checkpoint: int | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state not in ("queued", "running")


def state_of(facts: Facts) -> Verdict:
    """Decide the state of a run.

    The process's own last word counts when it is a final one; a process that is gone without a
    final word was stopped when someone asked for that, failed when it ended with an error code of
    its own, and is lost otherwise: killed, or swept away by a restart of the machine.
    """
    status = facts.status
    if status is None and not facts.alive:
        return Verdict("queued")
    if status is not None and status.state in ("done", "failed", "stopped", "paused"):
        if status.state == "done":
            return Verdict("done")
        return Verdict(status.state, status.message, status.trouble, facts.checkpoint)
    if facts.alive:
        return Verdict("running", _silence(facts))
    if facts.stop_asked:
        where = _where(status)
        return Verdict("stopped", f"the process was stopped {where}", checkpoint=facts.checkpoint)
    return _gone(facts)


def _gone(facts: Facts) -> Verdict:
    """Judge a run whose process is gone without a last word, and that nobody asked to stop."""
    where, code = _where(facts.status), facts.exit_code
    if code is not None and code > 0:
        if code == DISK_FULL_CODE:
            cause = f"the disk is full; make room first. It ended {where}"
            return Verdict("failed", cause, "disk", facts.checkpoint)
        said = f"the process ended with code {code} {where}; the log's last lines say why"
        return Verdict("failed", said, "", facts.checkpoint)
    if facts.memory_kill and code in (None, -9):
        cause = f"the system killed the process for lack of memory {where}"
        return Verdict("lost", cause, "memory", facts.checkpoint)
    if code is None:
        how = "is gone without a last word (killed, or the machine restarted)"
    elif code < 0:
        how = f"was killed (signal {-code})"
    else:
        how = "ended without saying that it was done"
    return Verdict("lost", f"the process {how} {where}", "crash", facts.checkpoint)


def _silence(facts: Facts) -> str:
    if facts.silent_s < HANGS_AFTER_S:
        return ""
    return (
        f"it hangs, or one step takes very long: no word for {facts.silent_s / 60:.0f} minutes; "
        "stop it and start it again if it does not move"
    )


def _where(status: RunStatus | None) -> str:
    if status is None or status.total == 0:
        return "before its first step: start it again"
    text = f"at step {status.step} of {status.total}"
    if status.stage:
        text += f" of {status.stage}"
    if status.checkpoint is not None:
        text += f"; the last checkpoint is step {status.checkpoint}"
        return f"{text}: start it again to go on there"
    return f"{text}: start it again, what was finished is kept"
