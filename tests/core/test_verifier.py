"""Choosing among samples: votes and scores counted by hand; credit of tokens."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.answers import AnswerContent, FoundInterval
from core.errors import AnswerError, ConfigError
from core.questions import KINDS
from core.verifier import (
    Cost,
    Credit,
    Sample,
    Way,
    credit,
    implicit_reward,
    softmax,
    verify,
)

PATTERN, ANOMALY = KINDS["pattern"], KINDS["anomaly"]


def label(key: str | None, score: float | None = None) -> Sample:
    content = None if key is None else AnswerContent(kind="pattern", label=key)
    return Sample(text=f"{key}", content=content, score=score)


def event(start: int, stop: int, score: float | None = None) -> Sample:
    found = (FoundInterval(number=1, start=start, stop=stop),)
    return Sample(text="", content=AnswerContent(kind="anomaly", intervals=found), score=score)


def test_the_label_with_most_votes_wins_and_its_share_is_told() -> None:
    found = verify(PATTERN, [label("a"), label("b"), label("b"), label("c")])
    assert (found.content.label, found.place, found.support) == ("b", 1, 0.5)
    assert (found.how, found.n, found.n_unread) == ("majority", 4, 0)


def test_what_is_no_answer_is_counted_and_does_not_vote() -> None:
    found = verify(PATTERN, [label(None), label("a"), label(None), label("a"), label("b")])
    assert (found.content.label, found.place) == ("a", 1)
    assert found.support == pytest.approx(2 / 3)
    assert (found.n, found.n_unread) == (5, 2)


def test_ties_go_to_the_higher_score_and_then_to_the_earlier_sample() -> None:
    assert verify(PATTERN, [label("a"), label("b")]).content.label == "a"
    assert verify(PATTERN, [label("a", 0.1), label("b", 0.2)]).content.label == "b"
    assert verify(PATTERN, [label("a", 0.2), label("b", 0.2)]).content.label == "a"


def test_of_intervals_the_one_that_agrees_most_with_the_others_wins() -> None:
    # overlaps: first with second 10/20, second with third 15/20, first with third 5/25 = 0.2
    samples = [event(0, 10), event(0, 20), event(5, 20)]
    supports = [(1 + 0.5 + 0.2) / 3, (0.5 + 1 + 0.75) / 3, (0.2 + 0.75 + 1) / 3]
    found = verify(ANOMALY, samples)
    assert found.place == 1
    assert found.support == pytest.approx(supports[1])


def test_scores_can_outvote_a_majority() -> None:
    samples = [label("a", 0.0), label("a", 0.0), label("b", math.log(6))]
    # odds 1 : 1 : 6
    found = verify(PATTERN, samples, "weighted")
    assert (found.content.label, found.how) == ("b", "weighted")
    assert found.support == pytest.approx(6 / 8)
    assert verify(PATTERN, samples, "majority").content.label == "a"


def test_votes_can_outweigh_a_better_score() -> None:
    samples = [label("a", 0.0), label("a", 0.0), label("b", math.log(1.5))]
    assert verify(PATTERN, samples, "weighted").content.label == "a"
    best = verify(PATTERN, samples, "best_of_n")
    assert (best.content.label, best.place) == ("b", 2)
    assert best.support == pytest.approx(1 / 3)  # as many votes as it has


def test_scores_of_any_size_are_borne() -> None:
    assert softmax([-1e6, -1e6]) == [0.5, 0.5]
    found = verify(PATTERN, [label("a", -1e6), label("b", 1e6)], "weighted")
    assert (found.content.label, found.support) == ("b", 1.0)


@pytest.mark.parametrize("how", ["weighted", "best_of_n"])
def test_a_missing_score_is_told(how: Way) -> None:
    with pytest.raises(ConfigError, match=r"1 of 2 samples have no score.*choose by majority"):
        verify(PATTERN, [label("a", 1.0), label("b")], how)


def test_nothing_can_be_chosen_from_no_answers() -> None:
    with pytest.raises(AnswerError, match="none of the 2 sampled texts is an answer"):
        verify(PATTERN, [label(None), label(None)])


def test_the_cost_goes_along() -> None:
    cost = Cost(tokens=64, sampling_s=1.5, scoring_s=0.5)
    assert verify(PATTERN, [label("a")], cost=cost).cost == cost


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(-50, 50)), min_size=1, max_size=8))
def test_one_scores_for_all_make_weighted_votes_plain_ones(
    drawn: list[tuple[str, float]],
) -> None:
    same = [label(key, 1.0) for key, _ in drawn]
    weighted, majority = verify(PATTERN, same, "weighted"), verify(PATTERN, same, "majority")
    assert weighted.place == majority.place
    assert weighted.support == pytest.approx(majority.support)
    ranked = [label(key, score) for key, score in drawn]
    best = verify(PATTERN, ranked, "best_of_n")
    assert drawn[best.place][1] >= max(score for _, score in drawn) - 1e-9


# -- credit


def test_credit_is_what_the_training_changed_of_each_token() -> None:
    found = credit(["up", "ward", "s"], [-1.0, -2.0, -0.5], [-2.0, -1.5, -0.5])
    assert found.values == (1.0, -0.5, 0.0)
    assert found.total == 0.5
    assert found.shades == (1.0, -0.5, 0.0)
    assert implicit_reward(found, beta=0.1) == pytest.approx(0.05)


def test_credit_of_an_untrained_model_is_nothing_everywhere() -> None:
    same = credit(["a", "b"], [-1.0, -1.0], [-1.0, -1.0])
    assert same.shades == (0.0, 0.0)
    assert Credit(tokens=(), values=()).shades == ()


def test_two_models_that_read_a_text_differently_are_told() -> None:
    with pytest.raises(ConfigError, match="do not read the text alike"):
        credit(["a", "b"], [-1.0, -2.0], [-1.0])
    with pytest.raises(ValidationError, match="2 tokens have 1 values"):
        Credit(tokens=("a", "b"), values=(1.0,))
