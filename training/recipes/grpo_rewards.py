"""The reward of `training.rewards` as TRL's trainer asks for it: one function per term.

Each term is logged apart, also one that has no weight: what a model learns to do without being
paid for it is the first sign of a reward that it has found a way around.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.questions.base import Question
from core.render_settings import RenderSettings
from training.examples import TrainingExample
from training.recipes.vlm_policy import position_axis
from training.reward_format import FormatRule
from training.rewards import Rewarded, Term, TermName, Written, reward

RewardFunction = Callable[..., list[float | None]]


@dataclass(frozen=True)
class Rewards:
    """What texts on the items of a training earn.

    Attributes:
        terms: the terms that are computed.
        weights: what each counts for; 0 where there is none.
        rule: how the structure is judged.
        words: fewest and most words of a rationale of a wanted length.
        render: how windows are drawn: its axis is what positions in a text mean.
    """

    terms: Mapping[TermName, Term]
    weights: Mapping[TermName, float]
    rule: FormatRule
    words: tuple[int, int]
    render: RenderSettings

    def written(self, question: Question, example: TrainingExample, text: str) -> Written:
        """Return a text with all that its reward depends on."""
        return Written(
            question,
            example.view,
            text,
            example.content,
            position_axis(self.render, example),
            self.rule,
            self.words,
        )

    def of(self, question: Question, example: TrainingExample, text: str) -> Rewarded:
        """Return what a text on an item earns."""
        return reward(self.written(question, example, text), self.weights, self.terms)

    @property
    def in_order(self) -> list[float]:
        """The weights in the order of the terms."""
        return [self.weights.get(name, 0.0) for name in self.terms]


def reward_functions(
    rewards: Rewards, rows: Sequence[tuple[Question, TrainingExample]]
) -> list[RewardFunction]:
    """Return a function per term, in the order of `rewards.terms`.

    Each is called with the texts of a batch and the rows they were written on (`place`); the texts
    are read once for all of them.
    """
    batch: dict[str, Any] = {"key": None, "written": []}

    def read(completions: Sequence[Any], place: Sequence[int]) -> list[Written]:
        texts = [text_of(one) for one in completions]
        key = (tuple(place), tuple(texts))
        if batch["key"] != key:
            batch["written"] = [
                rewards.written(*rows[where], text)
                for where, text in zip(place, texts, strict=True)
            ]
            batch["key"] = key
        return batch["written"]

    def function(name: TermName, term: Term) -> RewardFunction:
        def earned(
            completions: Sequence[Any], place: Sequence[int], **more: Any
        ) -> list[float | None]:
            return [term(one) for one in read(completions, place)]

        earned.__name__ = name  # what the trainer logs it as
        return earned

    return [function(name, term) for name, term in rewards.terms.items()]


def text_of(completion: Any) -> str:
    """Return the text of a completion: a conversation of one turn, or the text itself."""
    return str(completion if isinstance(completion, str) else completion[0]["content"]).strip()
