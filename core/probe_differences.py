"""What a probe changed in an answer: its label, and which events went, came or moved. Pure."""

from dataclasses import dataclass
from typing import Literal

from core.answers import AnswerContent, FoundInterval
from core.differences import differences as events

What = Literal["label", "text", "vanished", "new", "moved", "retyped"]


@dataclass(frozen=True)
class Difference:
    """One difference; `before` and `after` are the events it is about, where it is about events."""

    what: What
    before: FoundInterval | None = None
    after: FoundInterval | None = None


def differences(before: AnswerContent, after: AnswerContent) -> list[Difference]:
    """Return how two answers to one question differ, events in order of time.

    Events are the same by the rule of `core.matching`; the same ones differ by their edges
    (`moved`) and by their type (`retyped`). Texts count for open questions alone.
    """
    found: list[Difference] = []
    if before.label != after.label:
        found.append(Difference("label"))
    if before.kind == "open" and before.rationale_text.split() != after.rationale_text.split():
        found.append(Difference("text"))
    of_events = [one for event in events(before, after) for one in _of_event(event.a, event.b)]
    return [*found, *sorted(of_events, key=_start)]


def _of_event(before: FoundInterval | None, after: FoundInterval | None) -> list[Difference]:
    if before is None or after is None:
        return [Difference("new" if before is None else "vanished", before, after)]
    found: list[Difference] = []
    if (before.interval, before.pairs) != (after.interval, after.pairs):
        found.append(Difference("moved", before, after))
    if before.sort != after.sort:
        found.append(Difference("retyped", before, after))
    return found


def _start(one: Difference) -> int:
    event = one.before or one.after
    return 0 if event is None else event.start
