"""The `anomaly` question: zero or more events, each with a range, channels, type and confidence."""

from collections.abc import Sequence
from typing import Any

from core.answers import AnswerContent, FoundInterval, QuestionKind
from core.errors import AnswerError
from core.matching import match_events, overlap_share
from core.questions.base import Question
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
from core.questions.words import AXES_OF_ANSWERS, describe_window, paragraphs, rationale_hint
from core.series import WindowView

WRONG_TYPE_SHARE = 0.5
"""What is left of a match whose types differ, in `AnomalyKind.score`."""


class AnomalyKind:
    """Zero or more events; an empty list says "no anomaly"."""

    kind: QuestionKind = "anomaly"

    def prompt(self, question: Question, view: WindowView, order: tuple[str, ...]) -> str:
        """Return the text asked; there are no options, so `order` must be empty."""
        if order:
            raise AnswerError(f"an anomaly question has no options to order, given {list(order)}")
        listed = [
            f"- `{event_type.key}` ({event_type.name}): {event_type.meaning}".rstrip(": ")
            for event_type in question.types
        ]
        return paragraphs(
            question.domain,
            describe_window(view),
            question.text,
            "\n".join(["Types of anomalies, as `key` (name): meaning", *listed]) if listed else "",
            "Answer with one JSON object: `intervals` ([] when there is no anomaly), each with "
            "`start`, `stop`, `channels` ([] for all), `type` (a key, or null) and `confidence` "
            "(0 to 1, or null); then `confidence` of the whole answer and `rationale`.",
            AXES_OF_ANSWERS,
            rationale_hint(view),
        )

    def schema(self, question: Question) -> dict[str, Any]:
        """Return the JSON schema of the wire format."""
        return strict_object(
            {
                "intervals": intervals_schema(question),
                "confidence": SHARE_OR_NULL,
                "rationale": rationale_schema(),
            }
        )

    def render(self, question: Question, view: WindowView, content: AnswerContent) -> str:
        """Return the canonical wire text; raises AnswerError when the answer does not fit."""
        self._check(question, view, content)
        # Events first, so that the rationale points back to numbers that have been written.
        fields = ("intervals", "confidence", "rationale")
        return wire_text(write_wire(question, view, content), fields)

    def parse(self, question: Question, view: WindowView, text: str) -> AnswerContent:
        """Read JSON (`core.questions.reading`), or the tag form with inclusive ends (`tags`)."""
        fields = json_fields(text, "intervals")
        if fields is None:
            fields = _fields_of_tags(read_anomaly_tags(with_think_opened(text)))
        if "intervals" not in fields:
            raise AnswerError(
                "the answer has no `intervals`; give the list, empty when there is no anomaly"
            )
        content = read_wire(question, view, tidied(question, fields))
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


def _fields_of_tags(tags: AnomalyTags) -> dict[str, Any]:
    """Turn inclusive pairs into half-open wire ranges; the order and all texts are kept."""
    return {
        "intervals": [{"start": first, "stop": last + 1} for first, last in tags.pairs],
        "rationale": [
            {"text": piece.text, "interval": piece.number}
            for piece in pointed(tags.texts, tags.pairs)
        ],
    }
