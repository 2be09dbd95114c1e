"""The label policy of a project: what a person's label may look like, and how review is shared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from core.answers import AnswerContent, FoundInterval
from core.event_types import KnownType
from core.intervals import Interval
from core.model import Frozen
from core.overlaps import overlapping, replaced, samples

Overlap = Literal["allow", "replace", "forbid"]
Form = Literal["intervals", "points"]


class Example(Frozen):
    """A stretch of one of the project's series that shows what a type is, or is not."""

    series_id: str
    interval: Interval
    note: str = ""


class Guideline(Frozen):
    """What people are told of a type: words, plots that show it, and plots that nearly do."""

    type_id: str
    words: str = ""
    good: tuple[Example, ...] = Field(default=(), max_length=3)
    near_misses: tuple[Example, ...] = Field(default=(), max_length=2)


class LabelPolicy(Frozen):
    """One version of the policy. Shares are parts of the queue in [0, 1].

    Attributes:
        overlap: of two intervals of one label: allowed, the later replaces what it covers, refused.
        min_length: samples; `points` asks for intervals of exactly one sample.
        random_share: items that come at random whatever the order is, for estimates.
        blind_share: items whose answers are hidden until the decision.
        second_share: items that a second person decides too.
        bulk_confidence: answers less sure than this are never accepted in bulk.
        effort_shown: whether figures of pace are shown, and then only for the project as a whole.
    """

    version: int = 0
    form: Form = "intervals"
    overlap: Overlap = "allow"
    min_length: int = Field(default=1, ge=1)
    rationale_required: bool = False
    guidelines: tuple[Guideline, ...] = ()
    random_share: float = Field(default=0.1, ge=0, le=1)
    blind_share: float = Field(default=0.1, ge=0, le=1)
    second_share: float = Field(default=0.0, ge=0, le=1)
    bulk_confidence: float = Field(default=0.9, ge=0.5, le=1)
    effort_shown: bool = False

    def guideline(self, type_id: str) -> Guideline:
        """Return what people are told of a type; an empty guideline when nothing is."""
        found = (one for one in self.guidelines if one.type_id == type_id)
        return next(found, Guideline(type_id=type_id))


@dataclass(frozen=True)
class Held:
    """A label as the policy leaves it.

    Attributes:
        content: the label to store.
        problems: why it must not be stored, in plain words; none when it may be.
        changes: what `replace` changed of the label as it was given, in plain words.
    """

    content: AnswerContent
    problems: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


def hold(
    content: AnswerContent,
    policy: LabelPolicy,
    types: Mapping[str, KnownType],
    n_channels: int,
    own_words: bool,
) -> Held:
    """Hold a label against the policy. The default refuses strange types alone.

    Args:
        content: a label of any kind; forms and overlaps are those of anomalies.
        types: all types of the project by id.
        n_channels: of the series.
        own_words: whether the person edited, and so owes a reason where one is required; taking
            over an answer, or saying that there is no anomaly, asks for none.
    """
    problems: list[str] = []
    changes: list[str] = []
    if content.kind == "anomaly":
        if policy.overlap == "replace":
            content, changes = replaced(content, n_channels)
        problems += _unknown_types(content, types)
        problems += [text for one in content.intervals for text in _form(one, policy)]
        if policy.overlap == "forbid":
            problems += _overlaps(content)
    if policy.rationale_required and own_words and not content.rationale_text.strip():
        problems.append("it says nowhere why; open the edit (E) and say what is seen, and where")
    return Held(content, tuple(problems), tuple(changes))


def _unknown_types(content: AnswerContent, types: Mapping[str, KnownType]) -> Iterator[str]:
    for one in content.intervals:
        known = None if one.type_id is None else types.get(one.type_id)
        if one.type_id is not None and known is None:
            yield (
                f"interval {one.number} has the type {one.type_id!r}, which this project does not "
                "know; choose one of its types, or none"
            )
        elif known is not None and not known.standing:
            yield (
                f"interval {one.number} is of the type “{known.type.name}”, which was retired; "
                "choose another one"
            )


def _form(one: FoundInterval, policy: LabelPolicy) -> Iterator[str]:
    length = one.stop - one.start
    place = f"interval {one.number} ({samples(one.start, one.stop)})"
    if policy.form == "points" and length > 1:
        yield f"{place} covers {length:,} samples, and points are asked for; keep one sample of it"
    elif policy.form == "intervals" and length < policy.min_length:
        yield (
            f"{place} is {length:,} long, and at least {policy.min_length:,} samples are asked "
            "for; widen it, or remove it"
        )


def _overlaps(content: AnswerContent) -> Iterator[str]:
    for one, other, (start, stop) in overlapping(content.intervals):
        yield (
            f"intervals {one.number} and {other.number} both cover {samples(start, stop)}; move an "
            "edge, or remove one of them"
        )
