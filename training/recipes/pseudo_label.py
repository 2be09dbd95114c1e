"""Train the `series` student on pseudo-labels and corrections. Runs on CPU in about two minutes.

Wrong labels are borne by augmentation, generalised cross-entropy, averaged weights and early
stopping on validation examples; corrections are drawn more often and learned with a loss that
trusts them more. When `study` is on, the pattern labels are studied before (`noise_study.py`):
which are suspected, what the teacher confuses, and what is learned instead.

The form of a page is built from the config, and the app never loads torch: so what needs it is
imported where it is used.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from core.errors import ConfigError
from core.questions.base import Question
from core.students.series_detectors import refuse_unknown
from core.students.sizes import MOST_SOFT, POCKET, SMOLLM2, Body, base_for, refuse_missing
from training.examples import Progress, TrainingExample, TrainingStopped
from training.recipes.own_threads import own_threads
from training.troubles import diverged

if TYPE_CHECKING:
    from core.students.series import SeriesStudent
    from training.recipes.pseudo_label_state import TrainingState
    from training.recipes.pseudo_label_tasks import Task

SIZES = (POCKET, SMOLLM2)
BODIES: tuple[Body, ...] = get_args(Body)


@dataclass(frozen=True)
class PseudoLabelConfig:
    """Settings of the recipe; the defaults are what the example and the benchmarks use."""

    seed: int = 1
    """Fixes the weights, the order of examples and the augmentation."""
    steps: int = 400
    """Optimiser steps at most; each step sees one batch per question that has examples."""
    batch_size: int = 64
    """Pattern windows per step for the encoder and its class head."""
    decoder_batch_size: int = 16
    """How many of them the decoder scores as well; the class head halves the cost this way."""
    text_batch_size: int = 8
    """Rationales per question and step; 0 trains a student that gives no reasons."""
    event_batch_size: int = 8
    """Anomaly windows per step."""
    accumulate: int = 1
    """Batches whose gradients make one step: two of half the size need half the memory."""
    learning_rate: float = 2e-3
    """Peak of the schedule, which rises over the first fifth and falls to zero."""
    gce_q: float = 0.7
    """Generalised cross-entropy for pattern labels: 0 is cross-entropy, 1 is absolute error."""
    event_gce_q: float = 0.1
    """The same for the samples of anomaly windows."""
    trusted_gce_q: float = 0.2
    """The same for examples that a person decided."""
    augmentation: float = 1.4
    """Strength of the augmentation of pattern windows; 0 switches it off."""
    mirror_events: bool = True
    """Events count as the same upside down and backwards; off for types that have a direction."""
    correction_weight: float = 5.0
    """How often a corrected example is drawn, relative to a pseudo-labelled one."""
    study: bool = False
    """Two nets, each trained on half of the windows, judge the pattern labels of the other half."""
    study_steps: int = 250
    """Optimiser steps of each net of the study."""
    relabel: bool = False
    """Learn what these nets and the teacher's usual mix-ups make likely, not the bare label."""
    relabel_from_reviews: bool = True
    """Where reviews look like a random draw, a net trained on them alone relabels the rest."""
    fewest_reviews: int = 60
    """Reviewed training windows from which such a net is worth listening to."""
    rounds: int = 0
    """Rounds of self-training on the surest windows of every label alike; each costs a net."""
    round_share: float = 0.9
    """Share of the windows that the last round learns from; earlier ones take less."""
    average: float = 0.99
    """Decay of the running average of the weights, which is what is kept; 0 keeps the latest."""
    validate_every: int = 50
    """Steps between two looks at the validation examples."""
    patience: int = 4
    """Looks without a better validation score before training stops early."""
    fewest_trusted: int = 20
    """Reviewed windows from which they alone say when to stop, and how sure an event must be."""
    checkpoint_every: int = 100
    """Steps between two checkpoints; one is written too when training is asked to stop."""
    threads: int = 1
    """Threads of torch; results are compared at one."""
    detectors: str = ""
    """Keys of detectors whose scores the event heads read as well, blanks between; empty: none."""
    student: str = field(default=POCKET, metadata={"choices": SIZES})
    """Its language model: pocket is made for it and trained whole; others exist already, and are
    named by a Hugging Face id or a folder's path where they are not in the list."""
    lora_rank: int = 0
    """Rank of the adapters that train inside a language model that exists; 0 leaves it as it is."""
    soft_tokens: int = 8
    """Vectors of a window that a language model which exists reads, at most 32; pocket reads 32."""
    body: Body = field(default="conv", metadata={"choices": BODIES})
    """Encoder: dilated convolutions (conv), or ProbSparse attention with distilling (informer)."""

    def __post_init__(self) -> None:
        sizes = (self.batch_size, self.decoder_batch_size, self.event_batch_size, self.accumulate)
        counts = (self.steps, self.study_steps, *sizes)
        if min(*counts, self.validate_every, self.checkpoint_every, self.threads) < 1:
            raise ConfigError(
                f"{self} has a number of steps, a batch size or an interval below 1, which cannot "
                "train anything; give at least 1 each"
            )
        shares = (self.gce_q, self.event_gce_q, self.trusted_gce_q)
        if min(shares) < 0 or max(shares) > 1:
            raise ConfigError(
                f"gce_q={self.gce_q}, event_gce_q={self.event_gce_q} and trusted_gce_q="
                f"{self.trusted_gce_q} must lie in [0, 1]"
            )
        if self.rounds < 0 or not 0 < self.round_share <= 1:
            raise ConfigError(
                f"rounds={self.rounds} with round_share={self.round_share} says nothing to learn "
                "from; give 0 rounds or more, and a share above 0 and at most 1"
            )
        if self.rounds and not self.study:
            raise ConfigError(
                f"rounds={self.rounds} need the study, which is off; switch it on, or give 0 rounds"
            )
        refuse_unknown(self.detector_keys)
        self._check_student()

    def _check_student(self) -> None:
        if self.body not in BODIES:
            raise ConfigError(f"body={self.body!r} is no encoder; give one of: {', '.join(BODIES)}")
        if not 1 <= self.soft_tokens <= MOST_SOFT or self.lora_rank < 0:
            raise ConfigError(
                f"soft_tokens={self.soft_tokens} with lora_rank={self.lora_rank} cannot be used; "
                f"give 1 to {MOST_SOFT} soft tokens, and a rank of 0 or more"
            )
        if self.student == POCKET and self.lora_rank:
            raise ConfigError(
                f"lora_rank={self.lora_rank} says nothing of the size {POCKET!r}, which is trained "
                "whole; give 0, or choose a language model that exists already"
            )
        refuse_missing(self.student, self.lora_rank)

    @property
    def detector_keys(self) -> tuple[str, ...]:
        """Return the keys in `detectors`, in their order."""
        return tuple(self.detectors.replace(",", " ").split())


def base_revision(config: PseudoLabelConfig) -> str:
    """Say what the student begins with, for the run's record."""
    base = base_for(config.student, config.lora_rank, config.soft_tokens)
    if base is None:
        return f"pocket, made from its configuration with seed {config.seed}"
    return f"{base.source} {base.revision} with weights {base.weights_sha256}"


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

    Questions without a training example are left out of the student.

    Raises:
        TrainingStopped: `should_stop` said so; a checkpoint was written.
        DivergedError: the loss or its gradient is no finite number; checkpoints are from before.
        ConfigError: there is no example to learn from, or the checkpoint is another training's.
    """
    with own_threads(config.threads):
        return _fit(examples, questions, config, report, should_stop, checkpoint_dir)


def _fit(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: PseudoLabelConfig,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
) -> SeriesStudent:
    from core.students.series import SeriesStudent
    from training.recipes.noise_ledger import Ledger
    from training.recipes.noise_report import write_report
    from training.recipes.pseudo_label_state import TrainingState
    from training.recipes.pseudo_label_tasks import build_tasks, student_config

    with_texts = config.text_batch_size > 0
    base = base_for(config.student, config.lora_rank, config.soft_tokens)
    resolved = student_config(
        examples, questions, with_texts, config.detector_keys, config.body, config.student, base
    )
    tasks = build_tasks(resolved, examples, config)
    state = TrainingState.start(resolved, config, checkpoint_dir, len(examples))
    for task in tasks:
        task.recall(state.notes)
    ledger = Ledger(checkpoint_dir, state.tag, config, tasks, report, should_stop)
    studies = ledger.study()
    before, total = ledger.n_steps, ledger.n_steps + config.steps
    stage = "learning " + " and ".join(task.question.name for task in tasks)
    sizes = {"pattern": config.batch_size, "anomaly": config.event_batch_size}
    windows = config.accumulate * sum(sizes[task.question.kind] for task in tasks)
    while not state.finished:
        if should_stop():
            state.write_checkpoint()
            raise TrainingStopped(before + state.step, total)
        loss = _train_step(tasks, state, config)
        if state.step % config.validate_every == 0 or state.step == config.steps:
            state.judge(_validate(tasks, state))
            for task in tasks:
                state.notes |= task.note(state.averaged_model())
        report(Progress(before + state.step, total, loss, state.score, stage, windows))
        if state.step % config.checkpoint_every == 0 and not state.finished:
            state.write_checkpoint()
    model = state.best_model()
    rules = {task.question.id: rules for task in tasks if (rules := task.rules(model)) is not None}
    warmth = {task.question.id: t for task in tasks if (t := task.temperature(model)) is not None}
    write_report(checkpoint_dir, studies, model)
    learned = {"rules": rules, "temperatures": warmth}
    return SeriesStudent(resolved.model_copy(update=learned), model)


def _train_step(tasks: Sequence[Task], state: TrainingState, config: PseudoLabelConfig) -> float:
    import torch

    progress = state.step / config.steps
    state.model.train()
    state.set_learning_rate(progress)
    state.optimiser.zero_grad(set_to_none=True)
    total = 0.0
    for task in tasks:
        for _ in range(config.accumulate):
            loss = task.loss(state.model, progress, state.rng) / config.accumulate
            loss.backward()
            total += float(loss.detach())
    norm = torch.nn.utils.clip_grad_norm_(state.model.parameters(), 1.0)
    for what, value in (("loss", total), ("gradient", float(norm))):
        if not math.isfinite(value):
            raise diverged(state.step + 1, what)
    state.optimiser.step()
    state.advance()
    return total / len(tasks)


def _validate(tasks: Sequence[Task], state: TrainingState) -> float | None:
    """Return the mean probability given to validation labels, by the averaged weights."""
    model = state.averaged_model()
    scores = [score for task in tasks if (score := task.validate(model)) is not None]
    return sum(scores) / len(scores) if scores else None
