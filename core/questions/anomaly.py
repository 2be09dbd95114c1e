"""The `anomaly` question: zero or more events, each with a range, channels, type and confidence."""

from collections.abc import Sequence
from typing import Any

from core.answers import AnswerContent, FoundInterval, QuestionKind
from core.axis import Axis, window_axis
from core.errors import AnswerError
from core.matching import match_events, overlap_share
from core.questions.base import Question
from core.questions.prompts import asked
from core.questions.reading import json_fields, with_think_opened
from core.questions.schema import (
    SHARE_OR_NULL,
    intervals_schema,
    rationale_schema,
    strict_object,
)
from core.questions.steps import pointed
from core.questions.tags import AnomalyTags, read_anomaly_tags
from core.questions.tidying import tidied
from core.questions.wire import (
    check_content,
    read_wire,
    wire_text,
    write_wire,
)
from core.series import WindowView
from core.shown import SHOWN, Shown

WRONG_TYPE_SHARE = 0.5
"""What is left of a match whose types differ, in `AnomalyKind.score`."""


class AnomalyKind:
    """Zero or more events; an empty list says "no anomaly"."""

    kind: QuestionKind = "anomaly"

    def prompt(
        self, question: Question, view: WindowView, order: tuple[str, ...], shown: Shown = SHOWN
    ) -> str:
        """Return the text asked; there are no options, so `order` must be empty.

        A second look (`Shown.zoom`) asks for the edges of what was proposed.
        """
        if order:
            raise AnswerError(f"an anomaly question has no options to order, given {list(order)}")
        return asked("refine" if shown.zoom else "anomaly", question, view, shown)

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
        # Events first, so that the rationale points back to numbers that have been written.
        fields = ("intervals", "confidence", "rationale")
        return wire_text(write_wire(question, view, content, axis), fields)

    def parse(
        self, question: Question, view: WindowView, text: str, axis: Axis | None = None
    ) -> AnswerContent:
        """Read JSON (`core.questions.reading`), or the tag form with inclusive ends (`tags`)."""
        fields = json_fields(text, "intervals")
        if fields is None:
            axis = axis or window_axis(view)
            times = axis.kind == "time"
            fields = _fields_of_tags(read_anomaly_tags(with_think_opened(text), times=times), axis)
        if "intervals" not in fields:
            raise AnswerError(
                "the answer has no `intervals`; give the list, empty when there is no anomaly"
            )
        content = read_wire(question, view, tidied(question, fields), axis)
        self._check(question, view, content)
        return content

    def score(self, given: AnswerContent, truth: AnswerContent) -> float:
        """Return the F1 of the events with each match counted by its overlap, in [0, 1].

        `2 * sum(share) / (events given + events true)` over the pairs of `core.matching`; the
        share is the intersection over union, halved where both name a type and the types differ.
        Two answers of "no anomaly" agree fully (1); one alone scores 0.
        """
        return event_score(given.intervals, truth.intervals)

    def _check(self, question: Question, view: WindowView, content: AnswerContent) -> None:
        check_content(question, view, content)
        if content.label is not None or content.scores:
            raise AnswerError(
                "an anomaly answer has no label and no scores of options; "
                "say what was found in `intervals`, with a confidence each"
            )


def event_score(given: Sequence[FoundInterval], truth: Sequence[FoundInterval]) -> float:
    """Return how well events agree, in [0, 1], as `AnomalyKind.score` says it."""
    total = len(given) + len(truth)
    if total == 0:
        return 1.0
    shares = sum(pair.share for pair in match_events(given, truth, _typed_share))
    return min(1.0, 2 * shares / total)


def _typed_share(given: FoundInterval, truth: FoundInterval) -> float:
    differ = given.type_id and truth.type_id and given.type_id != truth.type_id
    return overlap_share(given, truth) * (WRONG_TYPE_SHARE if differ else 1.0)


def _fields_of_tags(tags: AnomalyTags, axis: Axis) -> dict[str, Any]:
    """Turn inclusive pairs into half-open wire ranges; the order and all texts are kept."""
    # Numbers alone are looked for in the text: nobody repeats a time digit by digit.
    numbers = [(a, b) for a, b in tags.pairs if isinstance(a, int) and isinstance(b, int)]
    return {
        "intervals": [{"start": first, "stop": _after(last, axis)} for first, last in tags.pairs],
        "rationale": [
            {"text": piece.text, "interval": piece.number} for piece in pointed(tags.texts, numbers)
        ],
    }


def _after(last: int | str, axis: Axis) -> int | str:
    return last + 1 if isinstance(last, int) else axis.to_wire(axis.after(last))
