"""Runs that break under a real worker: which go on by themselves, how often, and what they say."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from core.errors import StoreUnavailableError
from storage import Store, open_store
from storage.rows import Job
from training import launcher
from training.healing import Policy
from training.run_folder import RunFolder
from training.worker import Worker

DOORS = {"bench": "tests.training.sleeper_run"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all: every test leaves its job ended."""
    opened = open_store(tmp_path_factory.mktemp("heals") / "home")
    yield opened
    for path in (opened.home / "runs").glob("*"):
        launcher.clear(RunFolder(path))
    opened.close()


def sleeper(store: Store, total: int = 60, **config: object) -> Job:
    """Queue a job whose folder is written already, so that its run is the sleeping one."""
    job = store.jobs.enqueue(store.projects.default().id, "bench", "a job", {})
    RunFolder.create(job.folder, {"kind": "bench", "total": total, **config})
    return job


def step_of(job: Job) -> int:
    status = RunFolder(job.folder).status()
    return 0 if status is None else status.step


def work_until(worker: Worker, condition: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        worker.step()
        time.sleep(0.02)


def ended(store: Store, job: Job, worker: Worker) -> Job:
    work_until(worker, lambda: not store.jobs.get(job.id).live)
    return store.jobs.get(job.id)


def ways(store: Store, job: Job) -> list[str]:
    return [event.after for event in store.jobs.events(job.id)]


def test_a_killed_run_goes_on_from_its_checkpoint_and_ends_well(store: Store):
    job, worker = sleeper(store), Worker(store, DOORS)
    work_until(worker, lambda: step_of(job) > 12)
    launcher.kill(RunFolder(job.folder))

    finished = ended(store, job, worker)

    assert (finished.state, finished.device) == ("done", "cpu")
    assert ways(store, job) == ["queued", "running", "lost", "queued", "running", "done"]
    (healed,) = RunFolder(job.folder).healed()
    assert healed.said == "goes on from its last checkpoint after a crash (1 of 3)"
    assert healed.said in RunFolder(job.folder).log_tail()
    steps = [line["step"] for line in RunFolder(job.folder).metrics()]
    (again,) = [n for n in range(1, len(steps)) if steps[n] <= steps[n - 1]]
    assert steps[again] % 10 == 1  # from a checkpoint, not from the start
    assert steps[-1] == 60


def test_a_run_that_always_dies_is_lost_after_the_tries_and_says_so(store: Store):
    job = sleeper(store, total=400, mode="die")

    lost = ended(store, job, Worker(store, DOORS, Policy(crash=1)))

    assert lost.state == "lost"
    assert lost.message.startswith("the process was killed (signal 9) at step 25 of 400")
    assert lost.message.endswith("it had gone on by itself once")
    store.jobs.resume(job.id)
    RunFolder.create(job.folder, {"kind": "bench", "total": 30})
    assert ended(store, job, Worker(store, DOORS)).state == "done"


def test_a_run_that_does_not_fit_into_memory_goes_on_with_half_the_batch(store: Store):
    job = sleeper(store, total=3, settings={"batch_size": 64}, fits=20)

    finished = ended(store, job, Worker(store, DOORS))

    assert finished.state == "done"
    folder = RunFolder(job.folder)
    assert folder.config()["settings"] == {"batch_size": 16, "accumulate": 4}
    assert [one.trouble for one in folder.healed()] == ["memory", "memory"]


def test_one_that_fits_with_no_batch_fails_in_plain_words(store: Store):
    job = sleeper(store, settings={"batch_size": 64}, fits=1)

    failed = ended(store, job, Worker(store, DOORS, Policy(memory=1)))

    assert (failed.state, failed.message) == (
        "failed",
        "the memory of the machine did not suffice, also with half as much at once (once); close "
        "other programs, choose a smaller batch size, or take fewer windows, and start it again",
    )


def test_a_full_disk_fails_with_what_to_do_after_half_written_files_are_gone(store: Store):
    job = sleeper(store, mode="full")

    failed = ended(store, job, Worker(store, DOORS))

    assert failed.state == "failed"
    assert failed.message.startswith(f"the disk of {job.folder} is full, so the run could not go")
    assert not (job.folder / "big.new").exists()


def test_a_run_told_to_end_from_outside_goes_on_and_one_told_from_here_does_not(store: Store):
    job, worker = sleeper(store, total=100), Worker(store, DOORS)
    work_until(worker, lambda: step_of(job) > 2)
    os.kill(store.jobs.get(job.id).pid or 0, signal.SIGTERM)  # as a shutdown does
    work_until(worker, lambda: len(ways(store, job)) == 5)
    work_until(worker, lambda: RunFolder(job.folder).lock.held_by_anyone())
    store.jobs.request_stop(job.id)

    assert ended(store, job, worker).state == "stopped"
    assert ways(store, job) == ["queued", "running", "lost", "queued", "running", "stopped"]


def test_a_paused_run_rests_at_its_safe_point_and_goes_on_there(store: Store):
    job, worker = sleeper(store), Worker(store, DOORS)
    work_until(worker, lambda: step_of(job) > 12)
    store.jobs.request_pause(job.id)

    paused = ended(store, job, worker)

    assert paused.state == "paused"
    assert paused.message.startswith("paused at step ")
    store.jobs.resume(job.id)
    assert ended(store, job, worker).state == "done"


def test_what_a_run_started_ends_with_it(store: Store):
    job, worker = sleeper(store, total=3, mode="child"), Worker(store, DOORS)

    assert ended(store, job, worker).state == "done"

    assert launcher.leftovers(RunFolder(job.folder)) == []


def test_a_worker_ends_at_its_start_what_works_for_no_job(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    job = sleeper(store, total=100_000, mode="deaf")
    worker = Worker(store, DOORS)
    work_until(worker, lambda: step_of(job) > 2)
    pid = store.jobs.get(job.id).pid
    assert pid is not None
    Worker(store, DOORS).end_orphans()
    assert psutil.pid_exists(pid)  # its job runs
    store.jobs.update(job.id, state="failed", message="given up")

    monkeypatch.setattr("training.worker.ORPHAN_GRACE_S", 0.2)
    Worker(store, DOORS).end_orphans()

    assert not launcher.is_alive(RunFolder(job.folder))


def test_a_database_that_cannot_be_written_for_a_moment_costs_no_job(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    job, worker = sleeper(store), Worker(store, DOORS)
    work_until(worker, lambda: step_of(job) > 2)

    def full(*_args: object, **_kwargs: object) -> None:
        raise StoreUnavailableError("the disk is full, so nothing was stored; make room")

    with monkeypatch.context() as patch:
        patch.setattr(type(store.jobs), "update", full)
        until = time.monotonic() + 30
        while RunFolder(job.folder).lock.held_by_anyone() and time.monotonic() < until:
            worker.step()
            time.sleep(0.02)
        worker.step()
    assert worker.busy

    assert ended(store, job, worker).state == "done"
