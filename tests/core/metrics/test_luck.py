"""What luck gets: exact expectations, the slow way, and properties of random placements."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.intervals import Interval
from core.matching import match_events
from core.metrics.intervals import interval_figures
from core.metrics.luck import (
    DRAWS,
    Luck,
    chance_matches,
    change_point_luck,
    interval_luck,
    label_luck,
    lopsided_by_luck,
    random_places,
)


def span(start: int, stop: int, *channels: int) -> Interval:
    return Interval(start=start, stop=stop, channels=channels)


@given(st.lists(st.integers(1, 20), max_size=6), st.integers(20, 200), st.integers(0, 99))
def test_random_places_keep_lengths_and_lie_inside_beside_each_other(
    lengths: list[int], n: int, seed: int
) -> None:
    places = random_places(lengths, n, seed, draws=5)
    assert places.shape == (5, len(lengths), 2)
    assert (places[..., 1] - places[..., 0]).tolist() == [lengths] * 5
    assert places.size == 0 or (places.min() >= 0 and places.max() <= n)
    if sum(lengths) <= n:
        for place in places:
            covered = [sample for start, stop in place for sample in range(start, stop)]
            assert len(covered) == len(set(covered))


def test_random_places_are_the_same_for_the_same_seed_only() -> None:
    one = random_places([5, 9], 100, seed=1)
    assert one.tolist() == random_places([5, 9], 100, seed=1).tolist()
    assert one.tolist() != random_places([5, 9], 100, seed=2).tolist()


def test_random_places_reach_every_position_alike() -> None:
    starts = random_places([10], 19, draws=20_000)[:, 0, 0]
    shares = np.bincount(starts, minlength=10) / len(starts)
    assert shares == pytest.approx(np.full(10, 0.1), abs=0.01)


def test_an_interval_longer_than_the_series_fills_it() -> None:
    assert random_places([30], 20, draws=2).tolist() == [[[0, 20]], [[0, 20]]]


def test_luck_of_labels_by_hand() -> None:
    assert label_luck(["up", "up", "up", "down"], 5) == Luck(random=0.2, majority=0.75)
    assert label_luck([], 5) == Luck()


def test_luck_of_one_interval_is_near_its_exact_probability() -> None:
    # 20 samples have 81 places among 100; those from 21 to 59 share a sample with [40, 60).
    luck = interval_luck([span(0, 20)], [span(40, 60)], 100)
    # 100 draws: the standard error is 0.05
    assert luck["event_recall"].random == pytest.approx(39 / 81, abs=0.15)
    assert luck["interval_f1"].random == luck["event_recall"].random
    assert luck["interval_f1"].majority == 0.0
    assert luck["false_alarms"].majority == 0.0


def test_marking_everything_finds_everything_by_luck_too() -> None:
    luck = interval_luck([span(0, 100)], [span(40, 60)], 100)
    assert luck["event_recall"].random == 1.0


@settings(max_examples=6)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), max_size=3),
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30)), max_size=3),
)
def test_luck_agrees_with_measuring_every_placement(
    found: list[tuple[int, int]], truth: list[tuple[int, int]]
) -> None:
    given_events = [span(start, start + length) for start, length in found]
    true_events = [span(start, start + length) for start, length in truth]
    places = random_places([event.length for event in given_events], 80, seed=4)
    drawn = [
        interval_figures([span(a, b) for a, b in place.tolist()], true_events, 80).figures()
        for place in places
    ]
    luck = interval_luck(given_events, true_events, 80, seed=4)
    for key, value in luck.items():
        there = [one[key] for one in drawn if one[key] is not None]
        assert value.random == (pytest.approx(np.mean(there)) if there else None), key
    matches = chance_matches(given_events, true_events, 80, seed=4)
    for row, place in zip(matches, places, strict=True):
        pairs = match_events([span(a, b) for a, b in place.tolist()], true_events)
        assert row[row > 0].sum() == pytest.approx(sum(pair.share for pair in pairs))
        assert (row > 0).sum() == len(pairs)


def test_luck_keeps_the_channels_that_an_interval_names() -> None:
    elsewhere = interval_luck([span(0, 90, 0)], [span(0, 90, 1)], 100)
    assert elsewhere["event_recall"].random == 0.0


def test_no_interval_is_no_luck() -> None:
    assert chance_matches([], [span(0, 5)], 50).tolist() == [[0.0]] * DRAWS
    luck = interval_luck([], [], 50)
    assert luck["interval_f1"] == Luck(random=1.0, majority=1.0)


def test_luck_of_change_points_by_hand() -> None:
    luck = change_point_luck(0, {"a": [50]}, 100)
    # nothing given: sample 0 alone is right, of two; and one segment covers two halves
    expected = pytest.approx(2 * 0.5 / 1.5)
    assert (luck["margin_f1"].random, luck["margin_f1"].majority) == (expected, expected)
    assert luck["covering"].majority == pytest.approx(0.5)


def test_luck_of_one_change_point_is_near_its_exact_probability() -> None:
    # 11 of 99 places lie within 5 samples of sample 50; the F1 is 1 there and 0.5 elsewhere
    luck = change_point_luck(1, {"a": [50]}, 100, margin=5)
    assert luck["margin_f1"].random == pytest.approx(0.5 + 0.5 * 11 / 99, abs=0.08)


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [(6, 0, 2 / 64), (0, 6, 2 / 64), (5, 1, 2 * 7 / 64), (3, 3, 1.0), (0, 0, 1.0)],
)
def test_how_lopsided_a_fair_coin_gets_by_hand(one: int, other: int, share: float) -> None:
    assert lopsided_by_luck(one, other) == pytest.approx(share)
