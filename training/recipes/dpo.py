"""DPO: a reasoning student learns which of two answers to an item is the better one.

    loss = - log sigmoid( beta [ log (p(chosen) / q(chosen)) - log (p(rejected) / q(rejected)) ] )

with p the model that learns and q the one at the beginning (Rafailov et al. 2023). The pairs are
from up to four origins (`training.preference_pairs`); which, and how many, lies in `pairs.jsonl`
beside the checkpoints. Answers are cut to about 90 tokens: the beginning decides, and long ones
teach length (LLaVA-Reasoner, which calls it crucial). The loop is TRL's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.questions.base import Question
from core.students.vlm_licences import SUGGESTED
from training.examples import Progress, TrainingExample
from training.preference_pairs import MEDIUM, MOST_PAIRS, Mix, Origin, expected_mix
from training.preferences import StoredPreference
from training.probes import choose
from training.ranks import speaks, wait_for
from training.recipes.own_threads import own_threads

if TYPE_CHECKING:
    from core.students.vlm import VlmStudent

ADJUSTABLE = ("batch_size", "accumulate", "learning_rate", "look_every", "validate_on",
              "checkpoint_every")  # fmt: skip
"""Settings under which a training may go on that began with others."""


@dataclass(frozen=True)
class DpoConfig:
    """Settings of the recipe; the defaults are LLaVA-Reasoner's where it publishes them."""

    base: str = SUGGESTED
    """What it begins with: the id or folder of an image-text model, or the folder of a version. It
    should know the form already: train it by examples first."""
    seed: int = 1
    """Fixes the adapters, what is sampled, which texts are paired, and the order of pairs."""
    steps: int = 100
    """Optimiser steps of batch_size times accumulate pairs."""
    batch_size: int = 1
    """Pairs that are computed at once; fewer need less memory."""
    accumulate: int = 16
    """Batches whose gradients make one step."""
    learning_rate: float = 5e-7
    """Peak of the schedule. Published for a whole model; with adapters ten times as much is
    usual."""
    warmup_share: float = 0.1
    """Share of the steps over which the learning rate rises; then it falls along a cosine."""
    beta: float = 0.1
    """How near the model stays to the one at the beginning: more is nearer."""
    response_tokens: int = 90
    """Tokens of an answer that count; the rest of a longer one is cut off."""
    samples: int = 8
    """Answers sampled per item, right ones against wrong ones (published: 32); 0 samples none."""
    temperature: float = 1.0
    """At which they are sampled."""
    max_new_tokens: int = 512
    """Tokens that a sampled answer may take."""
    from_right: float = MEDIUM[0]
    """Share of right answers from which an item gives pairs: below it is too hard."""
    to_right: float = MEDIUM[1]
    """Share of right answers up to which an item gives pairs: above it is too easy."""
    most_pairs: int = MOST_PAIRS
    """Pairs of sampled answers per item and origin."""
    from_people: bool = True
    """Pairs of a corrected answer and the one before it, and preferences at the desk."""
    from_selection: bool = True
    """Pairs of answers that won a selection among teachers and those that lost it."""
    only_reviewed: bool = False
    """Sample only on items that a person decided: a teacher's errors are then not learned."""
    judge_url: str = ""
    """Address of a judge that scores sampled answers beside the trusted rationale, up to and with
    /v1; it must run on this machine. Empty: no such pairs."""
    judge_model: str = ""
    """Name of the judge there."""
    judge_key_name: str = ""
    """Name of the variable or secret that holds its key; empty for none."""
    lora_rank: int = 16
    """Rank of fresh adapters; a version's own go on learning as they are."""
    four_bit: bool = True
    """Hold the base in 4 bits where bitsandbytes and a CUDA device are there."""
    gradient_checkpointing: bool = True
    """Compute parts twice: about a fifth slower, and what is learned from at once takes a tenth of
    the memory or less."""
    look_every: int = 20
    """Steps between two looks at the probes and at validation items."""
    validate_on: int = 16
    """Validation items that a look answers; 0 answers the probes alone."""
    checkpoint_every: int = 20
    """Steps between two checkpoints; one is written too when training is asked to stop."""
    threads: int = 1
    """Threads of torch; results are compared at one."""

    def __post_init__(self) -> None:
        counts = (self.steps, self.batch_size, self.accumulate, self.response_tokens)
        counts = (*counts, self.max_new_tokens, self.most_pairs, self.lora_rank, self.threads)
        if min(*counts, self.look_every, self.checkpoint_every) < 1 or self.validate_on < 0:
            raise ConfigError(
                f"{self} has a number of steps, a size, a rank or an interval below 1, which "
                "cannot train anything; give at least 1 each"
            )
        if not 0 <= self.from_right < self.to_right <= 1 or not 0 <= self.warmup_share < 1:
            raise ConfigError(
                f"from_right={self.from_right}, to_right={self.to_right} and warmup_share="
                f"{self.warmup_share} cannot be meant; give shares in [0, 1], the first below the "
                "second, and the last below 1"
            )
        if self.beta <= 0 or self.temperature <= 0:
            raise ConfigError(
                f"beta={self.beta} and temperature={self.temperature} must lie above 0"
            )
        if self.samples < 0 or self.samples == 1:
            raise ConfigError(
                f"samples={self.samples} makes no pairs; give 2 or more, or 0 for no sampling"
            )
        if not self.samples and not (self.from_people or self.from_selection):
            raise ConfigError(
                "nothing is sampled and neither people nor selections give pairs, so there is "
                "nothing to learn; switch one of them on"
            )
        if self.judge_url and not self.samples:
            raise ConfigError(
                "a judge scores sampled answers and samples is 0; give 2 or more, or no judge"
            )


def mix_before(
    examples: Sequence[TrainingExample],
    preferences: Sequence[StoredPreference],
    config: DpoConfig,
) -> Mix:
    """Say before a training what its pairs will be made of, as far as that can be known."""
    learned = [one for one in examples if one.split == "train"]
    sampled = [one for one in learned if one.source == "correction" or not config.only_reviewed]
    told = expected_mix(learned, preferences)
    may_come = expected_mix(
        sampled,
        n_samples=config.samples,
        judged=bool(config.judge_url),
        most=config.most_pairs,
    )
    known: dict[Origin, int] = {
        "people": told.known["people"] if config.from_people else 0,
        "selection": told.known["selection"] if config.from_selection else 0,
    }
    return Mix(known, may_come.at_most)


def base_revision(config: DpoConfig) -> str:
    """Say what the student begins with, for the run's record."""
    from core.students.vlm_base import start_of
    from training.recipes.reasoner_sft import said_of

    return said_of(start_of(config.base))


def fit(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: DpoConfig,
    *,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
    preferences: Sequence[StoredPreference] = (),
) -> VlmStudent:
    """Train a student by pairs; resumes from what lies in `checkpoint_dir`.

    Raises:
        TrainingStopped: `should_stop` said so; sampled texts or a checkpoint are kept.
        DivergedError: the loss or its gradient is no finite number; checkpoints are from before.
        ConfigError: there is no pair to learn from, or the checkpoint is another training's.
    """

    with own_threads(config.threads):
        return _fit(examples, questions, config, preferences, report, should_stop, checkpoint_dir)


def _fit(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: DpoConfig,
    preferences: Sequence[StoredPreference],
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
) -> VlmStudent:
    from core.students.vlm_base import start_of
    from training.recipes import vlm_policy
    from training.recipes.dpo_pairs import Material, gather, kept_pairs
    from training.recipes.dpo_trainer import dpo_trainer
    from training.recipes.trl_run import Run, train
    from training.recipes.vlm_looks import Looks

    learn, held, asked = vlm_policy.learned_from(examples, questions)
    start, render = start_of(config.base), vlm_policy.render_of(config.base)
    form = vlm_policy.form_of(config.base)
    student = vlm_policy.policy(
        start,
        asked,
        vlm_policy.Writing(form, render, config.max_new_tokens),
        lora_rank=config.lora_rank,
        seed=config.seed,
        four_bit=config.four_bit,
    )
    material = Material(learn, asked, preferences, render, form)
    if speaks():
        first, pairs = gather(student, material, config, report, should_stop, checkpoint_dir)
    else:
        first, pairs = 0, wait_for(lambda: kept_pairs(checkpoint_dir), should_stop, config.steps)
    per_step = config.batch_size * config.accumulate
    rows = vlm_policy.in_epochs(pairs, config.steps * per_step, config.seed)
    look = Looks(
        checkpoint_dir,
        student,
        choose([*learn, *held], config.seed),
        held[: config.validate_on],
    )
    trainer = dpo_trainer(student, material, rows, config, checkpoint_dir)
    run = Run(
        checkpoint_dir,
        report,
        should_stop,
        tag=vlm_policy.tag_of(
            config, ADJUSTABLE, start, [pair.model_dump_json() for pair in pairs]
        ),
        checkpoint_every=config.checkpoint_every,
        stage=f"learning preferences ({len(pairs)} pairs)",
        windows=per_step,
        first=first,
        look=look,
        look_every=config.look_every,
    )
    look.begin()
    train(trainer, run)
    return vlm_policy.without_reference(student)
