"""What is seen of a reasoning student while it learns: a score on held-out examples, and texts.

The texts go to `training.probes`. Looking draws nothing and changes nothing: a training with looks
ends where one without does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.errors import AnswerError
from core.questions import kind_of
from core.questions.base import Question
from core.students.vlm_writing import generate, score
from training import probes
from training.examples import TrainingExample
from training.ranks import speaks
from training.recipes.reasoner_data import Row

if TYPE_CHECKING:
    from core.students.vlm import VlmStudent


class Looks:
    """Looks at a student that learns; called with the step, returns the score in [0, 1].

    The score is the mean over rows of how likely their target is, per token: the geometric mean of
    the probabilities of its tokens. Rows are of validation examples where there are any, else
    learned ones; then it says what is known by heart.

    Args:
        rows: what is scored.
        items: the examples whose texts are kept (`training.probes.choose`).
        folder: where the texts are kept.
    """

    def __init__(
        self,
        student: VlmStudent,
        rows: Sequence[Row],
        items: Sequence[TrainingExample],
        folder: Path,
    ) -> None:
        self._student, self._rows, self._items, self._folder = student, rows, items, folder
        self._asked: dict[str, Question] = {one.id: one for one in student.config.questions}

    def __call__(self, step: int) -> float | None:
        """Keep what the probe items' texts are now, and return the score."""
        found = self._probes(step) if self._items else []
        if found and speaks():
            probes.append(self._folder, found)
        if not self._rows:
            return None
        return float(np.mean([self._likely(row) for row in self._rows]))

    def _likely(self, row: Row) -> float:
        scores = score(self._student.vlm, row.asked, row.target, with_end=True)
        return float(np.exp(scores.log_probabilities.mean()))

    def _probes(self, step: int) -> list[probes.Probe]:
        student = self._student
        shown = [student.asked(self._asked[one.question_id], one.view) for one in self._items]
        texts = generate(student.vlm, shown, student.config.max_new_tokens)
        return [
            probes.Probe(step=step, item_id=one.item_id, text=text, score=self._score(one, text))
            for one, text in zip(self._items, texts, strict=True)
        ]

    def _score(self, example: TrainingExample, text: str) -> float:
        question = self._asked[example.question_id]
        try:
            content = self._student.read(question, example.view, text)
        except AnswerError:
            return 0.0  # what cannot be read is right in nothing
        return kind_of(question).score(content, example.content)
