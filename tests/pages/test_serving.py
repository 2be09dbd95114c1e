"""A serving student that answers by itself: only when switched on, each window once."""

from pathlib import Path

import numpy as np
import pytest
from small_project import LENGTH, SmallProject, asked_project, pattern, series_of, with_version

from core.answers import Author
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.answering_new import answer_new_series
from pages.components.workflows.asking import plan_batch, start_batch
from pages.components.workflows.batch_plan import Cutting
from pages.components.workflows.serving import (
    add_items,
    answers_new,
    set_answers_new,
    who_answers,
)
from storage.rows import Job, LongerSeries, ModelVersion, StoredSeries
from training.requests import AnswerRequest


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return asked_project(tmp_path, n_series=12)


def serving(small: SmallProject) -> ModelVersion:
    version = with_version(small)
    set_answers_new(small.store, small.project_id, True)
    return small.store.versions.promote(version.id, "ann")


def jobs(small: SmallProject) -> list[Job]:
    return small.store.jobs.list(small.project_id, "answer")


def new_series(small: SmallProject, n: int = 2, length: int = LENGTH) -> list[StoredSeries]:
    made = series_of(n, length, seed=9)
    return small.store.series.add_many(small.project_id, made, origin="upload")


def test_it_is_off_until_somebody_switches_it_on(small: SmallProject) -> None:
    small.store.versions.promote(with_version(small).id, "ann")
    assert not answers_new(small.store, small.project_id)
    assert answer_new_series(small.store, small.project_id, new_series(small)) is None
    assert jobs(small) == []


def test_without_a_serving_version_nobody_answers(small: SmallProject) -> None:
    with_version(small)
    set_answers_new(small.store, small.project_id, True)
    assert who_answers(small.store, small.project_id) is None
    assert answer_new_series(small.store, small.project_id, new_series(small)) is None


def test_new_series_are_asked_about_with_both_questions_in_one_job(small: SmallProject) -> None:
    version = serving(small)
    stored = new_series(small)
    job = answer_new_series(small.store, small.project_id, stored)
    assert [one.id for one in jobs(small)] == [job.id if job else ""]
    request = AnswerRequest.read(jobs(small)[0].params)
    items = [small.store.items.get(small.project_id, one) for one in request.item_ids]
    assert request.version_id == version.id
    assert jobs(small)[0].title == "Student v1, by itself: 4 new windows"
    assert {(one.series_id, one.question_id) for one in items} == {
        (row.id, question.id) for row in stored for question in (small.pattern, small.anomaly)
    }
    assert {(one.start, one.stop) for one in items} == {(0, LENGTH)}


def test_windows_that_wait_or_were_answered_are_not_asked_again(small: SmallProject) -> None:
    version = serving(small)
    stored = new_series(small)
    answer_new_series(small.store, small.project_id, stored)
    assert answer_new_series(small.store, small.project_id, stored) is None  # they wait
    small.store.jobs.request_stop(jobs(small)[0].id)
    again = answer_new_series(small.store, small.project_id, stored)
    assert again is not None  # the job that asked was stopped
    small.store.jobs.request_stop(again.id)
    author = Author(kind="student", name="student", version=version.author_version)
    for row in stored:
        for item in small.store.items.list(small.project_id, None, row.id):
            small.answer(item, author, pattern("cubic"))
    assert answer_new_series(small.store, small.project_id, stored) is None
    assert len(jobs(small)) == 2


def test_windows_of_a_batch_are_answered_too_and_only_those(small: SmallProject) -> None:
    serving(small)
    (row,) = new_series(small, 1, 2 * LENGTH)
    plan = plan_batch([row], small.anomaly, Cutting(LENGTH, 0))
    start_batch(small.store, small.project_id, plan, "rules")
    (job,) = jobs(small)
    assert len(AnswerRequest.read(job.params).item_ids) == 2


def test_items_of_a_question_it_never_learned_are_left_alone(small: SmallProject) -> None:
    serving(small)
    other = small.store.questions.add(
        small.project_id,
        small.pattern.model_copy(update={"id": "", "family_id": "other", "name": "Other"}),
    )
    (row,) = new_series(small, 1)
    add_items(small.store, small.project_id, [(row.id, 0, LENGTH, other.id)])
    assert jobs(small) == []


def test_a_continued_series_is_cut_at_its_end_as_it_was_before(small: SmallProject) -> None:
    store, project_id = small.store, small.project_id
    (row,) = new_series(small, 1, 4 * LENGTH)
    windows = [(row.id, k * LENGTH, (k + 1) * LENGTH, small.anomaly.id) for k in range(4)]
    store.items.add_many(project_id, windows)
    serving(small)
    values = np.vstack([store.series.data(row).values, np.zeros((LENGTH, 1))])
    info = SeriesInfo(name="longer", channel_names=("value",))
    longer = LongerSeries(row.id, SeriesData(values=values), info, row.revision, "more.csv")
    _, continued = store.series.save(project_id, [], [longer])
    answer_new_series(store, project_id, continued)
    asked = AnswerRequest.read(jobs(small)[0].params).item_ids
    found = [store.items.get(project_id, one) for one in asked]
    anomalies = [(one.start, one.stop) for one in found if one.question_id == small.anomaly.id]
    assert (4 * LENGTH, 5 * LENGTH) in anomalies
    assert all(stop - start == LENGTH for start, stop in anomalies)
    assert len(anomalies) == 5  # the four it had not answered yet, and the new one
