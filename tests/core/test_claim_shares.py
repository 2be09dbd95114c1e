"""Borrowed claims: who borrows from whom, and where their positions land."""

import numpy as np

from core.answers import AnswerContent, Claim, Span
from core.claim_shares import ClaimSource, borrowing_order, rationale_result
from core.series import WindowView


def rising(start: int, stop: int) -> AnswerContent:
    claim = Claim(kind="direction", start=start, stop=stop, direction="up")
    return AnswerContent(kind="pattern", label="a", rationale=(Span(text="up", claim=claim),))


def source(name: str, values: list[float], start: int = 0) -> ClaimSource:
    return ClaimSource(name, name, WindowView(np.array(values)[:, None], start=start))


def test_borrowed_claims_move_with_the_window() -> None:
    up, down = [float(i) for i in range(20)], [float(-i) for i in range(20)]
    answered = [
        (source("one", up, start=100), rising(100, 120)),
        (source("two", down, start=700), rising(700, 720)),
    ]
    result = rationale_result("student", "", answered)
    assert result is not None
    # Each borrows the other's claim: "up" is true of `one` and false of `two`, whoever says it.
    assert (result.own.confirmed, result.own.contradicted) == (1, 1)
    assert (result.other.confirmed, result.other.contradicted) == (1, 1)
    assert result.no_better


def test_a_borrowed_claim_that_leaves_the_window_is_not_checkable() -> None:
    answered = [
        (source("short", [0.0, 1.0, 2.0]), rising(0, 3)),
        (source("long", [float(i) for i in range(9)]), rising(0, 9)),
    ]
    result = rationale_result("student", "", answered)
    assert result is not None
    assert (result.other.confirmed, result.other.not_checkable) == (1, 1)


def test_nobody_borrows_from_himself_and_everybody_lends_once() -> None:
    answered = [(source(f"i{i}", [0.0] * (2 + i % 3)), rising(0, 2)) for i in range(12)]
    order = borrowing_order(answered)
    assert sorted(s.item_id for s, _ in order) == sorted(s.item_id for s, _ in answered)
    assert [len(s.view.values) for s, _ in order] == [2] * 4 + [3] * 4 + [4] * 4
    assert borrowing_order(answered[::-1]) == order


def test_one_rationale_has_nobody_to_borrow_from() -> None:
    result = rationale_result("student", "", [(source("a", [0.0, 1.0]), rising(0, 2))])
    assert result is not None
    assert (result.own.confirmed, result.other.total, result.difference) == (1, 0, None)
    assert result.no_better
    assert "no other item to borrow claims from" in result.sentence


def test_rationales_without_claims_have_no_shares() -> None:
    silent = AnswerContent(kind="pattern", label="a", rationale=(Span(text="it is so"),))
    assert rationale_result("student", "", [(source("a", [0.0]), silent)]) is None


def test_claims_that_cannot_be_checked_are_told() -> None:
    result = rationale_result("teacher", "", [(source("a", [1.0, 2.0]), rising(0, 1))])
    assert result is not None
    assert result.sentence == "None of the 1 claims could be checked against the data."


def test_only_an_own_claim_is_contradicted_where_nothing_was_recorded() -> None:
    nothing = [float("nan")] * 3
    answered = [
        (source("gap", nothing), rising(0, 3)),
        (source("values", [0.0, 1.0, 2.0]), rising(0, 3)),
    ]
    result = rationale_result("teacher", "", answered)
    assert result is not None
    assert (result.own.confirmed, result.own.contradicted) == (1, 1)
    assert (result.other.confirmed, result.other.not_checkable) == (1, 1)
