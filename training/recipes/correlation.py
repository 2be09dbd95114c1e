"""Train the `correlation` student: change points with a cause, learned without labels.

It learns to predict the next change of every variable from a graph that it draws at each sample
(CORD_CPD, thesis chapter 4); labels play no part in the loss, and people's choose the
threshold only where there are enough. What differs from the thesis, and why:

1. Errors count by Huber's loss in units of the usual change, so that rare knocks do not rule.
2. Smoothness of the graph is asked for late and then more and more; at first large logits cost
   something instead. From the start, it makes the graph constant in most trainings.
3. A graph that is constant all the same is noticed, and the training begins anew with other random
   numbers and half the smoothness. The time that it took counts.

Two clocks: with `steps` a training is the same to the last bit wherever it runs, interrupted or
not; without, it takes `cpu_minutes`, and how far it comes depends on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.questions.base import Question
from training.examples import Progress, TrainingExample, TrainingStopped
from training.recipes.own_threads import own_threads

if TYPE_CHECKING:
    from core.students.correlation import CorrelationStudent


@dataclass(frozen=True)
class CorrelationRecipeConfig:
    """Settings of the recipe."""

    seed: int = 1
    """Fixes the weights, the order of windows and what is drawn of the graph."""
    cpu_minutes: float = 2.0
    """How long it learns, in minutes of one processor core, restarts included."""
    steps: int = 0
    """Optimiser steps instead of minutes; 0 goes by the minutes."""
    batch_size: int = 8
    """Pieces of windows per pass; fewer of windows with more than a dozen channels."""
    accumulate: int = 1
    """Passes whose gradients make one step: two of half the size need half the memory."""
    hidden: int = 32
    """Width of all layers."""
    features: int = 1
    """Channels in a row that describe one variable: 3 where ch1 to ch3 are one sensor's axes."""
    axes: int = 1
    """Directions of space that a variable's features come in, in turn: 2 for x, y, vx, vy."""
    mirror: bool = True
    """Windows count as the same upside down, or mirrored and turned where there are axes."""
    differences: bool = True
    """The graph is drawn from changes between samples too, not from values alone."""
    lags: int = 2
    """Earlier changes that a prediction reads; 0 where the features say the speed already."""
    together: bool = True
    """Channels that move at the same moment count as connected, not only those that follow."""
    length: int = 100
    """Samples of a piece that is learned from at once; longer windows are cut."""
    horizon: int = 5
    """Samples that it predicts on while it learns, each from the one before."""
    reach: int = 10
    """The same when it looks for changes: the longer, the more noise is averaged away."""
    every: int = 5
    """Samples between two of which it predicts on."""
    learning_rate: float = 3e-3
    """Peak of the schedule, which rises quickly and falls to zero."""
    huber: float = 0.3
    """Errors count linearly from here on, in units of the usual change."""
    temperature: float = 0.5
    """How far what is drawn of a connection is from plain yes or no."""
    free: float = 0.1
    """Share of the training before the graph has to be smooth."""
    smoothness: float = 0.05
    """Cost of a changing graph when smoothness sets in."""
    ramp: float = 4.0
    """How many times that at the end."""
    logit_penalty: float = 0.01
    """Cost of large logits while the graph is free; a fiftieth of it later."""
    collapsed_below: float = 0.5
    """Spread of the logits below which the graph counts as constant."""
    check_epochs: int = 5
    """Epochs after which it is looked at first; a quarter of the training at the latest."""
    most_restarts: int = 3
    """How often it may begin anew."""
    span: int = 50
    """Samples on each side of t that are compared; 1 compares neighbouring graphs alone."""
    apart: int = 25
    """Samples that two change points are apart at least."""
    expected: float = 1.0
    """Change points a window that are expected where too few windows are reviewed."""
    fewest_reviewed: int = 20
    """Reviewed windows from which they choose the threshold."""
    checkpoint_every: int = 200
    """Steps between two checkpoints; one is written too when training is asked to stop."""
    threads: int = 1
    """Threads of torch; results are compared at one."""

    def __post_init__(self) -> None:
        counts = (
            self.batch_size,
            self.accumulate,
            self.hidden,
            self.features,
            self.axes,
            self.horizon,
            self.every,
        )
        more = (
            self.reach,
            self.span,
            self.apart,
            self.check_epochs,
            self.checkpoint_every,
            self.threads,
        )
        if min(*counts, *more) < 1 or min(self.steps, self.lags, self.most_restarts) < 0:
            raise ConfigError(
                f"{self} has a size, a number or an interval below 1, which cannot train anything; "
                "give at least 1 each, and 0 or more steps, lags and restarts"
            )
        if self.steps == 0 and self.cpu_minutes <= 0:
            raise ConfigError(
                f"{self.cpu_minutes} minutes and no steps leave no time to learn; give one of them"
            )
        if self.features % self.axes:
            raise ConfigError(
                f"{self.features} features do not come in {self.axes} axes; give a number of axes "
                "that divides them"
            )
        if self.length < 4 * self.horizon:
            raise ConfigError(
                f"pieces of {self.length} samples are too short to predict {self.horizon} on; give "
                f"a length of {4 * self.horizon} or more"
            )
        if self.hidden % 2:
            raise ConfigError(
                f"a width of {self.hidden} cannot be shared by two directions; give an even one"
            )


def base_revision(config: CorrelationRecipeConfig) -> str:
    """Say what the student begins with, for the run's record."""
    return f"a network of width {config.hidden}, made with seed {config.seed}"


def fit(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: CorrelationRecipeConfig,
    *,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
) -> CorrelationStudent:
    """Train a student; resumes from a checkpoint in `checkpoint_dir` when there is one.

    Learns from the windows of change point questions that have two variables or more; examples of
    other questions are left out, and so is the student's answer to them.

    Raises:
        TrainingStopped: `should_stop` said so; a checkpoint was written.
        DivergedError: the loss or its gradient is no finite number; checkpoints are from before.
        ConfigError: there is no window to learn from, or the checkpoint is another training's.
    """
    with own_threads(config.threads):
        return _fit(examples, questions, config, report, should_stop, checkpoint_dir)


def _fit(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: CorrelationRecipeConfig,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
) -> CorrelationStudent:
    from training.recipes.correlation_data import windows_to_learn
    from training.recipes.correlation_finish import finished_student
    from training.recipes.correlation_loss import train_step
    from training.recipes.correlation_state import CorrelationState

    asked = tuple(question for question in questions if question.kind == "change_point")
    windows = windows_to_learn(examples, asked, config)
    state = CorrelationState.start(config, windows, checkpoint_dir)
    per_step = config.batch_size * config.accumulate
    while not state.finished:
        if should_stop():
            state.write_checkpoint()
            raise TrainingStopped(state.step, state.total)
        state.advance(train_step(state, windows, config))
        report(Progress(state.step, state.total, state.loss, None, state.stage, windows=per_step))
        if state.step % config.checkpoint_every == 0 and not state.finished:
            state.write_checkpoint()
    return finished_student(state, windows, examples, asked, config)
