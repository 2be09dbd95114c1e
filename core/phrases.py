"""What people made of the phrases of a rationale: where each stands now, and pairs to learn from.

A phrase is named by its source (an answer's or a correction's id) and the number of its span. Every
event tells the whole of it, as it was given and as the person leaves it, so that a person's last
standing event is all that they say of it. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from core.answers import AnswerContent, FoundInterval, Span
from core.desk_events import DeskEvent, PhraseJudged, standing
from core.intervals import Interval
from core.model import Frozen
from core.review import Item

PhraseKey = tuple[str, int]
"""(source id, span)."""


@dataclass(frozen=True)
class PhraseState:
    """The last that a person said of a phrase."""

    item_id: str
    person: str
    body: PhraseJudged

    @property
    def key(self) -> PhraseKey:
        """Which phrase it is."""
        return self.body.source_id, self.body.span

    @property
    def reworded(self) -> bool:
        """Whether it has other words than it was given with."""
        return self.body.text.strip() != self.body.said.strip()

    @property
    def relinked(self) -> bool:
        """Whether it points elsewhere than it did, or nowhere any more."""
        return self.body.interval != self.body.said_interval

    @property
    def changed(self) -> bool:
        """Whether the pair is another than the one given."""
        return self.reworded or self.relinked


class PhrasePair(Frozen):
    """A phrase beside an interval, and whether a person holds that the one says what the other is.

    Attributes:
        interval: absolute samples; None for words about the window.
        verdict: `wrong` also of a pair that the person replaced by a better one.
        how: the last that they did to the phrase.
    """

    item_id: str
    source_id: str
    span: int
    person: str
    text: str
    interval: Interval | None
    verdict: Literal["right", "wrong"]
    how: str


def phrase_states(events: Iterable[DeskEvent]) -> dict[PhraseKey, PhraseState]:
    """Return what was said last of each phrase, by whomever; `events` come in their order."""
    return {state.key: state for state in _states(events)}


def phrase_pairs(events: Iterable[DeskEvent], items: Mapping[str, Item]) -> list[PhrasePair]:
    """Return the pairs that the standing events hold, of these items alone: leave out gold's.

    Each person's last word on a phrase gives the pair as they leave it, and where they put it in
    the place of another one, that one as wrong. Words that only got an interval were not wrong.
    """
    last = {(*state.key, state.person): state for state in _states(events)}
    return [
        pair
        for state in last.values()
        if state.item_id in items
        for pair in _pairs(state)
        if pair.text
    ]


def pair_of(content: AnswerContent, span: int) -> tuple[str, Interval | None]:
    """Return the words of a span, and the interval that it points to."""
    one = content.rationale[span]
    found = next((each for each in content.intervals if each.number == one.interval), None)
    return one.text.strip(), None if found is None else found.interval


def as_judged(
    content: AnswerContent, source_id: str, states: Mapping[PhraseKey, PhraseState]
) -> AnswerContent:
    """Return an answer with its phrases as people leave them, to be checked against the data.

    An interval that was moved takes the place of the old one, or comes behind all others where
    another phrase still points to the old one. A claim goes with its interval; of words that were
    changed nobody made one.
    """
    spans, intervals = list(content.rationale), list(content.intervals)
    for place, span in enumerate(content.rationale):
        state = states.get((source_id, place))
        if state is None or not state.changed:
            continue
        number = _number(state, span, spans, intervals)
        if state.reworded:
            spans[place] = Span(text=_in_place(state.body.text, span.text), interval=number)
        else:
            spans[place] = _moved(span, number, state.body)
    return content.model_copy(update={"rationale": tuple(spans), "intervals": tuple(intervals)})


def _number(
    state: PhraseState, span: Span, spans: list[Span], intervals: list[FoundInterval]
) -> int | None:
    """Return the number of the interval that a phrase points to now; `intervals` may get it."""
    wanted = state.body.interval
    if wanted is None:
        return None
    if not state.relinked:
        return span.interval
    there = next((one for one in intervals if one.interval == wanted), None)
    if there is not None:
        return there.number
    old = span.interval
    alone = old is not None and sum(one.interval == old for one in spans) == 1
    place = old - 1 if alone and old is not None else len(intervals)
    kept = intervals[place] if place < len(intervals) else None
    made = FoundInterval(
        number=place + 1,
        start=wanted.start,
        stop=wanted.stop,
        channels=wanted.channels,
        type_id=None if kept is None else kept.type_id,
        cause=None if kept is None else kept.cause,
        pairs=() if kept is None else kept.pairs,
    )
    intervals[place : place + 1] = [made]
    return made.number


def _moved(span: Span, number: int | None, body: PhraseJudged) -> Span:
    claim, old, new = span.claim, body.said_interval, body.interval
    goes = (
        claim is not None and old is not None and (claim.start, claim.stop) == (old.start, old.stop)
    )
    if claim is not None and goes and new is not None:
        claim = claim.model_copy(update={"start": new.start, "stop": new.stop})
    return span.model_copy(update={"interval": number, "claim": claim})


def _in_place(text: str, old: str) -> str:
    """Keep the blanks around words, so that they do not run into their neighbours."""
    before = old[: len(old) - len(old.lstrip())]
    after = old[len(old.rstrip()) :]
    return f"{before}{text.strip()}{after}"


def _states(events: Iterable[DeskEvent]) -> list[PhraseState]:
    return [
        PhraseState(event.item_id, event.person, event.body)
        for event in standing(events)
        if isinstance(event.body, PhraseJudged)
    ]


def _pairs(state: PhraseState) -> list[PhrasePair]:
    body = state.body
    if body.verdict == "wrong":
        return [_pair(state, body.said, body.said_interval, "wrong")]
    if not state.changed:
        # Changed and changed back says nothing.
        return [_pair(state, body.said, body.said_interval, "right")] * (body.verdict == "right")
    pairs = [_pair(state, body.text, body.interval, "right")]
    if state.reworded or body.said_interval is not None:
        pairs.append(_pair(state, body.said, body.said_interval, "wrong"))
    return pairs


def _pair(
    state: PhraseState, text: str, interval: Interval | None, verdict: Literal["right", "wrong"]
) -> PhrasePair:
    return PhrasePair(
        item_id=state.item_id,
        source_id=state.body.source_id,
        span=state.body.span,
        person=state.person,
        text=text.strip(),
        interval=interval,
        verdict=verdict,
        how=state.body.verdict,
    )
