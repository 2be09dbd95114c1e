"""How two answers to one question differ: event by event, and how far on the whole.

Events are paired by the matching rule of `core.matching` (largest overlap, types not compared).
Texts of open answers are not compared, only the places they point to.
"""

from dataclasses import dataclass
from typing import Literal

from core.answers import AnswerContent, FoundInterval
from core.pairing import paired
from core.questions.base import Question

DifferenceKind = Literal["agree", "edges", "other_type", "only_a", "only_b"]

Disagreement = Literal["none", "edges", "types", "events", "verdict"]
"""How far two answers are apart, the least first: `events` when one has an event the other lacks,
`verdict` when the label differs, or only one says that anything is there."""


@dataclass(frozen=True)
class Difference:
    """One event of either answer, or a pair of them.

    Attributes:
        a, b: the event as each answer has it; None where it has none.
    """

    a: FoundInterval | None
    b: FoundInterval | None

    @property
    def kind(self) -> DifferenceKind:
        """What differs first: the event itself, its type, its edges, or nothing."""
        if self.a is None or self.b is None:
            return "only_b" if self.a is None else "only_a"
        if self.a.sort != self.b.sort:
            return "other_type"
        return "edges" if self.edge_samples else "agree"

    @property
    def edge_samples(self) -> int:
        """The larger distance of the two starts and the two stops, in samples; 0 without a pair."""
        if self.a is None or self.b is None:
            return 0
        return max(abs(self.a.start - self.b.start), abs(self.a.stop - self.b.stop))

    @property
    def start(self) -> int:
        """First sample of either."""
        return min(one.start for one in (self.a, self.b) if one is not None)


def differences(a: AnswerContent, b: AnswerContent) -> tuple[Difference, ...]:
    """Pair the events of two answers; every event of either is in it once, in order of time."""
    pairs = paired(a.kind, a.intervals, b.intervals)
    of_a, of_b = {pair.given for pair in pairs}, {pair.truth for pair in pairs}
    found = [Difference(a.intervals[pair.given], b.intervals[pair.truth]) for pair in pairs]
    found += [Difference(one, None) for i, one in enumerate(a.intervals) if i not in of_a]
    found += [Difference(None, one) for i, one in enumerate(b.intervals) if i not in of_b]
    return tuple(sorted(found, key=lambda one: one.start))


def disagreement(a: AnswerContent, b: AnswerContent) -> Disagreement:
    """Return how far two answers are apart on the whole: the worst of their differences."""
    if a.label != b.label or bool(a.intervals) != bool(b.intervals):
        return "verdict"
    kinds = {one.kind for one in differences(a, b)}
    if kinds & {"only_a", "only_b"}:
        return "events"
    if "other_type" in kinds:
        return "types"
    return "edges" if "edges" in kinds else "none"


def difference_words(
    a: AnswerContent, b: AnswerContent, names: tuple[str, str], question: Question
) -> list[str]:
    """Say what differs, the most telling first, then what agrees.

    Args:
        names: how people call who gave `a` and `b`, in one word.
        question: whose types and options the answers use.
    """
    found = differences(a, b)
    parts = _verdict_words(a, b, names, question)
    for kind, name in (("only_a", names[0]), ("only_b", names[1])):
        if alone := [_number(one) for one in found if one.kind == kind]:
            parts.append(f"{' '.join(alone)} only {name}")
    for one in found:
        if one.kind == "other_type":
            types = [_type_name(question, event) for event in (one.a, one.b)]
            what = "cause" if question.kind == "change_point" else "type"
            parts.append(f"{what} of {_number(one)}: {types[0]} or {types[1]}")
    where = "places" if question.kind == "change_point" else "edges"
    parts += [
        f"{where} of {_number(one)} differ by {one.edge_samples:,} "
        f"sample{'s' * (one.edge_samples != 1)}"
        for one in found
        if one.edge_samples
    ]
    if same := [_number(one) for one in found if one.kind == "agree"]:
        parts.append(f"{' '.join(same)} the same")
    return parts


def _verdict_words(
    a: AnswerContent, b: AnswerContent, names: tuple[str, str], question: Question
) -> list[str]:
    if question.kind == "pattern":
        if a.label == b.label:
            return ["same label"]
        said = [question.option(one.label).name if one.label else "none" for one in (a, b)]
        return [f"{names[0]}: {said[0]}", f"{names[1]}: {said[1]}"]
    if not a.intervals and not b.intervals:
        return [f"both: {question.nothing}"] if question.eventful else ["no place in either"]
    if question.eventful and not (a.intervals and b.intervals):
        return [f"{names[0 if not a.intervals else 1]}: {question.nothing}"]
    return []


def _number(one: Difference) -> str:
    """Name an event by its number on the screen; by both, `a` first, where they differ."""
    numbers = [event.number for event in (one.a, one.b) if event is not None]
    shown = f"{numbers[0]}" if len(set(numbers)) == 1 else f"{numbers[0]}/{numbers[1]}"
    return f"({shown})"


def _type_name(question: Question, event: FoundInterval | None) -> str:
    if event is None or event.sort is None:
        return "none" if question.kind == "change_point" else "no type"
    return question.name_of(event)
