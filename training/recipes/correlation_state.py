"""What a training of the correlation student holds between two steps, and when it begins anew.

All of it goes into a checkpoint, so that a resumed training ends where an uninterrupted one does.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from core.errors import ConfigError
from core.students.correlation_net import CorrelationNet, NetConfig
from training.recipes import checkpoints
from training.recipes.correlation_data import Windows
from training.recipes.correlation_loss import StepFigures

if TYPE_CHECKING:
    from training.recipes.correlation import CorrelationRecipeConfig

ADJUSTABLE = ("batch_size", "accumulate", "learning_rate")
"""Settings under which a training may go on that began with others: after it ran out of memory, or
its loss was no number."""
FEWEST_STEPS = 200
"""Steps before which a graph is not judged: with few windows an epoch is a few steps."""
LATEST_CHECK = 0.25
"""Share of the training at which the graph is looked at in any case."""
LAST_RESTART = 0.6
"""Share of the training after which nothing begins anew: too little time would be left."""


class CorrelationState:
    """Network, optimiser, clock, and how the graph looked in each epoch.

    Attributes:
        spent: of the whole training, in steps or in seconds of one core, restarts included.
        begun: what was spent when the present attempt began.
        eased: what smoothness is divided by; doubled at each restart.
        epochs: mean probability of a connection and spread of the logits, one row each.
    """

    def __init__(self, config: CorrelationRecipeConfig, windows: Windows, folder: Path) -> None:
        self.config = config
        self.unit = torch.tensor(windows.unit)
        self.net_config = NetConfig(
            n_features=config.features,
            hidden=config.hidden,
            differences=config.differences,
            lags=config.lags,
            together=config.together,
        )
        per_step = (
            config.batch_size
            * config.accumulate
            * min(config.length, max(len(r.x) for r in windows.reads))
        )
        self.epoch_steps = max(1, round(windows.n_samples / per_step))
        self.budget = float(config.steps) if config.steps else 60.0 * config.cpu_minutes
        self.spent, self.begun, self.step, self.attempt_step = 0.0, 0.0, 0, 0
        self.restarts, self.eased, self.loss = 0, 1.0, 0.0
        self.epochs: list[tuple[float, float]] = []
        self._sums, self._counted = [0.0, 0.0, 0.0], 0
        self._folder = folder
        self._tag = _tag(config, windows)
        self._begin()

    @classmethod
    def start(
        cls, config: CorrelationRecipeConfig, windows: Windows, folder: Path
    ) -> CorrelationState:
        """Start anew, or from the checkpoint in `folder`."""
        state = cls(config, windows, folder)
        saved = checkpoints.newest(folder)
        if saved is not None:
            state._take_up(saved)
        state._last = time.process_time()
        return state

    def _begin(self) -> None:
        """Make weights, optimiser and randomness of an attempt."""
        seed = self.config.seed + 10_007 * self.restarts
        torch.manual_seed(seed)
        self.net = CorrelationNet(self.net_config)
        self.optimiser = torch.optim.Adam(self.net.parameters(), self.config.learning_rate)
        self.rng = torch.Generator().manual_seed(seed)
        self._last = time.process_time()

    @property
    def progress(self) -> float:
        """Share of the present attempt that is done."""
        return min(1.0, (self.spent - self.begun) / max(1e-9, self.budget - self.begun))

    @property
    def finished(self) -> bool:
        """Whether the budget is spent."""
        return self.spent >= self.budget

    @property
    def total(self) -> int:
        """Steps of the whole training; by the clock, as many as its pace so far makes likely."""
        if self.config.steps:
            return self.config.steps
        return max(self.step, round(self.step * self.budget / max(self.spent, 1e-9)))

    @property
    def collapsed(self) -> bool:
        """Whether the graph of the last epoch was all but constant."""
        return bool(self.epochs) and self.epochs[-1][1] < self.config.collapsed_below

    @property
    def stage(self) -> str:
        """Say how the graph looks, for people."""
        if not self.epochs:
            return "learning how the channels move each other"
        mean_p, spread = self.epochs[-1]
        again = f", begun anew {self.restarts}×" if self.restarts else ""
        alike = spread < self.config.collapsed_below
        all_pairs = ", so far alike for all pairs at all samples" if alike else ""
        return (
            f"epoch {len(self.epochs)}: {mean_p:.0%} of the pairs of channels connected on "
            f"average{all_pairs}{again}"
        )

    def advance(self, figures: StepFigures) -> None:
        """Count a step; at the end of an epoch look whether the graph is constant."""
        self.step += 1
        self.attempt_step += 1
        now = time.process_time()
        self.spent += 1.0 if self.config.steps else now - self._last
        self._last = now
        self.loss = figures.loss
        for place, value in enumerate((figures.loss, figures.mean_p, figures.spread)):
            self._sums[place] += value
        self._counted += 1
        if self._counted >= self.epoch_steps:
            self._close_epoch()
        if self._due and self.collapsed and self._may_restart:
            self._restart()

    def close(self) -> None:
        """Count the last epoch, whole or not."""
        if self._counted:
            self._close_epoch()

    def _close_epoch(self) -> None:
        _, mean_p, spread = (total / self._counted for total in self._sums)
        self.epochs.append((mean_p, spread))
        self._sums, self._counted = [0.0, 0.0, 0.0], 0

    @property
    def _due(self) -> bool:
        enough = max(self.config.check_epochs * self.epoch_steps, FEWEST_STEPS)
        return self.attempt_step >= enough or self.progress >= LATEST_CHECK

    @property
    def _may_restart(self) -> bool:
        early = self.spent < LAST_RESTART * self.budget
        return early and self.restarts < self.config.most_restarts

    def _restart(self) -> None:
        self.restarts += 1
        self.eased *= 2
        self.begun, self.attempt_step = self.spent, 0
        self.epochs, self._sums, self._counted = [], [0.0, 0.0, 0.0], 0
        self._begin()

    def write_checkpoint(self) -> None:
        """Write everything, so that a training that dies goes on from here."""
        kept = {name: getattr(self, name) for name in _KEPT}
        state = {
            "tag": self._tag,
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "rng": self.rng.get_state(),
            **kept,
        }
        checkpoints.write(self._folder, self.step, state)

    def _take_up(self, saved: dict[str, Any]) -> None:
        if saved["tag"] != self._tag:
            raise ConfigError(
                f"the checkpoint in {self._folder} belongs to a training with other settings or "
                "windows, so it cannot be continued with these; give an empty folder, or the old "
                "settings"
            )
        for name in _KEPT:
            setattr(self, name, saved[name])
        self.net.load_state_dict(saved["net"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self.rng.set_state(saved["rng"])


_KEPT = (
    "spent",
    "begun",
    "step",
    "attempt_step",
    "restarts",
    "eased",
    "loss",
    "epochs",
    "_sums",
    "_counted",
)


def _tag(config: CorrelationRecipeConfig, windows: Windows) -> str:
    """Return what a training is of; what may change on the way is no part of it."""
    settings = {k: v for k, v in asdict(config).items() if k not in ADJUSTABLE}
    return f"{len(windows.reads)} {windows.n_samples} {windows.unit} {sorted(settings.items())}"
