"""Downsampling keeps what the eye must see: extremes, ends and gaps."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.downsample import downsample, pieces


def test_a_short_channel_is_kept_whole() -> None:
    (kept,) = downsample(np.arange(5.0))
    assert kept.tolist() == [0, 1, 2, 3, 4]


def test_missing_samples_split_the_line() -> None:
    values = np.array([1.0, 2.0, np.nan, np.nan, 3.0])
    assert pieces(values) == [(0, 2), (4, 5)]


def test_a_long_step_in_time_splits_the_line() -> None:
    seconds = np.array([0.0, 1.0, 2.0, 3.0, 100.0, 101.0])
    assert pieces(np.zeros(6), seconds) == [(0, 4), (4, 6)]


def test_random_sampling_times_are_no_gaps() -> None:
    seconds = np.cumsum(np.random.default_rng(0).exponential(size=5_000))
    assert pieces(np.zeros(5_000), seconds) == [(0, 5_000)]


def test_an_empty_channel_draws_nothing() -> None:
    assert downsample(np.full(20_000, np.nan)) == []


def test_one_sample_spikes_up_and_down_survive() -> None:
    values = np.sin(np.arange(100_000) / 50)
    values[40_001], values[70_003] = 50.0, -50.0
    (kept,) = downsample(values, limit=1_000, points=200)
    assert {0, 40_001, 70_003, 99_999} <= set(kept.tolist())
    assert len(kept) <= 204


def test_every_stretch_keeps_its_ends_however_short_its_share() -> None:
    values = np.ones(50_000)
    values[10] = values[40_000] = np.nan
    kept = downsample(values, limit=1_000, points=100)
    assert [(int(k[0]), int(k[-1])) for k in kept] == [(0, 9), (11, 39_999), (40_001, 49_999)]


def test_a_shredded_channel_is_drawn_without_breaks() -> None:
    values = np.ones(30_000)
    values[::2] = np.nan
    kept = downsample(values, points=100)
    assert len(kept) == 1
    assert np.isfinite(values[kept[0]]).all()


@given(
    st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), min_size=1, max_size=300),
    st.integers(4, 40),
)
def test_kept_samples_are_sorted_finite_and_hold_the_extremes(raw: list[float], n: int) -> None:
    values = np.array(raw)
    kept = downsample(values, limit=20, points=n)
    flat = np.concatenate([np.empty(0, np.int64), *kept])
    assert np.all(np.diff(flat) > 0)
    finite = values[np.isfinite(values)]
    assert np.isfinite(values[flat]).all()
    if len(finite):
        assert values[flat].max() == finite.max()
        assert values[flat].min() == finite.min()
