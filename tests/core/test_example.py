"""The example: sizes, gold by construction, and the real series with real dates."""

import numpy as np
import pytest

from core.example import example_series, real_series
from core.generate import PATTERNS, Generated
from core.questions.defaults import default_anomaly_question


@pytest.fixture(scope="module")
def example() -> list[Generated]:
    return example_series()


def test_900_generated_of_which_400_are_gold_and_four_real(example: list[Generated]) -> None:
    assert len(example) == 904
    assert sum(series.gold for series in example) == 400
    assert not any(series.gold for series in example[900:])


def test_gold_is_spread_over_kinds_trends_and_clean_series(example: list[Generated]) -> None:
    gold = [series for series in example if series.gold]
    patterns = [series for series in gold if series.asked == ("pattern",)]
    events = [series for series in gold if "anomaly" in series.asked]
    assert (len(patterns), len(events)) == (200, 200)
    assert sum(not series.events for series in events) == 100
    counts = [sum(s.pattern == key for s in patterns) for key in PATTERNS]
    assert min(counts) >= 20
    assert max(counts) <= 24
    keys = [event.key for series in events for event in series.events]
    assert min(keys.count(key) for key in set(keys)) >= 30


def test_it_is_the_same_every_time(example: list[Generated]) -> None:
    again = example_series()
    assert [s.data.content_hash for s in again] == [s.data.content_hash for s in example]
    assert [s.gold for s in again] == [s.gold for s in example]


@pytest.mark.parametrize(
    ("place", "n", "first", "value"),
    [
        (0, 2284, "1958-03-29", 316.1),
        (1, 309, "1700-01-01", 5.0),
        (2, 100, "1871-01-01", 1120.0),
        (3, 732, "1950-01-01", 23.11),
    ],
)
def test_real_series_carry_their_dates(place: int, n: int, first: str, value: float) -> None:
    series = real_series()[place]
    assert series.data.values.shape == (n, 1)
    assert series.data.unit == "us"
    assert series.data.time is not None
    assert series.data.time[0] == np.datetime64(first, "us").astype(np.int64)
    assert series.data.values[0, 0] == value
    assert series.asked == ("anomaly",)
    assert series.truth(default_anomaly_question()) is None, "nobody knows the truth of a real one"


def test_co2_keeps_its_missing_weeks() -> None:
    assert int(np.isnan(real_series()[0].data.values).sum()) == 59


def test_no_series_is_there_twice(example: list[Generated]) -> None:
    assert len({series.data.content_hash for series in example}) == 904
