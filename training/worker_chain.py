"""What a stage of a chain takes over from the stage before it. A part of the worker."""

from typing import Any

from core.errors import JobError
from storage import Store
from storage.rows import Job, ModelVersion

BASE = "base"
"""The setting of a recipe that names the model it begins with."""


def base_settings(store: Store, job: Job) -> dict[str, Any]:
    """Return the settings that a stage takes from the one before: where its student lies.

    Empty for a training that begins a chain, or belongs to none.

    Raises:
        JobError: when the stage before left no student that is still there.
    """
    if job.after is None:
        return {}
    before = made_by(store, job.project_id, job.after)
    if before is None or not before.folder.is_dir():
        title = store.jobs.get(job.after).title
        raise JobError(
            f"the stage before, “{title}”, left no student to go on from (its folder is not "
            "there); train that stage again, and this one after it"
        )
    return {BASE: str(before.folder)}


def made_by(store: Store, project_id: str, job_id: str) -> ModelVersion | None:
    """Return the version that a training made; None when it made none."""
    made = [one for one in store.versions.list(project_id) if one.job_id == job_id]
    return made[0] if made else None
