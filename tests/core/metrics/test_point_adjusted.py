"""Point adjustment: plain loops, the field's code, and noise beside every value."""

import dataclasses
from typing import get_type_hints

import numpy as np
import pytest
from hypothesis import assume, given

from core.errors import DataError
from core.intervals import Interval
from core.metrics import affiliation as affiliation_module
from core.metrics import point_adjusted as point_adjusted_module
from core.metrics.affiliation import Affiliation
from core.metrics.beside import DRAWS, Beside, random_marks, random_scores
from core.metrics.inputs import intervals_of
from core.metrics.point_adjusted import PointAdjusted, best_point_adjusted_f1, point_adjusted
from tests.core.metrics.score_cases import CASES, ScoreCase
from tests.core.metrics.score_recorded import RECORDED
from tests.core.metrics.score_twins import (
    answered_series,
    scored_series,
    slow_point_adjusted_f1,
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_f1_of_an_answer_is_that_of_the_fields_code(case: ScoreCase) -> None:
    _, truth, answer = case.made()
    found = point_adjusted(intervals_of(answer), intervals_of(truth), case.n)
    assert found.f1.value == pytest.approx(RECORDED[case.name]["point_adjusted_f1"], abs=1e-6)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_best_f1_is_never_below_the_fields_which_tries_100_thresholds(case: ScoreCase) -> None:
    scores, truth, _ = case.made()
    recorded = RECORDED[case.name]["best_point_adjusted_f1"]
    exact, hundred = best_point_adjusted_f1(scores, truth).value, 0.0
    assert exact is not None
    assert exact >= recorded - 1e-6
    # With that code's thresholds and ">" its value comes out: only the thresholds differ.
    for threshold in np.linspace(scores.min(), scores.max(), 100):
        answer = scores > threshold
        hundred = max(hundred, slow_point_adjusted_f1(answer, truth))
    assert hundred == pytest.approx(recorded, abs=1e-6)


@given(answered_series())
def test_f1_of_an_answer_is_that_of_plain_loops(series: tuple[np.ndarray, np.ndarray]) -> None:
    answer, truth = series
    assume(truth.any())
    found = point_adjusted(intervals_of(answer), intervals_of(truth), len(truth))
    assert found.f1.value == pytest.approx(slow_point_adjusted_f1(answer, truth))


@given(scored_series())
def test_the_best_f1_is_the_highest_of_all_thresholds(
    series: tuple[np.ndarray, np.ndarray],
) -> None:
    scores, truth = series
    assume(truth.any())
    every = [slow_point_adjusted_f1(scores >= threshold, truth) for threshold in set(scores)]
    assert best_point_adjusted_f1(scores, truth).value == pytest.approx(max(every))


def test_the_first_sample_of_a_series_is_adjusted_too() -> None:
    # TSB-AD's code walks back to sample 1 only, and gets 2 * 2 / 5 here
    found = point_adjusted([Interval(start=1, stop=2)], [Interval(start=0, stop=3)], 10)
    assert found.f1.value == 1.0


def test_noise_beats_most_published_numbers_and_stands_beside() -> None:
    truth = np.zeros(5_000, bool)
    truth[1_000:1_500] = True
    found = best_point_adjusted_f1(np.random.default_rng(2).random(5_000), truth)
    assert found.value is not None and found.random is not None
    assert min(found.value, found.random) > 0.9


def test_luck_is_the_mean_over_random_scores() -> None:
    scores, truth, answer = CASES[2].made()
    best = [best_point_adjusted_f1(drawn, truth).value for drawn in random_scores(len(truth), 7)]
    assert best_point_adjusted_f1(scores, truth, seed=7).random == pytest.approx(
        np.mean(np.array(best, float))
    )
    masks = list(random_marks(len(truth), int(answer.sum()), 7))
    f1 = [slow_point_adjusted_f1(mask, truth) for mask in masks]
    found = point_adjusted(intervals_of(answer), intervals_of(truth), len(truth), seed=7)
    assert len(f1) == DRAWS
    assert found.f1.random == pytest.approx(np.mean(f1))


def test_constant_scores_mark_everything_or_nothing() -> None:
    truth = np.arange(8) < 2
    assert best_point_adjusted_f1(np.ones(8), truth).value == pytest.approx(2 * 2 / (8 + 2))


def test_what_is_not_there_leaves_its_figure_undefined() -> None:
    nothing, event = Beside(None, None), [Interval(start=2, stop=4)]
    silent = point_adjusted([], event, 9)
    assert silent == PointAdjusted(nothing, Beside(0.0, 0.0), Beside(0.0, 0.0))
    assert point_adjusted([], [], 9) == PointAdjusted(nothing, nothing, nothing)
    assert point_adjusted(event, [], 9).recall == nothing
    assert best_point_adjusted_f1(np.arange(9.0), np.zeros(9, bool)) == nothing


def test_a_series_that_is_all_event_is_found_by_anything() -> None:
    assert best_point_adjusted_f1(np.array([0.0]), np.array([True])) == Beside(1.0, 1.0)
    assert best_point_adjusted_f1(np.arange(4.0), np.ones(4, bool)) == Beside(1.0, 1.0)


def test_missing_scores_are_refused() -> None:
    with pytest.raises(DataError, match=r"1 of 2 scores are missing or infinite"):
        best_point_adjusted_f1(np.array([np.nan, 1.0]), np.array([True, False]))


def test_flattering_figures_cannot_be_had_without_luck() -> None:
    for result in (Affiliation, PointAdjusted):
        assert {get_type_hints(result)[field.name] for field in dataclasses.fields(result)} == {
            Beside
        }
    returned = {
        get_type_hints(value)["return"]
        for module in (affiliation_module, point_adjusted_module)
        for name, value in vars(module).items()
        if callable(value) and not name.startswith("_") and value.__module__ == module.__name__
        and not isinstance(value, type)
    }  # fmt: skip
    assert returned == {Affiliation, PointAdjusted, Beside}
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'random'"):
        Beside(0.9)  # pyright: ignore[reportCallIssue] (that it fails is what is tested)
