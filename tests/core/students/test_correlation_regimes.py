"""What differs of a channel by itself before and after a sample, against hand arithmetic."""

import numpy as np
import pytest

from core.students.correlation_regimes import regime_parts, regimes, usual_regimes


def column(values: list[float]) -> np.ndarray:
    return np.array(values)[:, None, None]


def test_level_is_the_difference_of_mean_misses_in_mean_sizes() -> None:
    found = regimes(column([1, -1, 1, -1, 3, 1, 3, 1]), 4)
    assert found.level[4, 0, 0] == pytest.approx(2 * (2 - 0) / (1 + 2))
    assert found.spread[4, 0, 0] == pytest.approx(np.log(2))


def test_nearer_to_an_end_than_the_span_nothing_differs() -> None:
    found = regimes(column([1, 2, 3, 4, 5, 6]), 3)
    assert np.flatnonzero(found.level).tolist() == [3]
    assert not regimes(column([1, 2, 3]), 2).spread.any()


def test_a_missing_sample_says_nothing_and_a_missing_side_no_difference() -> None:
    found = regimes(column([1, np.nan, 4, np.nan, np.nan, np.nan]), 2)
    assert found.spread[2, 0, 0] == pytest.approx(np.log(4))
    assert (found.level[4, 0, 0], found.spread[4, 0, 0]) == (0, 0)


def test_parts_are_squares_in_what_is_usual_averaged_over_features() -> None:
    found = regimes(
        np.stack([column([1, 1, 2, 2])[..., 0], column([1, 1, 1, 1])[..., 0]], axis=2), 2
    )
    usual = usual_regimes([found], [2])
    assert usual[1] == pytest.approx(np.log(2) / 2)  # the median of ln 2 and 0
    parts = regime_parts(found, np.full((4, 1), 3.0), (1.0, np.log(2)))
    level = 2 * (2 - 1) / (2 + 1)
    assert parts[2, 0] == pytest.approx(0.6745**2 * (3.0 + (level**2 + 1) / 2))
    assert parts[0, 0] == pytest.approx(0.6745**2 * 3.0)
