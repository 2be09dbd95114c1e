"""Agreement between people: scikit-learn for kappa, a slow twin for overlaps, hand arithmetic."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from core.answers import AnswerContent, FoundInterval
from core.intervals import Interval
from core.metrics.agreement import Answered, agreement, cohens_kappa, mean_iou, pairwise

labels = st.sampled_from(["up", "down", "flat"])
pairs_of_labels = st.lists(st.tuples(labels, labels), min_size=1, max_size=30)


def pattern(label: str, group: str = "s") -> Answered:
    return Answered(group, AnswerContent(kind="pattern", label=label))


def anomaly(*ranges: tuple[int, int], group: str = "s") -> Answered:
    found = tuple(
        FoundInterval(number=number, start=start, stop=stop)
        for number, (start, stop) in enumerate(ranges, 1)
    )
    return Answered(group, AnswerContent(kind="anomaly", intervals=found))


def span(start: int, stop: int) -> Interval:
    return Interval(start=start, stop=stop)


@settings(max_examples=30)
@given(pairs_of_labels)
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    a, b = [one for one, _ in pairs], [two for _, two in pairs]
    found = cohens_kappa(a, b)
    if len({*a, *b}) == 1:
        assert found is None, "chance already gives full agreement: nothing is left to reach"
    else:
        assert found == pytest.approx(cohen_kappa_score(a, b), abs=1e-9)


@given(pairs_of_labels)
def test_kappa_does_not_depend_on_who_comes_first(pairs: list[tuple[str, str]]) -> None:
    a, b = [one for one, _ in pairs], [two for _, two in pairs]
    one, other = cohens_kappa(a, b), cohens_kappa(b, a)
    assert one == (other if other is None else pytest.approx(other))


def test_kappa_by_hand() -> None:
    # Same on 7 of 10. a says yes 5 times, b 6: chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
    a = ["yes"] * 5 + ["no"] * 5
    b = ["yes"] * 4 + ["no"] + ["yes"] * 2 + ["no"] * 3
    assert cohens_kappa(a, b) == pytest.approx((0.7 - 0.5) / (1 - 0.5))


def test_nothing_answered_has_no_kappa() -> None:
    assert cohens_kappa([], []) is None


def test_mean_iou_by_hand() -> None:
    # first item: 10..30 and 20..40 share 10 of 30; 50..60 is marked by one only; second item:
    # the same; third item: neither marks anything
    a = [[span(10, 30), span(50, 60)], [span(0, 20)], []]
    b = [[span(20, 40)], [span(0, 20)], []]
    assert mean_iou(a, b) == pytest.approx((1 / 3 + 0 + 1) / 3)
    assert mean_iou(b, a) == pytest.approx((1 / 3 + 0 + 1) / 3)


def test_without_any_event_there_is_no_mean_iou() -> None:
    assert mean_iou([[], []], [[], []]) is None
    assert mean_iou([], []) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(5, 20), st.integers(0, 40), st.integers(5, 20)),
        min_size=1,
        max_size=6,
    )
)
def test_mean_iou_of_one_event_each_agrees_with_counting_samples(
    items: list[tuple[int, int, int, int]],
) -> None:
    total, events = 0.0, 0
    for start, length, other, other_length in items:
        one, two = set(range(start, start + length)), set(range(other, other + other_length))
        total += len(one & two) / len(one | two)
        events += 1 if one & two else 2
    a = [[span(start, start + length)] for start, length, _, _ in items]
    b = [[span(other, other + length)] for _, _, other, length in items]
    assert mean_iou(a, b) == pytest.approx(total / events)


def test_two_people_on_patterns_get_kappa_with_an_interval_that_holds_it() -> None:
    rng = np.random.default_rng(0)
    said = rng.choice(["up", "down"], 40)
    other = np.where(rng.random(40) < 0.8, said, "flat")
    a = [pattern(str(label), f"series {row}") for row, label in enumerate(said)]
    b = [pattern(str(label), f"series {row}") for row, label in enumerate(other)]
    found = agreement(("Ann", "Bo"), a, b)
    assert found.n == 40
    assert found.same.value == pytest.approx(float(np.mean(said == other)))
    assert found.kappa.value == pytest.approx(cohen_kappa_score(said, other))
    low, high = found.kappa.low, found.kappa.high
    assert low is not None and high is not None and low < found.kappa.value < high
    assert found.iou.value is None, "patterns have no events"


def test_two_people_on_anomalies_agree_by_events_and_by_saying_none() -> None:
    a = [anomaly((0, 10)), anomaly(), anomaly((5, 25)), anomaly()]
    b = [anomaly((0, 10)), anomaly(), anomaly(), anomaly((0, 9))]
    found = agreement(("Ann", "Bo"), a, b)
    assert found.same.value == pytest.approx(0.5)
    assert found.kappa.value == pytest.approx(0.0)
    assert found.iou.value == pytest.approx(1 / 3)


def test_every_two_people_are_compared_on_what_both_answered() -> None:
    answers = {
        "Ann": {"1": pattern("up"), "2": pattern("down"), "3": pattern("up")},
        "Bo": {"2": pattern("down"), "3": pattern("down"), "4": pattern("up")},
        "Cem": {"1": pattern("up")},
        "Dee": {"9": pattern("up")},
    }
    found = pairwise(answers)
    assert [(pair.people, pair.n) for pair in found] == [(("Ann", "Bo"), 2), (("Ann", "Cem"), 1)]
    assert found[0].same.value == pytest.approx(0.5)
    assert found[1].kappa.value is None
