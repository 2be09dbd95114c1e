"""What a student writes while it learns by reward or preference: on the probes, and on held items.

Nothing is drawn, so a training with more looks or fewer ends at the same weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import AnswerError
from core.questions import kind_of
from core.questions.base import Question
from core.students.vlm import VlmStudent
from core.students.vlm_writing import generate
from training import probes
from training.examples import TrainingExample
from training.probes import Probe
from training.ranks import speaks
from training.recipes.grpo_rewards import Rewards
from training.sampled_texts import item_key


@dataclass(frozen=True)
class Looks:
    """Has the model write on the probes and on validation items, the likeliest text each.

    Attributes:
        folder: where the probes are kept.
        watched: the probes' items.
        held: validation items.
        rewards: what texts earn; None where nothing is rewarded.
    """

    folder: Path
    student: VlmStudent
    watched: Sequence[TrainingExample]
    held: Sequence[TrainingExample]
    rewards: Rewards | None = None

    def begin(self) -> None:
        """Look before the first step, once."""
        if not probes.read(self.folder):
            self(0)

    def __call__(self, step: int) -> float | None:
        """Write, keep the probes, and return the mean score on the validation items."""
        items = [*self.watched, *self.held]
        texts, n_watched = self._texts(items), len(self.watched)
        watched = zip(self.watched, texts[:n_watched], strict=True)
        found = [self._probe(step, one, text) for one, text in watched]
        if speaks():
            probes.append(self.folder, found)
        held = list(zip(self.held, texts[n_watched:], strict=True))
        return sum(self._score(*one) for one in held) / len(held) if held else None

    def _texts(self, items: Sequence[TrainingExample]) -> list[str]:
        student, size = self.student, self.student.config.batch_size
        asked = [student.asked(self._question(one), one.view) for one in items]
        return [
            text
            for first in range(0, len(asked), size)
            for text in generate(
                student.vlm, asked[first : first + size], student.config.max_new_tokens
            )
        ]

    def _probe(self, step: int, example: TrainingExample, text: str) -> Probe:
        earned = None
        if self.rewards is not None:
            earned = self.rewards.of(self._question(example), example, text).total
        return Probe(
            step=step,
            item_id=item_key(example),
            text=text,
            score=self._score(example, text),
            reward=earned,
        )

    def _score(self, example: TrainingExample, text: str) -> float:
        question = self._question(example)
        try:
            answer = self.student.read(question, example.view, text)
        except AnswerError:
            return 0.0
        return kind_of(question).score(answer, example.content)

    def _question(self, example: TrainingExample) -> Question:
        asked = {one.id: one for one in self.student.config.questions}
        return asked[example.question_id]
