"""What of a correction can be said of another window, and what it makes of one."""

import pytest

from core.answers import AnswerContent, FoundInterval
from core.transfer import Change, change_of, changed, proposes


def events(*given: tuple[int, int, str]) -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=n, start=a, stop=b, type_id=t, confidence=0.9)
            for n, (a, b, t) in enumerate(given, start=1)
        ),
    )


def label(key: str) -> AnswerContent:
    return AnswerContent(kind="pattern", label=key)


SPIKE = events((10, 20, "spike"))


@pytest.mark.parametrize(
    ("proposal", "corrected", "expected"),
    [
        (label("rise"), label("fall"), Change("label", "rise", "fall")),
        (label("rise"), label("rise"), None),
        (SPIKE, events(), Change("none", "spike", "")),
        (SPIKE, events((11, 21, "shift")), Change("type", "spike", "shift")),
        (SPIKE, events((12, 30, "spike")), None),  # edges say nothing of another window
        (SPIKE, events((10, 20, "shift"), (50, 60, "shift")), None),  # nor does an event more
        (events((1, 9, "spike"), (20, 30, "shift")), events(), None),  # two types at once
        (events(), SPIKE, None),
    ],
)
def test_only_a_change_of_label_or_type_carries_over(
    proposal: AnswerContent, corrected: AnswerContent, expected: Change | None
) -> None:
    assert change_of(proposal, corrected) == expected


def test_a_change_is_made_of_another_answer_with_the_same_proposal() -> None:
    change = Change("type", "spike", "shift")
    other = events((70, 75, "spike"), (90, 95, "spike"))
    assert proposes(other, change)
    assert not proposes(events((70, 75, "spike"), (90, 95, "shift")), change)
    made = changed(other, change)
    assert [(i.start, i.stop, i.type_id, i.confidence) for i in made.intervals] == [
        (70, 75, "shift", None),
        (90, 95, "shift", None),
    ]
    assert changed(other, Change("none", "spike", "")) == AnswerContent(kind="anomaly")
    assert changed(label("rise"), Change("label", "rise", "fall")) == label("fall")
