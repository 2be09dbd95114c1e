"""The JSON that models read and write, and its way to and from an `AnswerContent`.

On the wire positions are what the x axis shows (`core.axis`; without one, samples counted from the
window's first), ranges are half-open (`start` is the first sample, `stop` the sample after the
last), channels are `ch1`, `ch2`, ... and event types go by key. Inside, positions are absolute,
channels 0-based and types go by id. Nothing is clipped or guessed: what does not fit is an
`AnswerError`. What models write instead of clean fields is made clean before, by
`reading` and `tidying`. Knows nothing of series' names.
"""

import json
import math
from typing import Any

from pydantic import ValidationError

from core.answers import (
    AnswerContent,
    Cause,
    ChannelPair,
    Claim,
    ClaimKind,
    Direction,
    Feature,
    FoundInterval,
    Span,
)
from core.axis import Axis, Position, window_axis
from core.errors import AnswerError
from core.model import Frozen
from core.questions.base import EventType, Question
from core.series import WindowView

_POSITION_TYPES = ("int", "float", "str")
_OF_CHANGES: dict[str, Any] = {
    "intervals": {"__all__": {"cause", "pairs"}},
    "rationale": {"__all__": {"claim": {"other"}}},
}
"""What change points alone are asked for: it stands in no other answer."""


class WireClaim(Frozen):
    """A claim as written: positions of the axis, channel by name."""

    kind: ClaimKind
    start: Position
    stop: Position
    channel: str = "ch1"
    value: float | None = None
    direction: Direction | None = None
    feature: Feature | None = None
    unit: str | None = None
    other: str | None = None


class WireSpan(Frozen):
    """A piece of the rationale as written."""

    text: str
    interval: int | None = None
    claim: WireClaim | None = None


class WireInterval(Frozen):
    """An event as written; its number is its place in the list, from 1."""

    start: Position
    stop: Position
    channels: tuple[str, ...] = ()
    type: str | None = None
    confidence: float | None = None
    cause: Cause | None = None
    pairs: tuple[tuple[str, str], ...] = ()


class WireAnswer(Frozen):
    """Everything an answer can say; which fields a kind uses is the kind's business."""

    rationale: tuple[WireSpan, ...] = ()
    label: str | None = None
    scores: dict[str, float | None] | None = None
    intervals: tuple[WireInterval, ...] = ()
    confidence: float | None = None


def read_wire(
    question: Question, view: WindowView, fields: dict[str, Any], axis: Axis | None = None
) -> AnswerContent:
    """Turn decoded JSON into a checked answer; the label must already be an option's key."""
    try:
        # Through JSON text again, so that strict reading sees JSON's own types (arrays, numbers).
        wire = WireAnswer.model_validate_json(json.dumps(fields), strict=True)
    except (ValidationError, ValueError, RecursionError) as error:
        raise AnswerError(_plain(error)) from error
    axis = axis or window_axis(view)
    try:
        content = AnswerContent(
            kind=question.kind,
            label=wire.label,
            intervals=tuple(
                _inner_interval(question, view, axis, number, found)
                for number, found in enumerate(wire.intervals, start=1)
            ),
            scores={k: v for k, v in (wire.scores or {}).items() if v is not None},
            confidence=wire.confidence,
            rationale=tuple(_inner_span(view, axis, span) for span in wire.rationale),
        )
    except ValidationError as error:
        raise AnswerError(_plain(error)) from error
    check_content(question, view, content)
    return content


def write_wire(
    question: Question, view: WindowView, content: AnswerContent, axis: Axis | None = None
) -> WireAnswer:
    """Turn an answer into its wire form; raises AnswerError when it does not fit the window."""
    check_content(question, view, content)
    axis = axis or window_axis(view)
    return WireAnswer(
        rationale=tuple(_wire_span(axis, span) for span in content.rationale),
        label=content.label,
        scores=dict(content.scores) or None,
        intervals=tuple(_wire_interval(question, axis, found) for found in content.intervals),
        confidence=content.confidence,
    )


def wire_text(wire: WireAnswer, fields: tuple[str, ...]) -> str:
    """Return the fields as one line of JSON, in this order."""
    dumped = wire.model_dump(mode="json", exclude=_OF_CHANGES)
    return json.dumps({name: dumped[name] for name in fields}, ensure_ascii=False)


def channel_pair(names: tuple[str, str], n_channels: int) -> ChannelPair:
    """Return the two 0-based channels of a pair of wire names, the lower one first."""
    a, b = sorted(channel_index(name, n_channels) for name in names)
    return a, b


def shortened(text: str, length: int = 80) -> str:
    """Return the text quoted for an error message, cut after `length` characters."""
    return repr(text if len(text) <= length else text[:length] + "...")


def channel_name(channel: int) -> str:
    """Return the only name of a 0-based channel that models see."""
    return f"ch{channel + 1}"


def channel_index(name: str, n_channels: int) -> int:
    """Return the 0-based channel of a wire name; raises AnswerError naming the ones there are."""
    names = [channel_name(channel) for channel in range(n_channels)]
    if name not in names:
        shown = names[0] if n_channels == 1 else f"{names[0]} to {names[-1]}"
        raise AnswerError(f"there is no channel {shortened(name)} in this window; use {shown}")
    return names.index(name)


def check_content(question: Question, view: WindowView, content: AnswerContent) -> None:
    """Raise AnswerError unless the answer fits the question and lies inside the window."""
    if content.kind != question.kind:
        raise AnswerError(
            f"an answer of kind {content.kind!r} does not answer the question {question.name!r} "
            f"of kind {question.kind!r}; ask the matching question"
        )
    _check_share("confidence", content.confidence)
    for found in content.intervals:
        _check_range("interval", found.start, found.stop, view)
        _check_channels(found.concerned, view)
        _check_share("confidence", found.confidence)
        if found.type_id is not None:
            question.type_of(found.type_id)
    for claim in (span.claim for span in content.rationale if span.claim is not None):
        _check_range("claim", claim.start, claim.stop, view)
        _check_channels(
            (claim.channel,) if claim.other is None else (claim.channel, claim.other), view
        )
        if claim.other is not None and question.kind != "change_point":
            raise AnswerError(
                "a claim about the correlation of two channels belongs to a change point; "
                "claim what one channel does"
            )
        if claim.value is not None and not math.isfinite(claim.value):
            raise AnswerError(f"a claim's value is {claim.value}; give a finite number or none")


def _check_range(what: str, start: int, stop: int, view: WindowView) -> None:
    relative = (start - view.start, stop - view.start)
    if not 0 <= relative[0] < relative[1] <= len(view.values):
        raise AnswerError(
            f"the {what} [{relative[0]}, {relative[1]}) does not lie inside the window's samples "
            f"[0, {len(view.values)}); give 0 <= start < stop <= {len(view.values)}"
        )


def _check_channels(channels: tuple[int, ...], view: WindowView) -> None:
    n_channels = view.values.shape[1]
    for channel in channels:
        if not 0 <= channel < n_channels:
            raise AnswerError(
                f"channel number {channel} (counted from 0) is not among the window's "
                f"{n_channels} channels; name one of them"
            )


def _check_share(what: str, value: float | None) -> None:
    if value is not None and not 0 <= value <= 1:
        raise AnswerError(f"a {what} of {value} is no share; give a number from 0 to 1, or none")


def _type_of_word(question: Question, word: str) -> EventType:
    folded = word.strip().casefold()
    for event_type in question.types:
        if folded in (event_type.key.casefold(), event_type.name.casefold()):
            return event_type
    return question.type_named(word)  # raises, naming the types there are


def _inner_interval(
    question: Question, view: WindowView, axis: Axis, number: int, found: WireInterval
) -> FoundInterval:
    start, stop = axis.read_range("interval", found.start, found.stop)
    n_channels = view.values.shape[1]
    return FoundInterval(
        number=number,
        start=start,
        stop=stop,
        channels=tuple(channel_index(name, n_channels) for name in found.channels),
        type_id=None if found.type is None else _type_of_word(question, found.type).id,
        confidence=found.confidence,
        cause=found.cause,
        pairs=tuple(channel_pair(pair, n_channels) for pair in found.pairs),
    )


def _inner_span(view: WindowView, axis: Axis, span: WireSpan) -> Span:
    claim = span.claim
    if claim is None:
        return Span(text=span.text, interval=span.interval)
    start, stop = axis.read_range("claim", claim.start, claim.stop)
    n_channels = view.values.shape[1]
    inner = Claim(
        kind=claim.kind,
        start=start,
        stop=stop,
        channel=channel_index(claim.channel, n_channels),
        other=None if claim.other is None else channel_index(claim.other, n_channels),
        value=claim.value,
        direction=claim.direction,
        feature=claim.feature,
        unit=claim.unit or "",
    )
    return Span(text=span.text, interval=span.interval, claim=inner)


def _wire_interval(question: Question, axis: Axis, found: FoundInterval) -> WireInterval:
    return WireInterval(
        start=axis.to_wire(found.start),
        stop=axis.to_wire(found.stop),
        channels=tuple(channel_name(channel) for channel in found.channels),
        type=None if found.type_id is None else question.type_of(found.type_id).key,
        confidence=found.confidence,
        cause=found.cause,
        pairs=tuple((channel_name(a), channel_name(b)) for a, b in found.pairs),
    )


def _wire_span(axis: Axis, span: Span) -> WireSpan:
    claim = span.claim
    if claim is None:
        return WireSpan(text=span.text, interval=span.interval)
    wire = WireClaim(
        kind=claim.kind,
        start=axis.to_wire(claim.start),
        stop=axis.to_wire(claim.stop),
        channel=channel_name(claim.channel),
        other=None if claim.other is None else channel_name(claim.other),
        value=claim.value,
        direction=claim.direction,
        feature=claim.feature,
        unit=claim.unit or None,
    )
    return WireSpan(text=span.text, interval=span.interval, claim=wire)


def _plain(error: Exception) -> str:
    """Say in one sentence what does not fit the wire format."""
    if not isinstance(error, ValidationError):
        return f"the answer cannot be read ({error}); answer with one JSON object as asked"
    first = error.errors()[0]
    # A position may be one of several types; which of them it failed as first says nothing.
    place = ".".join(str(part) for part in first["loc"] if part not in _POSITION_TYPES)
    place = place or "the answer"
    given = "" if first["type"] == "missing" else f", given {shortened(repr(first['input']), 60)}"
    return f"{place} does not fit the answer format: {first['msg']}{given}; follow the schema"
