"""The built-in rules on an `anomaly` question: a committee of finders, one per event type.

Each channel is searched on its own; finds of one type at one place on several channels become one
interval.
"""

from dataclasses import dataclass

import numpy as np

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.finders import FINDERS
from core.finders.base import Candidate
from core.finders.baseline import Baseline, baseline_of
from core.measure import WindowFacts
from core.measure_stretch import ratio
from core.questions.base import Question
from core.series import WindowView
from core.teachers.rules_words import holds, number, sample, signed, where

MAX_INTERVALS = 32
_NAMES = {
    "spike": "spike",
    "level_shift": "level shift",
    "variance": "variance change",
    "stuck": "stuck value",
}


@dataclass(frozen=True)
class _Event:
    """Finds of one type at one place; the strongest of them gives the range and the words."""

    key: str
    best: Candidate
    best_channel: int
    channels: tuple[int, ...]


def find_events(question: Question, view: WindowView) -> AnswerContent:
    """Return typed intervals with measured phrases; none, with the nearest miss, when calm."""
    keys = _searched(question)
    finders = [FINDERS[key]() for key in keys]
    baselines = [baseline_of(column, view.seconds) for column in view.values.T]
    finds = [
        (finder.key, channel, candidate)
        for finder in finders
        for channel, baseline in enumerate(baselines)
        for candidate in finder.find(baseline)
    ]
    facts = WindowFacts(view)
    events = _together(finds, len(baselines))
    if not events:
        return _calm(list(keys), baselines, view, facts)
    intervals = tuple(
        FoundInterval(
            number=place,
            start=view.start + event.best.start,
            stop=view.start + event.best.stop,
            channels=event.channels,
            type_id=keys[event.key],
            confidence=_confidence(event.best.strength),
        )
        for place, event in enumerate(events, start=1)
    )
    rationale: list[Span] = []
    for interval, event in zip(intervals, events, strict=True):
        rationale += [*_phrases(event, interval, view, facts)]
    confidences = [interval.confidence or 0.0 for interval in intervals]
    return AnswerContent(
        kind="anomaly",
        intervals=intervals,
        confidence=float(np.mean(confidences)),
        rationale=tuple(rationale),
    )


def _searched(question: Question) -> dict[str, str | None]:
    """Return the finders to ask, with the id of the type of their finds.

    Types that the question lacks are not searched; an open question without types gets all finds.
    """
    known = {kind.key: kind.id for kind in question.types if kind.key in FINDERS}
    return dict.fromkeys(FINDERS) if question.kind == "open" and not known else {**known}


def _together(finds: list[tuple[str, int, Candidate]], n_channels: int) -> list[_Event]:
    """Unite finds of one type that lie at one place, strongest first; return them by start."""
    left = sorted(finds, key=lambda find: -find[2].strength)
    events: list[_Event] = []
    while left and len(events) < MAX_INTERVALS:
        key, channel, best = left[0]
        same = [f for f in left if f[0] == key and _one_place(f[2], best)]
        left = [f for f in left if f not in same]
        channels = sorted({channel for _, channel, _ in same})
        everywhere = len(channels) == n_channels
        events.append(_Event(key, best, channel, () if everywhere else tuple(channels)))
    return sorted(events, key=lambda event: (event.best.start, event.best.stop, event.key))


def _one_place(a: Candidate, b: Candidate) -> bool:
    shared = max(0, min(a.stop, b.stop) - max(a.start, b.start))
    longer = max(a.stop - a.start, b.stop - b.start)
    apart = max(a.start, b.start) - min(a.stop, b.stop)
    return 2 * shared >= longer or (longer <= 7 and apart <= 2)


def _confidence(strength: float) -> float:
    """Half at a finder's threshold, towards 1 above it; never certain."""
    return float(min(0.99, 1 - 0.5 ** max(0.0, strength)))


def _phrases(
    event: _Event, interval: FoundInterval, view: WindowView, facts: WindowFacts
) -> tuple[Span, ...]:
    """Say what was measured in the interval, with a claim that the data confirm where there is one.

    The number said is what the checks measure, so that people read the number that is checked.
    """
    start, stop, channel = interval.start, interval.stop, event.best_channel
    measured = facts.channel(channel)
    on = where(channel, view.values.shape[1])
    claim: Claim | None = None
    match event.key:
        case "spike":
            value = measured.spike(start, stop)
            value = event.best.size if value is None else value
            text = f"At {sample(start)}{on} a spike of {signed(value)} from its surroundings"
            claim = Claim(kind="spike", start=start, stop=stop, channel=channel, value=value)
        case "level_shift":
            value = measured.level(start, stop)
            value = event.best.size if value is None else value
            text = f"From {sample(start)} to {stop - 1:,}{on} the level differs by {signed(value)}"
            claim = Claim(kind="level", start=start, stop=stop, channel=channel, value=value)
            if value * event.best.size <= 0:
                size = signed(event.best.size)
                text = (
                    f"From {sample(start)} to {stop - 1:,}{on} the level is off its trend by {size}"
                )
                claim = None
        case "stuck":
            held = float(view.values[start - view.start, channel])
            text = (
                f"From {sample(start)}{on} the value {number(held)} repeats {stop - start:,} times"
            )
            claim = Claim(
                kind="direction", start=start, stop=stop, channel=channel, direction="flat"
            )
        case _:
            factor, usual = ratio(measured, start, stop), "the usual"
            if factor is None or (factor > 1) != (event.best.size > 1):
                # Beside a baseline that follows cycles the noise may differ the other way.
                factor, usual = event.best.size, "the usual beside its baseline"
            text = (
                f"From {sample(start)} to {stop - 1:,}{on} the noise is {number(factor)} times "
                f"{usual}"
            )
    if claim is not None and not holds(claim, facts):
        claim = None
    return (Span(text=text, interval=interval.number, claim=claim), Span(text=". "))


def _calm(
    keys: list[str], baselines: list[Baseline], view: WindowView, facts: WindowFacts
) -> AnswerContent:
    names = " or ".join(_NAMES[key] for key in keys) or "event"
    spans = [Span(text=f"No {names} stands out")]
    scores = [FINDERS["spike"]().scores(baseline) for baseline in baselines]
    peaks = [float(np.max(score, initial=0.0)) for score in scores]
    channel = int(np.argmax(peaks))
    confidence = 1 - 0.5 * min(1.0, max(0.0, peaks[channel] - 0.5))
    if peaks[channel] > 0:
        place = view.start + int(np.argmax(scores[channel]))
        value = facts.channel(channel).spike(place, place + 1)
        if value is not None:
            claim = Claim(kind="spike", start=place, stop=place + 1, channel=channel, value=value)
            on = where(channel, view.values.shape[1])
            at = f"{signed(value)} at {sample(place)}"
            text = f"; the largest excursion{on}, {at}, is within the noise"
            spans.append(Span(text=text, claim=claim if holds(claim, facts) else None))
    return AnswerContent(kind="anomaly", confidence=confidence, rationale=(*spans, Span(text=".")))
