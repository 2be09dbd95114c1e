"""Threshold, stretches and quantiles, in scores made by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.detectors.base import Array
from core.detectors.cutting import Stretch, quantiles, stretches, threshold_of
from core.detectors.scoring import Scores, score_series


def made(values: Array, period: int = 40, channels: Array | None = None) -> Scores:
    columns = values[:, None] if channels is None else channels
    return Scores("robust_z", values, columns, period, "")


def gumbel(parts: int, length: int, seed: int) -> Array:
    """Return scores whose highest one in each part is a standard Gumbel number above 20."""
    highest = 20 + np.random.default_rng(seed).gumbel(size=parts)
    scores = np.ones((parts, length))
    scores[:, length // 3] = highest
    return scores.ravel()


def test_the_threshold_is_the_gumbel_quantile_of_the_highest_scores_of_24_parts() -> None:
    highest = np.arange(24) / 24 + 1.0
    scores = np.repeat(highest, 10) * np.tile([1.0, 0.5], 120)
    quartile, median = np.quantile(highest, [0.25, 0.5])
    # by hand: F^-1(p) = -log(-log p); the first quartile and the median give both parameters
    low, middle, rare = (-np.log(-np.log(p)) for p in (0.25, 0.5, 1 - 0.5 / 24))
    beta = (median - quartile) / (middle - low)
    assert threshold_of(scores) == pytest.approx(quartile - beta * low + beta * rare)


def test_about_every_second_series_without_events_has_a_stretch() -> None:
    counts = [len(stretches(made(gumbel(24, 50, seed), period=4))) for seed in range(400)]
    # 1 - exp(-0.5) = 0.39 if both parameters were known; they come from 24 numbers
    assert 0.3 <= np.mean(np.array(counts) > 0) <= 0.5


def test_events_in_a_third_of_the_parts_do_not_hide_each_other() -> None:
    scores = gumbel(24, 50, 0)
    scores[25 : 8 * 50 : 50] = 500
    found = stretches(made(scores, period=4))
    assert {one.start for one in found if one.peak == 500} == set(range(25, 400, 50))


def test_a_peak_in_every_cycle_is_nothing_unusual() -> None:
    scores = np.ones(2400) + np.random.default_rng(0).normal(0, 0.01, 2400)
    scores[::60] = np.random.default_rng(1).normal(50, 1, 40)
    assert len(stretches(made(scores))) <= 2
    scores[1000] = 80
    assert any(one.start <= 1000 < one.stop for one in stretches(made(scores)))


def test_where_most_parts_are_equal_only_what_is_far_above_counts() -> None:
    scores = np.ones(240)
    scores[[5, 100]] = 2, 50
    assert [one.start for one in stretches(made(scores))] == [100]


def test_what_differs_once_in_a_series_that_stands_still_is_found() -> None:
    values = np.full(200, 7.0)
    values[77] = 8
    found = stretches(score_series("robust_z", values))
    assert [(one.start, one.stop) for one in found] == [(77, 78)]


def test_missing_parts_do_not_move_the_threshold_much() -> None:
    scores = gumbel(24, 50, 0)
    whole = threshold_of(scores)
    scores[:300] = 0
    assert threshold_of(scores) == pytest.approx(whole, rel=0.05)


def test_without_any_score_nothing_is_unusual() -> None:
    assert threshold_of(np.zeros(10)) == 0
    assert stretches(made(np.zeros(10))) == []


def test_stretches_lie_above_the_threshold_and_say_their_peak_and_its_quantile() -> None:
    values = np.ones(100)
    values[20:23] = [5, 9, 5]
    values[60] = 7
    assert stretches(made(values), threshold=4) == [
        Stretch(20, 23, peak=9.0, quantile=0.99, channels=(0,)),
        Stretch(60, 61, peak=7.0, quantile=0.98, channels=(0,)),
    ]


@pytest.mark.parametrize(
    ("gap", "count"),
    [
        (9, 1),  # closer than a quarter of the period, 10
        (10, 2),  # exactly a quarter
    ],
)
def test_stretches_closer_than_a_quarter_of_the_period_are_one(gap: int, count: int) -> None:
    values = np.ones(100)
    values[20] = values[21 + gap] = 9
    assert len(stretches(made(values), threshold=4)) == count


def test_a_score_at_the_threshold_is_not_above_it() -> None:
    assert stretches(made(np.array([1.0, 4.0, 1.0])), threshold=4) == []


def test_a_stretch_at_either_end_is_whole() -> None:
    values = np.ones(50)
    values[:2] = values[-2:] = 9
    found = stretches(made(values), threshold=4)
    assert [(one.start, one.stop) for one in found] == [(0, 2), (48, 50)]


def test_a_stretch_names_the_channels_with_at_least_half_of_the_highest_score() -> None:
    channels = np.ones((60, 3))
    channels[30] = [10, 4.9, 5]
    found = stretches(made(channels.max(axis=1), channels=channels), threshold=6)
    assert [one.channels for one in found] == [(0, 2)]


def test_quantiles_are_the_share_of_lower_scores() -> None:
    assert quantiles(np.array([0.0, 3.0, 1.0, 3.0])).tolist() == [0, 0.5, 0.25, 0.5]


@given(
    values=hnp.arrays(np.float64, st.integers(1, 80), elements=st.floats(0, 1e6)),
    threshold=st.floats(0, 1e6) | st.none(),
    period=st.integers(2, 60),
)
def test_stretches_are_in_order_and_hold_every_sample_above_the_threshold(
    values: Array, threshold: float | None, period: int
) -> None:
    limit = threshold_of(values) if threshold is None else threshold
    found = stretches(made(values, period), threshold)
    inside = np.zeros(len(values), dtype=bool)
    stop = -period
    for one in found:
        assert one.start - max(stop, 0) >= (period // 4 if stop >= 0 else 0)
        assert values[one.start] > limit
        assert values[one.stop - 1] > limit
        assert one.peak == values[one.start : one.stop].max()
        assert one.quantile == quantiles(values)[one.start : one.stop].max()
        inside[one.start : one.stop] = True
        stop = one.stop
    assert np.all(inside[values > limit])


def test_a_spike_in_noise_is_the_one_stretch_found() -> None:
    values = np.random.default_rng(0).normal(size=2000)
    values[700] = 30
    found = stretches(score_series("robust_z", values))
    assert [(one.start, one.stop) for one in found] == [(700, 701)]
