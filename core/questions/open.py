"""The `open` question: what happens in the window, in words whose claims can be checked."""

import re
from collections import Counter
from typing import Any

from core.answers import AnswerContent, QuestionKind
from core.axis import Axis
from core.errors import AnswerError
from core.questions.anomaly import event_score
from core.questions.base import Question
from core.questions.prompts import asked
from core.questions.reading import after_thinking, json_fields
from core.questions.schema import (
    SHARE_OR_NULL,
    intervals_schema,
    rationale_schema,
    strict_object,
)
from core.questions.steps import sentences
from core.questions.tidying import tidied
from core.questions.wire import check_content, read_wire, wire_text, write_wire
from core.series import WindowView
from core.shown import SHOWN, Shown

_WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
_LETTER = re.compile(r"[^\W\d_]")


class OpenKind:
    """The rationale is the answer: its spans are the text, its intervals what they point to."""

    kind: QuestionKind = "open"

    def prompt(
        self, question: Question, view: WindowView, order: tuple[str, ...], shown: Shown = SHOWN
    ) -> str:
        """Return the text asked; there are no options, so `order` must be empty."""
        if order:
            raise AnswerError(f"an open question has no options to order, given {list(order)}")
        return asked("open", question, view, shown)

    def schema(self, question: Question, axis: Axis | None = None) -> dict[str, Any]:
        """Return the JSON schema of the wire format."""
        return strict_object(
            {
                "intervals": intervals_schema(question, axis),
                "confidence": SHARE_OR_NULL,
                "rationale": rationale_schema(axis),
            }
        )

    def render(
        self,
        question: Question,
        view: WindowView,
        content: AnswerContent,
        axis: Axis | None = None,
    ) -> str:
        """Return the canonical wire text; raises AnswerError when the answer does not fit."""
        self._check(question, view, content)
        fields = ("intervals", "confidence", "rationale")
        return wire_text(write_wire(question, view, content, axis), fields)

    def parse(
        self, question: Question, view: WindowView, text: str, axis: Axis | None = None
    ) -> AnswerContent:
        """Read JSON (`core.questions.reading`), or plain text as one span per sentence.

        Text that begins as JSON is JSON: cut in the middle it is no answer. Plain text points to
        nothing and claims nothing. `<think>..</think>` before the answer is left out of it: it is
        how the model came to its words, and the raw text keeps it.
        """
        fields = json_fields(text, "rationale")
        if fields is None:
            said = sentences(after_thinking(text))
            fields = {"rationale": [{"text": sentence} for sentence in said]}
        content = read_wire(question, view, tidied(question, fields), axis)
        self._check(question, view, content)
        return content

    def score(self, given: AnswerContent, truth: AnswerContent) -> float:
        """Return how far two texts agree in words and places, in [0, 1]: not whether they are true.

        The F1 of the words, `2 * shared / (words given + words true)`, each word counted as often
        as it stands there, without case. Where either answer has intervals, the mean of that and
        of the score of the intervals (`AnomalyKind.score`). Other words for the same thing score 0.
        """
        words = word_f1(given.rationale_text, truth.rationale_text)
        if not given.intervals and not truth.intervals:
            return words
        return (words + event_score(given.intervals, truth.intervals)) / 2

    def _check(self, question: Question, view: WindowView, content: AnswerContent) -> None:
        check_content(question, view, content)
        if content.label is not None or content.scores:
            raise AnswerError(
                "an open answer has no label and no scores of options; say it in `rationale`"
            )
        check_words(content.rationale_text)


def check_words(text: str) -> None:
    """Raise AnswerError for an open answer that says nothing."""
    if _LETTER.search(text) is None:
        raise AnswerError(
            "the answer is neither JSON nor text: there is no word in it, so it says nothing; "
            "say in words what happens in the window"
        )


def word_f1(given: str, truth: str) -> float:
    """Return the F1 of the words of two texts; 1 when neither holds any."""
    one, other = Counter(_words(given)), Counter(_words(truth))
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
