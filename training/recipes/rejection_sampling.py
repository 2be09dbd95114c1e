"""Rejection sampling (STaR, RFT): a reasoning student learns from its own right answers.

On each item with a trusted answer several answers are sampled; those that are right, well formed
and not contradicted by the data are kept, three at most, each once (`training.sampled_texts`), and
learned as examples beside the ones there were. What was sampled lies in `samples.jsonl` beside the
checkpoints: a run that was killed goes on at the next item. One round; queue it again on its own
version for another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.questions.base import Question
from core.students.vlm_licences import SUGGESTED
from training.examples import Progress, TrainingExample, TrainingStopped
from training.phrases import StoredPhrase
from training.ranks import speaks, wait_for
from training.recipes.own_threads import own_threads
from training.recipes.reasoner_data import Row, Rows, Wanted, rows_of
from training.recipes.reasoner_sft import ReasonerSftConfig, fit_rows
from training.sampled_texts import (
    LEAST_GROUNDING,
    MOST_KEPT,
    SampledText,
    by_item,
    item_key,
    kept,
)

if TYPE_CHECKING:
    from core.students.vlm import VlmStudent
    from core.students.vlm_base import Start

log = logging.getLogger("training")

SAMPLES = "samples.jsonl"


@dataclass(frozen=True)
class RejectionSamplingConfig:
    """Settings of the recipe; how many are kept and learned is LLaVA-Reasoner's and RFT's idea."""

    base: str = SUGGESTED
    """What samples, and what learns: the id or folder of an image-text model, or the folder of a
    version. It should know the form already: train it by examples first."""
    seed: int = 1
    """Fixes the adapters, what is sampled and the order of examples."""
    samples: int = 8
    """Answers sampled per item."""
    temperature: float = 1.0
    """At which they are sampled; below 1 they are more alike."""
    most_kept: int = MOST_KEPT
    """Answers of an item that are learned at most."""
    least_grounding: float = LEAST_GROUNDING
    """Share of what an answer says of the data that must be so."""
    with_examples: bool = True
    """Learn the trusted answers beside the kept ones."""
    only_reviewed: bool = False
    """Sample only on items that a person decided: a teacher's errors are then not learned."""
    steps: int = 100
    """Optimiser steps of batch_size times accumulate examples."""
    batch_size: int = 4
    """Examples that are computed at once; fewer need less memory."""
    accumulate: int = 8
    """Batches whose gradients make one step."""
    learning_rate: float = 1e-4
    """Peak of the schedule; right for adapters."""
    lora_rank: int = 16
    """Rank of fresh adapters; a version's own go on learning as they are."""
    four_bit: bool = True
    """Hold the base in 4 bits where bitsandbytes and a CUDA device are there."""
    gradient_checkpointing: bool = True
    """Compute parts twice: about a fifth slower, and what is learned from at once takes a tenth of
    the memory or less."""
    max_new_tokens: int = 512
    """Tokens that an answer may take; what is cut off there is no answer."""
    validate_every: int = 50
    """Steps between two looks at validation examples and at the texts of the probe items."""
    n_validation: int = 32
    """Validation examples that are looked at."""
    checkpoint_every: int = 50
    """Steps between two checkpoints; one is written too when training is asked to stop."""
    threads: int = 1
    """Threads of torch; results are compared at one."""

    def __post_init__(self) -> None:
        if min(self.samples, self.most_kept, self.lora_rank) < 1 or self.temperature <= 0:
            raise ConfigError(
                f"samples={self.samples}, most_kept={self.most_kept}, lora_rank={self.lora_rank} "
                f"and temperature={self.temperature} sample or keep nothing; give at least 1 each, "
                "and a temperature above 0"
            )
        if not 0 <= self.least_grounding <= 1:
            raise ConfigError(
                f"least_grounding={self.least_grounding} is no share; give one from 0 to 1"
            )
        _ = self.learning  # its own check speaks

    @property
    def learning(self) -> ReasonerSftConfig:
        """How the kept answers are learned."""
        return ReasonerSftConfig(
            base=self.base,
            seed=self.seed,
            steps=self.steps,
            batch_size=self.batch_size,
            accumulate=self.accumulate,
            learning_rate=self.learning_rate,
            lora_rank=self.lora_rank,
            four_bit=self.four_bit,
            gradient_checkpointing=self.gradient_checkpointing,
            max_new_tokens=self.max_new_tokens,
            validate_every=self.validate_every,
            n_validation=self.n_validation,
            checkpoint_every=self.checkpoint_every,
            threads=self.threads,
        )

    @property
    def wanted(self) -> Wanted:
        """How trusted answers become prompts and targets."""
        return self.learning.wanted


def base_revision(config: RejectionSamplingConfig) -> str:
    """Say what the student begins with, for the run's record."""
    from core.students.vlm_base import start_of
    from training.recipes.reasoner_sft import said_of

    return said_of(start_of(config.base))


def fit(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: RejectionSamplingConfig,
    *,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
    phrases: Sequence[StoredPhrase] = (),
) -> VlmStudent:
    """Sample, keep and train; resumes from what lies in `checkpoint_dir`.

    Raises:
        TrainingStopped: `should_stop` said so; sampled texts or a checkpoint are kept.
        DivergedError: the loss or its gradient is no finite number; checkpoints are from before.
        ConfigError: there is nothing to learn from, or the checkpoint is another training's.
    """
    from core.students.vlm_base import start_of
    from training.recipes.vlm_policy import form_of, learned_from, preset_of

    learn, held_out, asked = learned_from(examples, questions, config.only_reviewed)
    start = start_of(config.base)
    steps = form_of(config.base) == "steps"
    learning = replace(config.learning, render=preset_of(config.base), steps_after=steps)
    wanted = learning.wanted
    with own_threads(config.threads):
        samples = _sampled(start, learn, asked, config, wanted, report, should_stop, checkpoint_dir)
        rows = kept_rows(samples, learn, asked, config, wanted)
        said = rows_of(examples, asked, wanted, phrases=phrases) if config.with_examples else None
        held = rows_of(examples, asked, wanted, "validation", phrases)
        all_rows = Rows((*rows, *(said.rows if said else ())), said.left_out if said else {})
        before, whole = len(learn), len(learn) + config.steps

        def later(progress: Progress) -> None:
            report(replace(progress, step=before + progress.step, total=whole))

        try:
            return fit_rows(
                all_rows,
                held,
                [*learn, *held_out],
                asked,
                learning,
                start,
                later,
                should_stop,
                checkpoint_dir,
            )
        except TrainingStopped as stopped:
            raise TrainingStopped(before + stopped.step, whole) from stopped


def kept_rows(
    samples: Sequence[SampledText],
    learn: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: RejectionSamplingConfig,
    wanted: Wanted,
) -> list[Row]:
    """Return the kept texts as what is learned.

    Raises:
        ConfigError: if none is kept and nothing else is learned.
    """
    asked, items = {one.id: one for one in questions}, {item_key(one): one for one in learn}
    rows = [
        Row(
            asked[items[item_id].question_id],
            items[item_id],
            wanted.reasons,
            one.text,
            tuple(option.key for option in asked[items[item_id].question_id].options),
            wanted.render,
        )
        for item_id, own in by_item(samples).items()
        for one in kept(own, config.most_kept, config.least_grounding)
    ]
    log.info(
        "%s of %s sampled answers are kept, on %s of %s items",
        len(rows),
        len(samples),
        len({row.example.item_id for row in rows}),
        len(items),
    )
    if not rows:
        raise ConfigError(
            f"none of the {len(samples)} sampled answers is right, well formed and borne by the "
            "data, so there is nothing of its own that the model could learn from; train it by "
            "examples first, or sample more"
        )
    return rows


def _sampled(
    start: Start,
    learn: Sequence[TrainingExample],
    asked: Sequence[Question],
    config: RejectionSamplingConfig,
    wanted: Wanted,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    folder: Path,
) -> list[SampledText]:
    """Return the texts of all items; the model that wrote them is gone when this returns."""
    from training.recipes.sampling import Draw, sample_first, sampled_already
    from training.recipes.vlm_policy import Writing, policy

    path = folder / SAMPLES
    if not speaks():
        return wait_for(
            lambda: sampled_already(learn, path, config.samples), should_stop, config.steps
        )
    writer = policy(
        start,
        asked,
        Writing(wanted.reasons, wanted.render, config.max_new_tokens),
        lora_rank=config.lora_rank,
        seed=config.seed,
        four_bit=config.four_bit,
    )
    return sample_first(
        writer,
        learn,
        asked,
        Draw(config.samples, config.temperature, config.seed),
        path,
        steps=config.steps,
        report=report,
        should_stop=should_stop,
        render=wanted.render,
    )
