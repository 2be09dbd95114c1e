"""A training whose loss became no number is taken up with half the learning rate, and no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import JobError
from pages.components.workflows.resuming import may_go_slower, resume_slower
from storage import Store, open_store
from storage.rows import Job
from training.run_folder import RunFolder, RunStatus
from training.troubles import diverged


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    opened.close()


def failed(store: Store, status: RunStatus) -> Job:
    store.jobs.enqueue(store.projects.default().id, "train", "Training 1", {})
    job = store.jobs.claim("w", 60)
    assert job is not None
    folder = RunFolder.create(job.folder, {"settings": {"learning_rate": 0.002, "steps": 9}})
    folder.write_status(status)
    return store.jobs.update(job.id, state="failed", message=status.message)


def test_it_goes_on_with_half_the_learning_rate_and_says_so(store: Store):
    message = str(diverged(7, "loss"))
    job = failed(store, RunStatus(state="failed", message=message, trouble="diverged"))
    assert may_go_slower(job)

    again = resume_slower(store, job)

    folder = RunFolder(job.folder)
    assert again.state == "queued"
    assert folder.config()["settings"] == {"learning_rate": 0.001, "steps": 9}
    (noted,) = folder.healed()
    assert (noted.cause, noted.said) == (
        message,
        "goes on with half the learning rate (0.001), as somebody chose",
    )
    assert folder.log_tail().endswith(noted.said)


def test_another_failure_is_not_offered_it(store: Store):
    job = failed(store, RunStatus(state="failed", message="the disk is full", trouble="disk"))

    assert not may_go_slower(job)
    with pytest.raises(JobError, match="a lower learning rate mends nothing; resume it as it is"):
        resume_slower(store, job)
    assert store.jobs.get(job.id) == job
