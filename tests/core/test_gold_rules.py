"""Gold: the first label counts, a change in sight of an answer waits for a second person."""

import pytest

from core.answers import AnswerContent, FoundInterval, Span
from core.desk_events import Body, Comment, DeskEvent, Reviewed
from core.gold_rules import GoldLabel, gold_label, gold_labels, labels_that_count, same_label
from core.ids import utc_now
from core.review import Correction, How

A, B = AnswerContent(kind="pattern", label="a"), AnswerContent(kind="pattern", label="b")
SEEN = ("answer",)


class Item:
    """The events of one item, numbered as they come."""

    def __init__(self) -> None:
        self.events: list[Correction] = []
        self.reviews: list[DeskEvent] = []

    def says(
        self,
        person: str,
        content: AnswerContent | None,
        seen: tuple[str, ...] = SEEN,
        how: How = "desk",
    ) -> str:
        decision = "not_sure" if content is None else "fix"
        return self._add(person, decision, content=content, answer_ids=seen, how=how)

    def undoes(self, person: str, event_id: str) -> str:
        return self._add(person, "undo", undoes=event_id)

    def reviewed(self, person: str, correction_id: str, verdict: str) -> str:
        return self.remarks(
            person, Reviewed.model_validate({"correction_id": correction_id, "verdict": verdict})
        )

    def remarks(self, person: str, body: Body | None, undoes: str | None = None) -> str:
        event = DeskEvent(
            id=f"r{len(self.reviews)}",
            project_id="p",
            item_id="i",
            person=person,
            created_at=utc_now(),
            body=body,
            undoes=undoes,
        )
        self.reviews.append(event)
        return event.id

    @property
    def label(self) -> GoldLabel | None:
        return gold_label(reversed(self.events), self.reviews)

    @property
    def counts(self) -> AnswerContent | None:
        assert self.label is not None
        return None if self.label.counted is None else self.label.counted.content

    def _add(self, person: str, decision: str, **fields: object) -> str:
        number = len(self.events) + 1
        event = Correction.model_validate(
            {
                "id": f"e{number}",
                "project_id": "p",
                "item_id": "i",
                "person": person,
                "decision": decision,
                "sequence": number,
                "created_at": utc_now(),
                **fields,
            }
        )
        self.events.append(event)
        return event.id


def test_a_first_label_counts_whether_answers_were_in_sight_or_not() -> None:
    for seen in ((), SEEN):
        item = Item()
        item.says("ana", A, seen)
        assert item.label == GoldLabel(item.events[0])


def test_a_change_after_an_answer_was_shown_waits_and_the_label_before_stands() -> None:
    item = Item()
    item.says("ana", A, ())
    item.says("ana", B)
    assert item.counts == A
    assert item.label == GoldLabel(item.events[0], item.events[1])
    assert item.label.waits


def test_whoever_decided_before_may_know_the_answers_though_none_is_named() -> None:
    item = Item()
    item.says("ana", A, ())
    item.says("ana", B, ())
    assert (item.counts, item.label and item.label.waits) == (A, True)


def test_another_person_who_has_met_no_answer_changes_it_alone() -> None:
    item = Item()
    item.says("ana", A)
    item.says("bo", B, ())
    assert item.label == GoldLabel(item.events[1])


def test_approval_by_somebody_else_makes_a_change_count() -> None:
    item = Item()
    item.says("ana", A)
    change = item.says("ana", B)
    item.reviewed("ana", change, "approved")  # one's own word is no second one
    assert item.counts == A
    item.reviewed("bo", change, "approved")
    assert item.label == GoldLabel(item.events[1])


def test_an_approval_that_was_taken_back_counts_no_more() -> None:
    item = Item()
    item.says("ana", A)
    review = item.reviewed("bo", item.says("ana", B), "approved")
    item.remarks("bo", None, undoes=review)
    assert (item.counts, item.label and item.label.waits) == (A, True)


def test_a_change_that_was_turned_down_waits_no_more_and_does_not_count() -> None:
    item = Item()
    item.says("ana", A)
    item.reviewed("bo", item.says("ana", B), "returned")
    item.remarks("bo", Comment(text="the edge is right as it was"))
    assert item.label == GoldLabel(item.events[0], item.events[1], returned_by="bo")
    assert not item.label.waits


def test_the_latest_word_of_others_decides() -> None:
    item = Item()
    item.says("ana", A)
    change = item.says("ana", B)
    item.reviewed("bo", change, "approved")
    item.reviewed("cy", change, "returned")
    assert item.counts == A
    item.reviewed("bo", change, "approved")
    assert item.counts == B


def test_somebody_elses_own_label_that_says_the_same_confirms_a_change() -> None:
    item = Item()
    item.says("ana", A)
    item.says("bo", B)
    assert item.counts == A
    item.says("ana", B)
    assert item.counts == B


def test_a_label_that_its_author_left_again_confirms_nothing() -> None:
    item = Item()
    item.says("bo", B, ())
    item.says("ana", A, ())  # nobody had met an answer: the later one counts
    item.says("bo", A)  # bo says A now, so that B has nobody but ana
    item.says("ana", B)
    assert (item.counts, item.label and item.label.waits) == (A, True)


def test_a_change_back_to_what_counts_waits_for_nobody() -> None:
    item = Item()
    item.says("ana", A)
    item.says("ana", B)
    item.says("ana", A)
    assert item.label == GoldLabel(item.events[2])


def test_not_sure_after_a_label_is_a_change_and_a_label_after_not_sure_is_none() -> None:
    item = Item()
    item.says("ana", None)
    item.says("ana", A)
    assert item.counts == A
    item.says("ana", None)
    assert (item.counts, item.label and item.label.waits) == (A, True)


def test_a_blind_label_that_was_taken_back_is_still_changed_by_the_next_one() -> None:
    item = Item()
    item.undoes("ana", item.says("ana", A, ()))
    item.says("ana", B)
    assert item.label == GoldLabel(None, item.events[2])
    assert labels_that_count(gold_labels(item.events))["i"].content is None
    item.says("ana", A)
    assert item.counts == A


def test_a_wrong_key_in_sight_of_the_answers_is_undone_without_a_second_person() -> None:
    item = Item()
    item.undoes("ana", item.says("ana", A))
    item.says("ana", B)
    assert item.label == GoldLabel(item.events[2])


def test_a_change_that_is_undone_leaves_the_label_before() -> None:
    item = Item()
    item.says("ana", A)
    item.undoes("ana", item.says("ana", B))
    assert item.label == GoldLabel(item.events[0])


def test_decisions_in_bulk_never_count() -> None:
    item = Item()
    item.says("ana", A, how="bulk")
    assert item.label is None
    assert gold_labels(item.events) == {}
    item.says("ana", B)
    item.says("bo", A, how="bulk")  # nor do they confirm
    assert item.counts == B
    item.says("ana", A)
    assert item.counts == B


def events(*found: tuple[int, int, tuple[int, ...], str | None]) -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=k, start=a, stop=b, channels=c, type_id=t, confidence=k / 10)
            for k, (a, b, c, t) in enumerate(found, start=1)
        ),
    )


ONE, TWO = (3, 9, (0, 1), "spike"), (20, 30, (), None)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (events(TWO, (3, 9, (1, 0), "spike")), True),  # order of events and of channels
        (events(ONE, (20, 31, (), None)), False),  # one sample longer
        (events(ONE, (20, 30, (0,), None)), False),  # one channel instead of all
        (events(ONE, (20, 30, (), "spike")), False),  # a type
        (events(ONE), False),
        (events(), False),
        (None, False),
    ],
)
def test_labels_are_the_same_when_their_events_are_to_the_sample(
    other: AnswerContent | None, same: bool
) -> None:
    assert same_label(events(ONE, TWO), other) is same
    assert same_label(other, events(ONE, TWO)) is same


def test_how_sure_and_why_make_no_difference_and_no_label_is_like_none() -> None:
    surer = A.model_copy(update={"confidence": 0.9, "rationale": (Span(text="because"),)})
    assert same_label(A, surer)
    assert same_label(None, None)
    assert not same_label(A, B)
