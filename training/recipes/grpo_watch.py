"""Watches a training by reward: alarms after each log, probes and a validation score now and then.

An alarm lies in `alarms.jsonl` beside the checkpoints, each kind once until it was silent again;
one that pauses makes the trainer save and stop, and the run rests with the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from core.questions import kind_of
from core.questions.base import Question
from core.students.vlm import VlmStudent
from core.students.vlm_writing import generate
from training import files, probes
from training.alarms import Alarm, AlarmKind, AlarmLimits, RewardLog, alarms_of, reward_log
from training.examples import TrainingExample
from training.probes import Probe
from training.recipes.grpo_rewards import Rewards
from training.recipes.sampling import item_key

log = logging.getLogger("training")

ALARMS = "alarms.jsonl"


class Watch(TrainerCallback):
    """Says what goes wrong; `paused` is the alarm that made the training stop."""

    def __init__(self, folder: Path, limits: AlarmLimits) -> None:
        self._folder, self._limits = folder, limits
        self._holding: set[AlarmKind] = set()
        self.paused: Alarm | None = None

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **more: Any) -> None:
        """Look at all numbers so far."""
        if "loss" not in (logs or {}):
            return  # the summary at the end
        found = alarms_of(_history(state.log_history), self._limits, n_pauses(self._folder))
        for alarm in found:
            if alarm.kind not in self._holding:
                log.warning("%s", alarm.message)
                files.append_lines(self._folder / ALARMS, [alarm.model_dump_json()])
        self._holding = {alarm.kind for alarm in found}
        pausing = next((alarm for alarm in found if alarm.pauses), None)
        if pausing is not None and state.global_step < state.max_steps:
            self.paused = pausing
            control.should_save = control.should_training_stop = True


def read_alarms(folder: Path) -> list[Alarm]:
    """Return the alarms of a training so far, the oldest first."""
    lines, _ = files.read_lines(folder / ALARMS)
    return [Alarm.model_validate_json(line) for line in lines]


def n_pauses(folder: Path) -> int:
    """Return how often the training has paused for an alarm, and was let go on."""
    return sum(alarm.pauses for alarm in read_alarms(folder))


def _history(logged: Sequence[Mapping[str, Any]]) -> list[RewardLog]:
    return [reward_log(int(one["step"]), one) for one in logged if "loss" in one]


class Looks:
    """Has the model write on the probes and on validation items, the likeliest text each.

    Nothing is drawn, so a training with more looks or fewer ends at the same weights.
    """

    def __init__(
        self,
        folder: Path,
        student: VlmStudent,
        rewards: Rewards,
        questions: Mapping[str, Question],
        watched: Sequence[TrainingExample],
        held: Sequence[TrainingExample],
    ) -> None:
        self._folder, self._student, self._rewards = folder, student, rewards
        self._questions, self._watched, self._held = questions, watched, held

    def __call__(self, step: int) -> float | None:
        """Write, keep the probes, and return the mean score on the validation items."""
        items = [*self._watched, *self._held]
        texts = self._texts(items)
        n_watched = len(self._watched)
        watched = zip(self._watched, texts[:n_watched], strict=True)
        probes.append(self._folder, [self._probe(step, one, text) for one, text in watched])
        held = list(zip(self._held, texts[n_watched:], strict=True))
        return sum(self._score(*one) for one in held) / len(held) if held else None

    def _texts(self, items: Sequence[TrainingExample]) -> list[str]:
        student, size = self._student, self._student.config.batch_size
        asked = [student.asked(self._questions[one.question_id], one.view) for one in items]
        return [
            text
            for first in range(0, len(asked), size)
            for text in generate(
                student.vlm, asked[first : first + size], student.config.max_new_tokens
            )
        ]

    def _probe(self, step: int, example: TrainingExample, text: str) -> Probe:
        return Probe(
            step=step,
            item_id=item_key(example),
            text=text,
            score=self._score(example, text),
            reward=self._rewards.of(self._questions[example.question_id], example, text).total,
        )

    def _score(self, example: TrainingExample, text: str) -> float:
        question = self._questions[example.question_id]
        answer = self._rewards.written(question, example, text).answer
        return 0.0 if answer is None else kind_of(question).score(answer, example.content)
