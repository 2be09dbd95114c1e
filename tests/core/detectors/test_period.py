"""The window length: strongest repetition, against statsmodels and by hand."""

import numpy as np
import pytest
from statsmodels.tsa.stattools import acf

from core.detectors import period as period_module
from core.detectors.period import FALLBACK, period_of


def noise(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1, n)


def slow_period(values: np.ndarray) -> int:
    """`find_length_rank` of TSB-AD in words of its own: highest peak among lags 3 to 400."""
    correlation = acf(values[:20_000], nlags=400, fft=False)
    peaks = [
        lag
        for lag in range(4, 400)
        if correlation[lag] > max(correlation[lag - 1], correlation[lag + 1])
    ]
    best = max(peaks, key=lambda lag: correlation[lag])
    return best if 6 <= best <= 303 else 125


@pytest.mark.parametrize("period", [7, 25, 125, 300])
def test_the_period_of_a_cycle_is_found_under_noise(period: int) -> None:
    values = np.sin(2 * np.pi * np.arange(3000) / period) + 0.2 * noise(3000)
    assert abs(period_of(values) - period) <= max(1, period // 50)


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_lag_that_the_benchmark_takes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.sin(2 * np.pi * np.arange(2500) / rng.uniform(10, 200)) + 0.5 * noise(2500, seed)
    assert period_of(values) == slow_period(values)


def test_a_trend_and_a_cycle_too_long_have_the_fallback() -> None:
    assert period_of(np.arange(1000.0)) == FALLBACK
    assert period_of(np.sin(2 * np.pi * np.arange(5000) / 350)) == FALLBACK


def test_it_is_at_most_half_of_a_short_series_and_at_least_two() -> None:
    assert [period_of(np.arange(float(n))) for n in (1, 2, 5, 100)] == [2, 2, 2, 50]


def test_gaps_outliers_and_constant_channels_do_not_hide_it() -> None:
    values = np.sin(2 * np.pi * np.arange(2000) / 40)
    values[100:150] = np.nan
    values[700] = 1e9
    both = np.stack([np.full(2000, 3.0), values, np.full(2000, np.nan)], axis=1)
    assert period_of(values) == 40
    assert period_of(both) == 40


def test_autocorrelation_is_that_of_statsmodels() -> None:
    values = noise(777).cumsum()
    found = period_module._autocorrelation(values)
    np.testing.assert_allclose(found, acf(values, nlags=400, fft=False), atol=1e-10)
