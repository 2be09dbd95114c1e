"""One scale for all authors, what each stop of the slider lists, and how often that is."""

import numpy as np
import pytest

from core.sensitivity import (
    ALL_REPORTED,
    STOPS,
    Reach,
    counts,
    event_quantiles,
    listed,
    rate_words,
    reach_of,
)


def by_samples(confidences: list[float], lengths: list[int], covered: int) -> list[float]:
    """The slow twin: a score for every sample, the event itself counted as one."""
    found: list[float] = []
    for k, own in enumerate(confidences):
        others = [c for i, c in enumerate(confidences) if i != k for _ in range(lengths[i])]
        others += [-1.0] * (covered - sum(lengths))
        lower = sum(other < own for other in others)
        found.append(lower / (len(others) + 1))
    return found


def test_the_quantile_is_the_share_of_the_series_that_is_scored_lower() -> None:
    assert event_quantiles([0.9, 0.5], [50, 30], 512) == [462 / 463, 432 / 483]


def test_it_is_what_counting_sample_by_sample_gives() -> None:
    random = np.random.default_rng(5)
    for _ in range(50):
        lengths = random.integers(1, 9, 6).tolist()
        confidences = random.integers(0, 4, 6).astype(float).tolist()
        assert event_quantiles(confidences, lengths, 80) == by_samples(confidences, lengths, 80)


def test_a_long_event_is_not_taken_for_a_common_one() -> None:
    assert event_quantiles([0.7], [400], 500) == [100 / 101]


def test_without_a_confidence_an_event_counts_as_the_highest() -> None:
    assert event_quantiles([None, 0.5], [1, 1], 11) == [10 / 11, 9 / 11]


def test_a_calibrated_confidence_takes_the_quantiles_place_where_there_is_one() -> None:
    assert event_quantiles([0.8, None], [1, 1], 11, lambda c: c / 2) == [0.4, 10 / 11]


def test_events_beyond_what_was_asked_about_give_no_share_above_one() -> None:
    assert event_quantiles([0.5], [20], 10) == [0.0]


def test_no_events_have_no_quantiles() -> None:
    assert event_quantiles([], [], 100) == []


def test_counts_grow_from_stop_to_stop_and_are_what_each_lists() -> None:
    random = np.random.default_rng(0)
    levels = random.random(500) ** 0.01 + random.integers(0, 2, 500)
    decided, kept = random.random(500) < 0.1, random.random(500) < 0.7
    found = counts(levels, decided, kept)
    assert found == [int((listed(levels, decided, stop) & kept).sum()) for stop in STOPS]
    assert found == sorted(found)
    assert found[-1] > found[STOPS.index(ALL_REPORTED)] > found[0] > 0


def test_what_a_person_decided_is_listed_wherever_the_slider_stands() -> None:
    levels, decided = np.array([0.01, 0.01]), np.array([True, False])
    assert listed(levels, decided, STOPS[0]).tolist() == [True, False]


def test_all_that_is_reported_comes_before_any_hint() -> None:
    levels, nobody = np.array([1.0, 0.99999]), np.array([False, False])
    assert listed(levels, nobody, ALL_REPORTED).tolist() == [True, False]


DAY = 86_400.0


@pytest.mark.parametrize(
    ("n", "seconds", "words"),
    [
        (14, 32 * DAY, "about 3.1 a week"),
        (30, 7 * DAY, "about 30 a week"),
        (5_000, 70 * DAY, "about 71 a day"),  # more than a hundred a week
        (3, 70 * DAY, "about 1.3 a month"),  # less than one a week
        (2, 3_000 * DAY, "about 0.24 a year"),  # less than one in the longest unit
        (4, 2 * DAY, "about 2 a day"),  # two days foretell no week
        (5, 600.0, ""),  # ten minutes foretell nothing
    ],
)
def test_the_rate_is_said_in_a_unit_that_the_series_cover(
    n: int, seconds: float, words: str
) -> None:
    assert rate_words(n, 0, Reach(seconds, 0)) == words


def test_without_times_the_rate_is_by_samples() -> None:
    assert rate_words(0, 21, Reach(0.0, 100_000)) == "2.1 per 10,000 samples"
    assert rate_words(0, 3, Reach(0.0, 9_999)) == ""
    both = rate_words(14, 21, Reach(32 * DAY, 100_000))
    assert both == "about 3.1 a week, and 2.1 per 10,000 samples without times"


def test_time_that_two_series_share_counts_once() -> None:
    assert reach_of([(0.0, 10.0), (5.0, 20.0), (30.0, 31.0), (6.0, 7.0)], 5) == Reach(21.0, 5)
    assert reach_of([], 0) == Reach(0.0, 0)
