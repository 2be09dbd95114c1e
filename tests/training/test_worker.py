"""The worker on a real data folder with real processes: queue, import, stop, death, adoption."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.series import SeriesData, SeriesInfo
from storage import Store, open_store
from storage.rows import Job
from training import launcher
from training.healing import Policy
from training.requests import LabelRequest, TrainRequest
from training.run_folder import RunFolder
from training.worker import Worker

FAKE = {"label": "tests.training.fake_answer_door", "answer": "training.answer"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "a home")
    yield opened
    for path in (opened.home / "runs").glob("*"):
        folder = RunFolder(path)
        if folder.process() is not None:
            launcher.kill(folder)
    opened.close()


def label_job(store: Store, n_items: int, first_value: float = 0.0) -> Job:
    """Queue the anomaly question on `n_items` windows of one series."""
    project = store.projects.default().id
    values = np.arange(10.0 * n_items)[:, None] + first_value
    series, _ = store.series.add(project, SeriesData(values), SeriesInfo("secret name", ("a",)))
    question = next(q for q in store.questions.current(project) if q.kind == "anomaly")
    items = store.items.add_many(
        project, [(series.id, 10 * i, 10 * i + 10, question.id) for i in range(n_items)]
    )
    request = LabelRequest(teacher="fake", item_ids=tuple(item.id for item in items))
    return store.jobs.enqueue(project, "label", "a batch", request.params())


def n_answers(store: Store) -> int:
    return len(store.answers.latest(store.projects.default().id))


def work_until(worker: Worker, condition: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        worker.step()
        time.sleep(0.05)


def test_a_batch_is_answered_in_order_and_stored_with_its_provenance(store: Store):
    job = label_job(store, 12)

    work_until(Worker(store, FAKE), lambda: store.jobs.get(job.id).ended)

    ended = store.jobs.get(job.id)
    assert (ended.state, ended.message) == ("done", "12 of 12 answered")
    assert (ended.progress["step"], ended.progress["total"]) == (12, 12)
    answers = RunFolder(job.folder).answers()[0]
    assert [answer.item_id for answer in answers] == job.params["item_ids"]
    assert n_answers(store) == 12
    stored = store.answers.for_item(job.project_id, job.params["item_ids"][3])
    assert stored == [answers[3]]
    assert (stored[0].author.name, stored[0].job_id, stored[0].raw_text) == (
        "fake",
        job.id,
        "nothing here",
    )


def test_the_run_folder_holds_no_name(store: Store):
    job = label_job(store, 3)

    work_until(Worker(store, FAKE), lambda: store.jobs.get(job.id).ended)

    for path in job.folder.rglob("*"):
        assert not path.is_file() or b"secret name" not in path.read_bytes()


def test_an_item_that_fails_is_written_down_and_the_batch_goes_on(store: Store):
    job = label_job(store, 5, first_value=666.0)

    work_until(Worker(store, FAKE), lambda: store.jobs.get(job.id).ended)

    assert store.jobs.get(job.id).progress["errors"] == 1
    errors = RunFolder(job.folder).errors()
    assert [(e.item_id, e.message) for e in errors] == [
        (job.params["item_ids"][0], "the window starts with 666; give another")
    ]
    assert n_answers(store) == 4


def test_nobody_is_asked_the_same_twice(store: Store):
    first = label_job(store, 4)
    worker = Worker(store, FAKE)
    work_until(worker, lambda: store.jobs.get(first.id).ended)

    again = label_job(store, 6)  # another series of six windows
    mixed = LabelRequest(
        teacher="fake", item_ids=(*first.params["item_ids"], *again.params["item_ids"][:2])
    )
    store.jobs.request_stop(again.id)
    both = store.jobs.enqueue(first.project_id, "label", "both", mixed.params())
    work_until(worker, lambda: store.jobs.get(both.id).ended)

    assert len(RunFolder(both.folder).answers()[0]) == 2
    assert store.jobs.get(both.id).message == "6 of 6 answered"


def test_stopping_keeps_what_was_answered_and_the_same_job_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_TEACHER_S", "0.05")
    job = label_job(store, 40)
    worker = Worker(store, FAKE)
    work_until(worker, lambda: n_answers(store) >= 3)
    store.jobs.request_stop(job.id)
    work_until(worker, lambda: store.jobs.get(job.id).ended)

    stopped = store.jobs.get(job.id)
    assert stopped.state == "stopped"
    kept = n_answers(store)
    assert kept == stopped.progress["step"] < 40
    assert stopped.message == f"stopped after {kept} of 40; what was answered is kept"

    store.jobs.update(job.id, state="queued")
    work_until(worker, lambda: store.jobs.get(job.id).ended)
    assert store.jobs.get(job.id).state == "done"
    assert len(RunFolder(job.folder).answers()[0]) == n_answers(store) == 40


def test_a_paused_batch_rests_and_goes_on_where_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_TEACHER_S", "0.05")
    job = label_job(store, 20)
    worker = Worker(store, FAKE)
    work_until(worker, lambda: n_answers(store) >= 3)
    store.jobs.request_pause(job.id)
    work_until(worker, lambda: not store.jobs.get(job.id).live)

    paused = store.jobs.get(job.id)
    kept = n_answers(store)
    assert (paused.state, paused.message) == (
        "paused",
        f"paused after {kept} of 20; what was answered is kept",
    )
    assert not paused.ended and not worker.busy
    worker.step()
    assert store.jobs.get(job.id) == paused  # nobody wakes it

    store.jobs.resume(job.id)
    work_until(worker, lambda: store.jobs.get(job.id).ended)
    assert store.jobs.get(job.id).state == "done"
    assert len(RunFolder(job.folder).answers()[0]) == n_answers(store) == 20


def test_a_training_that_waits_can_be_paused_before_it_started(store: Store):
    batch = label_job(store, 5)
    request = TrainRequest(after=(batch.id,))
    training = store.jobs.enqueue(batch.project_id, "train", "a training", request.params())
    store.jobs.request_pause(batch.id)
    worker = Worker(store, FAKE)
    work_until(worker, lambda: store.jobs.get(training.id).state == "running")
    assert store.jobs.get(training.id).message == "waits for “a batch”"

    store.jobs.request_pause(training.id)
    work_until(worker, lambda: not store.jobs.get(training.id).live)

    paused = store.jobs.get(training.id)
    assert (paused.state, paused.message) == ("paused", "paused before it started")


def test_a_run_killed_from_outside_is_lost_with_its_cause(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_TEACHER_S", "0.05")
    job = label_job(store, 200)
    worker = Worker(store, FAKE, Policy(crash=0))
    work_until(worker, lambda: n_answers(store) >= 3)
    launcher.kill(RunFolder(job.folder))
    work_until(worker, lambda: store.jobs.get(job.id).ended)

    lost = store.jobs.get(job.id)
    assert lost.state == "lost"
    assert lost.message.startswith("the process was killed (signal 9) at step ")
    assert n_answers(store) == len(RunFolder(job.folder).answers()[0])


def test_a_killed_worker_leaves_its_run_alone_and_the_next_one_adopts_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_TEACHER_S", "0.1")
    job = label_job(store, 60)
    first = subprocess.Popen(
        [sys.executable, "-m", "tests.training.fake_worker", "--home", str(store.home)],
        cwd=launcher.REPOSITORY,
        start_new_session=True,
    )
    until = time.monotonic() + 30
    while n_answers(store) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert n_answers(store) >= 3
    pid = store.jobs.get(job.id).pid

    second = Worker(store, FAKE)
    work_until(second, lambda: store.jobs.get(job.id).ended, seconds=60)

    ended = store.jobs.get(job.id)
    process = RunFolder(job.folder).process()
    assert (ended.state, ended.message) == ("done", "60 of 60 answered")
    assert process is not None and process.pid == pid  # the same process, never started twice
    assert len(RunFolder(job.folder).answers()[0]) == n_answers(store) == 60


def test_a_run_that_died_with_its_worker_is_found_and_named(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_TEACHER_S", "0.05")
    monkeypatch.setattr("training.worker.LEASE_S", 0.1)
    job = label_job(store, 200)
    first = Worker(store, FAKE)
    work_until(first, lambda: n_answers(store) >= 3)
    launcher.kill(RunFolder(job.folder))
    time.sleep(0.3)

    work_until(Worker(store, FAKE, Policy(crash=0)), lambda: store.jobs.get(job.id).ended)

    lost = store.jobs.get(job.id)
    assert lost.state == "lost"
    assert lost.message.startswith("the process is gone without a last word")
    assert n_answers(store) == len(RunFolder(job.folder).answers()[0])
    work_until(first, lambda: not first.busy)


def test_parameters_that_are_no_request_fail_the_job_with_the_field(store: Store):
    project = store.projects.default().id
    job = store.jobs.enqueue(project, "label", "bad", {"teacher": "fake"})

    work_until(Worker(store, FAKE), lambda: store.jobs.get(job.id).ended)

    assert store.jobs.get(job.id).state == "failed"
    assert "item_ids: Field required" in store.jobs.get(job.id).message


def test_a_training_waits_for_the_batch_it_learns_from(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FAKE_TEACHER_S", "0.2")
    batch = label_job(store, 5)
    request = TrainRequest(after=(batch.id,))
    training = store.jobs.enqueue(batch.project_id, "train", "a training", request.params())
    worker = Worker(store, FAKE)
    work_until(worker, lambda: store.jobs.get(training.id).state == "running")

    assert store.jobs.get(training.id).message == "waits for “a batch”"
    work_until(worker, lambda: store.jobs.get(training.id).ended)

    assert store.jobs.get(batch.id).state == "done"
    failed = store.jobs.get(training.id)
    assert failed.state == "failed"
    assert failed.message.startswith("there is too little to learn from")


def test_one_worker_serves_a_home_and_many_pages_start_no_second_one(tmp_path: Path):
    home = tmp_path / "home"
    open_store(home).close()

    started = [launcher.ensure_worker(home) for _ in range(5)]
    until = time.monotonic() + 30
    while not launcher.worker_lives(home) and time.monotonic() < until:
        time.sleep(0.05)

    assert started == [True, False, False, False, False]
    assert launcher.worker_lives(home)
    assert not launcher.ensure_worker(home)
    store = open_store(home)
    (info,) = _wait_for_workers(store)
    assert launcher.files.read_json(home / "worker.start.json")["pid"] == info.pid
    os.kill(info.pid, signal.SIGTERM)
    while launcher.worker_lives(home) and time.monotonic() < until:
        time.sleep(0.05)
    assert not launcher.worker_lives(home)
    assert list(store.jobs.workers()) == []
    store.close()


def test_a_worker_whose_data_folder_was_removed_leaves_and_makes_no_new_one(tmp_path: Path):
    home = tmp_path / "home"
    open_store(home).close()
    launcher.ensure_worker(home)
    until = time.monotonic() + 30
    while not launcher.worker_lives(home) and time.monotonic() < until:
        time.sleep(0.05)
    pid = launcher.files.read_json(home / "worker.start.json")["pid"]
    home.rename(tmp_path / "gone")

    while psutil.pid_exists(pid) and time.monotonic() < until:
        time.sleep(0.05)

    assert not psutil.pid_exists(pid)
    assert not home.exists()


def _wait_for_workers(store: Store) -> list:
    until = time.monotonic() + 30
    while not store.jobs.workers() and time.monotonic() < until:
        time.sleep(0.05)
    return list(store.jobs.workers())
