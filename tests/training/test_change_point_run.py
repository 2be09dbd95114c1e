"""A training of change points as a job: windows of several channels in, a verdict on gold out."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.answers import Answer
from core.evaluation import Evaluation
from core.generate_changes import generate_changes
from core.ids import new_id, utc_now
from core.questions.base import Question
from core.series import view_window
from core.teachers.rules import RULES_AUTHOR, rules_on
from pages.components.workflows.asking import add_change_question
from pages.components.workflows.example import store_examples
from pages.components.workflows.looking import change_strips, changes_of
from pages.components.workflows.reviewing import load_desk
from storage import Store, open_store
from training.contestants import read_contestants
from training.requests import TrainRequest
from training.run_folder import RunFolder
from training.worker import Worker

pytestmark = pytest.mark.slow
N, N_GOLD, LENGTH = 30, 12, 200


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "home")
    yield opened
    opened.close()


def filled(store: Store) -> Question:
    """Store 30 machines, 12 of them gold by construction, each window answered by the rules."""
    project = store.projects.default().id
    question = add_change_question(store, project)
    made = generate_changes(N, 4)
    golden = [replace(one, gold=k < N_GOLD) for k, one in enumerate(made)]
    items = store_examples(store, project, golden)
    answer = rules_on(question)
    said = []
    for item, one in zip(items, golden, strict=True):
        content = answer(view_window(one.data, 0, one.data.n_samples))
        said.append(
            Answer(
                id=new_id(),
                item_id=item.id,
                author=RULES_AUTHOR,
                content=content,
                created_at=utc_now(),
            )
        )
    store.answers.add_many(project, said)
    return question


def test_it_learns_from_windows_alone_and_is_measured_on_gold(store: Store) -> None:
    question = filled(store)
    project = store.projects.default().id
    settings = {"steps": 2, "batch_size": 2, "hidden": 4, "length": 40, "most_restarts": 0}
    request = TrainRequest(recipe="correlation", settings=settings)
    job = store.jobs.enqueue(project, "train", "Training 1", request.params())
    worker = Worker(store)
    until = time.monotonic() + 300
    while not store.jobs.get(job.id).ended:
        assert time.monotonic() < until, "waited in vain"
        worker.step()
        time.sleep(0.05)

    ended = store.jobs.get(job.id)
    assert ended.state == "done", ended.message
    (version,) = store.versions.list(project)
    (only,) = read_contestants(RunFolder(Path(ended.folder)).path)
    assert (only.name, only.question_ids) == ("student", (question.id,))
    (measured,) = Evaluation.model_validate(version.evaluation).questions
    assert (measured.kind, measured.n_gold) == ("change_point", N_GOLD)
    rules = measured.author("teacher")
    assert rules is not None and set(rules.figures) >= {"change_f1", "cause_accuracy"}
    assert "change point F1" in measured.verdict or measured.outcome == "cannot tell"

    # The same student says how it sees a gold window, in a process of its own.
    (answered,) = [
        one
        for one in store.items.list(project, question.id)
        if one.id == min(store.answers.latest(project, question.id, version.author))
    ]
    desk = load_desk(store, project, "me", answered.id, sighted=True)
    student = next(one for one in desk.answers if one.author.kind == "student")
    series = store.series.data(desk.series)
    seen = changes_of(store, desk, series, student)
    n, n_channels = series.n_samples, series.n_channels
    assert seen.graph.shape == (n, n_channels, n_channels)
    assert np.allclose(seen.ensemble, np.maximum(seen.correlation, seen.independent))
    strips = change_strips(seen, 0, n)
    assert [strip.label for strip in strips] == ["correlation", "independent", "either"]
    assert [strip.threshold for strip in strips] == [None, None, seen.threshold]
