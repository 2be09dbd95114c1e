"""Screening a batch before models are asked: which windows stay, and what is said of the rest."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_project import NONE, SmallProject, empty_project

from core.answers import AnswerContent, FoundInterval
from core.errors import ConfigError
from core.series import SeriesData, SeriesInfo
from core.worth_asking import Keep
from core.worth_asking_recall import INJECTED, KINDS, SIZES
from pages.components.workflows.asking import plan_batch
from pages.components.workflows.asking_models import ModelChoice, plan_models
from pages.components.workflows.batch_plan import BatchPlan, Cutting
from pages.components.workflows.planned_series import planned_series
from pages.components.workflows.teaching import endpoint_of, save_endpoint
from pages.components.workflows.worth_asking import (
    MANY,
    Rule,
    ScreenedPlan,
    ScreeningMemo,
    n_injected,
    saved_words,
    screen_plan,
    slow_words,
    worth_screening,
)
from storage.rows import StoredSeries

LENGTH = 50
FIFTH = Rule("robust_z", Keep(share=0.2))
STANDING_OUT = Rule("robust_z", Keep(factor=3))


def spiky(small: SmallProject, *places: int, seed: int = 0) -> StoredSeries:
    """Store 1,000 samples of noise: 20 windows of 50 samples, a spike in the one of each place."""
    values = np.random.default_rng(seed).normal(size=(1_000, 1))
    values[list(places)] += 30
    info = SeriesInfo(f"noise-{seed}", ("value",))
    return small.store.series.add(small.project_id, SeriesData(values), info, "upload")[0]


def plan_of(small: SmallProject, rows: Sequence[StoredSeries], length: int = LENGTH) -> BatchPlan:
    return plan_batch(rows, small.anomaly, Cutting(length, 0))


def screened(
    small: SmallProject, plan: BatchPlan, rule: Rule = FIFTH, memo: ScreeningMemo | None = None
) -> ScreenedPlan:
    series = planned_series(small.store, small.project_id, plan, rule.keep)
    return screen_plan(plan, series, rule, small.store.series.data, memo or ScreeningMemo())


def reviewed(small: SmallProject, row: StoredSeries, windows: Sequence[int], n_true: int) -> None:
    """Make items of these windows and decide on all; the first `n_true` hold a spike."""
    places = [(row.id, LENGTH * w, LENGTH * (w + 1), small.anomaly.id) for w in windows]
    spike = small.anomaly.type_named("spike").id
    for number, item in enumerate(small.store.items.add_many(small.project_id, places)):
        event = FoundInterval(number=1, start=item.start, stop=item.start + 1, type_id=spike)
        found = AnswerContent(kind="anomaly", intervals=(event,))
        small.decide(item, "fix", found if number < n_true else NONE)


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return empty_project(tmp_path)


def test_the_windows_with_the_highest_peaks_of_each_series_stay_in_order(
    small: SmallProject,
) -> None:
    a, b = spiky(small, 960, 10, 510, 511), spiky(small, 110, seed=1)
    plan = plan_of(small, [a, b])
    found = screened(small, plan).plan
    of_a = [start for series_id, start, _ in found.windows if series_id == a.id]
    assert len(of_a) == 4
    assert {0, 500, 950} < set(of_a)
    assert of_a == sorted(of_a)
    assert (b.id, 100, 150) in found.windows
    assert (found.n_windows, len(found.left_out)) == (8, 32)


def test_a_screened_plan_says_how_many_it_leaves_out_and_can_be_made_whole(
    small: SmallProject,
) -> None:
    plan = plan_of(small, [spiky(small, 10), spiky(small, seed=1)])
    found = screened(small, plan).plan
    assert found.words == "**8 of 40 windows** of 2 series, cut into windows"
    assert found.title == f"{small.anomaly.name}, 8 windows worth asking of 40"
    assert set(found.whole.windows) == set(plan.windows)
    assert found.whole.words == plan.words


def test_of_whole_series_those_stay_in_which_something_stands_out(small: SmallProject) -> None:
    rows = [spiky(small, 500), spiky(small, seed=1)]
    found = screened(small, plan_of(small, rows, 4096), STANDING_OUT).plan
    assert found.windows == ((rows[0].id, 0, 1000),)
    assert found.left_out == ((rows[1].id, 0, 1000),)


def test_windows_that_touch_gold_are_asked_in_any_case(small: SmallProject) -> None:
    row = spiky(small, 10)
    small.store.gold.reserve(small.project_id, [(row.id, 900, 1000)], "time_block")
    plan = plan_of(small, [row])
    without = screened(small, plan)
    assert {(row.id, 900, 950), (row.id, 950, 1000)} <= set(without.plan.windows)
    assert without.n_gold == without.plan.n_windows - 4


def test_the_recall_is_of_injected_events_while_reviews_are_few(small: SmallProject) -> None:
    found = screened(small, plan_of(small, [spiky(small, 10)]))
    assert found.recall.source == "injected"
    assert found.recall.sentence.startswith("Robust z-score keeps 4 of 20 windows (20\xa0%).")


def test_the_recall_is_of_reviewed_windows_when_people_found_enough(small: SmallProject) -> None:
    row = spiky(small, *range(0, 500, LENGTH))
    reviewed(small, row, range(20), 10)
    found = screened(small, plan_of(small, [row]), Rule("robust_z", Keep(share=0.5)))
    assert (found.recall.source, found.recall.kept, found.recall.n) == ("reviewed", 10, 10)


def test_reviews_of_windows_that_a_screening_chose_do_not_flatter_the_next(
    small: SmallProject,
) -> None:
    row = spiky(small, *range(0, 500, LENGTH))
    reviewed(small, row, range(10), 10)  # the other ten were never asked
    assert screened(small, plan_of(small, [row])).recall.source == "injected"


def test_where_whole_series_may_go_all_of_them_must_have_been_asked(small: SmallProject) -> None:
    row, never = spiky(small, *range(0, 500, LENGTH)), spiky(small, seed=1)
    reviewed(small, row, range(20), 10)
    plan = plan_of(small, [row, never])
    assert screened(small, plan).recall.source == "reviewed"
    assert screened(small, plan, STANDING_OUT).recall.source == "injected"


def test_reviews_of_gold_say_nothing_of_the_recall(small: SmallProject) -> None:
    row = spiky(small, *range(0, 500, LENGTH))
    reviewed(small, row, range(20), 10)
    small.store.gold.reserve(small.project_id, [(row.id, 0, 250)], "construction")
    (one,) = planned_series(small.store, small.project_id, plan_of(small, [row]), FIFTH.keep)
    assert one.reviewed == (None,) * 5 + (True,) * 5 + (False,) * 10
    assert one.gold == (True,) * 5 + (False,) * 15


def test_an_open_question_is_screened_by_reviews_of_the_anomaly_question(
    small: SmallProject,
) -> None:
    row = spiky(small, *range(0, 500, LENGTH))
    reviewed(small, row, range(20), 10)
    open_question = small.anomaly.model_copy(update={"id": "o", "kind": "open"})
    plan = plan_batch([row], open_question, Cutting(2 * LENGTH, 0))
    (one,) = planned_series(small.store, small.project_id, plan, FIFTH.keep)
    assert one.reviewed == (True,) * 5 + (False,) * 5


def test_nothing_is_worked_out_twice(small: SmallProject) -> None:
    plan, memo = plan_of(small, [spiky(small, 10)]), ScreeningMemo()
    series = planned_series(small.store, small.project_id, plan, FIFTH.keep)
    heard: list[tuple[int, int]] = []
    read: list[str] = []

    def load(row: StoredSeries) -> SeriesData:
        read.append(row.id)
        return small.store.series.data(row)

    first = screen_plan(plan, series, FIFTH, load, memo, lambda done, n: heard.append((done, n)))
    assert heard == [(0, 1)]
    n_read = len(read)
    again = screen_plan(plan, series, FIFTH, load, memo)
    assert (again, len(read)) == (first, n_read)


def test_fewer_events_are_injected_where_series_are_long(small: SmallProject) -> None:
    def injected(n: int, method: str) -> int:
        values = np.random.default_rng(n).normal(size=(n, 1))
        info = SeriesInfo(f"long-{n}-{method}", ("value",))
        row = small.store.series.add(small.project_id, SeriesData(values), info, "upload")[0]
        plan = plan_of(small, [row])
        return n_injected(planned_series(small.store, small.project_id, plan, FIFTH.keep), method)

    assert injected(1_000, "robust_z") == INJECTED
    assert injected(20_000, "robust_z") == 24
    assert injected(30_000, "robust_z") == 24  # no more than 20,000 samples are scored
    assert injected(19_000, "matrix_profile") == len(KINDS) * len(SIZES)


def test_what_takes_long_is_said_before(small: SmallProject) -> None:
    row = spiky(small)
    (one,) = planned_series(small.store, small.project_id, plan_of(small, [row]), FIFTH.keep)

    def words(n_samples: int, method: str) -> str:
        longer = replace(one, row=replace(row, n_samples=n_samples))
        return slow_words([longer], method, ScreeningMemo())

    said = "1 series with {} values are to be scored once; that takes long."
    assert words(1_000_000, "stl") == ""
    assert words(1_000_001, "stl") == said.format("1,000,001")
    assert words(100_000, "knn") == ""
    assert words(100_001, "knn") == said.format("100,001")
    many = slow_words([one] * (MANY + 1), "stl", ScreeningMemo())
    assert many.startswith("201 series with 201,000 values")


def test_only_questions_about_events_and_more_than_a_few_windows_are_screened(
    small: SmallProject,
) -> None:
    row = spiky(small)
    assert not worth_screening(plan_of(small, [row]))  # 20 windows
    assert worth_screening(plan_of(small, [row], 40))
    assert not worth_screening(plan_batch([row], small.pattern, Cutting(40, 0)))


def test_what_is_saved_is_said_in_requests_and_money(small: SmallProject) -> None:
    fields = {"name": "reader", "base_url": "http://localhost:1/v1", "model": "reader"}
    free = save_endpoint(small.store, small.project_id, endpoint_of(fields), "lead")
    fields = {**fields, "name": "paid", "price_in": 1000.0, "price_out": 0.0}
    paid = save_endpoint(small.store, small.project_id, endpoint_of(fields), "lead")
    found = screened(small, plan_of(small, [spiky(small, 10)])).plan

    def words(teacher_id: str) -> str:
        asked, whole = (
            plan_models(small.store, small.project_id, one, ModelChoice((teacher_id,)))
            for one in (found, found.whole)
        )
        return saved_words(asked, whole)

    assert words(free.id) == "Screening saves 16 requests."
    asked, whole = (
        plan_models(small.store, small.project_id, one, ModelChoice((paid.id,))).usd
        for one in (found, found.whole)
    )
    assert asked is not None and whole is not None
    low, high = (f"{b - a:,.2f}" for a, b in zip(asked, whole, strict=True))
    assert words(paid.id) == f"Screening saves 16 requests, USD {low} to {high}."


def test_an_unknown_detector_is_named(small: SmallProject) -> None:
    with pytest.raises(ConfigError, match="there is no detector 'guess'"):
        screened(small, plan_of(small, [spiky(small)]), Rule("guess", Keep()))
