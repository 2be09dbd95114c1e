"""The teacher's confusion matrix and relabelling by it, each by hand."""

import numpy as np
import pytest

from core.noise.confusion import (
    confusion_of_joint,
    estimate_confusion,
    posterior,
    soften,
    with_corrections,
)


def test_a_joint_by_said_and_true_becomes_what_is_said_of_each_truth() -> None:
    joint = np.array([[0.3, 0.2, 0.0], [0.1, 0.4, 0.0], [0.0, 0.0, 0.0]])
    expected = [[0.75, 0.25, 0], [1 / 3, 2 / 3, 0], [0, 0, 1]]
    assert confusion_of_joint(joint) == pytest.approx(np.array(expected))


def test_corrections_are_counted_on_top_of_what_the_prior_is_worth() -> None:
    # Three reviews of truth 0: said 0, 0, 1. Prior worth two reviews.
    confusion = estimate_confusion(
        np.array([0, 0, 1]), np.array([0, 0, 0]), np.full((2, 2), 0.5), 2.0
    )
    # (2 + 2 * 0.5) / 5, (1 + 2 * 0.5) / 5; nothing was seen of truth 1
    assert confusion == pytest.approx(np.array([[0.6, 0.4], [0.5, 0.5]]))


def test_relabelling_weighs_the_students_view_with_what_the_teacher_says_of_each_truth() -> None:
    confusion = np.array([[0.9, 0.1], [0.5, 0.5]])
    shares = posterior(np.array([[0.6, 0.4]]), np.array([1]), confusion)
    # 0.6 * 0.1 = 0.06 and 0.4 * 0.5 = 0.20
    assert shares == pytest.approx(np.array([[0.06 / 0.26, 0.20 / 0.26]]))


def test_where_view_and_teacher_exclude_each_other_the_view_stays() -> None:
    shares = posterior(np.array([[1.0, 0.0]]), np.array([1]), np.eye(2))
    assert shares.tolist() == [[1.0, 0.0]]


def test_softening_takes_the_root_of_the_odds() -> None:
    assert soften(np.array([[0.8, 0.2]]), 2.0) == pytest.approx(np.array([[2 / 3, 1 / 3]]))


def test_a_correction_is_never_overridden() -> None:
    shares = np.array([[0.01, 0.99], [0.4, 0.6]])
    fixed = with_corrections(shares, np.array([0, 0]), np.array([True, False]))
    assert fixed.tolist() == [[1.0, 0.0], [0.4, 0.6]]
    assert shares.tolist() == [[0.01, 0.99], [0.4, 0.6]]
