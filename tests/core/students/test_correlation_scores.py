"""Scores of change by hand: what crosses a sample, what noise hides, which peaks count."""

import numpy as np
import pytest

from core.students.correlation_scores import (
    Norms,
    correlation_change,
    crossings,
    edge,
    independent_parts,
    learn_weights,
    misses_across,
    peaks,
    rarity,
    reached,
    without_ends,
)


def test_of_horizon_two_three_predictions_cross_a_sample() -> None:
    assert crossings(2) == [(1, 1), (1, 2), (2, 2)]


def test_misses_are_arranged_by_the_sample_that_their_predictions_cross() -> None:
    errors = np.arange(8.0).reshape(4, 2, 1, 1)  # origin 0 misses 0 and 1, origin 1 misses 2, 3
    across = misses_across(errors)[:, :, 0, 0]
    assert across[2].tolist() == [2.0, 3.0, 1.0]
    assert across[1, :2].tolist() == [0.0, 1.0]
    assert np.isnan(across[1, 2])  # nothing begins two samples before sample 1
    assert np.isnan(across[0]).all()


def test_a_graph_that_turns_over_scores_at_its_first_new_sample_and_nowhere_else() -> None:
    graph = np.zeros((6, 2))
    graph[3:] = [1.0, 0.5]
    assert correlation_change(graph, 1).tolist() == [0, 0, 0, 1.5, 0, 0]


def test_a_wider_span_compares_means_and_peaks_at_the_same_sample() -> None:
    graph = np.zeros((8, 1))
    graph[4:] = 1.0
    assert correlation_change(graph, 2).tolist() == [0, 0, 0, 0.5, 1.0, 0.5, 0, 0]


def test_a_window_shorter_than_both_spans_has_no_correlation_score() -> None:
    assert correlation_change(np.random.default_rng(1).random((5, 3)), 3).tolist() == [0.0] * 5


def test_weights_average_what_noise_hides_and_trust_the_exact_prediction() -> None:
    rng = np.random.default_rng(4)
    exact = rng.normal(size=(4000, 3, 1, 1)) * np.array([0.1, 5.0, 5.0])[None, :, None, None]
    alike = rng.normal(size=(4000, 3, 1, 1))
    trusting = np.array(learn_weights([exact]).weights[0])
    averaging = np.array(learn_weights([alike]).weights[0])
    assert trusting[0] > 100 * abs(trusting[1])
    assert averaging == pytest.approx(np.full(3, averaging.mean()), rel=0.15)


def test_a_miss_that_another_repeats_counts_once() -> None:
    rng = np.random.default_rng(5)
    twin, other = rng.normal(size=(2, 4000))
    rows = np.stack([twin, twin, other], axis=1)[:, :, None, None]
    first, second, alone = learn_weights([rows]).weights[0]
    assert first + second == pytest.approx(alone, rel=0.1)


def test_the_independent_score_is_the_square_of_the_weighted_miss_in_usual_ones() -> None:
    norms = Norms(weights=((1.0, 2.0, 0.0),), usual=(0.5,))
    misses = np.zeros((9, 3, 2, 1))
    misses[4, :, 1, 0] = [1.0, 1.0, 7.0]  # 3 in all, 6 usual ones
    misses[5, :, 0, 0] = [np.nan, 0.5, 0.0]  # a missing sample says nothing
    parts = independent_parts(misses, norms)
    assert parts[4].tolist() == [0.0, 36.0]
    assert parts[5].tolist() == [4.0, 0.0]
    misses[4, 0, 1, 0] = 1e9
    assert independent_parts(misses, norms)[4, 1] == 400.0  # as striking as can be


@pytest.mark.parametrize(("n", "left"), [(40, 30), (8, 4), (12, 6)])
def test_the_ends_of_a_window_have_no_score(n: int, left: int) -> None:
    score = without_ends(np.ones((n, 2)))
    assert score.sum(axis=0).tolist() == [left, left]
    assert score[edge(n)].tolist() == [1, 1]
    assert score[edge(n) - 1].tolist() == [0, 0]


def test_rarity_says_which_share_of_training_samples_scored_as_high() -> None:
    of = reached(np.arange(100_001.0))
    rare = rarity(np.array([50_000.0, 90_000.0, 99_000.0, 99_900.0]), of)
    assert rare == pytest.approx([np.log10(2), 1.0, 2.0, 3.0], abs=1e-5)


def test_beyond_training_rarity_goes_on_along_a_straight_line() -> None:
    of = reached(np.arange(100_001.0))
    assert rarity(np.array([100_800.0, 101_700.0]), of) == pytest.approx([4.0, 5.0], abs=1e-4)


def test_rarity_rises_even_where_most_samples_score_alike() -> None:
    of = reached(np.zeros(1000))
    low, high = rarity(np.array([0.0, 1.0]), of)
    assert low < high


def test_peaks_keep_their_distance_the_higher_one_first() -> None:
    score = np.array([0, 5, 0, 6, 0, 0, 0, 4, 0.0])
    assert peaks(score, 3.0, 3) == [3, 7]
    assert peaks(score, 3.0, 2) == [1, 3, 7]
    assert peaks(score, 4.5, 2) == [1, 3]
    assert peaks(score, 6.5, 2) == []


def test_a_flank_of_a_broad_peak_is_no_peak_by_itself() -> None:
    score = np.array([0, 2, 4, 6, 8, 6, 4, 2, 0.0])
    assert peaks(score, 1.0, 3) == [4]


def test_of_equal_neighbours_the_first_is_the_peak() -> None:
    assert peaks(np.array([0, 2, 2, 2, 0.0]), 1.0, 5) == [1]
