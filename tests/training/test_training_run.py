"""A whole training on tiny settings: snapshot, run, killed and gone on with, version, verdict."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from core.answers import Answer, AnswerContent, Author, FoundInterval
from core.evaluation import Evaluation
from core.ids import new_id, utc_now
from core.questions.base import Question
from core.review import Item
from core.series import SeriesData, SeriesInfo
from storage import Store, open_store
from storage.rows import Job
from training import identity, launcher, snapshot
from training.contestants import read_contestants
from training.recipes.pseudo_label import PseudoLabelConfig, fit
from training.requests import AnswerRequest, TrainRequest
from training.run_folder import RunFolder
from training.worker import Worker
from training.worker_prepare import prepare
from training.worker_results import evaluate

pytestmark = pytest.mark.slow

TINY = {"steps": 6, "batch_size": 4, "event_batch_size": 4, "validate_every": 2}
RULES = Author(kind="rules", name="built-in rules", version="1")
LENGTH, N_LEARN, N_GOLD = 256, 24, 12


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    for path in (opened.home / "runs").glob("*"):
        folder = RunFolder(path)
        if folder.process() is not None:
            launcher.kill(folder)
    opened.close()


def spike_series(seed: int) -> tuple[SeriesData, AnswerContent]:
    """Noise, and on every second series one spike; returns the truth too."""
    values = np.random.default_rng(seed).normal(size=(LENGTH, 1))
    if seed % 2:
        return SeriesData(values), AnswerContent(kind="anomaly")
    at = 20 + 7 * (seed % 30)
    values[at] += 15.0
    return SeriesData(values), AnswerContent(
        kind="anomaly", intervals=(FoundInterval(number=1, start=at, stop=at + 1),)
    )


def said(item: Item, author: Author, content: AnswerContent) -> Answer:
    return Answer(
        id=new_id(), item_id=item.id, author=author, content=content, created_at=utc_now()
    )


def filled(store: Store, n_corrected: int = 0) -> Question:
    """Store series with rules' answers, the last 12 of them gold by construction."""
    project = store.projects.default().id
    question = next(q for q in store.questions.current(project) if q.kind == "anomaly")
    made = [spike_series(seed) for seed in range(N_LEARN + N_GOLD)]
    rows = store.series.add_many(
        project,
        [(data, SeriesInfo(f"secret {i}", ("undisclosed",))) for i, (data, _) in enumerate(made)],
        origin="upload",
    )
    items = store.items.add_many(project, [(row.id, 0, LENGTH, question.id) for row in rows])
    pairs = list(zip(items, (content for _, content in made), strict=True))
    store.answers.add_many(project, [said(item, RULES, content) for item, content in pairs])
    truth = Author(kind="import", name="generator")
    gold = pairs[N_LEARN:]
    store.answers.add_many(project, [said(item, truth, content) for item, content in gold])
    store.gold.reserve(project, [(item.series_id, 0, LENGTH) for item, _ in gold], "construction")
    for item, content in pairs[:n_corrected]:
        store.corrections.record(
            project, item.id, "ann", "accept", expected_sequence=0, content=content
        )
    return question


def train(store: Store, question: Question, **settings: object) -> Job:
    request = TrainRequest(question_ids=(question.id,), settings={**TINY, **settings})
    return store.jobs.enqueue(store.projects.default().id, "train", "Training 1", request.params())


def work_until(worker: Worker, condition: Callable[[], bool], seconds: float = 180.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        worker.step()
        time.sleep(0.05)


def test_a_training_ends_in_a_version_with_a_verdict_on_gold(store: Store):
    question = filled(store, n_corrected=12)
    job = train(store, question)
    worker = Worker(store)
    work_until(worker, lambda: store.jobs.get(job.id).ended)

    ended = store.jobs.get(job.id)
    assert ended.state == "done", ended.message
    (version,) = store.versions.list(job.project_id)
    assert version.evaluation is not None
    evaluation = Evaluation.model_validate(version.evaluation)
    assert ended.message == evaluation.verdict
    (on_gold,) = evaluation.questions
    assert on_gold.n_gold == N_GOLD
    detectors = ["Robust z-score", "Spectral residual", "Sub-sequence PCA"]
    roles = ["student", "teacher", "reviewed_only", "features", "majority", *["detector"] * 3]
    assert [author.role for author in on_gold.authors] == roles
    assert [(author.n, author.missing) for author in on_gold.authors] == [(N_GOLD, 0)] * 8
    assert [author.label for author in on_gold.authors[-3:]] == detectors
    robust = on_gold.authors[-3].figures["event_recall"]
    assert robust.value == 1.0  # a spike far from all other values
    teacher = on_gold.author("teacher")
    assert teacher is not None
    assert teacher.label == "built-in rules"
    assert teacher.figures["interval_f1"].value == 1.0

    assert store.gold.is_locked(job.project_id)
    names = [one.name for one in read_contestants(job.folder)]
    assert names == ["student", "reviewed only", "feature baseline", "majority", *detectors]
    assert read_contestants(job.folder)[1].n_examples == 12
    steps = [m["step"] for m in RunFolder(job.folder).metrics()]
    assert steps[:6] == [1, 2, 3, 4, 5, 6]
    answered = RunFolder(job.folder).answers()[0]
    assert len(answered) == 7 * N_GOLD
    assert evaluate(store, version) == evaluation.verdict  # a page may ask again

    (taken,) = store.snapshots.list(job.project_id)
    for path in [*taken.folder.rglob("*"), *job.folder.rglob("*")]:
        if path.is_file():
            assert b"secret" not in path.read_bytes(), path
            assert b"undisclosed" not in path.read_bytes(), path
    _, _, examples, windows = snapshot.load(taken.folder)
    assert (len(examples), len(windows)) == (N_LEARN, N_GOLD)

    items = store.items.list(job.project_id, question.id)
    request = AnswerRequest(version_id=version.id, item_ids=tuple(i.id for i in items))
    batch = store.jobs.enqueue(job.project_id, "answer", "the student", request.params())
    work_until(worker, lambda: store.jobs.get(batch.id).ended)

    assert store.jobs.get(batch.id).message == f"{len(items)} of {len(items)} answered"
    # gold was answered by the training already; the student is asked about the rest alone
    assert len(RunFolder(batch.folder).answers()[0]) == N_LEARN
    student = Author(kind="student", name="student", version=job.id)
    assert len(store.answers.latest(job.project_id, question.id, student)) == len(items)


def test_without_reviews_the_reviewed_only_student_says_why_it_is_missing(store: Store):
    question = filled(store)
    job = train(store, question, steps=2)
    work_until(Worker(store), lambda: store.jobs.get(job.id).ended)

    assert store.jobs.get(job.id).state == "done", store.jobs.get(job.id).message
    reviewed = read_contestants(job.folder)[1]
    assert reviewed.why_not == "0 reviewed anomaly items of 10 needed"
    assert not (job.folder / "baselines" / "reviewed_only").exists()


def undisturbed(job: Job, tmp_path: Path) -> str:
    """Train what a run is to train, here and at once; returns the hash of the weights."""
    folder = RunFolder(job.folder)
    config = folder.config()
    _, questions, examples, _ = snapshot.load((job.folder / config["snapshot"]).resolve())
    student = fit(
        examples,
        questions,
        PseudoLabelConfig(**config["settings"]),
        report=lambda _progress: None,
        should_stop=lambda: False,
        checkpoint_dir=tmp_path / "whole",
    )
    student.save(tmp_path / "model")
    return identity.write_weights_hash(tmp_path / "model")


def test_a_training_that_was_killed_and_paused_ends_with_the_weights_of_an_undisturbed_one(
    store: Store, tmp_path: Path
):
    question = filled(store)
    job = train(store, question, steps=40, checkpoint_every=2, patience=1000)
    worker = Worker(store)
    folder = RunFolder(job.folder)

    def step() -> int:
        return folder.metrics()[-1]["step"] if folder.metrics() else 0

    work_until(worker, lambda: step() > 4)
    launcher.kill(folder)
    work_until(worker, lambda: len(folder.healed()) == 1)
    reached, n_reported = step(), len(folder.metrics())
    work_until(worker, lambda: len(folder.metrics()) > n_reported)
    store.jobs.request_pause(job.id)
    work_until(worker, lambda: not store.jobs.get(job.id).live)

    (healed,) = folder.healed()
    assert healed.cause.startswith("the process was killed (signal 9) at step ")
    assert re.fullmatch(
        r"goes on (from its last checkpoint|with what was finished) after a crash \(1 of 3\)",
        healed.said,
    )
    paused = store.jobs.get(job.id)
    assert (paused.state, paused.message) == (
        "paused",
        f"paused after step {step()} of 40; the checkpoint is kept; start it again to go on from "
        "there",
    )
    assert store.versions.list(job.project_id) == []

    store.jobs.resume(job.id)
    work_until(worker, lambda: store.jobs.get(job.id).ended)

    assert store.jobs.get(job.id).state == "done", store.jobs.get(job.id).message
    steps = [m["step"] for m in folder.metrics() if m["stage"] == "training the student"]
    (again,) = [i for i in range(1, len(steps)) if steps[i] <= steps[i - 1]]
    assert 1 < steps[again] <= reached  # the kill cost the steps since a checkpoint, the pause none
    assert identity.weights_hash(job.folder / "model") == undisturbed(job, tmp_path)
    (one,) = identity.read(job.folder)  # the same on every start
    assert one.snapshot_hash == folder.config()["snapshot_hash"]
    assert (one.seed, one.threads, one.device, len(one.code)) == (1, 1, "cpu", 64)
    assert set(one.versions) == {"python", "torch", "numpy"}
    assert one.base == "pocket, made from its configuration with seed 1"


@pytest.mark.parametrize(("only_undisputed", "n_learned"), [(True, N_LEARN - 1), (False, N_LEARN)])
def test_a_snapshot_holds_disputed_windows_only_when_asked_to(
    store: Store, only_undisputed: bool, n_learned: int
):
    question = filled(store, n_corrected=1)
    project = store.projects.default().id
    (event,) = store.corrections.events(project)  # one spike, as it was made
    store.corrections.record(project, event.item_id, "bo", "no_anomaly", expected_sequence=1)
    request = TrainRequest(
        question_ids=(question.id,), settings=dict(TINY), only_undisputed=only_undisputed
    )
    job = store.jobs.enqueue(project, "train", "Training 1", request.params())
    prepare(store, job)

    (taken,) = store.snapshots.list(project)
    assert taken.summary["n_examples"] == n_learned
