"""Downsampling keeps what the eye must see: extremes, ends and gaps, at every zoom."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.downsample import downsample
from core.outline import Samples, outline_of
from core.series import SeriesData


def chosen(
    values: NDArray[np.float64], points: int, time: list[float] | None = None
) -> list[Samples]:
    """Choose from the only channel of a series."""
    ticks = None if time is None else np.array([round(t * 1e9) for t in time], dtype=np.int64)
    channel = outline_of(SeriesData(values=values[:, None], time=ticks)).channel(0)
    return downsample(channel, 0, len(values), points)


def test_a_short_channel_is_kept_whole() -> None:
    (kept,) = chosen(np.arange(5.0), 10)
    assert kept.tolist() == [0, 1, 2, 3, 4]


def test_missing_samples_split_the_line() -> None:
    kept = chosen(np.array([1.0, 2.0, np.nan, np.nan, 3.0]), 10)
    assert [k.tolist() for k in kept] == [[0, 1], [4]]


def test_a_long_step_in_time_splits_the_line() -> None:
    kept = chosen(np.zeros(6), 10, [0.0, 1.0, 2.0, 3.0, 100.0, 101.0])
    assert [k.tolist() for k in kept] == [[0, 1, 2, 3], [4, 5]]


def test_random_sampling_times_are_no_gaps() -> None:
    time = np.cumsum(np.random.default_rng(0).exponential(size=5_000)) + 1
    assert len(chosen(np.zeros(5_000), 6_000, time.tolist())) == 1


def test_an_empty_channel_draws_nothing() -> None:
    assert chosen(np.full(20_000, np.nan), 100) == []


def test_one_sample_spikes_up_and_down_survive() -> None:
    values = np.sin(np.arange(100_000) / 50)
    values[40_001], values[70_003] = 50.0, -50.0
    (kept,) = chosen(values, 200)
    assert {0, 40_001, 70_003, 99_999} <= set(kept.tolist())
    assert len(kept) <= 204


@pytest.mark.parametrize("width", [40, 1_000, 30_000, 200_000, 1_000_000])
def test_a_spike_is_drawn_whatever_part_of_the_series_is_in_sight(width: int) -> None:
    values = np.random.default_rng(3).normal(size=1_000_000)
    values[543_217] = 40.0
    channel = outline_of(SeriesData(values=values[:, None])).channel(0)
    start = min(543_217 - width // 3, 1_000_000 - width)
    (kept,) = downsample(channel, start, start + width, 500)
    assert 543_217 in kept
    assert kept[0] == start
    assert kept[-1] == start + width - 1
    assert len(kept) <= max(504, 40)


def test_every_stretch_keeps_its_ends_however_short_its_share() -> None:
    values = np.ones(50_000)
    values[10] = values[40_000] = np.nan
    kept = chosen(values, 100)
    assert [(int(k[0]), int(k[-1])) for k in kept] == [(0, 9), (11, 39_999), (40_001, 49_999)]


def test_a_shredded_channel_is_drawn_without_breaks() -> None:
    values = np.ones(30_000)
    values[::2] = np.nan
    kept = chosen(values, 100)
    assert len(kept) == 1
    assert np.isfinite(values[kept[0]]).all()


@given(
    st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(float("nan"))), min_size=1, max_size=300),
    st.integers(4, 40),
)
def test_kept_samples_are_sorted_finite_and_hold_the_extremes(raw: list[float], n: int) -> None:
    values = np.array(raw)
    flat = np.concatenate([np.empty(0, np.int64), *chosen(values, n)])
    assert np.all(np.diff(flat) > 0)
    finite = values[np.isfinite(values)]
    assert np.isfinite(values[flat]).all()
    if len(finite):
        assert values[flat].max() == finite.max()
        assert values[flat].min() == finite.min()
