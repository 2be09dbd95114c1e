"""Volumes under the surface: against plain loops, against the field's code, and at the edges."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.metrics.vus import THRESHOLDS, Vus, vus
from tests.core.metrics.score_cases import CASES, ScoreCase
from tests.core.metrics.score_recorded import RECORDED
from tests.core.metrics.score_twins import scored_series, slow_vus

Series = tuple[np.ndarray, np.ndarray]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_volumes_are_those_of_the_fields_code(case: ScoreCase) -> None:
    scores, truth, _ = case.made()
    found = vus(scores, truth, case.window)
    assert found.pr == pytest.approx(RECORDED[case.name]["vus_pr"], abs=1e-6)
    assert found.roc == pytest.approx(RECORDED[case.name]["vus_roc"], abs=1e-6)


@settings(max_examples=50)
@given(scored_series(longest=25), st.integers(0, 12) | st.integers(0, 60))
def test_volumes_are_those_of_plain_loops(series: Series, window: int) -> None:
    scores, truth = series
    assume(truth.any() and not truth.all())
    pr, roc = slow_vus(scores, truth, window, THRESHOLDS)
    found = vus(scores, truth, window)
    assert found.pr == pytest.approx(pr, abs=1e-12)
    assert found.roc == pytest.approx(roc, abs=1e-12)


def test_volumes_are_those_of_plain_loops_with_more_samples_than_thresholds() -> None:
    random = np.random.default_rng(1)
    scores, truth = random.integers(0, 400, 700).astype(float), np.zeros(700, bool)
    for start in (0, 30, 300, 306, 690):  # at both ends, close together, far apart
        truth[start : start + 10] = True
    pr, roc = slow_vus(scores, truth, 11, THRESHOLDS)
    assert vus(scores, truth, 11) == Vus(pytest.approx(pr), pytest.approx(roc))


@given(scored_series(), st.integers(0, 30))
def test_only_the_order_of_scores_counts(series: Series, window: int) -> None:
    scores, truth = series
    assert vus(scores, truth, window) == vus(8 * scores**3 - 5, truth, window)


@given(scored_series(), st.integers(0, 30))
def test_time_may_run_backwards(series: Series, window: int) -> None:
    scores, truth = series
    there, back = vus(scores, truth, window), vus(scores[::-1], truth[::-1], window)
    assert back.pr == pytest.approx(there.pr)
    assert back.roc == pytest.approx(there.roc)


@settings(max_examples=40)
@given(scored_series(longest=THRESHOLDS))
def test_scores_that_are_the_truth_get_one_with_exact_edges(series: Series) -> None:
    truth = series[1]
    assume(truth.any() and not truth.all())
    assert vus(truth.astype(float), truth, 0) == Vus(pytest.approx(1.0), pytest.approx(1.0))


@given(scored_series(), st.integers(0, 40))
def test_constant_scores_find_everything_at_once(series: Series, window: int) -> None:
    truth = series[1]
    assume(truth.any() and not truth.all())
    pr, roc = slow_vus(np.ones(len(truth)), truth, window, 2)
    assert vus(np.ones(len(truth)), truth, window) == Vus(pytest.approx(pr), pytest.approx(roc))


def test_a_peak_beside_the_event_counts_with_soft_edges_only() -> None:
    truth, scores = np.zeros(100, bool), np.zeros(100)
    truth[50:60], scores[60:63] = True, 1.0
    exact, soft = vus(scores, truth, 0), vus(scores, truth, 20)
    assert exact.pr is not None and soft.pr is not None
    # all that is found exactly is found with everything: recall 1 at precision 10 / 100
    assert exact.pr == pytest.approx(0.1)
    assert soft.pr > 0.3


def test_without_an_event_both_are_undefined() -> None:
    assert vus(np.arange(10.0), np.zeros(10, bool), 4) == Vus(None, None)
    assert vus(np.array([3.0]), np.array([False]), 4) == Vus(None, None)


def test_when_all_is_unusual_nothing_can_be_ranked_wrong() -> None:
    assert vus(np.arange(10.0), np.ones(10, bool), 4) == Vus(pytest.approx(1.0), None)
    assert vus(np.array([3.0]), np.array([True]), 4) == Vus(pytest.approx(1.0), None)


def test_a_window_longer_than_the_series_is_no_error() -> None:
    scores, truth = np.array([1.0, 0.0, 2.0, 0.0]), np.array([True, False, False, False])
    pr, roc = slow_vus(scores, truth, 50, THRESHOLDS)
    assert vus(scores, truth, 50) == Vus(pytest.approx(pr), pytest.approx(roc))


def test_what_cannot_be_measured_is_refused() -> None:
    truth = np.array([True, False, False])
    with pytest.raises(DataError, match=r"1 of 3 scores are missing or infinite"):
        vus(np.array([1.0, np.nan, 0.0]), truth, 4)
    with pytest.raises(DataError, match=r"2 of 3 scores are missing or infinite"):
        vus(np.array([np.inf, 1.0, -np.inf]), truth, 4)
    with pytest.raises(DataError, match=r"do not belong to one series"):
        vus(np.zeros(4), truth, 4)
    with pytest.raises(DataError, match=r"at least one sample"):
        vus(np.zeros(0), np.zeros(0, bool), 4)
    with pytest.raises(DataError, match=r"window of -1 samples"):
        vus(np.zeros(3), truth, -1)
    with pytest.raises(DataError, match=r"of type int64"):
        vus(np.zeros(3), np.array([0, 2, 1]), 4)
