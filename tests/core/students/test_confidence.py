"""Temperatures and calibration errors, by hand and on drawn labels."""

import numpy as np
import pytest

from core.students.confidence import calibration_error, fitted_temperature, softmax


def test_the_error_is_the_distance_of_confidence_and_share_right_over_bins() -> None:
    # Two windows at 0.95 of which one is right: 0.45 off; two at 0.55, both right: 0.45 off.
    confidence = np.array([0.95, 0.95, 0.55, 0.55])
    assert calibration_error(confidence, np.array([True, False, True, True])) == pytest.approx(0.45)
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0


def drawn(temperature: float, n: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and labels drawn from the probabilities that `temperature` makes of them."""
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(n, 5))
    odds = softmax(scores / temperature).cumsum(axis=1)
    return scores, (rng.random((n, 1)) > odds).sum(axis=1)


@pytest.mark.parametrize("temperature", [0.2, 1.0, 3.0])
def test_the_temperature_that_drew_the_labels_is_found_again(temperature: float) -> None:
    scores, labels = drawn(temperature)
    trusted = np.ones(len(labels), bool)
    assert fitted_temperature(scores, labels, trusted) == pytest.approx(temperature, rel=0.15)


def test_wrong_labels_do_not_make_a_student_modest() -> None:
    scores, labels = drawn(0.2)
    rng = np.random.default_rng(2)
    wrong = rng.random(len(labels)) < 0.2
    given = np.where(wrong, (labels + rng.integers(1, 5, len(labels))) % 5, labels)
    pseudo = np.zeros(len(labels), bool)
    assert fitted_temperature(scores, given, pseudo) == pytest.approx(0.2, rel=0.2)
    assert fitted_temperature(scores, given, ~pseudo) > 0.35  # taken for true, they do


def test_a_learned_temperature_lowers_the_error() -> None:
    scores, labels = drawn(0.2)
    half = len(labels) // 2
    temperature = fitted_temperature(scores[:half], labels[:half], np.ones(half, bool))

    def error(divided_by: float) -> float:
        p = softmax(scores[half:] / divided_by)
        return calibration_error(p.max(axis=1), p.argmax(axis=1) == labels[half:])

    assert error(temperature) < 0.03 < 0.2 < error(1.0)
