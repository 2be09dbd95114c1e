"""What a student looked at is asked in a process of its own and drawn as a strip under the plot."""

from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent, Author, FoundInterval
from core.errors import JobError
from core.series import WindowView
from core.students.base import Student
from core.students.majority import MajorityStudent
from pages.components.marks import STUDENT
from pages.components.review_view import Beside, chart_of
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.looking import LABEL, spread_over, strip_of
from pages.components.workflows.reviewing import Desk
from storage import Store, open_store
from tests.pages.test_probing import desk_with, spiky
from training.examples import TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig, fit


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "home")


def answered_by(store: Store, student: Student) -> Desk:
    project_id, folder = store.projects.default().id, store.home / "models" / "v1"
    student.save(folder)
    store.snapshots.add(project_id, "hash", store.home / "snapshots" / "hash", {})
    store.versions.add(
        project_id,
        student=student.name,
        job_id="v1",
        snapshot_hash="hash",
        folder=folder,
        author_version="v1",
    )
    return desk_with(store, Author(kind="student", name="student", version="v1"))


@pytest.mark.slow
def test_the_strip_has_a_number_for_each_sample_and_stands_under_the_plot(store: Store) -> None:
    question = questions_by_kind(store, store.projects.default().id)["anomaly"]
    found = FoundInterval(number=1, start=40, stop=41, type_id=question.type_named("spike").id)
    content = AnswerContent(kind="anomaly", intervals=(found,))
    student = fit(
        [TrainingExample(question.id, WindowView(spiky().values), content)],
        [question],
        PseudoLabelConfig(steps=2, event_batch_size=1, text_batch_size=0),
        report=lambda progress: None,
        should_stop=lambda: False,
        checkpoint_dir=store.home / "checkpoints",
    )
    desk = answered_by(store, student)
    series = store.series.data(desk.series)
    strip = strip_of(store, desk, series, desk.answers[0])
    assert strip.scores.shape == (96,)
    assert strip.scores.max() == 1
    assert (strip.label, strip.colour) == (LABEL, STUDENT)
    assert chart_of(desk, series, "", beside=Beside(strips=(strip,))).strips == (strip,)


def test_a_student_without_a_network_says_that_it_cannot_tell(store: Store) -> None:
    question = questions_by_kind(store, store.projects.default().id)["anomaly"]
    desk = answered_by(store, MajorityStudent.fit([], [question]))
    with pytest.raises(JobError, match="cannot say what it looked at"):
        strip_of(store, desk, store.series.data(desk.series), desk.answers[0])


def test_outside_of_the_window_nothing_counts() -> None:
    assert spread_over(np.array([0.5, 1.0]), 2, 6).tolist() == [0, 0, 0.5, 1.0, 0, 0]
