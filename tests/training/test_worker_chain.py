"""A chain of trainings under a real worker: every stage begins with what the one before made."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import JobError
from storage import Store
from storage.rows import Job
from tests.pages.small_project import SmallProject, asked_project, with_gold
from training import launcher
from training.requests import TrainRequest
from training.run_folder import RunFolder
from training.worker import Worker
from training.worker_chain import base_settings

DOORS = {"train": "tests.training.fake_train_door"}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallProject]:
    opened = with_gold(asked_project(tmp_path / "home"))
    yield opened
    for path in (opened.store.home / "runs").glob("*"):
        launcher.clear(RunFolder(path))
    opened.store.close()


def stage(small: SmallProject, title: str, after: Job | None = None, **settings: object) -> Job:
    request = TrainRequest(recipe="fake", settings=settings)
    return small.store.jobs.enqueue(
        small.project_id, "train", title, request.params(), after=after.id if after else None
    )


def work_until_all_ended(store: Store, jobs: list[Job]) -> list[Job]:
    worker, until = Worker(store, DOORS), time.monotonic() + 60
    while not all(store.jobs.get(job.id).ended for job in jobs):
        assert time.monotonic() < until, "waited in vain"
        worker.step()
        time.sleep(0.02)
    return [store.jobs.get(job.id) for job in jobs]


def test_a_stage_begins_with_the_version_that_the_stage_before_made(small: SmallProject) -> None:
    first = stage(small, "SFT", learning_rate=0.5)
    second = stage(small, "RL", first, steps=3)

    ended = work_until_all_ended(small.store, [first, second])

    assert [job.state for job in ended] == ["done", "done"]
    by_job = {version.job_id: version for version in small.store.versions.list(small.project_id)}
    assert (by_job[first.id].number, by_job[second.id].number) == (1, 2)
    assert by_job[first.id].student == "majority"
    settings = RunFolder(second.folder).config()["settings"]
    assert settings == {"steps": 3, "base": str(by_job[first.id].folder)}
    assert RunFolder(first.folder).config()["settings"] == {"learning_rate": 0.5}


def test_a_stage_that_fails_stops_the_chain_and_goes_on_when_it_is_mended(
    small: SmallProject,
) -> None:
    first = stage(small, "SFT", breaks=True)
    second = stage(small, "RL", first)

    failed, stopped = work_until_all_ended(small.store, [first, second])

    assert (failed.state, stopped.state) == ("failed", "stopped")
    assert stopped.message == (
        "not started, because the stage before it, “SFT”, failed (the setting 'breaks' is on; "
        "switch it off); start that one again and this one follows by itself"
    )
    assert not second.folder.exists()

    folder = RunFolder(first.folder)
    RunFolder.create(first.folder, folder.config() | {"settings": {}})
    small.store.jobs.resume(first.id)
    mended = work_until_all_ended(small.store, [first, second])
    assert [job.state for job in mended] == ["done", "done"]


def test_a_stage_whose_predecessors_student_is_gone_fails_with_its_name(
    small: SmallProject,
) -> None:
    first = stage(small, "SFT")
    (done,) = work_until_all_ended(small.store, [first])
    second = stage(small, "RL", done)
    shutil.rmtree(first.folder / "model")

    with pytest.raises(JobError, match="the stage before, “SFT”, left no student to go on from"):
        base_settings(small.store, second)
    assert base_settings(small.store, done) == {}
