"""Areas under both curves by sample: against plain loops, the field's code, and with ties."""

import numpy as np
import pytest
from hypothesis import assume, given

from core.errors import DataError
from core.metrics.ranking import auc_pr, auc_roc
from tests.core.metrics.score_cases import CASES, ScoreCase
from tests.core.metrics.score_recorded import RECORDED
from tests.core.metrics.score_twins import scored_series, slow_auc_pr, slow_auc_roc


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_areas_are_those_of_the_fields_code(case: ScoreCase) -> None:
    scores, truth, _ = case.made()
    assert auc_pr(scores, truth) == pytest.approx(RECORDED[case.name]["auc_pr"], abs=1e-6)
    assert auc_roc(scores, truth) == pytest.approx(RECORDED[case.name]["auc_roc"], abs=1e-6)


@given(scored_series())
def test_areas_are_those_of_plain_loops(series: tuple[np.ndarray, np.ndarray]) -> None:
    scores, truth = series
    assume(truth.any() and not truth.all())
    assert auc_roc(scores, truth) == pytest.approx(slow_auc_roc(scores, truth))
    assert auc_pr(scores, truth) == pytest.approx(slow_auc_pr(scores, truth))


def test_constant_scores_say_nothing() -> None:
    truth = np.arange(20) < 3
    assert auc_roc(np.full(20, 7.0), truth) == 0.5
    assert auc_pr(np.full(20, 7.0), truth) == pytest.approx(3 / 20)


def test_a_truth_without_two_kinds_of_samples_leaves_them_undefined() -> None:
    scores = np.array([1.0, 2.0])
    assert (auc_roc(scores, np.zeros(2, bool)), auc_pr(scores, np.zeros(2, bool))) == (None, None)
    assert (auc_roc(scores, np.ones(2, bool)), auc_pr(scores, np.ones(2, bool))) == (None, 1.0)
    assert (auc_roc(scores[:1], np.ones(1, bool)), auc_pr(scores[:1], np.ones(1, bool))) == (
        None,
        1.0,
    )


def test_missing_scores_are_refused() -> None:
    scores, truth = np.array([np.nan, 2.0]), np.array([True, False])
    with pytest.raises(DataError, match=r"1 of 2 scores are missing"):
        auc_roc(scores, truth)
    with pytest.raises(DataError, match=r"1 of 2 scores are missing"):
        auc_pr(scores, truth)
