"""One reviewed item of an audit, marked: is it right, what does it hold, what was taken for what.

Everything that an audit counts comes from here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from core.answers import AnswerContent, FoundInterval
from core.audit import FAILED, NO_ANOMALY, UNTYPED, Audited
from core.metrics import cut_to_window
from core.pairing import paired
from core.questions import kind_of
from core.questions.base import Question

ACCEPTED, REJECTED = "accepted", "rejected"
_PLAIN_NAMES = {
    UNTYPED: "event",
    NO_ANOMALY: "window without anomaly",
    ACCEPTED: "answer",
}


@dataclass(frozen=True)
class Unit:
    """One thing to get right: an item's label, a true event, or a window without any.

    Attributes:
        truth: its class.
        given: what was said: another class, `FAILED`; of a missed event `NO_ANOMALY`, of a clean
            window with an invented one `UNTYPED`.
    """

    truth: str
    given: str

    @property
    def right(self) -> bool:
        """Whether its own class was given."""
        return self.truth == self.given


def is_right(one: Audited) -> bool:
    """Decide by the rule of `core.audit`."""
    if one.given is None:
        return False
    if one.question.eventful:
        given, truth = events_of(one, one.given), events_of(one, one.truth)
        return len(paired(one.question.kind, given, truth)) == len(given) == len(truth)
    return all(unit.right for unit in units_of(one))


def score_of(one: Audited) -> float:
    """Return the kind's score of the item, 0 where the teacher failed."""
    if one.given is None:
        return 0.0
    return kind_of(one.question).score(_cut(one, one.given), _cut(one, one.truth))


def units_of(one: Audited) -> list[Unit]:
    """Return what there was to get right; types of events are not compared."""
    failed = one.given is None
    if not one.question.eventful:
        truth, given = _labels(one)
        return [Unit(truth, FAILED if failed else given)]
    truth, given = events_of(one, one.truth), events_of(one, one.given)
    found = {pair.truth for pair in paired(one.question.kind, given, truth)}
    missed = FAILED if failed else NO_ANOMALY
    if not truth:
        return [Unit(NO_ANOMALY, UNTYPED if given else missed)]
    keys = [key_of(one.question, event) for event in truth]
    return [Unit(key, key if place in found else missed) for place, key in enumerate(keys)]


def cells_of(one: Audited) -> Iterator[tuple[str, str]]:
    """Yield what was taken for what, as (truth, given), of every label or event of an item."""
    if not one.question.eventful:
        yield from ((unit.truth, unit.given) for unit in units_of(one))
        return
    truth, given = events_of(one, one.truth), events_of(one, one.given)
    nothing = FAILED if one.given is None else NO_ANOMALY
    pairs = {pair.truth: pair.given for pair in paired(one.question.kind, given, truth)}
    for place, event in enumerate(truth):
        other = nothing if place not in pairs else key_of(one.question, given[pairs[place]])
        yield key_of(one.question, event), other
    matched = set(pairs.values())
    for place, event in enumerate(given):
        if place not in matched:
            yield NO_ANOMALY, key_of(one.question, event)
    if not truth and not given:
        yield NO_ANOMALY, nothing


def class_names(question: Question) -> dict[str, str]:
    """Return the names of all classes by key, in the question's order."""
    changes = question.kind == "change_point"
    calm = {NO_ANOMALY: "window without change", UNTYPED: "change point"} if changes else {}
    return {**question.classes, **_PLAIN_NAMES, **calm}


def key_of(question: Question, event: FoundInterval) -> str:
    """Return the key of an event's type or cause; one without either is just an event."""
    return question.key_of(event) or UNTYPED


def events_of(one: Audited, content: AnswerContent | None) -> tuple[FoundInterval, ...]:
    """Return the events of an answer, cut to the item's window."""
    return () if content is None else cut_to_window(content.intervals, one.window)


def _labels(one: Audited) -> tuple[str, str]:
    if one.question.options:
        return one.truth.label or "", (one.given and one.given.label) or ""
    return ACCEPTED, ACCEPTED if one.accepted else REJECTED


def _cut(one: Audited, content: AnswerContent) -> AnswerContent:
    inside = events_of(one, content)
    renumbered = tuple(
        event.model_copy(update={"number": number}) for number, event in enumerate(inside, 1)
    )
    return content.model_copy(update={"intervals": renumbered, "rationale": ()})
