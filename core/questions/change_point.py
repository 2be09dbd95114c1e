"""The `change_point` question: zero or more instants, each with a cause and what it concerns."""

import json
from collections.abc import Sequence
from typing import Any, cast

from core.answers import AnswerContent, FoundInterval, QuestionKind
from core.axis import Axis, window_axis
from core.errors import AnswerError
from core.matching import Pair, best_pairs
from core.metrics.change_points import MARGIN
from core.questions.base import Question
from core.questions.change_tags import TaggedChange, read_change_tags
from core.questions.prompts import asked
from core.questions.reading import Fields, json_fields, with_think_opened
from core.questions.schema import (
    SHARE_OR_NULL,
    changes_schema,
    rationale_schema,
    strict_object,
)
from core.questions.steps import sentences
from core.questions.tidying import tidied
from core.questions.wire import check_content, read_wire, write_wire
from core.series import WindowView
from core.shown import SHOWN, Shown

WRONG_CAUSE_SHARE = 0.5
"""What is left of a match whose causes differ, in `ChangePointKind.score`."""


class ChangePointKind:
    """Zero or more change points; an empty list says "no change".

    Stored as `[t, t + 1)`, t the first sample of the new regime; on the wire as `at`. A range of
    exactly one sample, `start` and `stop`, is read as well.
    """

    kind: QuestionKind = "change_point"

    def prompt(
        self, question: Question, view: WindowView, order: tuple[str, ...], shown: Shown = SHOWN
    ) -> str:
        """Return the text asked; there are no options, so `order` must be empty."""
        if order:
            raise AnswerError(
                f"a change point question has no options to order, given {list(order)}"
            )
        return asked("change_point", question, view, shown)

    def schema(self, question: Question, axis: Axis | None = None) -> dict[str, Any]:
        """Return the JSON schema of the wire format."""
        return strict_object(
            {
                "intervals": changes_schema(axis),
                "confidence": SHARE_OR_NULL,
                "rationale": rationale_schema(axis, of_changes=True),
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
        wire = write_wire(question, view, content, axis).model_dump(mode="json")
        points = [
            {"at": one["start"], **{key: one[key] for key in _SAID}} for one in wire["intervals"]
        ]
        fields = {"intervals": points} | {key: wire[key] for key in ("confidence", "rationale")}
        return json.dumps(fields, ensure_ascii=False)

    def parse(
        self, question: Question, view: WindowView, text: str, axis: Axis | None = None
    ) -> AnswerContent:
        """Read JSON (`core.questions.reading`), or the tag form (`change_tags`)."""
        axis = axis or window_axis(view)
        fields = json_fields(text, "intervals")
        if fields is None:
            fields = _fields_of_tags(with_think_opened(text))
        if "intervals" not in fields:
            raise AnswerError(
                "the answer has no `intervals`; give the list, empty when nothing changes"
            )
        fields = _as_ranges(tidied(question, fields), axis)
        content = read_wire(question, view, fields, axis)
        self._check(question, view, content)
        return content

    def score(self, given: AnswerContent, truth: AnswerContent) -> float:
        """Return the F1 of the change points within a margin, in [0, 1].

        `2 * sum(share) / (points given + points true)` over pairs at most `MARGIN` samples apart,
        each point used once, as many pairs as there can be. A pair's share is 1, or one half where
        both name a cause and the causes differ. Two answers of "no change" agree fully (1); one
        alone scores 0. Channels are not compared.
        """
        total = len(given.intervals) + len(truth.intervals)
        if total == 0:
            return 1.0
        shares = sum(pair.share for pair in match_changes(given.intervals, truth.intervals))
        return min(1.0, 2 * shares / total)

    def _check(self, question: Question, view: WindowView, content: AnswerContent) -> None:
        check_content(question, view, content)
        if content.label is not None or content.scores:
            raise AnswerError(
                "a change point answer has no label and no scores of options; "
                "say what was found in `intervals`, with a confidence each"
            )


_SAID = ("cause", "channels", "pairs", "confidence")


def match_changes(
    given: Sequence[FoundInterval], truth: Sequence[FoundInterval], margin: int = MARGIN
) -> tuple[Pair, ...]:
    """Pair change points at most `margin` samples apart, each used once, in order of `given`.

    Of all ways to pair them the one with the most pairs counts, then the one with most causes
    right. A pair's share is 1, or `WRONG_CAUSE_SHARE` where both name a cause and they differ.
    """
    if not given or not truth:
        return ()
    import numpy as np

    return best_pairs(np.array([[_share(a, b, margin) for b in truth] for a in given]))


def _share(given: FoundInterval, truth: FoundInterval, margin: int) -> float:
    if abs(given.start - truth.start) > margin:
        return 0.0
    differ = given.cause and truth.cause and given.cause != truth.cause
    return WRONG_CAUSE_SHARE if differ else 1.0


def _as_ranges(fields: Fields, axis: Axis) -> Fields:
    """Return the fields with each `at` as the range of one sample; the rest is left as it is."""
    points = fields["intervals"]
    if not isinstance(points, list):
        return fields
    return {**fields, "intervals": [_as_range(one, axis) for one in cast("list[Any]", points)]}


def _as_range(point: Any, axis: Axis) -> Any:
    if not isinstance(point, dict) or "start" in point or "stop" in point:
        return point
    said = cast("Fields", point)
    at = said.get("at")
    if not isinstance(at, int | float | str) or isinstance(at, bool):
        return said
    sample = axis.from_wire(at)
    if sample >= axis.stop:
        raise AnswerError(
            f"the change point at {at} does not lie inside the window's {axis.extent}; "
            "give the position of the first sample of the new regime"
        )
    rest = {key: value for key, value in said.items() if key != "at"}
    return {"start": axis.to_wire(sample), "stop": axis.to_wire(sample + 1), **rest}


def _fields_of_tags(text: str) -> Fields:
    tags = read_change_tags(text)
    return {
        "intervals": [_fields_of_point(point) for point in tags.points],
        "rationale": [{"text": piece} for said in tags.texts for piece in sentences(said)],
    }


def _fields_of_point(point: TaggedChange) -> Fields:
    return {
        "at": point.at,
        "cause": point.cause,
        "channels": list(point.channels),
        "pairs": list(point.pairs),
    }
