"""Where an item stands between people: a table of histories, what a dispute is, second opinions."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from core.answers import AnswerContent, FoundInterval
from core.desk_events import DeskEvent, Reviewed
from core.opinions import (
    awaits_second,
    differ,
    disputed,
    independent_labels,
    is_chosen,
    item_state,
)
from core.review import LABELLING, Correction, Decision, How

AT = datetime(2026, 3, 1, tzinfo=UTC)


def events(*ranges: tuple[int, int], type_id: str | None = None) -> AnswerContent:
    found = (
        FoundInterval(number=k, start=a, stop=b, type_id=type_id)
        for k, (a, b) in enumerate(ranges, start=1)
    )
    return AnswerContent(kind="anomaly", intervals=tuple(found))


def pattern(label: str) -> AnswerContent:
    return AnswerContent(kind="pattern", label=label)


NONE, EARLY, LATE = events(), events((10, 30)), events((60, 80))


def said(
    person: str,
    content: AnswerContent | None,
    decision: Decision = "fix",
    how: How = "desk",
    undoes: str | None = None,
    seen: Sequence[str] = (),
) -> Correction:
    return Correction(
        id="?",
        project_id="p",
        item_id="i",
        person=person,
        decision=decision,
        sequence=1,
        created_at=AT,
        answer_ids=tuple(seen),
        content=content if decision in LABELLING else None,
        how=how,
        undoes=undoes,
    )


def history(*decisions: Correction) -> list[Correction]:
    """Number the decisions: ids "1", "2", ..."""
    return [
        one.model_copy(update={"id": str(n), "sequence": n}) for n, one in enumerate(decisions, 1)
    ]


def review(of: str, verdict: str, person: str = "lea", number: int = 1) -> DeskEvent:
    body = Reviewed.model_validate({"correction_id": of, "verdict": verdict, "note": "look"})
    return DeskEvent(
        id=f"r{number}", project_id="p", item_id="i", person=person, created_at=AT, body=body
    )


def undo_review(number: int) -> DeskEvent:
    return DeskEvent(
        id=f"u{number}",
        project_id="p",
        item_id="i",
        person="lea",
        created_at=AT,
        undoes=f"r{number}",
    )


ANA, BEN = said("ana", EARLY), said("ben", LATE)


@pytest.mark.parametrize(
    ("decisions", "reviews", "status", "deciding"),
    [
        ([], [], "open", None),
        ([said("ana", None, "skip")], [], "open", None),
        ([ANA], [], "annotated", "1"),
        ([said("ana", None, "not_sure")], [], "annotated", "1"),
        ([ANA, said("ana", None, "undo", undoes="1")], [], "open", None),
        # two people who agree, and two who do not
        ([ANA, said("ben", EARLY)], [], "annotated", "2"),
        ([ANA, BEN], [], "disputed", "2"),
        # each speaks with their own latest label, whoever decided last
        ([ANA, BEN, said("ben", EARLY)], [], "annotated", "3"),
        ([BEN, ANA, said("ana", LATE)], [], "annotated", "3"),
        # who gives no label contradicts nobody
        ([ANA, said("ben", None, "reject")], [], "annotated", "2"),
        # a dispute that was undone is none
        ([ANA, BEN, said("ben", None, "undo", undoes="2")], [], "annotated", "1"),
        # a review speaks of one decision
        ([ANA], [review("1", "approved")], "reviewed", "1"),
        ([ANA], [review("1", "returned")], "returned", "1"),
        ([ANA, said("ana", EARLY)], [review("1", "returned")], "annotated", "2"),
        ([ANA, said("ana", LATE)], [review("1", "approved")], "annotated", "2"),
        # the last word on it counts, and taking it back brings the earlier one
        ([ANA], [review("1", "approved"), review("1", "returned", number=2)], "returned", "1"),
        ([ANA], [review("1", "approved"), undo_review(1)], "annotated", "1"),
        # nobody reviews their own label
        ([ANA], [review("1", "approved", person="ana")], "annotated", "1"),
        # an approved label that somebody else repeats stays approved; one they contradict does not
        ([ANA, said("ben", EARLY)], [review("1", "approved")], "reviewed", "2"),
        ([ANA, BEN], [review("1", "approved")], "disputed", "2"),
        # approving the latest of two that differ settles it
        ([ANA, BEN], [review("2", "approved")], "reviewed", "2"),
        # a lead's word between people settles it, with a label or without, until somebody disagrees
        ([ANA, BEN, said("lea", EARLY, how="adjudication")], [], "reviewed", "3"),
        ([ANA, BEN, said("lea", None, "not_sure", how="adjudication")], [], "reviewed", "3"),
        ([ANA, BEN, said("lea", EARLY, how="adjudication"), said("ben", EARLY)], [],
         "annotated", "4"),
        ([ANA, BEN, said("lea", EARLY, how="adjudication"), BEN], [], "disputed", "4"),
        ([ANA, BEN, said("lea", EARLY, how="adjudication"), said("lea", None, "undo", undoes="3")],
         [], "disputed", "2"),
    ],
)  # fmt: skip
def test_the_status_of_an_item_follows_from_its_history(
    decisions: list[Correction], reviews: list[DeskEvent], status: str, deciding: str | None
) -> None:
    state = item_state(history(*decisions), reviews)

    assert state.status == status
    assert (state.decision.id if state.decision else None) == deciding


def test_a_return_says_why() -> None:
    assert item_state(history(ANA), [review("1", "returned")]).note == "look"
    assert item_state(history(ANA), []).note == ""


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        (pattern("trend"), pattern("trend"), False),
        (pattern("trend"), pattern("step"), True),
        (NONE, NONE, False),
        (NONE, EARLY, True),
        (events((0, 20)), events((10, 20)), False),  # shares exactly one half
        (events((0, 20)), events((11, 20)), True),  # shares less
        (events((0, 20), (50, 60)), events((0, 20)), True),  # one that only one of them marked
        (events((40, 41)), events((42, 43)), True),  # two samples apart, widened: less than a half
        (events((40, 41)), events((41, 42)), False),  # one apart: 4 of 6
        (events((0, 9), type_id="spike"), events((0, 9), type_id="shift"), True),
        (events((0, 9), type_id="spike"), events((0, 9)), False),  # a type that was left open
        (EARLY, None, False),
        (AnswerContent(kind="open"), AnswerContent(kind="open"), False),
    ],
)
def test_labels_contradict_each_other_by_a_stated_rule(
    one: AnswerContent, other: AnswerContent | None, contradict: bool
) -> None:
    assert differ(one, other) is contradict
    assert differ(other, one) is contradict


def test_of_a_project_the_disputed_items_are_named() -> None:
    elsewhere = [
        one.model_copy(update={"item_id": "other", "id": f"o{one.id}"}) for one in history(ANA)
    ]

    assert disputed([*history(ANA, BEN), *elsewhere], []) == {"i"}
    assert disputed(history(ANA, BEN), [review("2", "approved")]) == frozenset()


def test_a_share_of_items_is_chosen_whoever_asks_and_a_larger_share_holds_the_smaller() -> None:
    ids = [f"item-{k}" for k in range(4_000)]
    tenth = {one for one in ids if is_chosen(one, 0.1)}
    fifth = {one for one in ids if is_chosen(one, 0.2)}

    assert tenth < fifth
    assert abs(len(tenth) - 400) < 80  # four standard deviations
    assert not any(is_chosen(one, 0.0) for one in ids)
    assert all(is_chosen(one, 1.0) for one in ids)


@pytest.mark.parametrize(
    ("decisions", "person", "waits"),
    [
        ([ANA], "ben", True),
        ([ANA], "ana", False),  # not a second person
        ([], "ben", False),  # nobody gave a first one
        ([said("ana", None, "not_sure")], "ben", False),
        ([ANA, BEN], "cid", False),  # it has its second
        ([ANA, said("ben", None, "not_sure")], "cid", False),
        ([ANA, said("ben", None, "skip")], "ben", True),  # skipped blind: it comes again
        ([ANA, said("ben", None, "skip", seen=["x"])], "ben", False),  # knows what models said
        ([ANA, BEN, said("ben", None, "undo", undoes="2")], "ben", False),
        ([said("lea", EARLY, how="adjudication")], "ben", False),
    ],
)
def test_a_second_opinion_comes_from_somebody_who_knows_nothing_of_the_first(
    decisions: list[Correction], person: str, waits: bool
) -> None:
    told = history(*decisions)

    assert awaits_second(item_state(told, []), told, [], person) is waits


def test_who_reviewed_a_label_has_no_independent_opinion_of_it_any_more() -> None:
    told, approved = history(ANA), [review("1", "approved", person="ben")]
    state = item_state(told, approved)

    assert awaits_second(state, told, approved, "cid")
    assert not awaits_second(state, told, approved, "ben")


def test_what_was_sent_back_waits_for_its_author_and_not_for_a_second_person() -> None:
    told, returned = history(ANA), [review("1", "returned")]

    assert not awaits_second(item_state(told, returned), told, returned, "ben")


@pytest.mark.parametrize(
    ("decisions", "labels"),
    [
        # who came first may have seen models; who came second may not
        ([said("ana", EARLY, seen=["x"]), said("ben", LATE)], {"ana": EARLY, "ben": LATE}),
        ([said("ana", EARLY), said("ben", LATE, seen=["x"])], {"ana": EARLY}),
        # what somebody changed later counts no more
        ([ANA, BEN, said("ben", EARLY)], {"ana": EARLY, "ben": LATE}),
        ([ANA, BEN, said("lea", LATE, how="adjudication")], {"ana": EARLY, "ben": LATE}),
        # who first said "not sure" met the item then
        ([ANA, said("ben", None, "not_sure"), said("ben", LATE)], {"ana": EARLY}),
    ],
)
def test_independent_labels_are_those_that_could_not_lean_on_others(
    decisions: list[Correction], labels: dict[str, AnswerContent]
) -> None:
    assert independent_labels(history(*decisions)) == labels
