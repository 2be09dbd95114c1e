"""Differences of two answers over a project, in groups people can act on. Pure.

An event that only one of two reports is grouped by who misses it, its type, how large it is in the
local noise and how long; two labels of one window by the pair of them. With people as one of the
two a group tells a mistake: `student misses level shifts below 3 sigma (12 of 15)`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.answers import AnswerContent, FoundInterval
from core.differences import differences
from core.metrics.estimates import wilson
from core.questions.base import Question

Side = Literal["teacher", "rules", "student", "people"]
SIZES = ((3.0, "below 3 sigma"), (6.0, "of 3 to 6 sigma"), (float("inf"), "above 6 sigma"))
LENGTHS = (
    (8, "shorter than 8 samples"),
    (64, "of 8 to 63 samples"),
    (1 << 62, "of 64 samples or more"),
)
"""Upper ends of the bins (not in them), with their words. Sizes are in sigma of the local noise."""


@dataclass(frozen=True)
class Missed:
    """An event that one side reports: whether the other has it, and which group it belongs to.

    Attributes:
        key: of the group, the same for found and missed ones.
        missed: whether `misses` lacks it.
    """

    item_id: str
    key: str
    misses: Side
    against: Side
    words: str
    missed: bool


@dataclass(frozen=True)
class Group:
    """Events alike, of which one side missed `n` of `total`; `low` to `high` holds 95 %."""

    key: str
    words: str
    n: int
    total: int
    low: float
    high: float
    item_ids: tuple[str, ...]


def compared(
    item_id: str,
    question: Question,
    given: tuple[Side, AnswerContent],
    against: tuple[Side, AnswerContent],
    sizes: Sequence[float | None],
) -> list[Missed]:
    """Return every event that `against` reports, with whether `given` has it.

    Args:
        sizes: how large each event of `against` is in local sigma; None when nobody has measured.
    """
    side, content = given
    other, truth = against
    if question.kind == "pattern":
        return [_of_labels(item_id, question, side, content, other, truth)]
    there = {
        one.b.number
        for one in differences(content, truth)
        if one.a is not None and one.b is not None
    }
    return [
        _of_event(item_id, question, (side, other), event, size, event.number not in there)
        for event, size in zip(truth.intervals, sizes, strict=True)
    ]


def _of_labels(
    item_id: str,
    question: Question,
    side: Side,
    content: AnswerContent,
    other: Side,
    truth: AnswerContent,
) -> Missed:
    name = question.option(str(truth.label)).name
    return Missed(
        item_id=item_id,
        key=f"{side}|{other}|{name}",
        misses=side,
        against=other,
        words=f"{_subject(side, 'does', 'do')} not say {name} where {_says(other)} it",
        missed=content.label != truth.label,
    )


def _of_event(
    item_id: str,
    question: Question,
    sides: tuple[Side, Side],
    event: FoundInterval,
    size: float | None,
    missed: bool,
) -> Missed:
    side, other = sides
    name = question.name_of(event)
    how_large = "" if size is None else next(w for top, w in SIZES if abs(size) < top)
    how_long = next(words for top, words in LENGTHS if event.stop - event.start < top)
    told = " ".join(part for part in (f"{name}s", how_large) if part)
    return Missed(
        item_id=item_id,
        key=f"{side}|{other}|{name}|{how_large}|{how_long}",
        misses=side,
        against=other,
        words=f"{_subject(side, 'misses', 'miss')} {told}, {how_long}, that {_says(other)}",
        missed=missed,
    )


def _subject(side: Side, one: str, many: str) -> str:
    return f"{side} {many if side in ('people', 'rules') else one}"


def _says(side: Side) -> str:
    if side in ("people", "rules"):
        return "people mark" if side == "people" else "the rules report"
    return f"the {side} reports"


def grouped(found: Iterable[Missed], least: int = 2) -> list[Group]:
    """Group events; the group with the most missed ones first, those with fewer left out."""
    groups: dict[str, list[Missed]] = defaultdict(list)
    for one in found:
        groups[one.key].append(one)
    rows = [_group(key, own) for key, own in groups.items()]
    return sorted(
        (row for row in rows if row.n >= least), key=lambda row: (-row.n, -row.low, row.key)
    )


def _group(key: str, own: Sequence[Missed]) -> Group:
    missed = [one for one in own if one.missed]
    low, high = wilson(len(missed), len(own))
    items = tuple(dict.fromkeys(one.item_id for one in missed))
    return Group(key, own[0].words, len(missed), len(own), low, high, items)
