"""What trainings by reward and by preference share: a policy with adapters, and its reference.

The model learns through adapters alone. TRL keeps a frozen copy of them as they were at the
beginning, the reference; it is made anew from the same beginning whenever a run goes on, so that it
is neither kept in checkpoints nor saved with the student.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from transformers import TrainerCallback

from core.answers import AnswerContent
from core.axis import axis_of
from core.errors import ConfigError
from core.questions.base import Question
from core.render_presets import PRESETS
from core.render_settings import STANDARD, RenderSettings
from core.shown import Form
from core.students import CONFIG_FILE, is_student
from core.students.vlm import VlmConfig, VlmStudent
from core.students.vlm_base import default_device, load, with_adapters
from training.examples import TrainingExample
from training.recipes.reasoner_sft import said_of

if TYPE_CHECKING:
    from core.students.vlm_base import Start, Vlm

REFERENCE = "ref"
"""What TRL calls its copy of the adapters."""
Row = TypeVar("Row")


@dataclass(frozen=True)
class Writing:
    """How a student is asked and writes while it learns.

    Attributes:
        form: the form of its answers.
        render: how windows are drawn for it.
        max_new_tokens: tokens that an answer may take.
        batch_size: answers that are written at once.
    """

    form: Form
    render: RenderSettings
    max_new_tokens: int
    batch_size: int = 8


def preset_of(source: str) -> str:
    """Return the name of how windows are drawn for what a training begins with.

    A version is shown windows as it was taught, anything else as they are drawn by default.

    Raises:
        ConfigError: when the version was shown windows in a way that has no name any more.
    """
    if not is_student(source):
        return next(name for name, settings in PRESETS.items() if settings == STANDARD)
    config = _config_of(source)
    for name, settings in PRESETS.items():
        if settings == config.render:
            return name
    raise ConfigError(
        f"the version in {source} was shown windows in a way that this version of the program has "
        "no name for, so it cannot go on learning; train it again by examples"
    )


def render_of(source: str) -> RenderSettings:
    """Return how windows are drawn for what a training begins with (`preset_of`)."""
    return PRESETS[preset_of(source)]


def form_of(source: str) -> Form:
    """Return the form in which a training has reasons given: the one that a version was taught."""
    taught = is_student(source) and _config_of(source).form == "steps"
    return "steps" if taught else "reasons"


def _config_of(version: str) -> VlmConfig:
    return VlmConfig.model_validate_json(
        (Path(version).expanduser() / CONFIG_FILE).read_text(encoding="utf-8")
    )


def policy(
    start: Start,
    questions: Sequence[Question],
    writing: Writing,
    *,
    lora_rank: int,
    seed: int,
    four_bit: bool = True,
) -> VlmStudent:
    """Load what a training begins with as a student whose adapters learn.

    Raises:
        ConfigError: when it cannot be loaded.
    """
    loaded = load(start, device=default_device(), four_bit=four_bit, trainable=True)
    vlm: Vlm = with_adapters(loaded, lora_rank, seed)
    config = VlmConfig(
        base=vlm.base,
        questions=tuple(questions),
        form=writing.form,
        render=writing.render,
        max_new_tokens=writing.max_new_tokens,
        batch_size=writing.batch_size,
    )
    return VlmStudent(config, vlm)


def without_reference(student: VlmStudent) -> VlmStudent:
    """Take the reference out of a trained student, so that it is saved as what it is."""
    model: Any = student.vlm.model
    if REFERENCE in model.peft_config:
        model.delete_adapter(REFERENCE)
        model.set_adapter("default")
    return student


class ForgetsReference(TrainerCallback):
    """Takes the reference out of each checkpoint before it is sealed."""

    def on_save(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Remove its folder from what the trainer has just written."""
        written = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        shutil.rmtree(written / REFERENCE, ignore_errors=True)


def in_epochs(rows: Sequence[Row], count: int, seed: int) -> list[Row]:
    """Return `count` rows: all of them in a drawn order, then all again in another, and so on.

    A training sees them as one epoch, so that one that goes on knows where it was.
    """
    found: list[Row] = []
    epoch = 0
    while len(found) < count:
        # Seeded by text, `Random` hashes it with SHA-512: the order is the same on every machine.
        found += random.Random(f"{seed} epoch {epoch}").sample(list(rows), len(rows))
        epoch += 1
    return found[:count]


def lazy_dataset(count: int, row: Callable[[int], Mapping[str, Any]]) -> Any:
    """Return a dataset of `count` rows, each made when it is read: pictures are never all held."""
    from datasets import Dataset

    def made(batch: Mapping[str, Sequence[int]]) -> dict[str, list[Any]]:
        rows = [row(place) for place in batch["place"]]
        return {key: [one[key] for one in rows] for key in rows[0]}

    return Dataset.from_dict({"place": list(range(count))}).with_transform(made)


def tag_of(config: Any, adjustable: Sequence[str], start: Start, parts: Sequence[str]) -> str:
    """Return of what a training is a function, apart from the settings that may change on its way.

    Args:
        parts: what tells the things that it learns from apart.
    """
    usual = {one.name: one.default for one in fields(config) if one.name in adjustable}
    settings = {**asdict(config), **usual, "base": said_of(start)}
    learned = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"{learned} {json.dumps(settings, sort_keys=True)}"


def example_tags(examples: Sequence[TrainingExample]) -> list[str]:
    """Return what tells examples apart: their samples, their answers and their sides."""

    def said(content: AnswerContent | None) -> str:
        return "" if content is None else content.model_dump_json()

    return [
        f"{one.question_id} {one.item_id} {one.split} {one.source} {said(one.content)} "
        f"{said(one.pseudo)} {hashlib.sha256(one.view.values.tobytes()).hexdigest()}"
        for one in examples
    ]


def learned_from(
    examples: Sequence[TrainingExample],
    questions: Sequence[Question],
    only_reviewed: bool = False,
) -> tuple[list[TrainingExample], list[TrainingExample], list[Question]]:
    """Return training and validation examples, and the questions that the former ask.

    Questions in free text are left out: nothing here can say which of two texts is right.

    Args:
        only_reviewed: learn from what people decided alone.

    Raises:
        ConfigError: when there is nothing to learn from.
    """
    asked = {question.id: question for question in questions if question.learned}
    usable = [one for one in examples if one.question_id in asked]
    learn = [one for one in usable if one.split == "train" and one.weight > 0]
    if not learn:
        raise ConfigError(
            f"none of the {len(examples)} examples is a training example of the questions given, "
            "so nothing can be learned; label more items, or choose other questions"
        )
    if only_reviewed:
        learn = [one for one in learn if one.source == "correction"]
    if not learn:
        raise ConfigError(
            "only_reviewed is on and no training example was decided by a person; review some "
            "windows first, or switch it off"
        )
    held = [one for one in usable if one.split == "validation"]
    used = {one.question_id for one in learn}
    return learn, held, [question for question in questions if question.id in used]


def position_axis(render: RenderSettings, example: TrainingExample) -> Any:
    """Return what positions in a text on an example mean."""
    return axis_of(render, example.view)
