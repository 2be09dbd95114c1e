"""Change points are found without labels, also in what is short, constant or full of gaps."""

import numpy as np
import pytest

from core.change_points import CHANGE_FINDERS, LONGEST, find_changes
from core.errors import ConfigError, DataError

SEARCHES = ["pelt", "kernel"]


def steps() -> np.ndarray:
    """Return noise whose mean changes at 150 and 260."""
    noise = np.random.default_rng(1).normal(size=(400, 1))
    return noise + np.repeat([0.0, 6.0, -2.0], [150, 110, 140])[:, None]


@pytest.mark.parametrize("key", SEARCHES)
def test_changes_of_the_mean_are_found_where_they_are(key: str) -> None:
    assert find_changes(key, steps()) == (150, 260)


@pytest.mark.parametrize("key", SEARCHES)
@pytest.mark.parametrize("scale", [1e-12, 1e9])
def test_the_unit_of_the_values_does_not_matter(key: str, scale: float) -> None:
    assert find_changes(key, steps() * scale + 3 * scale) == (150, 260)


def test_a_change_of_spread_alone_is_seen_by_the_kernel() -> None:
    noise = np.random.default_rng(2).normal(size=(600, 1))
    noise[300:] *= 8
    found = find_changes("kernel", noise)
    assert len(found) == 1
    assert abs(found[0] - 300) <= 5


@pytest.mark.parametrize("key", SEARCHES)
def test_noise_alone_has_no_change(key: str) -> None:
    assert find_changes(key, np.random.default_rng(3).normal(size=(500, 1))) == ()


@pytest.mark.parametrize("key", SEARCHES)
def test_a_change_in_one_of_three_channels_is_found(key: str) -> None:
    values = np.random.default_rng(4).normal(size=(400, 3))
    values[200:, 1] += 8
    assert find_changes(key, values) == (200,)


@pytest.mark.parametrize("key", SEARCHES)
def test_gaps_are_bridged(key: str) -> None:
    values = steps()
    values[50:70] = np.nan
    assert find_changes(key, values) == (150, 260)


@pytest.mark.parametrize("key", list(CHANGE_FINDERS))
@pytest.mark.parametrize(
    "values",
    [
        np.full((50, 1), 3.7),  # constant
        np.full((50, 2), np.nan),  # nothing but gaps
        np.array([[1.0]]),  # one sample
        np.array([[1.0], [9.0], [1.0]]),  # too short for two segments
    ],
    ids=["constant", "missing", "one sample", "three samples"],
)
def test_where_nothing_can_change_nothing_is_found(key: str, values: np.ndarray) -> None:
    assert find_changes(key, values) == ()


def test_an_unknown_method_and_a_series_too_long_are_refused() -> None:
    with pytest.raises(ConfigError, match="no method 'magic'"):
        find_changes("magic", steps())
    with pytest.raises(DataError, match=f"{LONGEST + 1:,} samples; change points are searched"):
        find_changes("pelt", np.zeros((LONGEST + 1, 1)))
