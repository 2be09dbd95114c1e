"""The `open` question: text or JSON, thinking left out, a score of words and places."""

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval, Span
from core.errors import AnswerError
from core.questions.defaults import default_open_question
from core.questions.open import OpenKind
from core.series import WindowView

QUESTION = default_open_question()
VIEW = WindowView(np.zeros((100, 2)), start=400)
KIND = OpenKind()


def answer(*texts: str, at: tuple[tuple[int, int], ...] = ()) -> AnswerContent:
    return AnswerContent(
        kind="open",
        intervals=tuple(
            FoundInterval(number=k, start=a, stop=b) for k, (a, b) in enumerate(at, start=1)
        ),
        rationale=tuple(Span(text=text) for text in texts),
    )


def test_plain_text_is_a_span_a_sentence() -> None:
    text = "  The level rises. It falls at 3.5 s!\nThen nothing. "
    expected = answer("The level rises. ", "It falls at 3.5 s!\n", "Then nothing.")
    assert KIND.parse(QUESTION, VIEW, text) == expected


@pytest.mark.parametrize("thinking", ["<think>Is it? No.</think>", "Is it? No.</think>\n"])
def test_thinking_is_left_out(thinking: str) -> None:
    assert KIND.parse(QUESTION, VIEW, f"{thinking} It rises.") == answer("It rises.")


def test_json_says_where_its_words_point() -> None:
    text = (
        '{"intervals": [{"start": 3, "stop": 9}], "rationale": [{"text": "High", "interval": 1}]}'
    )
    expected = answer(at=((403, 409),)).model_copy(
        update={"rationale": (Span(text="High", interval=1),)}
    )
    assert KIND.parse(QUESTION, VIEW, text) == expected


def test_braces_in_a_text_are_text() -> None:
    text = 'It looks like {"a": 1} here.'
    assert KIND.parse(QUESTION, VIEW, text) == answer(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no word in it"),
        ("42 ... !", "no word in it"),
        ("<think>It rises.</think>", "no word in it"),
        ("<think>It rises.", "never ends"),
        ('{"rationale": []}', "no word in it"),
        ('{"rationale": [{"text": "It ri', "not readable JSON"),
        ('```json\n{"intervals": [], "ra', "not readable JSON"),
        ('So: {"intervals": [], "ra', "not readable JSON"),
        ('{"rationale": "up", "label": "cubic"}', "no label"),
        ('{"rationale": "up", "scores": {"cubic": 1}}', "no label and no scores"),
    ],
)
def test_open_answers_that_say_nothing_are_refused(text: str, says: str) -> None:
    with pytest.raises(AnswerError, match=says):
        KIND.parse(QUESTION, VIEW, text)


@pytest.mark.parametrize(
    ("given", "truth", "expected", "why"),
    [
        (answer("Up."), answer("up"), 1.0, "case and points do not count"),
        (answer("up up"), answer("up"), 2 / 3, "each word as often as it stands"),
        (answer("up by 3.5"), answer("up by 3"), 2 / 3, "a number is one word"),
        (answer("up"), answer("down"), 0.0, "another word"),
        (answer("up", at=((0, 10),)), answer("up"), 0.5, "an interval too many"),
        (answer("up", at=((0, 10),)), answer("up", at=((0, 10),)), 1.0, "the same"),
        (answer("a", at=((0, 10),)), answer("b", at=((0, 10),)), 0.5, "the same place alone"),
    ],
)
def test_scores_by_hand(
    given: AnswerContent, truth: AnswerContent, expected: float, why: str
) -> None:
    assert KIND.score(given, truth) == pytest.approx(expected), why


def test_an_order_of_options_is_refused() -> None:
    with pytest.raises(AnswerError, match="no options to order"):
        KIND.prompt(QUESTION, VIEW, ("spike",))
