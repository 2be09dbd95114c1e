"""Train a `vlm` student to answer in words: supervised fine-tuning with TRL, adapters by default.

The loss counts the answer alone; prompt and picture are masked. Examples that give reasons are
learned with and without them, each under a prompt that asks for that form: learning both is better
at either than learning one (LLaVA-Reasoner: 72.8 direct and 74.4 with reasons, against 71.1 direct
alone and 73.2 reasons alone). The last weights are kept: nothing stops early.

The form of a page is built from the config, and the app never loads torch: so what needs it is
imported where it is used.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from core.errors import ConfigError
from core.questions.base import Question
from core.render_presets import PRESETS
from core.students.vlm_licences import SUGGESTED
from training import probes
from training.examples import Progress, TrainingExample, TrainingStopped
from training.phrases import StoredPhrase
from training.recipes.own_threads import own_threads
from training.recipes.reasoner_data import Row, Rows, Unreviewed, Wanted, rows_of

if TYPE_CHECKING:
    from core.students.vlm import VlmStudent
    from core.students.vlm_asking import Asked
    from core.students.vlm_base import Start, Vlm

log = logging.getLogger("training")

ADJUSTABLE = ("batch_size", "accumulate", "learning_rate", "validate_every", "checkpoint_every")
"""Settings under which a training may go on that began with others."""
Answers = Literal["reasons", "direct"]


@dataclass(frozen=True)
class ReasonerSftConfig:
    """Settings of the recipe; what the papers give is named, the rest is ours."""

    base: str = SUGGESTED
    """An image-text model by its Hugging Face id or its folder, or the folder of an earlier
    version of a reasoning student, whose adapters go on learning."""
    seed: int = 1
    """Fixes the adapters, the order of examples and of options."""
    steps: int = 200
    """Optimiser steps of batch_size times accumulate examples (LLaVA-Reasoner: one epoch)."""
    batch_size: int = 4
    """Examples that are computed at once; fewer need less memory."""
    accumulate: int = 8
    """Batches whose gradients make one step (32 examples a step, as LLaVA-Reasoner)."""
    learning_rate: float = 1e-4
    """Peak of the schedule; right for adapters. For a whole model take 5e-6 (LLaVA-Reasoner)."""
    warmup_share: float = 0.03
    """Share of the steps over which the learning rate rises; then it falls along a cosine."""
    lora_rank: int = 16
    """Rank of the adapters on the language part; 0 trains the whole model, in 32 bits. An earlier
    version's adapters go on learning as they are, whatever is given."""
    four_bit: bool = True
    """Hold the base in 4 bits where bitsandbytes and a CUDA device are there."""
    gradient_checkpointing: bool = True
    """Compute parts twice: about a fifth slower, and what is learned from at once takes a tenth of
    the memory or less."""
    rationale_share: float = 0.5
    """Share of targets with reasons where examples have some; 0.5 learns each both ways."""
    unreviewed: Unreviewed = field(default="grounded", metadata={"choices": get_args(Unreviewed)})
    """Teachers' answers that nobody reviewed: those whose reasons the data do not contradict
    (grounded), all, or none."""
    drop_contradicted: bool = True
    """Leave phrases out of reasons that the data contradict."""
    extension: bool = False
    """Patterns: what an answer says beyond the data becomes a part of its own: what it may mean."""
    steps_after: bool = False
    """Anomalies: numbered steps behind the answer (VisAnomReasoner) instead of reasons before."""
    answers: Answers = field(default="reasons", metadata={"choices": get_args(Answers)})
    """How the student is asked later: with reasons, or for the answer alone."""
    render: str = field(default="standard", metadata={"choices": tuple(PRESETS)})
    """How windows are drawn for it, by the name of the preset."""
    max_new_tokens: int = 512
    """Tokens that an answer may take; longer targets are left out of training."""
    validate_every: int = 50
    """Steps between two looks at validation examples and at the texts of the probe items."""
    n_validation: int = 32
    """Validation examples that are looked at."""
    n_probes: int = 5
    """Windows whose texts are kept at each look, to watch the reasoning change."""
    checkpoint_every: int = 50
    """Steps between two checkpoints; one is written too when training is asked to stop."""
    threads: int = 1
    """Threads of torch; results are compared at one."""

    def __post_init__(self) -> None:
        counts = (self.steps, self.batch_size, self.accumulate, self.max_new_tokens, self.threads)
        if min(*counts, self.validate_every, self.checkpoint_every) < 1:
            raise ConfigError(
                f"{self} has a number of steps, a batch size, a length or an interval below 1, "
                "which cannot train anything; give at least 1 each"
            )
        if not 0 <= self.rationale_share <= 1 or not 0 <= self.warmup_share < 1:
            raise ConfigError(
                f"rationale_share={self.rationale_share} and warmup_share={self.warmup_share} must "
                "lie in [0, 1], and the second below 1"
            )
        if min(self.lora_rank, self.n_validation, self.n_probes) < 0 or self.learning_rate <= 0:
            raise ConfigError(
                f"lora_rank={self.lora_rank}, n_validation={self.n_validation}, "
                f"n_probes={self.n_probes} and learning_rate={self.learning_rate}: give 0 or more "
                "for the first three, and a learning rate above 0"
            )
        if self.render not in PRESETS:
            raise ConfigError(
                f"render={self.render!r} is no way to draw; give one of: {', '.join(PRESETS)}"
            )

    @property
    def wanted(self) -> Wanted:
        """How examples become prompts and targets."""
        return Wanted(
            rationale_share=self.rationale_share,
            unreviewed=self.unreviewed,
            drop_contradicted=self.drop_contradicted,
            extension=self.extension,
            reasons="steps" if self.steps_after else "reasons",
            render=PRESETS[self.render],
            seed=self.seed,
        )


def base_revision(config: ReasonerSftConfig) -> str:
    """Say what the student begins with, for the run's record."""
    from core.students.vlm_base import start_of

    return said_of(start_of(config.base))


def said_of(start: Start) -> str:
    """Say what a training begins with."""
    base = start.base
    named = f"{base.source} {base.revision}".strip()
    version = f", adapters of {start.adapter.parent}" if start.adapter is not None else ""
    return f"{named} with weights {base.weights_sha256}{version}"


def fit(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: ReasonerSftConfig,
    *,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
    phrases: Sequence[StoredPhrase] = (),
) -> VlmStudent:
    """Train a student; resumes from a checkpoint in `checkpoint_dir` when there is one.

    Raises:
        TrainingStopped: `should_stop` said so; a checkpoint was written.
        DivergedError: the loss or its gradient is no finite number; checkpoints are from before.
        ConfigError: there is no example to learn from, the base cannot be used, or the checkpoint
            is another training's.
    """
    from core.students.vlm_base import start_of

    with own_threads(config.threads):
        start = start_of(config.base)
        rows = rows_of(examples, questions, config.wanted, phrases=phrases)
        held = rows_of(examples, questions, config.wanted, "validation", phrases)
        known = {row.example.question_id for row in rows.rows}
        shown = [one for one in examples if one.question_id in known]
        return fit_rows(
            rows, held, shown, questions, config, start, report, should_stop, checkpoint_dir
        )


def fit_rows(
    rows: Rows,
    held: Rows,
    shown: Sequence[TrainingExample],
    questions: Sequence[Question],
    config: ReasonerSftConfig,
    start: Start,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    checkpoint_dir: Path,
) -> VlmStudent:
    """Train on rows that are made already; `shown` are the items that may be probed.

    Raises:
        TrainingStopped, DivergedError, ConfigError: as `fit` does.
    """
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    from core.students.vlm_base import load
    from training.recipes.reasoner_looks import Looks
    from training.recipes.trl_run import Run, quiet, shared_arguments, train

    whole = learns_whole(start, config)
    loaded = load(start, four_bit=config.four_bit, trainable=True, whole=whole)
    vlm = prepared(loaded, config)
    learned = short_enough(rows, vlm, config.max_new_tokens)
    student = student_of(vlm, questions, config)
    looks = Looks(
        student,
        (held.rows or learned)[: config.n_validation],
        probes.choose(shown, config.seed, config.n_probes) if config.n_probes else [],
        checkpoint_dir,
    )
    try:
        dataset = conversations(learned, should_stop)
    except InterruptedError as stopped:
        raise TrainingStopped(0, config.steps) from stopped
    with quiet():
        arguments = SFTConfig(
            **shared_arguments(
                checkpoint_dir, config, schedule="cosine", warmup_share=config.warmup_share
            ),
            max_length=None,  # cutting would cut the picture's own tokens
            completion_only_loss=True,
        )
        trainer = SFTTrainer(
            vlm.model,
            args=arguments,
            train_dataset=dataset,
            processing_class=vlm.processor,
        )
    run = Run(
        checkpoint_dir,
        report,
        should_stop,
        tag=tag_of(config, start, learned),
        checkpoint_every=config.checkpoint_every,
        stage=f"learning to answer in words ({len(learned)} examples)",
        windows=config.batch_size * config.accumulate,
        look=looks,
        look_every=config.validate_every,
    )
    student.shared = train(trainer, run)
    return student


def learns_whole(start: Start, config: Any) -> bool:
    """Tell whether all weights learn: with `lora_rank` 0, but for a version that has adapters."""
    return config.lora_rank == 0 and start.adapter is None


def prepared(vlm: Vlm, config: Any) -> Vlm:
    """Return a base with what is to be trained: adapters, or all of it with `lora_rank` 0.

    A version's own adapters go on learning with any rank: it is saved as its adapters, and what its
    base learned beside them would be lost.
    """
    from core.students.vlm_base import is_adapted, with_adapters

    if config.lora_rank or is_adapted(vlm):
        return with_adapters(vlm, config.lora_rank, config.seed)
    vlm.model.requires_grad_(True)
    return vlm


def student_of(vlm: Vlm, questions: Sequence[Question], config: Any) -> VlmStudent:
    """Return the student that a training makes of a model: it learns while the student looks on."""
    from core.students.vlm import VlmConfig, VlmStudent
    from core.students.vlm_base import is_adapted

    return VlmStudent(
        VlmConfig(
            base=vlm.base if is_adapted(vlm) else None,
            questions=tuple(questions),
            form=config.wanted.reasons if config.answers == "reasons" else "direct",
            render=config.wanted.render,
            max_new_tokens=config.max_new_tokens,
        ),
        vlm,
    )


def short_enough(rows: Rows, vlm: Vlm, most: int) -> list[Row]:
    """Return the rows whose target the student could write; raises ConfigError without any."""
    tokenizer = vlm.processor.tokenizer
    lengths = [
        len(tokenizer(row.target, add_special_tokens=False)["input_ids"]) for row in rows.rows
    ]
    kept = [row for row, n in zip(rows.rows, lengths, strict=True) if n < most]
    for why, n in rows.left_out.items():
        log.info("%s examples are not learned: %s", n, why)
    if len(kept) < len(lengths):
        log.info(
            "%s targets are not learned: longer than %s tokens", len(lengths) - len(kept), most
        )
    if not kept:
        said = "; ".join(f"{n} because {why}" for why, n in rows.left_out.items())
        raise ConfigError(
            f"none of the examples can be learned by a reasoning student ({said or 'there is none'}"
            f", {len(lengths)} targets longer than {most} tokens); review more windows, or allow "
            "answers that nobody reviewed"
        )
    return kept


def conversations(rows: Sequence[Row], should_stop: Callable[[], bool] = lambda: False) -> Any:
    """Return rows as TRL takes them: pictures, a prompt, and the completion that is learned.

    All pictures are drawn here, once: it takes longer than learning from them.

    Raises:
        InterruptedError: `should_stop` said so meanwhile.
    """
    from datasets import Dataset, Features, Image, List, Value

    asked: list[Asked] = []
    for row in rows:
        if should_stop():
            raise InterruptedError(f"stopped after {len(asked)} of {len(rows)} pictures")
        asked.append(row.asked)
    said = List({"role": Value("string"), "content": Value("string")})
    return Dataset.from_dict(
        {
            "images": [[{"bytes": one.picture, "path": None}] for one in asked],
            "prompt": [[{"role": "user", "content": one.prompt}] for one in asked],
            "completion": [[{"role": "assistant", "content": row.target}] for row in rows],
        },
        Features({"images": List(Image(mode="RGB")), "prompt": said, "completion": said}),
    )


def tag_of(config: Any, start: Start, rows: Sequence[Row]) -> str:
    """Return of what a training is a function, apart from what may change on its way."""
    usual = {one.name: one.default for one in fields(config) if one.name in ADJUSTABLE}
    settings = {**asdict(config), **usual, "base": said_of(start)}
    learned = hashlib.sha256()
    for row in rows:
        learned.update(f"{row.example.item_id} {row.form} {row.target}\n".encode())
    return f"{learned.hexdigest()} {json.dumps(settings, sort_keys=True)}"
