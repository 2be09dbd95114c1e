"""An unfinished edit of an answer: kept as JSON, changed by small pure steps, read as an answer.

No Streamlit. Positions are absolute half-open samples; a draft may be wrong for a while, and says
so in plain words when it is asked for its content.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from core.answers import (
    AnswerContent,
    Cause,
    ChannelPair,
    FoundInterval,
    QuestionKind,
    Span,
)
from core.errors import AnswerError
from core.ids import new_id
from core.intervals import Interval
from core.model import Frozen
from core.questions.base import Question
from core.rationale import phrases
from core.review import Item
from pages.components.workflows.rewording import retold


class DraftInterval(Frozen):
    """One event being edited; `id` keeps its fields together while others come and go."""

    id: str
    start: int
    stop: int
    channels: tuple[int, ...] = ()
    type_id: str | None = None
    phrase: str = ""
    cause: Cause | None = None
    pairs: tuple[ChannelPair, ...] = ()


class EditDraft(Frozen):
    """An edit of an item: the answers it was made beside, and the label as it stands.

    Of an open answer `rationale` is the whole text, and `spans` is what it said before.
    """

    kind: QuestionKind
    answer_ids: tuple[str, ...] = ()
    version: int = 0
    label: str | None = None
    intervals: tuple[DraftInterval, ...] = Field(default_factory=tuple)
    rationale: str = ""
    spans: tuple[Span, ...] = ()


def draft_from(
    content: AnswerContent | None, kind: QuestionKind, answer_ids: tuple[str, ...], version: int
) -> EditDraft:
    """Start a draft from an answer, or from nothing."""
    if content is None:
        return EditDraft(kind=kind, answer_ids=answer_ids, version=version)
    said, is_text = phrases(content), kind == "open"
    # What only stands between phrases (", ", ". ") is left behind with them.
    unbound = (
        span.text
        for span in content.rationale
        if is_text or (span.interval is None and any(map(str.isalnum, span.text)))
    )
    return EditDraft(
        kind=kind,
        answer_ids=answer_ids,
        version=version,
        label=content.label,
        intervals=tuple(
            DraftInterval(
                id=new_id(),
                start=found.start,
                stop=found.stop,
                channels=found.channels,
                type_id=found.type_id,
                phrase=said.get(found.number, ""),
                cause=found.cause,
                pairs=found.pairs,
            )
            for found in content.intervals
        ),
        rationale="".join(unbound).strip(),
        spans=content.rationale if is_text else (),
    )


def with_interval(
    draft: EditDraft, item: Item, drawn: Interval, n_channels: int, question: Question
) -> EditDraft:
    """Add a drawn interval, cut to the item's window; raises AnswerError when it lies outside.

    Of a change point the first drawn sample counts.
    """
    start, stop = inside_window(item, drawn.start, drawn.stop)
    stop = start + 1 if question.kind == "change_point" else stop
    added = DraftInterval(
        id=new_id(),
        start=start,
        stop=stop,
        channels=drawn.channels if n_channels > 1 else (),
        type_id=question.types[0].id if question.types else None,
    )
    return draft.model_copy(update={"intervals": (*draft.intervals, added)})


def inside_window(item: Item, start: int, stop: int) -> tuple[int, int]:
    """Cut samples to the item's window; raises AnswerError when none of them lies inside."""
    low, high = max(start, item.start), min(stop, item.stop)
    if high <= low:
        raise AnswerError(
            f"samples {start:,} to {stop - 1:,} lie in the shaded context, but the question is "
            f"about samples {item.start:,} to {item.stop - 1:,}; keep inside the window"
        )
    return low, high


def with_change(draft: EditDraft, interval_id: str, changes: dict[str, Any]) -> EditDraft:
    """Change fields of one interval; the others stay as they are."""
    changed = tuple(
        DraftInterval.model_validate({**one.model_dump(), **changes})
        if one.id == interval_id
        else one
        for one in draft.intervals
    )
    return draft.model_copy(update={"intervals": changed})


def moved_to(draft: EditDraft, interval_id: str, start: int, stop: int) -> EditDraft:
    """Give one interval other edges; a change point goes where either edge of it was moved."""
    if draft.kind == "change_point":
        old = next((one for one in draft.intervals if one.id == interval_id), None)
        start = stop - 1 if old is not None and old.start == start else start
        stop = start + 1
    return with_change(draft, interval_id, {"start": start, "stop": stop})


def with_cause(draft: EditDraft, interval_id: str, cause: Cause) -> EditDraft:
    """Give one change point its cause: the newest one where `interval_id` is none of the draft's.

    Raises:
        AnswerError: when there is none yet.
    """
    if not draft.intervals:
        raise AnswerError("there is no change point yet that could have a cause; place one first")
    ids = [one.id for one in draft.intervals]
    return with_change(draft, interval_id if interval_id in ids else ids[-1], {"cause": cause})


def without_interval(draft: EditDraft, interval_id: str) -> EditDraft:
    """Remove one interval."""
    left = tuple(one for one in draft.intervals if one.id != interval_id)
    return draft.model_copy(update={"intervals": left})


def split_interval(draft: EditDraft, interval_id: str, sample: int) -> EditDraft:
    """Cut one interval in two, the second from `sample` on; both keep type, channels and phrase."""
    halves: list[DraftInterval] = []
    for one in draft.intervals:
        if one.id == interval_id and one.start < sample < one.stop:
            halves.append(one.model_copy(update={"id": new_id(), "stop": sample}))
            halves.append(one.model_copy(update={"id": new_id(), "start": sample}))
        else:
            halves.append(one)
    return draft.model_copy(update={"intervals": tuple(halves)})


def merge_intervals(draft: EditDraft, first_id: str, second_id: str) -> EditDraft:
    """Make one interval of two, from the first sample of both to the last.

    Type and phrase are the first one's, or the second one's where it has none; channels are united.
    """
    by_id = {one.id: one for one in draft.intervals}
    first, second = by_id.get(first_id), by_id.get(second_id)
    if first is None or second is None:
        return draft
    some = bool(first.channels) and bool(second.channels)
    joined = DraftInterval(
        id=new_id(),
        start=min(first.start, second.start),
        stop=max(first.stop, second.stop),
        channels=tuple(sorted({*first.channels, *second.channels})) if some else (),
        type_id=first.type_id or second.type_id,
        phrase=first.phrase or second.phrase,
    )
    left = without_interval(draft, second_id).intervals
    merged = tuple(joined if one.id == first_id else one for one in left)
    return draft.model_copy(update={"intervals": merged})


def content_of(draft: EditDraft, item: Item, question: Question) -> AnswerContent:
    """Read the draft as an answer, intervals numbered in order of time.

    Raises:
        AnswerError: when it is none yet; the text names the interval as the editor numbers it.
    """
    for number, one in enumerate(draft.intervals, start=1):
        _check(one, number, item)
        if draft.kind == "change_point" and one.cause is None:
            raise AnswerError(
                f"change point {number} has no cause, and without one it says only half; choose "
                "whether a channel changes by itself (A) or channels no longer move together (J)"
            )
    if draft.kind == "pattern":
        if draft.label is None:
            raise AnswerError(
                f"no pattern is chosen, and {question.name!r} needs one; choose one of "
                + ", ".join(option.name for option in question.options)
            )
        question.option(draft.label)
    if draft.kind == "open":
        return retold(draft.rationale, draft.spans, _numbered(draft.intervals))
    ordered = sorted(draft.intervals, key=lambda one: (one.start, one.stop))
    text = draft.rationale.strip()
    spans = [Span(text=text if not ordered else f"{text} ")] if text else []
    spans += [
        Span(text=f"{one.phrase.strip()} ", interval=number)
        for number, one in enumerate(ordered, start=1)
        if one.phrase.strip()
    ]
    return AnswerContent(
        kind=draft.kind,
        label=draft.label if draft.kind == "pattern" else None,
        intervals=_numbered(ordered),
        rationale=tuple(spans),
    )


def _numbered(intervals: Sequence[DraftInterval]) -> tuple[FoundInterval, ...]:
    return tuple(
        FoundInterval(
            number=number,
            start=one.start,
            stop=one.stop,
            channels=() if one.cause == "correlation" and one.pairs else one.channels,
            type_id=one.type_id,
            cause=one.cause,
            pairs=one.pairs if one.cause == "correlation" else (),
        )
        for number, one in enumerate(intervals, start=1)
    )


def _check(one: DraftInterval, number: int, item: Item) -> None:
    if one.stop <= one.start:
        raise AnswerError(
            f"interval {number} starts at sample {one.start:,} and stops at {one.stop:,}, so it "
            "holds no sample; the stop is the first sample after it, so make it larger"
        )
    if one.start < item.start or one.stop > item.stop:
        raise AnswerError(
            f"interval {number} covers samples {one.start:,} to {one.stop:,}, but the question is "
            f"about {item.start:,} to {item.stop:,}; move it inside the window"
        )
