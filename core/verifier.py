"""Which of several sampled answers to give: by votes, by a ranker's scores, or by both. Pure.

majority   the answer that agrees most with the others: support of answer i is
               sum over j of score(i, j) / n ,   score being the question kind's own
           which for a choice of one option is the share of votes of that option
weighted   the same with weights: sum over j of w_j score(i, j) / sum over j of w_j, and
           w = softmax(scores), the ranker's own odds
best_of_n  the answer with the highest score

Ties go to the higher score, then to the earlier sample. A sample that is no answer neither votes
nor is chosen; how many there were is told, as is what all of it cost.

The ranker is a model trained by preferences (DPO) beside the one it was trained from. What it
thinks of a text is its implicit reward, up to a constant of the prompt (Rafailov et al. 2023):
    r(text) = beta * sum over tokens t of ( log pi_dpo(t) - log pi_sft(t) )
and each summand is the credit of its token.
"""

import math
from collections.abc import Sequence
from typing import Literal, Self

from pydantic import model_validator

from core.answers import AnswerContent
from core.errors import AnswerError, ConfigError
from core.model import Frozen
from core.questions.base import Kind

Way = Literal["majority", "weighted", "best_of_n"]
SAME = 1e-9

CREDIT_LEGEND = (
    "Warm: the version that learned from preferences finds this piece of the text likelier than "
    "the model it began with; cold: less likely. Shades are scaled to the strongest in this "
    "answer. They show what the training changed, not what is true."
)


class Sample(Frozen):
    """One sampled answer.

    Attributes:
        text: as the model wrote it.
        content: what it says; None for a text that is no answer.
        score: the ranker's, None without one.
    """

    text: str
    content: AnswerContent | None = None
    score: float | None = None


class Cost(Frozen):
    """What it took: tokens written, seconds of sampling and of scoring."""

    tokens: int = 0
    sampling_s: float = 0.0
    scoring_s: float = 0.0


class Verified(Frozen):
    """The answer chosen among n samples.

    Attributes:
        place: which sample it was, from 0.
        support: of the chosen answer, in [0, 1], as the way of choosing counts it; for
            `best_of_n` that of the plain majority.
        n: samples drawn; `n_unread` of them are no answers.
    """

    content: AnswerContent
    place: int
    how: Way
    support: float
    n: int
    n_unread: int
    cost: Cost = Cost()


class Credit(Frozen):
    """What each token of a text contributes to the ranker's score.

    Attributes:
        tokens: pieces of the text, which joined are the text.
        values: log pi_dpo - log pi_sft of each, in nats.
    """

    tokens: tuple[str, ...]
    values: tuple[float, ...]

    @model_validator(mode="after")
    def _paired(self) -> Self:
        if len(self.tokens) != len(self.values):
            raise ValueError(f"{len(self.tokens)} tokens have {len(self.values)} values")
        return self

    @property
    def total(self) -> float:
        """The sum, by which texts are ranked."""
        return math.fsum(self.values)

    @property
    def shades(self) -> tuple[float, ...]:
        """The values in [-1, 1], the largest of this text being 1 or -1; all 0 where it is 0."""
        largest = max((abs(value) for value in self.values), default=0.0)
        return tuple(value / largest if largest else 0.0 for value in self.values)


def credit(tokens: Sequence[str], tuned: Sequence[float], before: Sequence[float]) -> Credit:
    """Return the credit of every token from the log-probabilities under both models.

    Raises:
        ConfigError: if the two are not about the same tokens.
    """
    if not len(tokens) == len(tuned) == len(before):
        raise ConfigError(
            f"{len(tokens)} tokens came with {len(tuned)} and {len(before)} log-probabilities, so "
            "the two models do not read the text alike; compare a version with the one that it "
            "was trained from"
        )
    return Credit(
        tokens=tuple(tokens),
        values=tuple(after - first for after, first in zip(tuned, before, strict=True)),
    )


def implicit_reward(credit: Credit, beta: float) -> float:
    """Return beta times the sum of the credits."""
    return beta * credit.total


def verify(
    kind: Kind, samples: Sequence[Sample], how: Way = "majority", cost: Cost | None = None
) -> Verified:
    """Choose one of the samples.

    Args:
        kind: says how far two answers agree.
        samples: in the order in which they were drawn.
        how: see the module.
        cost: what it took to get them.

    Raises:
        AnswerError: if none of them is an answer.
        ConfigError: if scores are needed and one is missing.
    """
    read = [(place, one, one.content) for place, one in enumerate(samples) if one.content]
    if not read:
        raise AnswerError(
            f"none of the {len(samples)} sampled texts is an answer to the question, so none can "
            "be chosen; train the model on examples of the form first, or sample again"
        )
    contents = [content for _, _, content in read]
    scores = [one.score for _, one, _ in read]
    weights = [1.0] * len(read) if how != "weighted" else softmax(_all(scores, how))
    supports = _supports(kind, contents, weights)
    ranked = _all(scores, how) if how == "best_of_n" else supports
    chosen = max(
        range(len(read)),
        key=lambda k: (round(ranked[k] / SAME) * SAME, _or_least(scores[k]), -k),
    )
    place, _, content = read[chosen]
    return Verified(
        content=content,
        place=place,
        how=how,
        support=min(1.0, supports[chosen]),
        n=len(samples),
        n_unread=len(samples) - len(read),
        cost=cost or Cost(),
    )


def softmax(scores: Sequence[float]) -> list[float]:
    """Return the odds of scores as shares that sum to 1."""
    highest = max(scores)
    odds = [math.exp(score - highest) for score in scores]
    return [one / sum(odds) for one in odds]


def _supports(
    kind: Kind, contents: Sequence[AnswerContent], weights: Sequence[float]
) -> list[float]:
    total = sum(weights)
    return [
        sum(w * kind.score(one, other) for w, other in zip(weights, contents, strict=True)) / total
        for one in contents
    ]


def _all(scores: Sequence[float | None], how: Way) -> list[float]:
    found = [score for score in scores if score is not None]
    if len(found) < len(scores):
        raise ConfigError(
            f"{len(scores) - len(found)} of {len(scores)} samples have no score, which {how} "
            "chooses by; score all of them, or choose by majority"
        )
    return found


def _or_least(score: float | None) -> float:
    return -math.inf if score is None else score
