"""Folding review events: the last one that stands decides; an undone undo takes nothing back."""

from core.answers import AnswerContent
from core.ids import utc_now
from core.review import (
    Correction,
    Decision,
    blind_decision,
    current_label,
    has_seen,
    labels_by_person,
    redoable,
    undoable,
    undone_ids,
)

NO_ANOMALY = AnswerContent(kind="anomaly")


def event(
    event_id: str, decision: Decision, sequence: int, undoes: str | None = None, person: str = "ana"
) -> Correction:
    return Correction(
        id=event_id,
        project_id="p",
        item_id="i",
        person=person,
        decision=decision,
        sequence=sequence,
        created_at=utc_now(),
        content=NO_ANOMALY if decision == "no_anomaly" else None,
        undoes=undoes,
    )


def test_nobody_decided_nothing() -> None:
    assert current_label([]) is None
    assert undoable([], "ana") is None
    assert redoable([], "ana") is None


def test_a_skip_leaves_the_label_before_it() -> None:
    decided = event("a", "no_anomaly", 1)
    label = current_label([event("b", "skip", 2), decided])

    assert label is not None
    assert (label.event, label.content) == (decided, NO_ANOMALY)


def test_a_rejection_decides_without_a_label() -> None:
    label = current_label([event("a", "no_anomaly", 1), event("b", "reject", 2)])

    assert label is not None
    assert (label.event.id, label.content) == ("b", None)


def test_an_undone_undo_takes_nothing_back() -> None:
    decided = event("a", "no_anomaly", 1)
    undo = event("b", "undo", 2, undoes="a")
    redo = event("c", "undo", 3, undoes="b")
    undo_again = event("d", "undo", 4, undoes="a")

    assert undone_ids([decided, undo]) == {"a"}
    assert undone_ids([decided, undo, redo]) == {"b"}
    assert undone_ids([decided, undo, redo, undo_again]) == {"a", "b"}
    assert current_label([decided, undo]) is None
    assert current_label([decided, undo, redo, undo_again]) is None


def test_undo_and_redo_offer_the_latest_of_ones_own() -> None:
    first, second = event("a", "reject", 1), event("b", "no_anomaly", 2)
    other = event("c", "skip", 3, person="bo")
    undo = event("d", "undo", 4, undoes="b")

    assert undoable([first, second, other], "ana") == second
    assert undoable([first, second, other, undo], "ana") == first
    assert redoable([first, second, other, undo], "ana") == undo
    assert redoable([first, second, other, undo], "bo") is None
    redo = event("e", "undo", 5, undoes="d")
    assert redoable([first, second, other, undo, redo], "ana") is None
    assert undoable([first, second, other, undo, redo], "ana") == second


def test_a_decision_after_an_undo_ends_redo() -> None:
    events = [
        event("a", "reject", 1),
        event("b", "undo", 2, undoes="a"),
        event("c", "skip", 3),
    ]

    assert redoable(events, "ana") is None


def test_each_person_keeps_their_own_latest_label() -> None:
    events = [
        event("a", "no_anomaly", 1),
        event("b", "reject", 2, person="bo"),
        event("c", "no_anomaly", 3, person="cy"),
        event("d", "undo", 4, undoes="c", person="cy"),
    ]
    # bo said that no answer is right, cy took theirs back: neither has a label
    assert labels_by_person(events) == {"ana": NO_ANOMALY}


def test_the_first_standing_decision_without_an_answer_in_sight_is_the_blind_one() -> None:
    skipped, blind = event("a", "skip", 1), event("b", "no_anomaly", 2)
    seen = event("c", "reject", 3).model_copy(update={"answer_ids": ("x",)})
    again = event("d", "not_sure", 4, person="bo")

    assert blind_decision([seen, blind, skipped]) == blind
    assert blind_decision([skipped, seen]) is None
    undone = event("u", "undo", 5, undoes="b")
    assert blind_decision([skipped, blind, seen, again, undone]) == again


def test_who_decided_has_seen_the_answers_also_when_they_took_it_back() -> None:
    decided, undone = event("a", "no_anomaly", 1), event("b", "undo", 2, undoes="a")
    beside = event("c", "skip", 3).model_copy(update={"answer_ids": ("x",)})

    assert has_seen([decided, undone], "ana")
    assert has_seen([beside], "ana")
    assert not has_seen([decided, undone, beside], "bo")
    assert not has_seen([event("d", "skip", 1)], "ana")
