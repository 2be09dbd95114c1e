"""Figures and intervals: hand arithmetic, and slow twins that loop over every draw."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.answers import FoundInterval
from core.metrics.estimates import (
    EVENT_FIGURES,
    RESAMPLES,
    Bootstrap,
    Confusion,
    Difference,
    Estimate,
    EventCounts,
    accuracy,
    confusion,
    interval_scores,
    mean_figure,
    paired_difference,
    wilson,
)


def events(*ranges: tuple[int, int]) -> list[FoundInterval]:
    return [FoundInterval(number=i, start=a, stop=b) for i, (a, b) in enumerate(ranges, start=1)]


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (15, 15, 0.7961, 1.0),  # published: 15 of 15 has the lower bound 79.6 %
        (41, 41, 0.9143, 1.0),  # published: 41 of 41 has the lower bound 91.4 %
        (0, 10, 0.0, 0.2775),
        (81, 263, 0.2553, 0.3662),  # the example of Newcombe (1998)
    ],
)
def test_wilsons_interval_agrees_with_published_values(
    right: int, n: int, low: float, high: float
) -> None:
    assert wilson(right, n) == pytest.approx((low, high), abs=5e-5)


def test_an_accuracy_of_nothing_is_undefined() -> None:
    assert accuracy(0, 0) == Estimate()
    assert accuracy(3, 4).value == 0.75


def test_a_confusion_matrix_has_truth_in_rows_and_unknown_labels_last() -> None:
    given_labels = ["a", "b", "b", "z"]
    truth = ["a", "a", "b", "b"]
    assert confusion(given_labels, truth, ["b", "a"]) == Confusion(
        labels=("b", "a", "z"), counts=((1, 0, 1), (1, 1, 0), (0, 0, 0))
    )


@pytest.mark.parametrize(
    ("found", "truth", "expected", "why"),
    [
        ([], [], EventCounts(0, 0, 0, 100, 0), "nothing there, nothing said"),
        ([(0, 10)], [(0, 10)], EventCounts(1, 1, 1, 100, 1), "right"),
        ([(0, 4), (6, 10)], [(0, 10)], EventCounts(1, 2, 1, 100, 0.5), "split: one false alarm"),
        ([(0, 20)], [(0, 10), (10, 20)], EventCounts(1, 1, 2, 100, 0.5), "joined: one missed"),
        ([(0, 10)], [(10, 20)], EventCounts(0, 1, 1, 100, 0), "touching is no match"),
        ([(50, 51)], [(53, 54)], EventCounts(1, 1, 1, 100, 2 / 8), "short ones are widened to 5"),
        ([(90, 140)], [(95, 99)], EventCounts(1, 1, 1, 100, 5 / 10), "cut to the window"),
        ([(100, 140)], [(120, 130)], EventCounts(0, 0, 0, 100, 0), "outside of the window"),
    ],
)
def test_events_of_a_window(
    found: list[tuple[int, int]],
    truth: list[tuple[int, int]],
    expected: EventCounts,
    why: str,
) -> None:
    counts = interval_scores(events(*found), events(*truth), (0, 100))
    assert counts.row() == pytest.approx(expected.row()), why


def test_figures_of_events_by_hand() -> None:
    # Two windows of 500: 3 of 4 found with one false alarm; nothing true, one false alarm.
    rows = np.array([[3, 4, 4, 500, 2.4], [0, 1, 0, 500, 0.0]])
    figures = {name: float(figure(rows.sum(axis=0))) for name, figure in EVENT_FIGURES.items()}
    assert figures == pytest.approx(
        {
            "interval_f1": 2 * 3 / (5 + 4),
            "event_recall": 3 / 4,
            "event_precision": 3 / 5,
            "false_alarms": 2.0,
            "mean_overlap": 0.8,
        }
    )


def test_figures_without_events() -> None:
    quiet = np.array([0.0, 0, 0, 100, 0])
    assert float(EVENT_FIGURES["interval_f1"](quiet)) == 1
    assert float(EVENT_FIGURES["false_alarms"](quiet)) == 0
    assert np.isnan(EVENT_FIGURES["event_recall"](quiet))


def slow_draws(groups: list[str], seed: int = 0) -> list[list[int]]:
    """The items of each draw, one list per draw, by plain loops."""
    names = list(dict.fromkeys(groups))
    whole_series = len(names) >= 5 or len(names) == len(groups)
    members = [[i for i, g in enumerate(groups) if g == name] for name in names]
    if not whole_series:
        members = [[i] for i in range(len(groups))]
    draws = np.random.default_rng(seed).integers(0, len(members), (RESAMPLES, len(members)))
    return [[item for place in draw for item in members[place]] for draw in draws]


GROUPS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=12)


@settings(max_examples=12, deadline=None)
@given(GROUPS, st.data())
def test_draws_agree_with_the_slow_twin(groups: list[str], data: st.DataObject) -> None:
    marks = data.draw(st.lists(st.floats(0, 1), min_size=len(groups), max_size=len(groups)))
    columns = np.stack([np.array(marks), np.ones(len(marks))], axis=1)
    means = [np.mean([marks[item] for item in draw]) for draw in slow_draws(groups)]
    found = Bootstrap(groups).estimate(columns, mean_figure)
    low, high = np.quantile(means, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.value == pytest.approx(np.mean(marks))


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=6, max_size=10))
def test_paired_differences_agree_with_the_slow_twin(pairs: list[tuple[int, int]]) -> None:
    a, b = [p[0] for p in pairs], [p[1] for p in pairs]
    draws = slow_draws([str(i) for i in range(len(pairs))])
    gains = [np.mean([a[i] - b[i] for i in draw]) for draw in draws]
    found = paired_difference(a, b)
    assert found.mean == pytest.approx(np.mean(a) - np.mean(b))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(gains, [0.025, 0.975])))
    assert (found.n, found.differing) == (len(pairs), sum(x != y for x, y in pairs))


def test_the_paired_interval_of_coin_flips_is_the_binomial_one() -> None:
    # 100 items, 30 gained and 10 lost: mean 0.2, sd of one gain sqrt(0.4 - 0.04) = 0.6.
    gained = [1.0] * 30 + [0.0] * 70
    lost = [0.0] * 90 + [1.0] * 10
    found = paired_difference(gained, lost)
    assert found.mean == pytest.approx(0.2)
    assert found.low == pytest.approx(0.2 - 1.96 * 0.06, abs=0.011)
    assert found.high == pytest.approx(0.2 + 1.96 * 0.06, abs=0.011)
    assert (found.n, found.differing) == (100, 40)


def test_a_difference_does_not_change_by_looking_again() -> None:
    rng = np.random.default_rng(2)
    scores = rng.random(20).tolist(), rng.random(20).tolist()
    assert paired_difference(*scores) == paired_difference(*scores)
    assert paired_difference(*scores, seed=1) != paired_difference(*scores)


def test_equal_answers_differ_by_nothing() -> None:
    same = [0.0, 1.0, 1.0]
    assert paired_difference(same, same) == Difference(mean=0, low=0, high=0, n=3, differing=0)


@pytest.mark.parametrize("scores", [([], []), ([1.0], [1.0, 0.0])])
def test_scores_of_different_items_are_refused(scores: tuple[list[float], list[float]]) -> None:
    with pytest.raises(ValueError, match="not the scores of one set of items"):
        paired_difference(*scores)


def test_windows_of_one_series_widen_the_interval() -> None:
    marks = [1.0] * 50 + [0.0] * 50
    columns = np.stack([marks, np.ones(100)], axis=1)
    apart = Bootstrap([str(i) for i in range(100)]).estimate(columns, mean_figure)
    together = Bootstrap([str(i // 10) for i in range(100)]).estimate(columns, mean_figure)
    widths = [e.high - e.low for e in (apart, together) if e.high is not None and e.low is not None]
    assert all(wide > 2.5 * narrow for narrow, wide in pairwise(widths))


def test_few_series_with_many_windows_are_drawn_by_window() -> None:
    assert Bootstrap(["a"] * 20).by_series is False
    assert Bootstrap(["a", "b", "c", "d"] * 5).by_series is False
    assert Bootstrap(["a", "b", "c", "d", "e"] * 4).by_series is True
    assert Bootstrap(["a", "b"]).by_series is True


def test_a_share_that_is_all_right_keeps_an_interval_from_its_number_of_series() -> None:
    groups = [f"s{i // 2}" for i in range(20)]
    columns = np.ones((20, 2))
    assert Bootstrap(groups).estimate(columns, mean_figure).low == 1.0
    found = Bootstrap(groups).share(columns)
    assert (found.value, (found.low, found.high)) == (1.0, wilson(10, 10))
    columns[:, 0] = 0
    none = Bootstrap(groups).share(columns)
    assert (none.value, (none.low, none.high)) == (0.0, wilson(0, 10))


def test_a_share_in_between_has_the_interval_of_the_draws() -> None:
    columns = np.stack([np.arange(20) % 2, np.ones(20)], axis=1).astype(float)
    draws = Bootstrap([f"s{i // 2}" for i in range(20)])
    assert draws.share(columns) == draws.estimate(columns, mean_figure)
