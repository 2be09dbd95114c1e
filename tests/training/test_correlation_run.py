"""A change point training as a job: snapshot, run, version; its answers keep scores and graph."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from core.answers import Answer, AnswerContent, Author
from core.ids import new_id, utc_now
from core.questions.base import Question
from core.questions.defaults import default_change_point_question
from core.series import SeriesData, SeriesInfo, view_window
from core.students import load_student
from core.students.correlation import CorrelationStudent
from storage import Store, open_store
from training import launcher, snapshot
from training.answer_strips import read_strips
from training.contestants import read_contestants
from training.material import LabelledItem
from training.requests import AnswerRequest, TrainRequest
from training.run_folder import RunFolder
from training.worker import Worker

TINY = {"steps": 3, "batch_size": 2, "hidden": 4, "length": 40, "horizon": 3, "reach": 3}
RULES = Author(kind="rules", name="built-in rules", version="1")
LENGTH, N_SERIES = 60, 5


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    for path in (opened.home / "runs").glob("*"):
        folder = RunFolder(path)
        if folder.process() is not None:
            launcher.kill(folder)
    opened.close()


def filled(store: Store) -> Question:
    """Store a change point question, and series of three channels that the rules answered."""
    project = store.projects.default().id
    question = default_change_point_question()
    store.questions.add(project, question)
    rng = np.random.default_rng(1)
    rows = store.series.add_many(
        project,
        [
            (
                SeriesData(rng.normal(size=(LENGTH, 3)).cumsum(axis=0)),
                SeriesInfo(f"s{i}", ("a",) * 3),
            )
            for i in range(N_SERIES)
        ],
        origin="upload",
    )
    items = store.items.add_many(project, [(row.id, 0, LENGTH, question.id) for row in rows])
    content = AnswerContent(kind="change_point")
    store.answers.add_many(
        project,
        [
            Answer(
                id=new_id(),
                item_id=item.id,
                author=RULES,
                content=content,
                created_at=utc_now(),
            )
            for item in items
        ],
    )
    return question


def work_until(worker: Worker, condition: Callable[[], bool], seconds: float = 180.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        worker.step()
        time.sleep(0.05)


def test_only_the_recipe_for_change_points_learns_their_question() -> None:
    question = default_change_point_question()
    (why,) = snapshot.preflight([question], []).values()
    assert why.endswith("the recipe for change points does")
    (why,) = snapshot.preflight([question], [], frozenset({"change_point"})).values()
    assert "labels are not needed, but windows are" in why


def test_one_answered_window_is_enough_to_learn_change_points(store: Store) -> None:
    question = filled(store)
    item = store.items.list(store.projects.default().id, question.id)[0]
    one = LabelledItem(item, AnswerContent(kind="change_point"), "pseudo", None)
    assert snapshot.preflight([question], [one], frozenset({"change_point"})) == {}


@pytest.mark.slow
def test_a_change_point_training_ends_in_a_version_whose_answers_keep_scores_and_graph(
    store: Store,
) -> None:
    question = filled(store)
    project = store.projects.default().id
    request = TrainRequest(recipe="correlation", settings=dict(TINY))
    job = store.jobs.enqueue(project, "train", "Training 1", request.params())
    worker = Worker(store)
    work_until(worker, lambda: store.jobs.get(job.id).ended)

    assert store.jobs.get(job.id).state == "done", store.jobs.get(job.id).message
    assert [one.name for one in read_contestants(job.folder)] == ["student"]
    (version,) = store.versions.list(project)
    student = load_student(version.folder)
    assert isinstance(student, CorrelationStudent)
    assert student.config.questions[0].id == question.id

    items = store.items.list(project, question.id)
    asked = AnswerRequest(version_id=version.id, item_ids=tuple(item.id for item in items))
    batch = store.jobs.enqueue(project, "answer", "the student", asked.params())
    work_until(worker, lambda: store.jobs.get(batch.id).ended)

    assert store.jobs.get(batch.id).message == f"{N_SERIES} of {N_SERIES} answered"
    item = items[0]
    series = store.series.get(project, item.series_id)
    view = view_window(store.series.data(series), item.start, item.stop)
    content, strips = student.answer_with_strips(question, view)
    (answer,) = [
        one
        for one in store.answers.for_items(project, [item.id])[item.id]
        if one.job_id == batch.id
    ]
    assert answer.content == content
    kept = read_strips(batch.folder, item.id)
    assert kept is not None
    assert np.array_equal(kept.correlation, strips.correlation)
    assert kept.graph == pytest.approx(strips.graph, abs=1e-3)
    assert read_strips(batch.folder, "another") is None
