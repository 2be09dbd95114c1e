"""Train the `series` student on pseudo-labels and corrections. Runs on CPU in minutes.

Noise is handled by augmentation, generalised cross-entropy, a share of say for corrections, and
early stopping on the validation examples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.questions.base import Question
from training.examples import Progress, TrainingExample

if TYPE_CHECKING:
    from core.students.series import SeriesStudent


@dataclass(frozen=True)
class PseudoLabelConfig:
    """Settings of the recipe; the defaults are what the example and the benchmarks use."""

    seed: int = 1
    """Fixes the weights, the order of examples and the augmentation."""
    steps: int = 550
    """Optimiser steps at most; each step sees one batch per question kind that has examples."""
    batch_size: int = 64
    """Pattern windows per step for the encoder and its class head."""
    decoder_batch_size: int = 16
    """How many of them the decoder scores as well; the class head halves the cost this way."""
    event_batch_size: int = 12
    """Anomaly windows per step."""
    learning_rate: float = 2e-3
    """Peak of the one-cycle schedule."""
    gce_q: float = 0.7
    """Generalised cross-entropy: 0 is cross-entropy, 1 is mean absolute error."""
    augmentation: float = 1.0
    """Strength of the augmentation; 0 switches it off."""
    correction_weight: float = 5.0
    """How often a corrected example is drawn, relative to a pseudo-labelled one."""
    average: float = 0.99
    """Decay of the running average of the weights, which is what is kept."""
    validate_every: int = 50
    """Steps between two looks at the validation examples."""
    patience: int = 5
    """Looks without a better validation score before training stops early."""
    checkpoint_every: int = 100
    """Steps between two checkpoints; one is written too when training is asked to stop."""
    threads: int = 1
    """Threads of torch; results are compared at one."""

    def __post_init__(self) -> None:
        if self.steps < 1 or self.batch_size < 1 or self.event_batch_size < 1:
            raise ConfigError(
                f"steps={self.steps}, batch_size={self.batch_size} and event_batch_size="
                f"{self.event_batch_size} cannot train anything; give at least 1 each"
            )


def fit(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: PseudoLabelConfig,
    *,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
) -> SeriesStudent:
    """Train a student; resumes from a checkpoint in `checkpoint_dir` when there is one.

    Raises:
        TrainingStopped: `should_stop` said so; a checkpoint was written.
        ConfigError: no example can be learned from.
    """
    raise NotImplementedError
