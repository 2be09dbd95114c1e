"""What a choice among several answers says: terms, weights, who was chosen and why."""

from typing import Self

from pydantic import Field, model_validator

from core.errors import ConfigError
from core.model import Frozen

SAME_TOTAL = 1e-9


class Terms(Frozen):
    """What one candidate scored, each in [0, 1]; None where it could not be computed."""

    accuracy: float | None = None
    grounding: float | None = None
    axes: float | None = None
    clarity: float | None = None
    judge: float | None = None


class Weights(Frozen):
    """What each term counts for; only their proportions matter.

    The defaults are ours: being right counts for as much as everything said about it, and of that
    the checks against the data count most.
    """

    accuracy: float = Field(default=0.5, ge=0, allow_inf_nan=False)
    grounding: float = Field(default=0.2, ge=0, allow_inf_nan=False)
    axes: float = Field(default=0.1, ge=0, allow_inf_nan=False)
    clarity: float = Field(default=0.1, ge=0, allow_inf_nan=False)
    judge: float = Field(default=0.1, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not any(self.by_term().values()):
            raise ValueError("all weights are 0, so nothing can be chosen by; raise one of them")
        return self

    def by_term(self) -> dict[str, float]:
        """Return the weights by the names of `Terms`."""
        return {name: float(getattr(self, name)) for name in type(self).model_fields}


class Scored(Frozen):
    """One candidate with its terms; `total` is 0 when no weighted term could be computed."""

    answer_id: str
    author: str
    sample: int
    terms: Terms
    total: float


class Selection(Frozen):
    """The candidate that was chosen for an item, and what every one scored.

    Attributes:
        chosen: id of the chosen answer.
        scored: all candidates, the best first.
        trusted: accuracy is against a trusted label, not agreement between candidates.
        agreement: mean agreement between the candidates, each author counting the same; None when
            there is one candidate.
        sentence: why this one, for people.
    """

    item_id: str
    chosen: str
    scored: tuple[Scored, ...]
    weights: Weights
    trusted: bool
    agreement: float | None
    sentence: str


def preference_pairs(selection: Selection, margin: float) -> list[tuple[str, str]]:
    """Return ids (better, worse) whose totals differ by at least `margin`, the clearest first.

    Raises:
        ConfigError: unless the margin is above 0 and at most 1.
    """
    if not 0 < margin <= 1:
        raise ConfigError(
            f"a margin of {margin} between two totals makes no pairs of better and worse; give "
            "one above 0 and at most 1"
        )
    scored = selection.scored
    pairs = [
        (better.total - worse.total, better.answer_id, worse.answer_id)
        for place, better in enumerate(scored)
        for worse in scored[place + 1 :]
        if better.total - worse.total >= margin - SAME_TOTAL
    ]
    return [(better, worse) for _, better, worse in sorted(pairs, key=lambda one: -one[0])]
