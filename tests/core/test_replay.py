"""A stored answer beside the one of now: to the last digit, in all it says, or not."""

import pytest

from core.answers import AnswerContent, FoundInterval, Span
from core.replay import Sameness, replayed


def answer(
    label: str = "cubic", confidence: float | None = 0.9, why: str = "it bends"
) -> AnswerContent:
    return AnswerContent(
        kind="pattern", label=label, confidence=confidence, rationale=(Span(text=why),)
    )


def event(start: int, confidence: float) -> AnswerContent:
    found = FoundInterval(number=1, start=start, stop=20, confidence=confidence)
    return AnswerContent(kind="anomaly", intervals=(found,))


@pytest.mark.parametrize(
    ("stored", "now", "sameness", "by"),
    [
        (answer(), answer(), "identical", 0.0),
        (answer(), answer(confidence=0.9000001), "same", 1e-7),  # another order of adding up
        (answer(), answer("convex"), "differs", 0.0),
        (answer(), answer(why="it swings"), "differs", 0.0),  # words count
        (answer(), answer(confidence=None), "differs", None),  # a number that is not there
        (event(3, 0.5), event(3, 0.75), "same", 0.25),
        (event(3, 0.5), event(4, 0.5), "differs", 0.0),  # an edge moved by one sample
        (event(3, 0.5), AnswerContent(kind="anomaly"), "differs", None),
    ],
)
def test_two_answers_are_told_apart(
    stored: AnswerContent, now: AnswerContent, sameness: Sameness, by: float | None
) -> None:
    found = replayed(stored, now)
    assert found.sameness == sameness
    assert found.by == (by if by is None else pytest.approx(by))


def test_the_sentence_says_which_of_the_three_it_is() -> None:
    assert replayed(answer(), answer()).sentence.startswith("Identical: ")
    close = replayed(answer(), answer(confidence=0.91)).sentence
    assert close == (
        "The same answer: label, events and words agree; confidences differ by at most 0.01."
    )
    assert replayed(answer(), answer("convex")).sentence.startswith("Not the same answer")
