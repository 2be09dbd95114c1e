"""Trains the nets of all studies of a training, counts their steps and keeps what they saw."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from training.examples import Progress, TrainingStopped
from training.recipes.noise_study import Net, Study, Studying, nets_of
from training.recipes.pseudo_label_patterns import PatternTask
from training.recipes.pseudo_label_tasks import Task

if TYPE_CHECKING:
    from training.recipes.pseudo_label import PseudoLabelConfig

Array = NDArray[np.float64]


class Ledger:
    """One training's studies. A net whose view is in `folder` is not trained again.

    Args:
        tag: says which training the views belong to; others are refused.
        steps_after: steps of the training that follows, for the count shown.
    """

    def __init__(
        self,
        folder: Path,
        tag: str,
        config: PseudoLabelConfig,
        tasks: Sequence[Task],
        report: Callable[[Progress], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self._folder, self._tag, self._config = folder, tag, config
        self._report, self._should_stop = report, should_stop
        self._tasks = [task for task in tasks if isinstance(task, PatternTask)]
        self._done = 0
        self.n_steps = sum(net.steps for task in self._tasks for net in nets_of(task.train, config))

    def study(self) -> list[tuple[PatternTask, Study]]:
        """Study every pattern question and tell its task what to learn.

        Raises:
            TrainingStopped: the training is to stop; the nets that were done are kept.
            ConfigError: the folder holds another training's views.
        """
        return [(task, self._study(task)) for task in self._tasks]

    def _study(self, task: PatternTask) -> Study:
        nets = {net.name: net for net in nets_of(task.train, self._config)}
        planned = self._done + sum(net.steps for net in nets.values())

        def keep(name: str, make: Callable[[], Array]) -> Array:
            begun = self._done
            view = self._kept(f"net-{task.head}-{name.replace(' ', '-')}", make)
            self._done = begun + nets[name].steps
            return view

        def tick(net: Net, step: int, loss: float) -> None:
            self._tick(task, net, step, loss)

        study = Studying(task.train, task.held, self._config, keep, tick).run()
        self._done = planned
        task.learn(study.shares)
        return study

    def _tick(self, task: PatternTask, net: Net, step: int, loss: float) -> None:
        stage = f"studying the labels of {task.question.name}: {net.name}"
        self._done += 1
        total = self.n_steps + self._config.steps
        self._report(Progress(self._done, total, loss, None, stage))
        if self._should_stop() and step < net.steps:
            raise TrainingStopped(self._done, total)

    def _kept(self, name: str, make: Callable[[], Array]) -> Array:
        path = self._folder / f"{name}.npz"
        if path.is_file():
            with np.load(path, allow_pickle=False) as saved:
                if str(saved["tag"]) != self._tag:
                    raise ConfigError(
                        f"{path} belongs to a training with other settings or examples, so it "
                        "cannot be continued with these; give an empty folder, or the old settings"
                    )
                return np.asarray(saved["view"], np.float64)
        view = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new.npz")
        np.savez(fresh, tag=np.array(self._tag), view=view)
        os.replace(fresh, path)
        return view
