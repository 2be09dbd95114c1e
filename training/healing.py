"""What happens to a run that broke: one pure function, the written policy of docs/jobs.md.

A run that ran out of memory goes on with half the batch, gathered over twice as many passes; one
that was killed goes on from its last checkpoint; neither for ever. All else needs a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.job_states import Trouble
from training.status import Verdict

BATCHES = ("batch_size", "decoder_batch_size", "text_batch_size", "event_batch_size")
WRITTEN = "written_at_once"
ACCUMULATE = "accumulate"
LEARNING_RATE = "learning_rate"


@dataclass(frozen=True)
class Policy:
    """How often a run goes on by itself, by trouble, before a person has to look."""

    crash: int = 3
    memory: int = 2

    def most(self, trouble: Trouble) -> int:
        """Return how often a trouble is answered; never those that only a person can mend."""
        return {"crash": self.crash, "memory": self.memory}.get(trouble, 0)


@dataclass(frozen=True)
class Remedy:
    """How a broken run goes on, in one sentence, and with which settings changed."""

    trouble: Trouble
    said: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])


def remedy(
    verdict: Verdict,
    settings: Mapping[str, Any],
    tried: Mapping[Trouble, int],
    policy: Policy,
) -> Remedy | None:
    """Return how an ended run goes on; None when a person has to look, or nothing is wrong.

    Args:
        settings: the resolved settings of a training; empty for other kinds of runs.
        tried: how often each trouble was answered since a person last started the run.
    """
    if verdict.state not in ("failed", "lost") or not verdict.trouble:
        return None
    number, most = tried.get(verdict.trouble, 0) + 1, policy.most(verdict.trouble)
    if number > most:
        return None
    if verdict.trouble == "crash":
        where = "from its last checkpoint" if verdict.checkpoint else "with what was finished"
        return Remedy("crash", f"goes on {where} after a crash ({number} of {most})")
    smaller = halved(settings)
    if smaller is None:
        return None
    if "batch_size" in smaller:
        how = (
            f"half the batch ({smaller['batch_size']}, gathered over {smaller[ACCUMULATE]} passes)"
        )
    else:
        how = f"fewer answers written at once ({smaller[WRITTEN]})"
    said = f"goes on with {how} after it ran out of memory ({number} of {most})"
    return Remedy("memory", said, smaller)


def halved(settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return settings for half the memory and the same effective batch.

    A batch of 1 cannot be halved; where answers are written for several of them at once, then these
    are. None when nothing is left to halve. Smaller batches that are 1 stay so.
    """
    written = int(settings.get(WRITTEN, 1))
    fewer = {WRITTEN: written // 2} if written > 1 else {}
    if int(settings.get("batch_size", 1)) < 2:
        return fewer or None
    smaller = {name: max(1, settings[name] // 2) for name in BATCHES if settings.get(name)}
    return {**smaller, **fewer, ACCUMULATE: 2 * int(settings.get(ACCUMULATE, 1))}


def slower(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the change to offer for a training that diverged: half the learning rate."""
    return {LEARNING_RATE: float(settings[LEARNING_RATE]) / 2}


def given_up(verdict: Verdict, tried: Mapping[Trouble, int]) -> str:
    """Return the last sentence of a run that does not go on by itself, with what was tried."""
    n = tried.get(verdict.trouble, 0)
    times = {1: "once", 2: "twice"}.get(n, f"{n} times")
    if verdict.trouble == "memory":
        how = f", also with half as much at once ({times})" if n else ""
        return (
            f"{verdict.cause}{how}; close other programs, choose a smaller batch size, or take "
            "fewer windows, and start it again"
        )
    return f"{verdict.cause}; it had gone on by itself {times}" if n else verdict.cause
