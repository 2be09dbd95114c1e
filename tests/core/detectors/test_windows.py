"""Windows and their way back to samples, against loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detectors import windows


@pytest.mark.parametrize(
    ("n", "period", "length"),
    [
        (1000, 50, 50),  # room enough: the period
        (100, 50, 25),  # at most a quarter of the samples
        (16, 50, 4),  # the shortest series has the shortest window
        (1000, 2, 4),  # a period shorter than the shortest window
    ],
)
def test_a_window_is_one_period_if_the_series_has_room(n: int, period: int, length: int) -> None:
    assert windows.length_of(n, period) == length


@given(n=st.integers(8, 60), length=st.integers(1, 8), seed=st.integers(0, 99))
def test_an_averaged_score_is_the_mean_over_the_windows_that_cover_a_sample(
    n: int, length: int, seed: int
) -> None:
    scores = np.random.default_rng(seed).random(n - length + 1)
    slow = [
        np.mean([s for i, s in enumerate(scores) if i <= sample < i + length])
        for sample in range(n)
    ]
    np.testing.assert_allclose(windows.averaged(scores, n), slow)


@pytest.mark.parametrize("length", [5, 6, 31, 32])
def test_the_score_of_one_event_is_symmetric_about_its_middle(length: int) -> None:
    values = np.zeros(201)
    values[95:106] = 1.0  # middle 100
    energy = windows.cut(values, length).sum(axis=1)
    samples = windows.averaged(energy, len(values))
    middle = float(np.sum(np.arange(201) * samples) / np.sum(samples))
    assert middle == pytest.approx(100)


def test_of_too_many_windows_every_kth_is_taken_and_lines_join_their_scores() -> None:
    assert windows.every(10, 4).tolist() == [0, 3, 6, 9]
    assert windows.every(10, 10).tolist() == list(range(10))
    joined = windows.spread_out(np.array([0.0, 3.0, 0.0]), np.array([0, 3, 6]), 8)
    assert joined.tolist() == [0, 1, 2, 3, 2, 1, 0, 0]


def test_normalised_windows_have_no_level_and_no_scale_and_flat_ones_stay_flat() -> None:
    found = windows.normalised(np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0], [5.0, 5.0, 5.0]]))
    np.testing.assert_allclose(found[0], found[1])
    np.testing.assert_allclose(found[0], np.array([-1, 0, 1]) * np.sqrt(1.5))
    assert found[2].tolist() == [0, 0, 0]
