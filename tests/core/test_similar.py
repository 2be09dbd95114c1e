"""The same shape is found at any level and scale, in its own series and in others."""

import numpy as np
import pytest

from core.errors import DataError
from core.similar import check_query, find_similar

RANDOM = np.random.default_rng(11)
SHAPE = np.concatenate([np.linspace(0, 1, 20), np.linspace(1, -1, 10), np.linspace(-1, 0, 10)])


def with_shape(n: int, *starts: int) -> np.ndarray:
    """Return noise with the shape at the given samples."""
    values = RANDOM.normal(0, 0.05, n)
    for start in starts:
        values[start : start + len(SHAPE)] = SHAPE
    return values


def naive(query: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Compute every distance by its definition."""
    m = len(query)
    wanted = (query - query.mean()) / query.std()
    parts = np.lib.stride_tricks.sliding_window_view(values, m)
    scaled = (parts - parts.mean(axis=1, keepdims=True)) / parts.std(axis=1, keepdims=True)
    return np.sqrt(((scaled - wanted) ** 2).sum(axis=1))


def test_the_same_shape_at_another_level_and_scale_is_found_in_another_series() -> None:
    other = with_shape(500, 321) * 7 + 100
    found = find_similar(SHAPE, [("b", 2, other)], most=1)
    assert [(one.series_id, one.channel, one.start, one.stop) for one in found] == [
        ("b", 2, 321, 361)
    ]
    assert found[0].likeness == pytest.approx(1.0, abs=1e-6)


def test_the_query_itself_and_what_overlaps_it_is_left_out() -> None:
    values = with_shape(600, 100, 400)
    found = find_similar(SHAPE, [("a", 0, values)], own=("a", 0, 100), most=5)
    assert found[0].start == 400
    assert all(abs(one.start - 100) >= len(SHAPE) for one in found)


def test_distances_are_those_of_the_definition() -> None:
    values = with_shape(300, 50)
    found = find_similar(SHAPE, [("a", 0, values)], most=4)
    slow = naive(SHAPE, values)
    assert [one.distance for one in found] == pytest.approx(
        [slow[one.start] for one in found], abs=1e-4
    )
    assert found[0].distance == pytest.approx(slow.min(), abs=1e-4)


def test_a_high_level_and_an_outlier_beside_it_hide_no_shape() -> None:
    values = with_shape(400, 90) + 1e6
    values[300] = 1e9
    (found,) = find_similar(SHAPE, [("a", 0, values)], most=1)
    assert found.start == 90
    assert found.distance == pytest.approx(naive(SHAPE, values)[90], abs=1e-4)


def test_missing_samples_match_nothing_and_short_channels_are_passed_over() -> None:
    values = with_shape(300, 50, 200)
    values[60] = np.nan
    found = find_similar(SHAPE, [("a", 0, values), ("a", 1, SHAPE[:10])], most=20)
    assert found[0].start == 200
    assert all(not one.start <= 60 < one.stop for one in found)


def test_a_flat_stretch_is_like_nothing() -> None:
    """Its distance is sqrt(m), which is less than that of most noise."""
    values = with_shape(600, 20)
    values[300:450] = 1.0
    found = find_similar(SHAPE, [("a", 0, values)], most=12)
    assert (len(found), found[0].start) == (12, 20)
    assert all(np.ptp(values[one.start : one.stop]) > 0 for one in found)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (np.arange(5.0), "has 5 samples"),
        (np.array([1.0] * 9 + [np.nan]), "1 missing samples"),
        (np.ones(10), "never changes"),
    ],
)
def test_a_stretch_without_a_shape_is_refused(query: np.ndarray, words: str) -> None:
    with pytest.raises(DataError, match=words):
        check_query(query)
