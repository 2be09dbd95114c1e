"""Answers written in tags, as trained models write them: the way back from what `tags` reads.

    direct    <class>KEY</class>                       <anomaly>True</anomaly><index>(a, b)</index>
    reasons   <think>..</think> before it
    extended  <extension>..</extension> behind it: what it may mean (`pattern` alone)
    steps     Step 1: ... behind it (`anomaly` alone)

Types, channels and confidences have no place in tags. What a phrase points to has: the phrase names
the interval's ends, so that reading it again points there.
"""

import re
from collections.abc import Sequence

from core.answers import AnswerContent, Span
from core.axis import Axis, window_axis
from core.errors import AnswerError
from core.questions.base import Question
from core.questions.prompts import form_of
from core.questions.steps import pointed
from core.series import WindowView
from core.shown import Form

_TAG = re.compile(r"</?(?:think|class|extension|anomaly|index)>", re.IGNORECASE)
_STEP = re.compile(r"\bstep\s+\d{1,2}\**\s*[:.)]\s*", re.IGNORECASE)


def render_tags(
    question: Question,
    view: WindowView,
    content: AnswerContent,
    form: Form,
    axis: Axis | None = None,
    meaning: str = "",
) -> str:
    """Return an answer in tags; reading it gives its label, its ranges and its words again.

    Args:
        form: the form, or the nearest that the question's kind has.
        axis: what positions count; the window's own samples when left out.
        meaning: what is said in `<extension>`.

    Raises:
        AnswerError: for a form with reasons when the answer gives none, and for an open answer
            without words.
    """
    form = form_of(question.kind, form)
    axis = axis or window_axis(view)
    said = reasons_of(content, axis)
    if not said and (form != "direct" or question.kind == "open"):
        raise AnswerError(
            f"an answer without a rationale cannot be written in the form {form!r} of the question "
            f"{question.name!r}; write it in the form 'direct', or leave it out"
        )
    if question.kind == "open":
        return said
    core = (
        f"<class>{content.label}</class>" if question.kind == "pattern" else _found(content, axis)
    )
    if form == "direct":
        return core
    if form == "steps":
        return f"{core} {_steps(said)}"
    extension = f"<extension>{_plain(meaning)}</extension>" if form == "extended" else ""
    return f"<think>{said}</think>{core}{extension}"


def reasons_of(content: AnswerContent, axis: Axis) -> str:
    """Return the words of an answer, each phrase with the ends of the interval it points to."""
    pairs = [(str(first), str(last)) for first, last in ranges_of(content, axis)]
    parts: list[str] = []
    for span in content.rationale:
        text = _plain(span.text)
        if not text:
            continue
        if span.interval is not None and not _points(span, content, axis):
            first, last = pairs[span.interval - 1]
            text = f"{text.rstrip('.;, ')} ({first} to {last})."
        parts.append(text)
    return " ".join(parts)


def ranges_of(content: AnswerContent, axis: Axis) -> list[tuple[int | str, int | str]]:
    """Return the first and last position of each interval, both inclusive."""
    return [(axis.to_wire(one.start), axis.to_wire(one.stop - 1)) for one in content.intervals]


def _found(content: AnswerContent, axis: Axis) -> str:
    pairs = list(dict.fromkeys(ranges_of(content, axis)))
    if not pairs:
        return "<anomaly>False</anomaly>"
    listed = ", ".join(f"({first}, {last})" for first, last in pairs)
    return f"<anomaly>True</anomaly><index>{listed}</index>"


def _points(span: Span, content: AnswerContent, axis: Axis) -> bool:
    """Tell whether a phrase names the ends of its interval by itself."""
    whole = [
        (first, last)
        for first, last in ranges_of(content, axis)
        if isinstance(first, int) and isinstance(last, int)
    ]
    if len(whole) < len(content.intervals):
        return False  # times are not looked for in texts
    return any(piece.number == span.interval for piece in pointed([span.text], whole))


def _plain(text: str) -> str:
    """Return words without tags in them and without line breaks."""
    return " ".join(_TAG.sub(" ", text).split())


def _steps(said: str) -> str:
    parts: Sequence[str] = [part.strip() for part in _STEP.split(said) if part.strip()]
    return " ".join(f"Step {number}: {part}" for number, part in enumerate(parts, 1))
