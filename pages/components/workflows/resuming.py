"""Taking up a training whose loss became no number: from its checkpoint, more slowly."""

import time

from core.errors import JobError
from storage import Store
from storage.rows import Job
from training.healing import LEARNING_RATE, slower
from training.run_folder import Healed, RunFolder


def may_go_slower(job: Job) -> bool:
    """Tell whether to offer half the learning rate for a job that failed."""
    if job.kind != "train" or job.state != "failed":
        return False
    status = RunFolder(job.folder).status()
    return status is not None and status.trouble == "diverged"


def resume_slower(store: Store, job: Job) -> Job:
    """Queue a training again with half its learning rate, in its own folder.

    Raises:
        JobError: when its loss was a number all the time.
    """
    folder = RunFolder(job.folder)
    status = folder.status()
    if status is None or not may_go_slower(job):
        raise JobError(
            f"“{job.title}” did not fail for a loss that is no number, so a lower learning rate "
            "mends nothing; resume it as it is"
        )
    change = slower(folder.config()["settings"])
    said = f"goes on with half the learning rate ({change[LEARNING_RATE]:g}), as somebody chose"
    folder.heal(
        Healed(at=time.time(), trouble="diverged", cause=status.message, said=said, settings=change)
    )
    return store.jobs.resume(job.id)
