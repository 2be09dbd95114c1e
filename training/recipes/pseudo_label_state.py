"""What a training holds between two steps: weights, their average, the best so far, randomness.

All of it goes into a checkpoint, so that a resumed training ends where an uninterrupted one does.
"""

from __future__ import annotations

import copy
import math
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from core.errors import ConfigError
from core.students.series import SeriesConfig, SeriesModel
from training.recipes import checkpoints

if TYPE_CHECKING:
    from training.recipes.pseudo_label import PseudoLabelConfig

ADJUSTABLE = (
    "batch_size",
    "decoder_batch_size",
    "text_batch_size",
    "event_batch_size",
    "accumulate",
    "learning_rate",
)
"""Settings under which a training may go on that began with others: after it ran out of memory, or
its loss was no number."""
EVENT_SPEED = 3.0
"""Learning rate of the event heads, relative to the rest: events are few and features ready."""
_LATER = (
    "size",
    "base",
    "body",
    "temperatures",
    "student",
    "lora_rank",
    "soft_tokens",
    "accumulate",
)
_RISE = 0.2  # share of the steps over which the learning rate rises


def learning_share(progress: float) -> float:
    """Return the learning rate relative to its peak: up for a fifth, then down along a cosine."""
    if progress < _RISE:
        return 0.04 + 0.96 * progress / _RISE
    return max(1e-3, 0.5 * (1 + math.cos(math.pi * (progress - _RISE) / (1 - _RISE))))


class TrainingState:
    """Model, optimiser and everything that must survive an interruption.

    `notes` is what tasks noticed so far, by question; it survives with the rest.
    """

    def __init__(self, student: SeriesConfig, config: PseudoLabelConfig, folder: Path, tag: str):
        torch.manual_seed(config.seed)
        self.config = config
        self.model = SeriesModel(student)
        events = list(self.model.net.events.parameters())
        heads = {id(parameter) for parameter in events}
        others = [p for p in self.model.parameters() if id(p) not in heads]
        groups: list[dict[str, Any]] = [{"params": others, "speed": 1.0}]
        if events:
            groups.append({"params": events, "speed": EVENT_SPEED})
        self.optimiser = torch.optim.AdamW(groups, config.learning_rate, weight_decay=0.05)
        self.rng = torch.Generator().manual_seed(config.seed)
        self.average = _copy(self.model)
        self.best = _copy(self.model)
        self.best_score = -math.inf
        self.score: float | None = None
        self.worse_looks = 0
        self.step = 0
        self.notes: dict[str, Tensor] = {}
        self._folder = folder
        self.tag = tag
        self._judge = copy.deepcopy(self.model)

    @classmethod
    def start(
        cls, student: SeriesConfig, config: PseudoLabelConfig, folder: Path, n_examples: int
    ) -> TrainingState:
        """Start anew, or from the checkpoint in `folder`."""
        tag = _tag(student, config, n_examples)
        state = cls(student, config, folder, tag)
        saved = checkpoints.newest(folder)
        if saved is not None:
            state._take_up(saved)
        return state

    @property
    def finished(self) -> bool:
        """Whether all steps are done or the validation score has stopped rising."""
        return self.step >= self.config.steps or self.worse_looks > self.config.patience

    def set_learning_rate(self, progress: float) -> None:
        """Follow `learning_share`; the event heads at their own speed."""
        share = learning_share(progress)
        for group in self.optimiser.param_groups:
            group["lr"] = self.config.learning_rate * group["speed"] * share

    def advance(self) -> None:
        """Count a step and move the averaged weights; the average starts fast."""
        decay = min(self.config.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for name, value in self.model.state_dict().items():
                self.average[name].lerp_(value, 1 - decay)
        self.step += 1

    def judge(self, score: float | None) -> None:
        """Keep the averaged weights when they are the best so far; without a score, the latest."""
        self.score = score
        if score is None or score > self.best_score:
            self.best = {name: value.clone() for name, value in self.average.items()}
            self.best_score = -math.inf if score is None else score
            self.worse_looks = 0
        else:
            self.worse_looks += 1

    def averaged_model(self) -> SeriesModel:
        """Return a model with the averaged weights; the same object each time."""
        self._judge.load_state_dict(self.average)
        return self._judge.eval()

    def best_model(self) -> SeriesModel:
        """Return a model with the best weights."""
        self._judge.load_state_dict(self.best)
        return self._judge.eval()

    def write_checkpoint(self) -> None:
        """Write everything, so that a training that dies goes on from here."""
        state = {
            "tag": self.tag,
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "rng": self.rng.get_state(),
            "average": self.average,
            "best": self.best,
            "best_score": self.best_score,
            "score": self.score,
            "worse_looks": self.worse_looks,
            "step": self.step,
            "notes": self.notes,
        }
        checkpoints.write(self._folder, self.step, state)

    def _take_up(self, saved: dict[str, Any]) -> None:
        if saved["tag"] != self.tag:
            raise ConfigError(
                f"the checkpoint in {self._folder} belongs to a training with other settings or "
                "examples, so it cannot be continued with these; give an empty folder, or the old "
                "settings"
            )
        self.model.load_state_dict(saved["model"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.rng.set_state(saved["rng"])
        self.average, self.best = saved["average"], saved["best"]
        self.best_score, self.score = saved["best_score"], saved["score"]
        self.worse_looks, self.step = saved["worse_looks"], saved["step"]
        self.notes = saved["notes"]


def _tag(student: SeriesConfig, config: PseudoLabelConfig, n_examples: int) -> str:
    """Return what a training is of; what came later is named only where it is not the default.

    So a training that an earlier version began can be gone on with. What may change on the way is
    not part of it.
    """
    usual = {name: field.default for name, field in SeriesConfig.model_fields.items()}
    left_out = {name for name in _LATER if name in usual and getattr(student, name) == usual[name]}
    defaults = {field.name: field.default for field in fields(config)}
    given = {**asdict(config), **{name: defaults[name] for name in ADJUSTABLE}}
    settings = {
        name: value
        for name, value in given.items()
        if name not in _LATER or value != defaults[name]
    }
    return f"{n_examples} {student.model_dump_json(exclude=left_out)} {sorted(settings.items())}"


def _copy(model: SeriesModel) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}
