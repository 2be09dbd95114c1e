"""The springs benchmark: its baselines and its figures."""

import numpy as np
import pytest

from benchmarks.finite_differences import (
    learned_norms,
    position_misses,
    speed_misses,
    weighted_differences,
)
from benchmarks.springs import (
    CLEAN_CONFIG,
    NOISY_CONFIG,
    edge_accuracy,
    figures,
    norm,
    views_of,
)
from core.generate_springs import NOISY, SPRING_CHANGES, STEP, springs
from core.students.correlation_scores import Strips


def test_finite_differences_find_every_change_without_noise_and_few_with_it() -> None:
    for noise, least, most in (((0.0, 0.0), 0.99, 1.0), (NOISY, 0.5, 0.75)):
        made = springs(100, "connection", 77, noise)
        score = norm(position_misses(made.values)) + norm(speed_misses(made.values))
        assert least <= figures(score, made)["auc"] <= most


def test_positions_miss_what_a_mean_speed_does_not_explain() -> None:
    values = np.zeros((1, 6, 2, 4), np.float32)
    values[0, :, 0, 0] = STEP * np.arange(6)
    values[0, :, 0, 2] = 1.0
    values[0, 3:, 0, 0] += 0.5
    assert position_misses(values)[0] == pytest.approx([0, 0, 0, 0.25, 0, 0], abs=1e-6)
    assert not speed_misses(values).any()


def test_a_ball_at_a_wall_is_left_out() -> None:
    values = np.zeros((1, 12, 1, 4), np.float32)
    values[0, 6, 0, 0] = 4.9
    values[0, 6:, 0, 2] = -1.0
    assert not speed_misses(values)[0, 4:9].any()


def test_weights_alone_find_places_that_moved_but_not_other_springs_under_noise() -> None:
    training = np.concatenate([springs(20, kind, 5, NOISY).values for kind in SPRING_CHANGES])
    norms = learned_norms(training, 5)
    found = {
        kind: figures(weighted_differences(made.values, norms, 5), made)["auc"]
        for kind in SPRING_CHANGES
        for made in [springs(60, kind, 6, NOISY)]
    }
    assert found["location"] > 0.9
    assert found["connection"] < 0.75


def test_edges_are_right_where_the_graph_is_the_true_one_and_wrong_where_opposite() -> None:
    made = springs(3, "connection", 1)
    empty = np.zeros(100)
    for graph, share in ((made.edges(), 1.0), (~made.edges(), 0.0)):
        strips = [
            Strips(one.astype(np.float32), empty, empty, empty, np.zeros((100, 5))) for one in graph
        ]
        assert edge_accuracy(made, strips) == share


def test_a_window_holds_a_ball_after_the_other() -> None:
    made = springs(2, "speed", 1)
    view = views_of(made)[1]
    assert view.values.shape == (100, 20)
    assert np.array_equal(view.values[:, 4:8], made.values[1, :, 1].astype(np.float64))


def test_what_is_drawn_of_clean_springs_reads_raw_values_alone() -> None:
    assert (CLEAN_CONFIG.differences, NOISY_CONFIG.differences) == (False, False)
    assert (CLEAN_CONFIG.lags, NOISY_CONFIG.lags) == (0, 0)
