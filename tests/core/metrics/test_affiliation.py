"""Affiliation: exact twins in fractions, the field's code, and never without luck."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.intervals import Interval
from core.metrics.affiliation import Affiliation, affiliation
from core.metrics.beside import DRAWS, Beside, random_marks
from core.metrics.inputs import intervals_of
from tests.core.metrics.score_cases import CASES, ScoreCase
from tests.core.metrics.score_recorded import RECORDED
from tests.core.metrics.score_twins import (
    Ranges,
    answered_series,
    as_intervals,
    ranges_of,
    slow_affiliation,
)

NOTHING = Beside(None, None)


def of(answer: Ranges, events: Ranges, n: int) -> Affiliation:
    return affiliation(as_intervals(answer), as_intervals(events), n)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_figures_are_those_of_the_fields_code(case: ScoreCase) -> None:
    _, truth, answer = case.made()
    found = affiliation(intervals_of(answer), intervals_of(truth), case.n)
    recorded = RECORDED[case.name]
    for figure in ("precision", "recall", "f1"):
        value = getattr(found, figure).value
        assert value == pytest.approx(recorded[f"affiliation_{figure}"], abs=1e-6)


@settings(max_examples=60)
@given(answered_series(longest=14))
@example((np.array([1, 0, 1, 0, 0, 1, 1], bool), np.array([0, 1, 0, 0, 1, 1, 0], bool)))
def test_figures_are_those_of_the_definition(series: tuple[np.ndarray, np.ndarray]) -> None:
    answer, truth = series
    assume(truth.any())
    precision, recall = slow_affiliation(ranges_of(answer), ranges_of(truth), len(truth))
    found = affiliation(intervals_of(answer), intervals_of(truth), len(truth))
    assert found.recall.value == pytest.approx(float(recall), abs=1e-12)
    assert found.precision.value == (
        None if precision is None else pytest.approx(float(precision), abs=1e-12)
    )


@settings(max_examples=60)
@given(answered_series())
def test_time_may_run_backwards(series: tuple[np.ndarray, np.ndarray]) -> None:
    answer, truth = series
    there = affiliation(intervals_of(answer), intervals_of(truth), len(truth))
    back = affiliation(intervals_of(answer[::-1]), intervals_of(truth[::-1]), len(truth))
    for figure in ("precision", "recall", "f1"):
        value = getattr(there, figure).value
        expected = None if value is None else pytest.approx(value)
        assert getattr(back, figure).value == expected


def test_an_answer_that_is_the_truth_gets_one() -> None:
    found = of([(3, 5), (9, 10)], [(3, 5), (9, 10)], 12)
    assert (found.precision.value, found.recall.value, found.f1.value) == (1.0, 1.0, 1.0)


def test_one_event_and_one_answer_by_hand() -> None:
    found = of([(6, 7)], [(4, 6)], 10)
    # 2 samples of J; at distance d in (0, 1) the points up to d away on both sides are nearer:
    # 1 - (2 + 2 d) / 10, in the mean over d 1 - 3 / 10
    assert found.precision.value == pytest.approx(0.7)
    # d = 6 - y runs from 2 to 0 and U lies within d on either side: 1 - 2 d / 10, in the mean 0.8
    assert found.recall.value == pytest.approx(0.8)


def test_noise_gets_a_flattering_value_and_it_stands_beside() -> None:
    truth = np.zeros(2_000, bool)
    truth[900:1_000] = True
    noise = np.random.default_rng(9).random(2_000) > 0.95
    found = affiliation(intervals_of(noise), intervals_of(truth), 2_000)
    assert found.f1.value is not None and found.f1.random is not None
    assert found.f1.value > 0.6
    assert found.f1.random == pytest.approx(found.f1.value, abs=0.05)


def test_luck_is_the_mean_over_random_scores_that_mark_as_many_samples() -> None:
    answer, truth = as_intervals([(5, 9), (20, 21)]), as_intervals([(7, 12)])
    masks = list(random_marks(30, 5, 4))
    expected = [affiliation(intervals_of(mask), truth, 30).recall.value for mask in masks]
    found = affiliation(answer, truth, 30, seed=4)
    assert len(masks) == DRAWS
    assert found.recall.random == pytest.approx(np.mean(np.array(expected, float)))
    assert affiliation(answer, truth, 30, seed=4) == found
    assert affiliation(answer, truth, 30, seed=5).recall.random != found.recall.random


@given(st.integers(1, 12))
def test_without_an_event_everything_is_undefined(n: int) -> None:
    expected = Affiliation(NOTHING, NOTHING, NOTHING)
    assert of([], [], n) == of([(0, 1)], [], n) == of([(0, n)], [], n) == expected


def test_without_an_answer_precision_is_undefined_and_the_rest_0() -> None:
    found = of([], [(3, 5)], 12)
    assert found == Affiliation(NOTHING, Beside(0.0, 0.0), Beside(0.0, 0.0))


def test_a_series_that_is_all_event_holds_every_answer() -> None:
    assert of([(0, 1)], [(0, 1)], 1).f1 == Beside(1.0, 1.0)
    assert of([(0, 4)], [(0, 4)], 4).f1 == Beside(1.0, 1.0)
    assert of([(1, 2)], [(0, 4)], 4).precision == Beside(1.0, 1.0)


def test_intervals_behind_the_series_are_refused() -> None:
    with pytest.raises(DataError, match=r"end at sample 13 do not lie in a series of 12"):
        affiliation([Interval(start=3, stop=13)], [], 12)
