"""Measurements of a stretch on series whose answer can be written down."""

import numpy as np
import pytest

from core.measure import ChannelFacts, Values
from core.measure_stretch import (
    Place,
    before,
    excursions,
    missing,
    period,
    ratio,
    scatter,
    step,
    steps,
    swing,
    trend,
)


def facts(values: Values, start: int = 0) -> ChannelFacts:
    return ChannelFacts(np.asarray(values, np.float64), start)


def noise(n: int, seed: int = 4) -> Values:
    return np.random.default_rng(seed).normal(0, 1, n)


def test_a_step_is_found_where_it_is_with_its_sign() -> None:
    values = np.repeat([10.0, 4.0], 50)
    assert step(facts(values, 1000), 1040, 1060) == Place(1050, 1051, -6.0)
    assert step(facts(np.full(20, np.nan)), 0, 20) is None


def test_a_step_over_a_gap_has_a_size() -> None:
    values = np.repeat([30.0, np.nan, 42.0], 20)
    assert step(facts(values), 40, 41) == Place(40, 41, 12.0)
    assert before(facts(values), 40) == 30.0
    assert before(facts(values), 0) is None


def test_a_trend_is_the_line_from_the_first_to_the_last_sample() -> None:
    values = np.arange(100.0) / 2
    values[20:30] = np.nan
    line = trend(facts(values, 500), 500, 600)
    assert line is not None
    assert (line.first, line.last, line.climb) == pytest.approx((0.0, 49.5, 49.5))
    assert trend(facts(values), 3, 4) is None


@pytest.mark.parametrize("turn", [7, 25, 80])
def test_a_period_is_one_turn_and_not_two(turn: int) -> None:
    values = np.sin(2 * np.pi * np.arange(400) / turn) + np.arange(400) / 50
    assert period(facts(values), 0, 400) == turn


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (noise(200), "noise"),
        (np.full(200, 3.0), "constant"),
        (np.arange(200.0), "a line"),
        (np.arange(5.0) % 2, "too short"),
    ],
)
def test_where_nothing_repeats_there_is_no_period(values: Values, why: str) -> None:
    assert period(facts(values), 0, len(values)) is None, why


def test_the_ratio_of_fluctuations_knows_neither_slope_nor_level() -> None:
    values = noise(4000)
    values[1000:2000] *= 3
    values[1000:] += 100
    values += np.arange(4000.0)
    assert ratio(facts(values), 1000, 2000) == pytest.approx(3, rel=0.1)


def test_a_scatter_knows_no_gentle_slope() -> None:
    values = noise(4000)
    values[1000:2000] *= 3
    values += np.arange(4000.0) / 100
    assert scatter(facts(values), 1000, 2000) == pytest.approx(3, rel=0.1)


def test_a_slow_swing_counts_as_fluctuation() -> None:
    turns = np.sin(2 * np.pi * np.arange(1000) / 50)
    turns[400:600] *= 4
    assert swing(facts(turns), 400, 600) == pytest.approx(4, rel=0.02)


def test_a_ratio_to_nothing_is_infinite_and_of_nothing_to_nothing_is_none() -> None:
    values = np.zeros(100)
    assert ratio(facts(values), 20, 60) is None
    values[20:60] = noise(40)
    assert ratio(facts(values), 20, 60) == float("inf")


def test_missing_samples_are_counted_inside_the_window() -> None:
    values = np.arange(20.0)
    values[5:9] = np.nan
    assert missing(facts(values, 100), 104, 120) == 4
    assert missing(facts(values, 100), 0, 106) == 1


def test_excursions_and_steps_of_a_window_come_in_order() -> None:
    values = noise(600)
    values[120] -= 30
    values[340:342] += 40
    values[450:] += 20
    found = excursions(facts(values, 1000))
    assert [(place.start, place.stop, place.size > 0) for place in found] == [
        (1120, 1121, False),
        (1340, 1342, True),
    ]
    (shift,) = steps(facts(values, 1000))
    assert abs(shift.start - 1450) <= 1
    assert shift.size == pytest.approx(20, abs=1)
