"""Grounding holds its bars: false claims are caught, and hardly any true one is called false."""

import pytest

from benchmarks.grounding import by_kind, figures, judge, written
from benchmarks.grounding_claims import Case, cases


@pytest.mark.parametrize(
    "made",
    [cases(200, seed=1), written("tuning"), written("held_out")],
    ids=["generated", "tuning", "held out"],
)
def test_false_claims_are_caught_and_true_ones_let_alone(made: list[Case]) -> None:
    found = figures(judge(made))
    assert found["recall_of_false"] >= 0.9
    assert found["precision"] >= 0.95
    assert found["not_checkable"] <= 0.1


def test_the_fixture_has_as_many_true_as_altered_claims_of_each_kind() -> None:
    made = cases(200, seed=1)
    assert [case.true for case in made].count(True) == 200
    assert len(made) == 400
    assert len(by_kind(judge(made[:40]))) == 19


def test_hand_written_phrases_are_halved() -> None:
    halves = [written(half) for half in ("tuning", "held_out")]
    assert [len(half) for half in halves] == [51, 54]
    assert [sum(case.true for case in half) for half in halves] == [27, 26]
