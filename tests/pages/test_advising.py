"""The advisor on a real store: what it reads, what it never reads, and when it measures anew."""

from pathlib import Path

import numpy as np
import pytest
from small_project import LABELS, LENGTH, RULES, SmallProject, asked_project, pattern, with_gold

from core.series import SeriesData
from pages.components.workflows.advising import (
    Advice,
    AdvisorMemo,
    advise,
    planned_steps,
    stored,
    training_cost,
    trusted,
)
from pages.components.workflows.learning import QuestionMaterial, what_there_is
from storage.rows import StoredSeries
from training.run_folder import RunFolder

N = 64


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path, N))


def review(small: SmallProject, n: int, first: int = 0) -> None:
    for i in range(first, first + n):
        small.decide(small.pattern_items[i], "fix", pattern(LABELS[i % 2]))


def material(small: SmallProject) -> QuestionMaterial:
    state = what_there_is(small.store, small.project_id)
    return next(one for one in state.questions if one.question.kind == "pattern")


def told(small: SmallProject, memo: AdvisorMemo, within_s: float = 60.0) -> list[Advice]:
    state = what_there_is(small.store, small.project_id)
    return advise(small.store, small.project_id, state, memo, small.store.series.data, within_s)


def test_nothing_is_read_of_gold_of_bulk_or_of_what_a_teacher_said(small: SmallProject) -> None:
    review(small, 3)
    small.decide(small.pattern_items[-1], "fix", pattern("cubic"))  # gold by construction
    sure = pattern(LABELS[1]).model_copy(update={"confidence": 0.95})
    answer = small.answer(small.pattern_items[5], RULES, sure)
    small.store.corrections.record(
        small.project_id,
        answer.item_id,
        "ann",
        "accept",
        expected_sequence=0,
        answer_ids=(answer.id,),
        content=sure,
        how="bulk",
    )
    read: list[str] = []

    def data_of(row: StoredSeries) -> SeriesData:
        read.append(row.id)
        return small.store.series.data(row)

    found = trusted(small.store, small.project_id, material(small), data_of)
    assert [one.item_id for one in found] == [item.id for item in small.pattern_items[:3]]
    assert read == []  # samples are read when they are measured
    assert found[0].read().values.shape == (LENGTH, 1)
    assert read == [small.pattern_items[0].series_id]


def test_a_forecast_is_measured_once_and_anew_when_a_correction_changes(
    small: SmallProject,
) -> None:
    review(small, 52)
    memo = AdvisorMemo()
    looked = told(small, memo, within_s=0.0)
    assert [(one.name, one.forecast, one.fraction) for one in looked] == [
        (small.pattern.name, None, 0.0)
    ]
    (found,) = told(small, memo)
    assert found.forecast is not None
    assert (found.forecast.n, found.forecast.overall.more) == (52, 50)
    assert [point.n for point in found.forecast.points] == [8, 15, 25, 42]
    assert set(found.forecast.types) == {"linear increase", "linear decrease"}

    # another session finds it in the database, without measuring
    assert told(small, AdvisorMemo(), within_s=0.0) == [found]
    review(small, 1, first=52)
    (again,) = told(small, AdvisorMemo(), within_s=0.0)
    assert again.forecast is None
    kept = found.forecast
    assert stored(small.store, small.project_id, small.pattern.id, kept.stamp) == kept
    assert stored(small.store, small.project_id, small.pattern.id, "another") is None


def test_few_corrections_are_answered_with_too_few(small: SmallProject) -> None:
    review(small, 12)
    (found,) = told(small, AdvisorMemo())
    assert found.forecast is not None
    assert found.forecast.overall.why == "few corrections"


def test_what_a_training_takes_comes_from_runs_that_came_to_their_end(
    small: SmallProject,
) -> None:
    store = small.store
    assert training_cost(store, small.project_id, 400) is None
    job = store.jobs.enqueue(small.project_id, "train", "Training 1", {})
    folder = RunFolder.create(job.folder, {"kind": "train", "settings": {"steps": 3}})
    for step in (1, 2, 3):
        folder.append_metrics(
            {"stage": "s", "step": step, "at": 0.5 * step, "windows": 72, "rss_mb": 640.0}
        )
    running = store.jobs.update(job.id, state="running")
    assert training_cost(store, small.project_id, 400) is None
    assert running.started_at is not None
    store.jobs.update(job.id, state="done", message="trained")
    found = training_cost(store, small.project_id, 400)
    assert found is not None
    assert (found.memory_mb, found.n) == (640.0, 1)
    assert found.seconds >= 400 * 0.5


def test_the_steps_of_a_study_count() -> None:
    values = {"steps": 400, "study": False, "study_steps": 250}
    assert planned_steps(values) == 400
    assert planned_steps(values | {"study": True}) == 900
    assert planned_steps({}) == 0


def test_data_that_measuring_reads_is_as_stored(small: SmallProject) -> None:
    review(small, 1)
    (one,) = trusted(small.store, small.project_id, material(small), small.store.series.data)
    row = small.store.series.get(small.project_id, small.pattern_items[0].series_id)
    assert np.array_equal(one.read().values, small.store.series.data(row).values)
