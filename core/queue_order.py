"""In which order items are reviewed, and why each comes when it does. Pure: facts in, ids out.

Whatever the order is, every k-th item is the next one of a random order that never changes, so that
what was reviewed holds a random sample of what there is. An item that was reviewed for its value
before its turn in that random order belongs to the sample as well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.answers import AnswerContent
from core.differences import Disagreement, differences, disagreement
from core.ids import in_share
from core.questions.base import Question

Order = Literal["value", "random", "disagreement", "contradicted", "unsure"]
APART: tuple[Disagreement, ...] = ("none", "edges", "types", "events", "verdict")
"""From the same answer to the opposite one."""


@dataclass(frozen=True)
class Facts:
    """What ordering knows of an item, from the answers that people are shown.

    Attributes:
        margin: how sure the student is, in [0, 1]; None without a student's answer.
        confidence: the lowest that any author gives; None when nobody gives one.
        apart: how far teacher and student differ; None unless both answered.
        alone: events that only one of the two reports.
        contradicted: claims that the data contradict; None while nobody has looked.
    """

    margin: float | None = None
    confidence: float | None = None
    apart: Disagreement | None = None
    alone: int = 0
    contradicted: int | None = None


def margin(content: AnswerContent) -> float:
    """Return how sure an answer is, in [0, 1]; only answers of one question compare.

    Pattern: distance between the two best scores. Anomaly: the answer's own confidence, which of
    the `series` student is how sure it is that every candidate is decided rightly; without one, the
    least sure of its intervals.
    """
    if content.kind == "pattern" and len(content.scores) > 1:
        best, second = sorted(content.scores.values(), reverse=True)[:2]
        return best - second
    if content.confidence is not None:
        return content.confidence
    known = [one.confidence for one in content.intervals if one.confidence is not None]
    return min(known, default=1.0)


def by_rank(values: Mapping[str, float], groups: Mapping[str, str]) -> dict[str, float]:
    """Return the rank of each value within its group, in (0, 1): figures of two questions mix.

    Args:
        groups: of each id, here its question.
    """
    members: dict[str, list[str]] = {}
    for one in sorted(values, key=lambda one: (values[one], one)):
        members.setdefault(groups[one], []).append(one)
    return {
        one: (place + 0.5) / len(own) for own in members.values() for place, one in enumerate(own)
    }


def lowest_confidence(content: AnswerContent) -> float | None:
    """Return the lowest confidence of an answer, in [0, 1], its intervals' included."""
    given = (content.confidence, *(found.confidence for found in content.intervals))
    return min((one for one in given if one is not None), default=None)


def facts_of(
    teacher: AnswerContent | None,
    student: AnswerContent | None,
    others: Sequence[AnswerContent] = (),
    contradicted: int | None = None,
) -> Facts:
    """Gather the facts of an item from its answers; a teacher may be the rules."""
    said = [one for one in (teacher, student, *others) if one is not None]
    given = [one for one in map(lowest_confidence, said) if one is not None]
    apart, alone = None, 0
    if teacher is not None and student is not None:
        apart = disagreement(teacher, student)
        alone = sum(one.a is None or one.b is None for one in differences(teacher, student))
    return Facts(
        margin=None if student is None else margin(student),
        confidence=min(given, default=None),
        apart=apart,
        alone=alone,
        contradicted=contradicted,
    )


def _by_disagreement(facts: Facts) -> float | None:
    if facts.apart is None or facts.apart == "none":
        return None
    return -APART.index(facts.apart) - facts.alone / (1 + facts.alone)


ORDERS: dict[Order, Callable[[Facts], float | None]] = {
    "value": lambda facts: facts.margin,
    "random": lambda facts: None,
    "disagreement": _by_disagreement,
    "contradicted": lambda facts: -facts.contradicted if facts.contradicted else None,
    "unsure": lambda facts: facts.confidence,
}
"""The smallest comes first; what has no figure comes after, at random."""


def interleave(
    ordered: Sequence[str], shuffled: Sequence[str], share: float, done: int = 0
) -> tuple[list[str], set[str]]:
    """Give a share of the places to the random order; return the ids, and those placed by it.

    Args:
        ordered, shuffled: the same ids in two orders.
        share: of the places, in [0, 1].
        done: places that were used up before, so that going on later goes on the same way.
    """
    placed: dict[str, None] = {}
    random: set[str] = set()
    by_value, by_chance = iter(ordered), iter(shuffled)
    for place in range(done, done + len(ordered)):
        by_turn = int((place + 1) * share + 1e-9) > int(place * share + 1e-9)
        source = by_chance if by_turn else by_value
        one = next(found for found in source if found not in placed)
        placed[one] = None
        if by_turn:
            random.add(one)
    return list(placed), random


def is_blind(item_id: str, share: float) -> bool:
    """Tell whether an item is one of the share that is decided before any answer is shown.

    The same for everybody and for ever while the share stays; a larger share keeps the smaller.
    """
    return in_share("blind", item_id, share)


def value_words(question: Question, student: AnswerContent) -> str:
    """Say where the student is least sure: `torn between spike 0.41 and level shift 0.39`."""
    if question.kind == "pattern" and len(student.scores) > 1:
        (one, first), (other, second) = sorted(student.scores.items(), key=lambda s: -s[1])[:2]
        names = question.option(one).name, question.option(other).name
        return f"student torn between {names[0]} {first:.2f} and {names[1]} {second:.2f}"
    if student.confidence is None:
        return "student says nothing of how sure it is"
    said = f"student sure by {student.confidence:.2f}"
    known = [one for one in student.intervals if one.confidence is not None]
    if not known:
        return said
    least = min(known, key=lambda one: one.confidence or 0.0)
    name = question.name_of(least)
    return f"{said}, least of {name} ({least.number}) {least.confidence:.2f}"
