"""GRPO: a reasoning student learns from a reward, item by item, among several answers of its own.

On each item a group of answers is sampled; each learns in proportion to how much more it earned
than its group (Shao et al. 2024), held near the model at the beginning by a divergence:

    A_i = (R_i - mean R) / (std R + 1e-4)
    loss = - mean over tokens of min(p A, clip(p, 1 - c, 1 + c) A) - beta KL + e entropy

with p the ratio of a token's probability to the one it was drawn with. One step is one generation:
what is drawn is learned from once, so that a run may stop, and go on, after any step. The settings
are TimeMaster's, which trained the whole model; with adapters its learning rate moves little. The
loop is TRL's; the rewards are ours (`training.rewards`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.questions.base import Question
from core.selection_terms import WORDS
from core.students.vlm_licences import SUGGESTED
from training.alarms import AlarmLimits
from training.examples import Progress, TrainingExample, TrainingStopped
from training.probes import choose
from training.recipes.own_threads import own_threads
from training.reward_format import FORMAT_RULES, FormatRule
from training.rewards import Term, TermName, chosen_terms
from training.text_judging import text_judge

if TYPE_CHECKING:
    from core.students.vlm import VlmStudent

ADJUSTABLE = (
    "batch_size",
    "accumulate",
    "learning_rate",
    "written_at_once",
    "pause_at_kl",
    "look_every",
    "validate_on",
    "checkpoint_every",
)
"""Settings under which a training may go on that began with others."""


@dataclass(frozen=True)
class GrpoConfig:
    """Settings of the recipe; the defaults are TimeMaster's where it publishes them."""

    base: str = SUGGESTED
    """What it begins with: the id or folder of an image-text model, or the folder of a version. A
    version that was trained by examples knows the form, and learns much faster."""
    seed: int = 1
    """Fixes the adapters, the order of items and what is drawn."""
    steps: int = 200
    """Optimiser steps; each draws new answers and learns from them once."""
    group_size: int = 5
    """Answers drawn per item, which are measured against each other."""
    batch_size: int = 1
    """Items whose answers are learned from at once; more need more memory."""
    accumulate: int = 8
    """How many times that many items make a step."""
    learning_rate: float = 1e-6
    """Constant. Published for a whole model; with adapters ten times as much is usual."""
    beta: float = 0.01
    """Weight of the divergence from the model at the beginning; 0 lets it go anywhere."""
    clip: float = 0.2
    """How far the probability of a token may move at once before it counts no more."""
    entropy: float = 0.001
    """Weight of staying undecided, which keeps answers different from each other."""
    written_at_once: int = 40
    """Answers that are written at once, at least those of a batch; fewer need less memory and take
    longer."""
    temperature: float = 1.0
    """At which answers are drawn; below 1 they are more alike, and teach less."""
    max_new_tokens: int = 512
    """Tokens that an answer may take; what is cut off there is no answer."""
    lora_rank: int = 16
    """Rank of fresh adapters; a version's own go on learning as they are."""
    only_reviewed: bool = False
    """Reward only on items that a person decided: a teacher's errors are then not learned."""
    accuracy_weight: float = 0.9
    """What a right answer earns: by its label, or by the overlap of its intervals."""
    format_weight: float = 0.1
    """What the structure of an answer earns."""
    format_rule: FormatRule = field(default="strict", metadata={"choices": FORMAT_RULES})
    """The whole structure (strict), or a valid tag anywhere, as TimeMaster's code has it."""
    interval_f1_weight: float = 0.0
    """What events found and not invented earn, one to one, at half the union or more."""
    interval_iou_weight: float = 0.0
    """What the samples that are in both earn, over the samples in either."""
    grounding_weight: float = 0.0
    """What a rationale earns whose claims the data confirm."""
    axes_weight: float = 0.0
    """What a rationale earns whose positions, values and units are on the axes."""
    length_weight: float = 0.0
    """What a rationale of a wanted length earns."""
    fewest_words: int = WORDS[0]
    """Words from which a rationale is long enough."""
    most_words: int = WORDS[1]
    """Words up to which it is not too long."""
    extension_weight: float = 0.0
    """What a judge's score of the part after a right class earns; published with 0.5."""
    judge_url: str = ""
    """Address of the judge, up to and with /v1; it must run on this machine."""
    judge_model: str = ""
    """Name of the judge there."""
    judge_key_name: str = ""
    """Name of the variable or secret that holds its key; empty for none."""
    four_bit: bool = True
    """Hold the base in 4 bits where bitsandbytes and a CUDA device are there."""
    gradient_checkpointing: bool = True
    """Compute parts twice: about a fifth slower, and what is learned from at once takes a tenth of
    the memory or less."""
    pause_at_kl: float = 0.2
    """Divergence per token at which the run pauses and says so; 0 never pauses."""
    look_every: int = 20
    """Steps between two looks at the probes and at validation items."""
    validate_on: int = 16
    """Validation items that a look answers; 0 answers the probes alone."""
    checkpoint_every: int = 20
    """Steps between two checkpoints; one is written too when training is asked to stop."""
    threads: int = 1
    """Threads of torch; results are compared at one."""

    def __post_init__(self) -> None:
        counts = (self.steps, self.batch_size, self.accumulate, self.max_new_tokens)
        counts = (*counts, self.lora_rank, self.look_every, self.checkpoint_every, self.threads)
        counts = (*counts, self.written_at_once)
        if min(counts) < 1 or self.validate_on < 0:
            raise ConfigError(
                f"{self} has a number of steps, a size, a rank or an interval below 1, which "
                "cannot train anything; give at least 1 each"
            )
        if self.group_size < 2:
            raise ConfigError(
                f"group_size={self.group_size} leaves an answer nothing to be measured against; "
                "give 2 or more"
            )
        if self.temperature <= 0 or not 0 < self.clip < 1 or min(self.beta, self.entropy) < 0:
            raise ConfigError(
                f"temperature={self.temperature}, clip={self.clip}, beta={self.beta} and entropy="
                f"{self.entropy} cannot be meant; give a temperature above 0, a clip between 0 and "
                "1, and weights of 0 or more"
            )
        if not 1 <= self.fewest_words <= self.most_words:
            raise ConfigError(
                f"a rationale of {self.fewest_words} to {self.most_words} words cannot be wanted; "
                "give fewest words of 1 or more, and not above the most"
            )
        if self.extension_weight and not self.judge_url:
            raise ConfigError(
                f"extension_weight={self.extension_weight} needs a judge, and judge_url is empty; "
                "name one that runs on this machine, or give the weight 0"
            )
        _ = self.limits  # its own check speaks
        chosen_terms({**self.weights, "extension": 0.0} if self.judge_url else self.weights)

    @property
    def weights(self) -> dict[TermName, float]:
        """What each term of the reward counts for."""
        return {
            "accuracy": self.accuracy_weight,
            "format": self.format_weight,
            "interval_f1": self.interval_f1_weight,
            "interval_iou": self.interval_iou_weight,
            "grounding": self.grounding_weight,
            "axes": self.axes_weight,
            "length": self.length_weight,
            "extension": self.extension_weight,
        }

    @property
    def limits(self) -> AlarmLimits:
        """From which numbers on an alarm is given."""
        return AlarmLimits(kl=self.pause_at_kl)


def base_revision(config: GrpoConfig) -> str:
    """Say what the student begins with, for the run's record."""
    from core.students.vlm_base import start_of
    from training.recipes.reasoner_sft import said_of

    return said_of(start_of(config.base))


def fit(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: GrpoConfig,
    *,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
) -> VlmStudent:
    """Train a student by reward; resumes from a checkpoint in `checkpoint_dir` when there is one.

    Raises:
        TrainingStopped: `should_stop` said so, or an alarm paused it; a checkpoint was written.
        DivergedError: the loss or its gradient is no finite number; checkpoints are from before.
        ConfigError: there is no example to learn from, or the checkpoint is another training's.
    """
    judge = (
        text_judge(
            config.judge_url, config.judge_model, config.judge_key_name, checkpoint_dir / "judge"
        )
        if config.judge_url
        else None
    )
    return fit_with(
        chosen_terms(config.weights, judge),
        examples,
        questions,
        config,
        report=report,
        should_stop=should_stop,
        checkpoint_dir=checkpoint_dir,
    )


def fit_with(
    terms: dict[TermName, Term],
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: GrpoConfig,
    *,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
) -> VlmStudent:
    """Train as `fit` does with these terms of the reward; a control may hand in one of its own."""
    from training.recipes.vlm_policy import learned_from

    learn, held, asked = learned_from(examples, questions, config.only_reviewed)
    with own_threads(config.threads):
        return _fit(terms, learn, held, asked, config, report, should_stop, checkpoint_dir)


def _fit(
    terms: dict[TermName, Term],
    learn: Sequence[TrainingExample],
    held: Sequence[TrainingExample],
    asked: Sequence[Question],
    config: GrpoConfig,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
) -> VlmStudent:
    from core.students.vlm_base import start_of
    from training.recipes import vlm_policy
    from training.recipes.grpo_rewards import Rewards
    from training.recipes.grpo_trainer import grpo_trainer
    from training.recipes.grpo_watch import Watch
    from training.recipes.trl_run import Run, train
    from training.recipes.vlm_looks import Looks

    start, render = start_of(config.base), vlm_policy.render_of(config.base)
    words = (config.fewest_words, config.most_words)
    rewards = Rewards(terms, config.weights, config.format_rule, words, render)
    student = vlm_policy.policy(
        start,
        asked,
        vlm_policy.Writing(
            "extended" if config.extension_weight else vlm_policy.form_of(config.base),
            render,
            config.max_new_tokens,
        ),
        lora_rank=config.lora_rank,
        seed=config.seed,
        four_bit=config.four_bit,
    )
    by_id = {question.id: question for question in asked}
    per_step = config.batch_size * config.accumulate
    items = vlm_policy.in_epochs(learn, config.steps * per_step, config.seed)
    rows = [(by_id[one.question_id], one) for one in items]
    watch = Watch(checkpoint_dir, config.limits)
    probed, shown = choose([*learn, *held], config.seed), held[: config.validate_on]
    look = Looks(checkpoint_dir, student, probed, shown, rewards)
    trainer = grpo_trainer(student, rows, rewards, config, checkpoint_dir, watch)
    run = Run(
        checkpoint_dir,
        report,
        should_stop,
        tag=vlm_policy.tag_of(config, ADJUSTABLE, start, vlm_policy.example_tags(learn)),
        checkpoint_every=config.checkpoint_every,
        stage="learning from a reward",
        windows=per_step,
        look=look,
        look_every=config.look_every,
    )
    look.begin()
    train(trainer, run)
    if watch.paused is not None:
        raise TrainingStopped(watch.paused.step, config.steps, watch.paused.message)
    return vlm_policy.without_reference(student)
