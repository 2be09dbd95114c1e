"""Confident learning by hand: thresholds, the joint, who is suspected."""

import numpy as np
import pytest

from core.noise.confident import (
    confident_joint,
    confident_learning,
    given_margin,
    label_thresholds,
)

# Two options, six examples. The fourth says 0 where 1 is meant.
GIVEN = np.array([0, 0, 0, 0, 1, 1])
P0 = np.array([0.9, 0.8, 0.7, 0.2, 0.3, 0.1])
PROBABILITIES = np.stack([P0, 1 - P0], axis=1)


def test_a_threshold_is_the_mean_probability_of_a_label_where_it_was_given() -> None:
    # (0.9 + 0.8 + 0.7 + 0.2) / 4 and (0.7 + 0.9) / 2
    assert label_thresholds(PROBABILITIES, GIVEN) == pytest.approx([0.65, 0.8])


def test_a_label_that_was_never_given_has_no_threshold_that_anything_reaches() -> None:
    with_third = np.hstack([PROBABILITIES, np.zeros((6, 1))])
    assert label_thresholds(with_third, GIVEN)[2] == np.inf


def test_the_joint_counts_the_sure_ones_and_keeps_the_number_of_each_label() -> None:
    # Sure: 0.9, 0.8, 0.7 as 0; the fourth (0.8) as 1; of the two given 1 only the last (0.9).
    # Row 0: 3 and 1 of 4 labels; row 1: 0 and 1, scaled to its 2 labels.
    assert confident_joint(PROBABILITIES, GIVEN) == pytest.approx(
        np.array([[3 / 6, 1 / 6], [0, 2 / 6]])
    )


def test_as_many_are_suspected_as_the_joint_says_are_wrong_the_clearest_first() -> None:
    suspicion = confident_learning(PROBABILITIES, GIVEN)
    assert suspicion.suspected.tolist() == [False, False, False, True, False, False]
    assert suspicion.wrong_share == pytest.approx(1 / 6)


def test_labels_that_nothing_contradicts_are_all_kept() -> None:
    suspicion = confident_learning(np.eye(3)[[0, 1, 2, 0]], np.array([0, 1, 2, 0]))
    assert not suspicion.suspected.any()
    assert suspicion.wrong_share == pytest.approx(0)


def test_a_margin_is_the_lead_of_the_given_label_over_the_best_other() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    assert given_margin(probabilities, np.array([0, 1])) == pytest.approx([0.2, -0.5])


def test_wrong_labels_at_random_are_found_again() -> None:
    rng = np.random.default_rng(0)
    true = rng.integers(0, 4, 400)
    wrong = rng.random(400) < 0.25
    given = np.where(wrong, (true + 1) % 4, true)
    # a net that is right with 0.85, and otherwise even
    probabilities = np.full((400, 4), 0.05)
    probabilities[np.arange(400), true] = 0.85
    assert (confident_learning(probabilities, given).suspected == wrong).all()
