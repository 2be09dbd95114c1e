"""A rationale against the data: the check of each span, and the pieces a page shows.

How claims are checked is said in `core.checks`, how phrases without a claim are read in
`core.grounding`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.answers import AnswerContent
from core.checks import check, check_with
from core.grounding import ground, seen_by
from core.series import WindowView
from core.verdicts import Check, CheckStatus

__all__ = [
    "Check",
    "CheckStatus",
    "Segment",
    "check",
    "check_answer",
    "check_with",
    "phrases",
    "segments",
]


@dataclass(frozen=True)
class Segment:
    """A piece of a rationale as pages show it.

    Attributes:
        text: the words, never empty.
        number: the interval it points to, None when it points nowhere.
        status: state of the check icon, None when there is no claim.
        measured: what the check says, empty when there is no claim.
    """

    text: str
    number: int | None = None
    status: CheckStatus | None = None
    measured: str = ""


def check_answer(content: AnswerContent, view: WindowView, render: str = "") -> list[Check | None]:
    """Check every span of an answer's rationale; None where a span says nothing of the data.

    Args:
        content: the answer, in absolute samples.
        view: its window.
        render: `Answer.render`, by which numbers in its words are those of its picture's axis.
    """
    return [one.check for one in ground(content, view, **seen_by(render, view))]


def segments(content: AnswerContent, checks: Sequence[Check | None]) -> list[Segment]:
    """Return the rationale as ordered pieces with their interval numbers and check states."""
    return [
        Segment(
            text=span.text,
            number=span.interval,
            status=None if found is None else found.status,
            measured="" if found is None else found.measured,
        )
        for span, found in zip(content.rationale, checks, strict=True)
        if span.text
    ]


def phrases(content: AnswerContent) -> dict[int, str]:
    """Return what the rationale says of each interval it points to, by number."""
    said: dict[int, str] = {}
    for span in content.rationale:
        if span.interval is not None:
            said[span.interval] = (said.get(span.interval, "") + " " + span.text).strip()
    return said
