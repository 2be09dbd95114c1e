"""The label policy of a project: what a person's label may look like, and how review is shared."""

from typing import Literal

from pydantic import Field

from core.intervals import Interval
from core.model import Frozen

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
