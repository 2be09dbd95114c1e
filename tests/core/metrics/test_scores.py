"""The figures of one series' scores come beside what random scores of the same series get."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.metrics.beside import DRAWS, Beside, random_marks, random_scores
from core.metrics.ranking import auc_pr, auc_roc
from core.metrics.scores import ScoreFigures, score_figures
from core.metrics.vus import vus
from tests.core.metrics.score_cases import CASES
from tests.core.metrics.score_twins import scored_series

NAMES = ["vus_pr", "vus_roc", "auc_pr", "auc_roc"]


def test_figures_are_those_of_the_single_functions() -> None:
    scores, truth, _ = CASES[0].made()
    volumes = vus(scores, truth, 50)
    assert score_figures(scores, truth, 50).values() == {
        "vus_pr": volumes.pr,
        "vus_roc": volumes.roc,
        "auc_pr": auc_pr(scores, truth),
        "auc_roc": auc_roc(scores, truth),
    }


def test_luck_is_the_mean_over_random_scores_of_the_same_series() -> None:
    scores, truth, _ = CASES[1].made()
    draws = [vus(drawn, truth, 20) for drawn in random_scores(len(truth), 3)]
    luck = score_figures(scores, truth, 20, seed=3).luck()
    assert len(draws) == DRAWS
    assert luck["vus_pr"] == pytest.approx(np.mean([one.pr for one in draws]))
    assert luck["vus_roc"] == pytest.approx(np.mean([one.roc for one in draws]))


def test_luck_depends_on_truth_window_and_seed_but_not_on_the_scores() -> None:
    scores, truth, _ = CASES[0].made()
    luck = score_figures(scores, truth, 30, seed=5).luck()
    assert score_figures(-scores, truth, 30, seed=5).luck() == luck
    assert score_figures(scores, truth, 30, seed=6).luck() != luck
    assert score_figures(scores, truth, 31, seed=5).luck()["vus_pr"] != luck["vus_pr"]
    assert score_figures(scores, truth[::-1], 30, seed=5).luck() != luck


def test_luck_by_sample_is_near_what_arithmetic_says() -> None:
    truth = np.zeros(5_000, bool)
    truth[1_000:1_500] = True
    luck = score_figures(np.zeros(5_000), truth, 0).luck()
    # The expected average precision of a random order (Bestgen 2015), n samples, r of them unusual.
    n, r = 5_000, 500
    harmonic = sum(1 / k for k in range(1, n + 1))
    expected = (harmonic + (r - 1) / (n - 1) * (n - harmonic)) / n
    assert luck["auc_pr"] == pytest.approx(expected, abs=0.01)
    assert luck["auc_roc"] == pytest.approx(0.5, abs=0.02)


def test_soft_edges_give_noise_more_than_the_share_of_unusual_samples() -> None:
    scores, truth, _ = CASES[7].made()
    luck = score_figures(scores, truth, 60).luck()
    assert luck["vus_pr"] is not None
    assert luck["vus_pr"] > 1.5 * truth.mean()


@settings(max_examples=40)
@given(scored_series(), st.integers(0, 12))
def test_areas_by_sample_lie_between_0_and_1(
    series: tuple[np.ndarray, np.ndarray], window: int
) -> None:
    scores, truth = series
    found = score_figures(scores, truth, window)
    there = [x for x in [*found.values().values(), *found.luck().values()] if x is not None]
    assert all(-1e-12 <= value <= 1 + 1e-12 for value in there)
    assert {name for name, value in found.values().items() if value is None} == (
        {*NAMES} if not truth.any() else {"vus_roc", "auc_roc"} if truth.all() else set()
    )


def test_without_an_event_a_figure_and_its_luck_are_both_undefined() -> None:
    nothing = Beside(None, None)
    found = score_figures(np.arange(5.0), np.zeros(5, bool), 3)
    assert found == ScoreFigures(nothing, nothing, nothing, nothing)
    assert list(found.values()) == list(found.luck()) == NAMES


def test_missing_scores_are_refused() -> None:
    with pytest.raises(DataError, match=r"1 of 2 scores are missing or infinite"):
        score_figures(np.array([np.nan, 1.0]), np.array([True, False]), 3)


def test_a_figure_reads_as_both_numbers() -> None:
    assert str(Beside(0.95, 0.934)) == "0.950 (a random score gets 0.934)"
    assert str(Beside(0.0, None)) == "0.000 (a random score gets undefined)"


@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 5))
def test_random_marks_mark_as_many_samples_as_asked(n: int, marked: int, seed: int) -> None:
    masks = list(random_marks(n, min(marked, n), seed))
    assert [int(mask.sum()) for mask in masks] == [min(marked, n)] * DRAWS
    assert all(
        np.array_equal(a, b)
        for a, b in zip(masks, random_marks(n, min(marked, n), seed), strict=True)
    )
