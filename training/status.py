"""What has become of a run: one pure function over the facts of its folder and its process."""

from dataclasses import dataclass
from typing import Literal

from training.run_folder import RunStatus

RunState = Literal["queued", "running", "paused", "done", "failed", "stopped", "lost"]


@dataclass(frozen=True)
class Facts:
    """What is known of a run.

    Attributes:
        status: what its process last said; None before it was ever started.
        alive: its process is at work now (not another one that got its id).
        exit_code: of the process, minus the signal's number when one ended it; None if unknown.
        stop_asked: someone asked it to stop since it was last started.
    """

    status: RunStatus | None
    alive: bool
    exit_code: int | None = None
    stop_asked: bool = False

    @property
    def checkpoint(self) -> int | None:
        """The last step that was saved; None when there is none."""
        return None if self.status is None else self.status.checkpoint


@dataclass(frozen=True)
class Verdict:
    """A run's state and, in one sentence, why (empty while all is well)."""

    state: RunState
    cause: str = ""

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
        return Verdict(status.state, status.message if status.state != "done" else "")
    if facts.alive:
        return Verdict("running")
    where = _where(status)
    if facts.stop_asked:
        return Verdict("stopped", f"the process was stopped {where}")
    if facts.exit_code is None:
        return Verdict(
            "lost",
            f"the process is gone without a last word (killed, or the machine restarted) {where}",
        )
    if facts.exit_code < 0:
        signal = -facts.exit_code
        return Verdict("lost", f"the process was killed (signal {signal}) {where}")
    if facts.exit_code == 0:
        return Verdict("lost", f"the process ended without saying that it was done {where}")
    return Verdict(
        "failed",
        f"the process ended with code {facts.exit_code} {where}; the log's last lines say why",
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
