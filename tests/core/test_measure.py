"""Measurements against slow twins in plain Python."""

from statistics import fmean, median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.measure import ChannelFacts, WindowFacts
from core.series import WindowView

NUMBERS = st.floats(-100, 100, width=16) | st.just(float("nan"))
COLUMNS = st.lists(NUMBERS, min_size=1, max_size=40)


def there(values: list[float]) -> list[float]:
    return [value for value in values if value == value]


def slow_level(values: list[float], start: int, stop: int) -> float | None:
    side = min(max(stop - start, 8), 128)
    inside = there(values[start:stop])
    around = [there(values[max(0, start - side) : start]), there(values[stop : stop + side])]
    medians = [median(part) for part in around if part]
    if not inside or not medians:
        return None
    return median(inside) - sum(medians) / len(medians)


def slow_steps(values: list[float]) -> list[float]:
    side = max(4, len(values) // 32)
    sizes = [float("nan")]
    for t in range(1, len(values)):
        before, after = there(values[max(0, t - side) : t]), there(values[t : t + side])
        sizes.append(fmean(after) - fmean(before) if before and after else float("nan"))
    return sizes


@given(COLUMNS, st.data())
def test_levels_agree_with_the_slow_twin(values: list[float], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(values) - 1))
    stop = data.draw(st.integers(start + 1, len(values)))
    facts = ChannelFacts(np.array(values), start=500)
    expected = slow_level(values, start, stop)
    assert facts.level(500 + start, 500 + stop) == (
        None if expected is None else pytest.approx(expected)
    )


@given(COLUMNS)
def test_steps_agree_with_the_slow_twin(values: list[float]) -> None:
    facts = ChannelFacts(np.array(values), start=0)
    np.testing.assert_allclose(facts.steps, slow_steps(values), atol=1e-9)


def test_noise_is_the_standard_deviation_of_white_noise() -> None:
    values = np.random.default_rng(1).normal(0, 3, 20_000) + np.linspace(0, 1000, 20_000)
    assert ChannelFacts(values, 0).noise == pytest.approx(3, rel=0.03)


def test_the_noise_of_one_sample_and_of_a_constant_is_0() -> None:
    assert ChannelFacts(np.array([5.0]), 0).noise == 0
    assert ChannelFacts(np.full(9, 5.0), 0).noise == 0


def test_a_straight_trend_has_no_level_of_its_own() -> None:
    facts = ChannelFacts(np.arange(100.0), 0)
    assert facts.level(40, 60) == 0
    assert facts.level(0, 20) == -20  # one side only: the trend shows


def test_a_spike_on_a_trend_is_measured_from_the_trend() -> None:
    values = np.arange(100.0)
    values[50] -= 30
    assert ChannelFacts(values, 0).spike(50, 51) == -30


def test_extremes_name_the_sample_and_the_running_median() -> None:
    values = np.arange(640.0)  # the running median goes over 11 samples
    values[100] = 5000
    assert ChannelFacts(values, 1000).extremes(highest=True) == (1100, 1639)


def test_crossings_of_a_bump_are_two() -> None:
    values = np.concatenate([np.zeros(30), np.ones(20), np.zeros(30)])
    assert ChannelFacts(values, 7).crossings == (37, 57)


def test_missing_and_endless_values_are_left_out() -> None:
    values = np.array([np.nan, 1.0, np.inf, 2.0, 1e200, -np.inf])
    facts = ChannelFacts(values, 0)
    assert facts.inside(0, 6).tolist() == [1.0, 2.0]
    assert facts.climb(0, 6) == 1.0


def test_facts_of_a_channel_are_made_once() -> None:
    facts = WindowFacts(WindowView(np.zeros((9, 2)), start=3))
    assert facts.channel(1) is facts.channel(1)
    assert (facts.channel(0).start, facts.channel(0).stop) == (3, 12)
