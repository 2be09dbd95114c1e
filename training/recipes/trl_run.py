"""What every recipe on TRL's trainers shares: reports, stopping, trouble, checkpoints, leftovers.

    arguments = SFTConfig(**shared_arguments(...), ...)
    trainer = SFTTrainer(model, arguments, ...)
    train(trainer, Run(checkpoint_dir, report, should_stop, ...))

TRL drives the loop; a callback says after each step how far it is, saves when asked to stop, and
ends a training whose loss is no number. Started again on the same folder, it goes on after the
last sound checkpoint with the same batches, so that it ends where an uninterrupted one does.
"""

from __future__ import annotations

import logging
import math
import os
import shutil
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import torch
from accelerate.utils import is_peft_model
from torch.distributed.fsdp import FSDPModule
from transformers import PrinterCallback, TrainerCallback

from core.errors import ConfigError
from core.students.vlm_base import default_device, expected_warnings
from training.examples import Progress, TrainingStopped
from training.recipes import trl_checkpoints
from training.troubles import diverged

if TYPE_CHECKING:
    from transformers import Trainer

log = logging.getLogger("training")

_SAID_APART = {"loss", "epoch", "step", "learning_rate"}


@dataclass(frozen=True)
class Run:
    """What a recipe was given, and what is said of its training.

    Attributes:
        checkpoint_dir: the folder of this training alone; resumed from when it holds a checkpoint.
        tag: of what the training is a function; a checkpoint with another one is refused.
        checkpoint_every: steps between two checkpoints.
        stage: a few words for people.
        windows: how many windows one step learns from.
        first: steps that earlier parts of the same fit took, and `more` those still to come: both
            are counted in what is reported.
        look: called after every `look_every` steps and the last one; returns a validation score in
            [0, 1] or None. It must leave the model and all random states as they are.
        check: called with the numbers of every step; raises when the training must not go on.
    """

    checkpoint_dir: Path
    report: Callable[[Progress], None]
    should_stop: Callable[[], bool]
    tag: str
    checkpoint_every: int = 50
    stage: str = ""
    windows: int = 0
    first: int = 0
    more: int = 0
    look: Callable[[int], float | None] | None = None
    look_every: int = 50
    check: Callable[[int, Mapping[str, float]], None] | None = None


class Stepped(Protocol):
    """The settings that every recipe with a trainer has."""

    @property
    def steps(self) -> int: ...
    @property
    def batch_size(self) -> int: ...
    @property
    def accumulate(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def seed(self) -> int: ...
    @property
    def gradient_checkpointing(self) -> bool: ...


def shared_arguments(
    checkpoint_dir: Path,
    config: Stepped,
    *,
    texts_each: int = 1,
    schedule: str = "constant",
    warmup_share: float = 0.0,
) -> dict[str, Any]:
    """Return the arguments that all trainers get; those of a method come on top.

    Args:
        texts_each: how many texts stand for one of the items of a batch.

    Nothing is reported anywhere but to the callback, nothing is written but checkpoints, and the
    device is the one that the run was given.
    """
    on_cpu = default_device() == "cpu"
    return {
        "output_dir": str(trl_checkpoints.at_work(checkpoint_dir)),
        "max_steps": config.steps,
        "per_device_train_batch_size": config.batch_size * texts_each,
        "gradient_accumulation_steps": config.accumulate,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": schedule,
        "warmup_steps": round(warmup_share * config.steps),
        "max_grad_norm": 1.0,
        "seed": config.seed,
        "data_seed": config.seed,
        "use_cpu": on_cpu,
        "bf16": not on_cpu,
        "gradient_checkpointing": config.gradient_checkpointing,
        "report_to": [],
        "disable_tqdm": True,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "save_strategy": "no",  # the callback says when
        "dataloader_pin_memory": not on_cpu,
        "remove_unused_columns": False,
    }


def train(trainer: Trainer, run: Run) -> Mapping[str, Any] | None:
    """Drive a trainer to its end; resumes from a checkpoint in the run's folder.

    Returns all weights where the cards of the run share them, for the model has but a part then.

    Raises:
        TrainingStopped: `should_stop` said so; a checkpoint was written.
        DivergedError: the loss or its gradient is no finite number; checkpoints are from before.
        ConfigError: the checkpoint is another training's, or cards cannot share what is trained.
    """
    callback = _Follower(run, trainer)
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(callback)
    begin = trl_checkpoints.newest(run.checkpoint_dir, run.tag)
    if begin is not None:
        log.info("goes on after step %s", trl_checkpoints.step_of(begin))
        _mend_loading(trainer)
    try:
        with quiet():
            in_full_precision(trainer.model)
            _share_by_layers(trainer)
            trainer.train(resume_from_checkpoint=None if begin is None else str(begin))
            shared = _gathered(trainer)
    finally:
        if trainer.is_world_process_zero():
            shutil.rmtree(run.checkpoint_dir / trl_checkpoints.AT_WORK, ignore_errors=True)
        _let_go(trainer)
    if callback.stopped_at is not None:
        whole = run.first + trainer.state.max_steps + run.more
        raise TrainingStopped(run.first + callback.stopped_at, whole)
    return shared


def take_own_card() -> None:
    """Make the card of this process, one of several, the one that models are loaded onto."""
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))


@contextmanager
def quiet() -> Generator[None]:
    """Keep quiet what the libraries warn of that is meant: one process, one CPU, no pinning."""
    with expected_warnings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*pin_memory", UserWarning)
        warnings.filterwarnings("ignore", ".*use_reentrant", UserWarning)
        yield


class _Follower(TrainerCallback):
    """Listens to a trainer; `stopped_at` is the step after which it was asked to stop."""

    def __init__(self, run: Run, trainer: Trainer) -> None:
        self.run, self.trainer = run, trainer
        self.stopped_at: int | None = None
        self.score: float | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Have a shared head learn from all, and take the learning rate of the settings.

        A checkpoint brings the one that it was written with.
        """
        _teach_head_by_all(self.trainer.model)
        scheduler: Any = self.trainer.lr_scheduler
        if scheduler is None or state.global_step == 0:
            return
        inner = getattr(scheduler, "scheduler", scheduler)
        inner.base_lrs = [args.learning_rate for _ in inner.base_lrs]
        for group, rate, share in zip(
            inner.optimizer.param_groups, inner.base_lrs, inner.lr_lambdas, strict=True
        ):
            group["initial_lr"], group["lr"] = rate, rate * share(inner.last_epoch)

    def on_step_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Stop before the first step too, when that was asked for by then."""
        if (
            state.global_step == 0
            and self.stopped_at is None
            and _all_of_one_mind(self.run.should_stop())
        ):
            raise TrainingStopped(self.run.first, self.run.first + state.max_steps + self.run.more)

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Give parameters that nothing depends on a gradient of zero, where cards share a model.

        LLaVA leaves out the last layers of its part for pictures. Their weights stay as they are
        either way; without a gradient they have no place in a shared checkpoint, and it could not
        be read again.
        """
        trainer: Any = self.trainer
        if trainer.is_fsdp_enabled:
            for value in trainer.model.parameters():
                if value.requires_grad and value.grad is None:
                    value.grad = torch.zeros_like(value)

    def on_step_end(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Look at validation examples, and say whether to save and to stop."""
        step, last = state.global_step, state.global_step >= state.max_steps
        if self.run.look is not None and (step % self.run.look_every == 0 or last):
            self.score = self.run.look(step)
        if last:
            return
        if _all_of_one_mind(self.run.should_stop()):
            self.stopped_at = step
            control.should_save = control.should_training_stop = True
        elif step % self.run.checkpoint_every == 0:
            control.should_save = True

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **more: Any) -> None:
        """Report a step; raises DivergedError when one of its numbers is none."""
        said = cast("Mapping[str, Any]", logs or {})
        if "loss" not in said:  # the summary at the end
            return
        step, run = state.global_step, self.run
        for what, name in (("loss", "loss"), ("gradient", "grad_norm")):
            if not math.isfinite(float(said.get(name, 0.0))):
                raise diverged(run.first + step, what)
        numbers = {
            name: float(value)
            for name, value in said.items()
            if name not in _SAID_APART and isinstance(value, int | float) and math.isfinite(value)
        }
        whole = run.first + state.max_steps + run.more
        run.report(
            Progress(
                run.first + step,
                whole,
                float(said["loss"]),
                self.score,
                run.stage,
                run.windows,
                numbers,
            )
        )
        if run.check is not None:
            run.check(step, numbers)

    def on_save(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Seal what the trainer has just written: of several processes each wrote a part."""
        accelerator: Any = self.trainer.accelerator
        accelerator.wait_for_everyone()
        if not state.is_world_process_zero:
            return
        step = state.global_step
        written = Path(args.output_dir) / f"checkpoint-{step}"
        trl_checkpoints.seal(self.run.checkpoint_dir, written, step, self.run.tag)


def in_full_precision(model: Any) -> None:
    """Hold what learns in 32 bits; TRL holds adapters on a base in 4 bits in bfloat16.

    A number in bfloat16 has a step of its 256th part: one of 0.01 stays where it is under a rate of
    1e-6, which a training by reward has. What is computed is in bfloat16 all the same.
    """
    for value in model.parameters():
        if value.requires_grad:
            value.data = value.data.float()


def _share_by_layers(trainer: Any) -> None:
    """Have cards that share one model share it by the layers that it has.

    A model that is made of several names the layers of all of them, also of parts that it leaves
    out (LLaVA those of CLIP's part for texts), and accelerate would refuse it.

    Raises:
        ConfigError: what learns is adapters, of which each card would keep a part.
    """
    if not trainer.is_fsdp_enabled:
        return
    if is_peft_model(trainer.model):
        raise ConfigError(
            "this run trains adapters, and the cards were told to share the model between them "
            "(fsdp.yaml); start it with training/accelerate/ddp.yaml, or train the whole model by "
            "examples (reasoner_sft with lora_rank 0)"
        )
    there = {type(module).__name__ for module in trainer.model.modules()}
    named: Sequence[str] = getattr(trainer.model, "_no_split_modules", None) or ()
    trainer.accelerator.state.fsdp_plugin.transformer_cls_names_to_wrap = sorted(
        there.intersection(named)
    )


def _teach_head_by_all(model: Any) -> None:
    """Have a head that cards share learn from the examples of all of them.

    TRL multiplies by the head's weights outside of the head's own forward. Where cards share them
    it gathers them such that each card's part gets the gradient of that card's examples alone, so
    they are gathered before it looks.
    """
    head = model.get_output_embeddings()
    if not isinstance(head, FSDPModule):
        return

    def gather(*_called: Any) -> None:
        head.unshard()

    model.base_model.register_forward_hook(gather)


def _gathered(trainer: Any) -> Mapping[str, Any] | None:
    if not trainer.is_fsdp_enabled:
        return None
    return trainer.accelerator.get_state_dict(trainer.model_wrapped)


def _all_of_one_mind(stop: bool) -> bool:
    """Return what the first process says, in all of several: one that stops alone leaves the rest
    waiting for its gradients."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return stop
    said: list[Any] = [stop]
    torch.distributed.broadcast_object_list(said)
    return bool(said[0])


def _mend_loading(trainer: Any) -> None:
    """Have a whole image-text model read from a checkpoint under the names it was saved under.

    It is saved under the names of the hub; the trainer looks for those of the module, finds none,
    warns, and would go on with the weights of the base.
    """
    model = trainer.accelerator.unwrap_model(trainer.model)
    if is_peft_model(model) or trainer.is_fsdp_enabled or trainer.is_deepspeed_enabled:
        return

    def load(checkpoint: str, _model: Any = None) -> None:
        saved = type(model).from_pretrained(checkpoint, dtype=model.dtype)
        model.load_state_dict(saved.state_dict())

    trainer._load_from_checkpoint = load


def _let_go(trainer: Any) -> None:
    """Give the model back as it was given: in no mode of the trainer's, without gradients."""
    trainer.model.eval()
    trainer.model.zero_grad(set_to_none=True)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
