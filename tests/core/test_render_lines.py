"""What is drawn of a channel: y ranges, and fewer samples that keep spikes, ends and gaps."""

import numpy as np
import pytest

from core.render_lines import extremes, y_limits


def test_the_own_range_has_5_percent_of_air() -> None:
    assert y_limits(np.array([0.0, 10.0, np.nan]), "own") == (-0.5, 10.5)


def test_the_robust_range_leaves_one_outlier_out() -> None:
    values = np.concatenate([np.linspace(0, 1, 999), [1e6]])
    low, high = y_limits(values, "robust")
    assert low == pytest.approx(-0.145, abs=0.01)
    assert high == pytest.approx(1.145, abs=0.01)


def test_where_percentiles_are_equal_the_own_range_counts() -> None:
    values = np.zeros(1000)
    values[500] = 7
    assert y_limits(values, "robust") == y_limits(values, "own")


def test_few_samples_are_all_kept() -> None:
    assert extremes(np.arange(20.0), np.zeros(20), 10).tolist() == list(range(20))


def test_the_lowest_and_highest_sample_of_each_pixel_column_are_kept() -> None:
    rng = np.random.default_rng(2)
    column = rng.normal(size=100_000)
    kept = extremes(np.arange(100_000.0), column, 500)
    assert len(kept) <= 1002
    assert {0, 99_999, int(column.argmin()), int(column.argmax())} <= set(kept.tolist())
    for block in column.reshape(500, 200)[[3, 250, 499]]:
        assert np.isin([block.min(), block.max()], column[kept]).all()


@pytest.mark.parametrize("place", [0, 1, 4_999, 77_777, 99_998, 99_999])
def test_a_spike_of_one_sample_is_kept(place: int) -> None:
    column = np.sin(np.arange(100_000) / 50)
    column[place] = 30
    assert place in extremes(np.arange(100_000.0), column, 700)


def test_gaps_stay_gaps_and_a_lonely_sample_stays() -> None:
    column = np.zeros(10_000)
    column[3_000:6_000] = np.nan
    column[5_000] = 1.0
    column[9_000] = np.nan
    kept = extremes(np.arange(10_000.0), column, 100)
    assert {2_999, 3_000, 5_000, 5_001, 6_000, 8_999, 9_000, 9_001} <= set(kept.tolist())
    assert np.all(np.diff(kept) > 0)


def test_columns_follow_the_axis_not_the_number_of_samples() -> None:
    x = np.concatenate([np.linspace(0, 1, 9_000), np.linspace(1.01, 100, 1_000)])
    kept = extremes(x, np.random.default_rng(1).normal(size=10_000), 100)
    assert (x[kept] <= 1).sum() <= 6


def test_nothing_but_gaps_is_drawn_as_nothing() -> None:
    assert extremes(np.arange(100.0), np.full(100, np.nan), 10).tolist() == []
