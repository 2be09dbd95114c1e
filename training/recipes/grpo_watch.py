"""Watches a training by reward: alarms after each log.

An alarm lies in `alarms.jsonl` beside the checkpoints, each kind once until it was silent again;
one that pauses makes the trainer save and stop, and the run rests with the reason.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from training import files
from training.alarms import Alarm, AlarmKind, AlarmLimits, RewardLog, alarms_of, reward_log
from training.ranks import speaks

log = logging.getLogger("training")

ALARMS = "alarms.jsonl"


class Watch(TrainerCallback):
    """Says what goes wrong; `paused` is the alarm that made the training stop."""

    def __init__(self, folder: Path, limits: AlarmLimits) -> None:
        self._folder, self._limits = folder, limits
        self._holding: set[AlarmKind] = set()
        # Read once: of several processes one writes the alarm that the others would count already.
        self._n_pauses = n_pauses(folder)
        self.paused: Alarm | None = None

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **more: Any) -> None:
        """Look at all numbers so far."""
        if "loss" not in (logs or {}):
            return  # the summary at the end
        found = alarms_of(_history(state.log_history), self._limits, self._n_pauses)
        for alarm in found:
            if alarm.kind not in self._holding and speaks():
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
