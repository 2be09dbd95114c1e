"""Which items a filter shows, and when they are done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.answers import AnswerContent, FoundInterval
from core.questions.base import EventType, Question
from core.queue_filter import (
    NO_ANOMALY,
    QueueFilter,
    Said,
    Status,
    is_done,
    label_names,
    matches,
    status_of,
)
from core.review import Correction, CurrentLabel, Decision, Item

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ITEM = Item(id="i", project_id="p", series_id="s", start=0, stop=100, question_id="q")
SAID = (
    Said("teacher", frozenset({"spike", "stuck"}), 0.9, "a tall spike"),
    Said("student", frozenset({NO_ANOMALY}), 0.6, ""),
)


def label(decision: Decision = "accept", at: datetime = NOW) -> CurrentLabel:
    content = AnswerContent(kind="anomaly") if decision == "accept" else None
    event = Correction(
        id="c",
        project_id="p",
        item_id="i",
        person="me",
        decision=decision,
        sequence=1,
        created_at=at,
        content=content,
    )
    return CurrentLabel(event, content)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, True),
        ({"question_id": "other"}, False),
        ({"series_ids": ("s", "t")}, True),
        ({"series_ids": ("t",)}, False),
        ({"labels": ("spike",)}, True),
        ({"labels": ("spike",), "authors": ("student",)}, False),  # the teacher says it
        ({"authors": ("rules",)}, False),
        ({"low": 0.8}, True),
        ({"low": 0.8, "authors": ("student",)}, False),
        ({"labels": (NO_ANOMALY,), "high": 0.5}, False),  # one answer must be both
        ({"apart": ("verdict", "events")}, True),
        ({"apart": ("none",)}, False),
        ({"text": "Tall"}, True),
        ({"text": "tall", "authors": ("student",)}, False),
        ({"text": "leak"}, True),  # of a comment
        ({"text": "drift"}, False),
        ({"group": "g"}, True),
        ({"group": "h"}, False),
    ],
)
def test_an_item_is_shown_when_every_part_of_the_filter_fits(
    asked: dict[str, Any], expected: bool
) -> None:
    shown = matches(QueueFilter(**asked), ITEM, SAID, "verdict", frozenset({"g"}), "a leak here")
    assert shown is expected


def test_no_answer_at_all_meets_no_filter_of_answers() -> None:
    assert matches(QueueFilter(series_ids=("s",)), ITEM, (), None)
    assert not matches(QueueFilter(low=0.1), ITEM, (), None)


@pytest.mark.parametrize(
    ("given", "skipped", "returned", "expected"),
    [
        (None, False, False, {"undecided"}),
        (None, True, False, {"undecided", "skipped"}),
        (label(), True, False, {"annotated"}),
        (label("not_sure"), False, False, {"not sure"}),
        (label("reject"), False, False, {"none right"}),
        (label(), False, True, {"annotated", "returned"}),
    ],
)
def test_how_an_item_stands(
    given: CurrentLabel | None, skipped: bool, returned: bool, expected: set[Status]
) -> None:
    assert status_of(given, skipped, returned) == expected


LATER = NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("statuses", "given", "expected"),
    [
        ((), None, False),
        ((), label(), True),
        (("annotated",), None, None),  # not asked for
        (("annotated",), label(), False),  # to be looked at again
        (("annotated",), label(at=LATER), True),  # looked at since
        (("not sure",), label(at=LATER), True),  # it was not sure when the filter was set
        (("undecided", "annotated"), None, False),
    ],
)
def test_decided_items_that_are_asked_for_are_done_once_decided_again(
    statuses: tuple[Status, ...], given: CurrentLabel | None, expected: bool | None
) -> None:
    asked = QueueFilter(statuses=statuses, since=NOW)
    assert is_done(asked, status_of(given), given) is expected


def test_a_returned_label_is_not_done() -> None:
    given = label()
    assert is_done(QueueFilter(), status_of(given, returned=True), given) is False


def test_what_tells_of_answers_is_known_and_an_empty_filter_asks_for_nothing() -> None:
    assert (
        QueueFilter(question_id="q", series_ids=("s",), statuses=("skipped",)).asks_answers is False
    )
    assert QueueFilter(high=0.9).asks_answers
    assert QueueFilter(since=NOW).empty
    assert not QueueFilter(text="x").empty


def test_labels_are_named_once_in_order() -> None:
    types = (EventType(id="a", key="spike", name="spike"), EventType(id="b", key="lag", name="lag"))
    question = Question(id="q", family_id="q", kind="anomaly", name="A", text="?", types=types)
    found = [
        FoundInterval(number=n, start=10 * n, stop=10 * n + 5, type_id=t)
        for n, t in enumerate(("a", "b", "a", None), start=1)
    ]
    assert label_names(AnswerContent(kind="anomaly", intervals=tuple(found)), question) == (
        "event",
        "lag",
        "spike",
    )
    assert label_names(AnswerContent(kind="anomaly"), question) == (NO_ANOMALY,)
