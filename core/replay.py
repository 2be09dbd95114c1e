"""A stored answer beside the same author's of now: identical, the same in what it says, or not.

The order in which a computer adds up numbers may change the last digits of a score: a batch of many
windows and one window alone are such orders. Both are said, never one for the other.
"""

from typing import Literal

from core.answers import AnswerContent
from core.differences import disagreement
from core.model import Frozen

Sameness = Literal["identical", "same", "differs"]


class Replayed(Frozen):
    """How the two compare.

    Attributes:
        sameness: `identical` to the last digit; `same` in label, events and words but not in all
            numbers; `differs` in anything that it says.
        by: the largest difference of a confidence or score; None when one has a number that the
            other lacks.
    """

    sameness: Sameness
    by: float | None

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        if self.sameness == "identical":
            return "Identical: the stored answer and the one of now agree to the last digit."
        if self.sameness == "same" and self.by is not None:
            return (
                "The same answer: label, events and words agree; confidences differ by at most "
                f"{self.by:.1g}."
            )
        return "Not the same answer as the stored one."


def replayed(stored: AnswerContent, now: AnswerContent) -> Replayed:
    """Compare the stored answer with the one of now."""
    by = _largest(_numbers(stored), _numbers(now))
    if stored == now:
        return Replayed(sameness="identical", by=0.0)
    says_same = disagreement(stored, now) == "none" and stored.rationale == now.rationale
    return Replayed(sameness="same" if says_same and by is not None else "differs", by=by)


def _numbers(content: AnswerContent) -> dict[str, float | None]:
    found: dict[str, float | None] = {"": content.confidence}
    found |= {f"score {key}": score for key, score in (content.scores or {}).items()}
    return found | {f"event {one.number}": one.confidence for one in content.intervals}


def _largest(one: dict[str, float | None], other: dict[str, float | None]) -> float | None:
    if one.keys() != other.keys():
        return None
    pairs = [(one[key], other[key]) for key in one]
    if any((a is None) != (b is None) for a, b in pairs):
        return None
    return max((abs(a - b) for a, b in pairs if a is not None and b is not None), default=0.0)
