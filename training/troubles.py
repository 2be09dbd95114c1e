"""What goes wrong with a run, told from the error that ended it, in words that say what to do.

Knows no torch: its errors are known by their names and their words.
"""

import errno
from pathlib import Path

from core.errors import AppError, JobError
from core.job_states import Trouble

DISK_FULL_CODE = 74
"""The exit code of a run that could not even write its last word (EX_IOERR)."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NO_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory")
MEMORY_SAID = "the memory of the machine did not suffice"


class DivergedError(JobError):
    """The loss of a training is no number any more."""


def diverged(step: int, what: str) -> DivergedError:
    """Return the error for a step whose loss or gradient is no finite number."""
    return DivergedError(
        f"at step {step} the {what} is no finite number, so nothing more can be learned; the "
        "checkpoint before it is sound: resume from there with half the learning rate, and look "
        "for extreme values in the series if it happens again"
    )


def trouble_of(error: BaseException) -> Trouble:
    """Tell which of the known troubles an error is; empty when it is none of them."""
    if isinstance(error, DivergedError):
        return "diverged"
    if isinstance(error, AppError):
        return ""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "memory"
    if isinstance(error, OSError):
        if error.errno in _NO_ROOM:
            return "disk"
        if error.errno == errno.ENOMEM:
            return "memory"
        return "missing" if isinstance(error, FileNotFoundError) else ""
    if isinstance(error, RuntimeError):  # torch's allocator, and files it could not write
        said = str(error).lower()
        if any(words in said for words in _NO_MEMORY):
            return "memory"
        return "disk" if "no space left" in said else ""
    return ""


def explain(error: BaseException, folder: Path) -> str:
    """Return an error as the last word of a run: what happened and, where known, what to do."""
    if isinstance(error, AppError):
        return str(error)
    trouble = trouble_of(error)
    if trouble == "memory":
        return MEMORY_SAID  # what to do depends on whether it goes on by itself
    if trouble == "disk":
        return (
            f"the disk of {folder} is full, so the run could not go on; make room and start it "
            "again: it goes on from what was stored"
        )
    if trouble == "missing" and isinstance(error, OSError):
        return (
            f"the file {error.filename} is missing, which the run needs; bring it back from a "
            "backup and start the run again, or start a new one"
        )
    return f"{type(error).__name__}: {error}"
