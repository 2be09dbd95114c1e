"""A reasoning student through the worker: trained as a job, a version, answering, teaching."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.tiny_vlm import Tiny, write_tiny
from core.answers import AnswerContent, Span
from core.blobs import write_parquet
from core.lineage import Learned
from core.questions.base import Question
from core.questions.defaults import default_anomaly_question, default_open_question
from core.series import SeriesData, SeriesInfo
from core.students import load_student
from core.students.vlm import VlmConfig, VlmStudent, untrained
from storage import Store, open_store
from storage.rows import Job, ModelVersion
from tests.training.test_training_run import work_until
from training import launcher, snapshot
from training.answer import work
from training.contestants import read_contestants
from training.door import StopFlag
from training.requests import AnswerRequest, TrainRequest
from training.run_folder import RunAsk, RunFolder
from training.worker import Worker
from training.worker_material import gather

pytestmark = pytest.mark.slow

N, LENGTH = 24, 60
# enough for a tiny model to write one answer always, whatever it is shown
TINY = Tiny(width=16, patch=28, spread=0.25)
SETTINGS = {
    "steps": 12,
    "batch_size": 4,
    "accumulate": 1,
    "lora_rank": 0,
    "learning_rate": 0.03,
    "rationale_share": 0.0,
    "answers": "direct",
    "max_new_tokens": 40,
    "n_validation": 2,
    "n_probes": 1,
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    for path in (opened.home / "runs").glob("*"):
        folder = RunFolder(path)
        if folder.process() is not None:
            launcher.kill(folder)
    opened.close()


def lines(store: Store, first: int, n: int) -> list[str]:
    """Store noisy lines, up and down in turn; returns the ids of their series."""
    made = []
    for seed in range(first, first + n):
        slope = np.linspace(0, 1, LENGTH) * (1 if seed % 2 else -1)
        noise = np.random.default_rng(seed).normal(0, 0.05, LENGTH)
        made.append((SeriesData((slope + noise)[:, None]), SeriesInfo(f"secret {seed}", ("x",))))
    project = store.projects.default().id
    return [row.id for row in store.series.add_many(project, made, origin="upload")]


def reviewed(store: Store, question: Question, series: list[str], content: AnswerContent) -> None:
    project = store.projects.default().id
    items = store.items.add_many(project, [(one, 0, LENGTH, question.id) for one in series])
    for item in items:
        store.corrections.record(
            project, item.id, "ann", "accept", expected_sequence=0, content=content
        )


def trained(store: Store, base: Path, *questions: Question) -> Job:
    request = TrainRequest(
        recipe="reasoner_sft",
        question_ids=tuple(question.id for question in questions),
        settings={**SETTINGS, "base": str(base)},
    )
    job = store.jobs.enqueue(store.projects.default().id, "train", "Training 1", request.params())
    work_until(Worker(store), lambda: store.jobs.get(job.id).ended)
    ended = store.jobs.get(job.id)
    assert ended.state == "done", ended.message
    return ended


def answered(store: Store, version: ModelVersion, question: Question, series: list[str]) -> Job:
    project = store.projects.default().id
    items = store.items.add_many(project, [(one, 0, LENGTH, question.id) for one in series])
    request = AnswerRequest(version_id=version.id, item_ids=tuple(item.id for item in items))
    job = store.jobs.enqueue(project, "answer", "a batch", request.params())
    work_until(Worker(store), lambda: store.jobs.get(job.id).ended)
    return store.jobs.get(job.id)


def test_a_reasoning_student_is_trained_registered_asked_and_may_teach(
    store: Store, tmp_path: Path
) -> None:
    base = write_tiny(tmp_path / "base", "llava", TINY)
    project = store.projects.default().id
    described = default_open_question()
    store.questions.add(project, described)
    words = AnswerContent(kind="open", rationale=(Span(text="It is a line."),))
    reviewed(store, described, lines(store, 0, N), words)

    job = trained(store, base, described)

    (version,) = store.versions.list(project)
    assert version.student == "vlm"
    assert version.evaluation is not None
    student = load_student(version.folder)
    assert isinstance(student, VlmStudent)
    assert [one.kind for one in student.config.questions] == ["open"]
    names = {one.name: one.why_not for one in read_contestants(job.folder)}
    assert names["student"] == ""
    assert names["feature baseline"] == names["majority"] == "free text has no labels to count"
    metrics = RunFolder(job.folder).metrics()
    assert metrics[-1]["numbers"]["mean_token_accuracy"] > 0.9
    (taken,) = store.snapshots.list(project)
    assert {one.source for one in snapshot.load(taken.folder)[2]} == {"correction"}
    learned = snapshot.learned_labels(taken.folder)
    assert list(learned.values()) == [Learned(words, True)] * len(learned)
    for path in job.folder.rglob("*"):
        assert not path.is_file() or b"secret" not in path.read_bytes(), path

    batch = answered(store, version, described, lines(store, 100, 3))
    assert batch.message == "3 of 3 answered"
    answers = RunFolder(batch.folder).answers()[0]
    assert {one.content.rationale_text for one in answers} == {"It is a line."}
    assert {one.raw_text for one in answers} == {"It is a line."}
    assert all("JSON" not in one.prompt and one.render_hash for one in answers)

    # what it said teaches where no teacher answered, when a lead chooses it
    request = TrainRequest(
        recipe="reasoner_sft", question_ids=(described.id,), also_from=(version.id,)
    )
    taught = gather(store, project, request).labelled
    assert len(taught) == N + 3
    assert sum(one.source == "pseudo" for one in taught) == 3


def test_a_text_that_is_no_answer_is_written_down_with_the_item_that_it_was_said_of(
    tmp_path: Path,
) -> None:
    base = write_tiny(tmp_path / "base", "llava", TINY)
    question = default_anomaly_question()
    untrained(str(base), [question], VlmConfig(max_new_tokens=4)).save(tmp_path / "model")
    write_parquet(SeriesData(np.arange(LENGTH * 2.0)[:, None]), tmp_path / "series.parquet")
    folder = RunFolder.create(
        tmp_path / "run", {"kind": "answer", "student": "../model", "author_version": "v"}
    )
    asks = [
        RunAsk(
            ask_id=str(start),
            item_id=str(start),
            question_id=question.id,
            series_path="../series.parquet",
            start=start,
            stop=start + LENGTH,
        )
        for start in (0, 30)
    ]
    folder.write_asks([question], asks)
    closing = work(folder, StopFlag(folder))
    assert closing == "0 of 2 answered; 2 could not be answered, errors.jsonl says why"
    errors = folder.errors()
    assert [one.item_id for one in errors] == ["0", "30"]
    assert all("The student wrote: " in one.message for one in errors)
