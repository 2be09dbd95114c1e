"""What the benchmarks for those who have weights share: stages of training, each asked once.

    base -> sft -> grpo        also rejection_sampling and dpo; each goes on from the one before

The work folder keeps everything, so that a run that was cut off goes on where it was:

    WORK/run.json                     what the run is a function of; another run is refused
    WORK/TASK/sft-grpo/answers.jsonl  what was written on each test item, asked once
    WORK/TASK/sft-grpo/version        the student; settings, checkpoints and probes lie beside it

A stage's folder names all trainings that led to it. Which version is looked at never depends on
test items: recipes keep their last weights, and what they look at on the way is validation items,
whole series that are taken out of the training part. For `base` and `sft` windows are drawn as the
plan says, later as the version was taught; a reward that begins with a bare base draws as usual.
"""

from __future__ import annotations

import gc
import hashlib
import json
import random
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from core.answers import AnswerContent, Span
from core.axis import axis_of
from core.errors import AnswerError, ConfigError
from core.questions import kind_of
from core.questions.base import Question
from core.questions.steps import sentences
from core.render_presets import PRESETS as RENDERS
from core.render_settings import RenderSettings
from core.series import WindowView
from core.shown import Form
from core.students import CONFIG_FILE, is_student
from training import files
from training.examples import Progress, TrainingExample
from training.recipes import dpo, grpo, reasoner_sft, rejection_sampling
from training.reward_format import has_structure, published_answer

StageName = Literal["base", "sft", "rejection_sampling", "dpo", "grpo"]
STAGES: tuple[StageName, ...] = get_args(StageName)
RECIPES: dict[StageName, tuple[str, type[Any], Callable[..., Any]]] = {
    "sft": ("reasoner_sft", reasoner_sft.ReasonerSftConfig, reasoner_sft.fit),
    "rejection_sampling": (
        "rejection_sampling",
        rejection_sampling.RejectionSamplingConfig,
        rejection_sampling.fit,
    ),
    "dpo": ("dpo", dpo.DpoConfig, dpo.fit),
    "grpo": ("grpo", grpo.GrpoConfig, grpo.fit),
}
Settings = Mapping[StageName, Mapping[str, Any]]
SAY_EVERY_S = 20.0
One = TypeVar("One")


@dataclass(frozen=True, eq=False)
class TestItem:
    """A window that is asked of.

    Attributes:
        group: which series it is of.
        part: the source that figures are told apart by; no model sees it, nor `item_id`.
    """

    __test__ = False  # pytest would take it for a test

    item_id: str
    view: WindowView
    truth: AnswerContent
    group: str
    part: str = ""


@dataclass(frozen=True, eq=False)
class Task:
    """One question with windows to learn from and windows to be measured on.

    Attributes:
        name: the task's folder below the work folder.
        learn: training and validation examples; several of one window differ in their reasons.
        left_out: training windows that were left out because the same numbers are tested.
    """

    name: str
    question: Question
    learn: tuple[TrainingExample, ...]
    test: tuple[TestItem, ...]
    left_out: int = 0

    @property
    def digest(self) -> str:
        """What the data are: windows, answers and sides, hashed."""
        found = hashlib.sha256(self.question.model_dump_json().encode())
        for one in self.learn:
            found.update(f"{one.item_id} {one.split} {one.content.model_dump_json()}".encode())
            found.update(one.view.values.tobytes())
        for item in self.test:
            found.update(f"{item.item_id} {item.truth.model_dump_json()}".encode())
            found.update(item.view.values.tobytes())
        return found.hexdigest()


@dataclass(frozen=True)
class Plan:
    """How a run goes.

    Attributes:
        base: the id or the folder of an image-text model, or the folder of a version.
        settings: by stage, on top of the recipe's defaults.
        form: how base and sft are asked; rewards and preferences leave it or ask for reasons.
        render: the name of how windows are drawn.
        batch_size: test windows that are answered at once.
    """

    base: str
    stages: tuple[StageName, ...]
    settings: Settings
    form: Form
    render: str = "standard"
    max_new_tokens: int = 512
    batch_size: int = 8
    seed: int = 1


@dataclass(frozen=True)
class StageTexts:
    """What one stage wrote, in the order of the test items, and how it was asked."""

    form: Form
    render: RenderSettings
    texts: tuple[str, ...]


def run_task(task: Task, plan: Plan, work: Path) -> dict[StageName, StageTexts]:
    """Train and ask stage by stage; what lies in the work folder already is taken as it is.

    Raises:
        ConfigError: the folder holds a stage with other settings, or a stage cannot be trained.
        TrainingStopped: a training paused itself; it says why, and the same call goes on with it.
    """
    found: dict[StageName, StageTexts] = {}
    begin, chain = plan.base, list[StageName]()
    for stage in plan.stages:
        if stage != "base":
            chain.append(stage)
            folder = work.resolve() / task.name / "-".join(chain)
            begin = str(_trained(task, plan, stage, begin, folder))
        else:
            folder = work.resolve() / task.name / "base"
        found[stage] = _asked(task, plan, stage, plan.base if stage == "base" else begin, folder)
    return found


def read_text(
    question: Question, item: TestItem, text: str, written: StageTexts
) -> tuple[AnswerContent | None, bool]:
    """Return what a text says by its first valid tags, None for no answer; and if it is all whole.

    The first is how TimeMaster's published code reads; whole is a text that has nothing but the
    structure that was asked for.
    """
    axis = axis_of(written.render, item.view)
    content = published_answer(question, item.view, text, axis)
    if written.form != "direct":
        return content, has_structure(question, item.view, text, axis)
    try:
        kind_of(question).parse(question, item.view, text, axis)
    except AnswerError:
        return content, False
    return content, True


def claim(folder: Path, name: str, settings: Mapping[str, Any]) -> None:
    """Write down of what a folder's content is a function, or see that it still is.

    Raises:
        ConfigError: it is of other settings.
    """
    path = folder / name
    given = json.loads(json.dumps(settings))  # as it reads when it is read again
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        files.write_json(path, given)
        return
    known: dict[str, Any] = files.read_json(path)
    other = sorted(key for key in known | given if known.get(key) != given.get(key))
    if other:
        told = ", ".join(f"{key} {known.get(key)!r} (now {given.get(key)!r})" for key in other)
        raise ConfigError(
            f"{folder} holds what was made with {told}, and results of two settings must not mix; "
            "delete this folder to do it anew, or give another work folder or the same settings"
        )


def spans(text: str) -> tuple[Span, ...]:
    """Return reasons sentence by sentence, so that each can be held against the data."""
    return tuple(Span(text=f"{one.strip()} ") for one in sentences(text))


def in_training(
    learn: Sequence[TrainingExample], test: Sequence[TestItem]
) -> tuple[tuple[TrainingExample, ...], int]:
    """Return the examples whose numbers are not tested, and how many windows are left out."""
    tested = {_numbers(one.view) for one in test}
    kept = tuple(one for one in learn if _numbers(one.view) not in tested)
    out = {(one.group, one.view.start) for one in learn if _numbers(one.view) in tested}
    return kept, len(out)


def some(found: Sequence[One], limit: int, seed: int, side: str) -> list[One]:
    """Return so many of a list, drawn by the seed and in their order; 0 or less for all."""
    if not 0 < limit < len(found):
        return list(found)
    places = random.Random(f"{seed} limit {side}").sample(range(len(found)), limit)
    return [found[place] for place in sorted(places)]


def _trained(task: Task, plan: Plan, stage: StageName, begin: str, folder: Path) -> Path:
    """Return the folder of the version that a stage trains, which may be there already."""
    _, config_class, fit = RECIPES[stage]
    settings = {"max_new_tokens": plan.max_new_tokens, **plan.settings.get(stage, {})}
    if stage == "sft":
        settings = {"render": plan.render, **settings}
        settings["answers"] = "direct" if plan.form == "direct" else "reasons"
    config = config_class(**{"seed": plan.seed, **settings, "base": begin})
    claim(folder, "settings.json", asdict(config))
    version = folder / "version"
    if version.is_dir():
        print(f"{task.name} {stage}: trained already", flush=True)
        return version
    learn = task.learn if stage == "sft" else _each_once(task.learn)
    student = fit(
        learn,
        [task.question],
        config,
        report=_reporter(f"{task.name} {stage}"),
        should_stop=lambda: False,
        checkpoint_dir=folder / "checkpoints",
    )
    part = folder / "version.part"
    shutil.rmtree(part, ignore_errors=True)
    student.save(part)
    part.rename(version)
    return version


def _asked(task: Task, plan: Plan, stage: StageName, source: str, folder: Path) -> StageTexts:
    """Return what is written on every test item; items are asked in the same batches each time."""
    form, render = _asking(plan, stage, source)
    told = {"form": form, "render": render.model_dump(), "max_new_tokens": plan.max_new_tokens}
    claim(folder, "asked.json", {**told, "batch_size": plan.batch_size, "source": source})
    path = folder / "answers.jsonl"
    known = {record["item"]: record["text"] for record in files.read_records(path)[0]}
    batches = [
        task.test[first : first + plan.batch_size]
        for first in range(0, len(task.test), plan.batch_size)
    ]
    todo = [batch for batch in batches if not all(one.item_id in known for one in batch)]
    if todo:
        known |= _written(task, plan, stage, source, todo, path)
    return StageTexts(form, render, tuple(known[one.item_id] for one in task.test))


def _written(
    task: Task,
    plan: Plan,
    stage: StageName,
    source: str,
    batches: Sequence[Sequence[TestItem]],
    path: Path,
) -> dict[str, str]:
    from core.students.vlm import VlmConfig, untrained
    from core.students.vlm_writing import generate

    form, render = _asking(plan, stage, source)
    student = untrained(source, [task.question], VlmConfig(form=form, render=render))
    found: dict[str, str] = {}
    said, total = time.monotonic(), sum(map(len, batches))
    for batch in batches:
        shown = [student.asked(task.question, one.view) for one in batch]
        texts = generate(student.vlm, shown, plan.max_new_tokens)
        new = {one.item_id: text for one, text in zip(batch, texts, strict=True)}
        files.append_records(path, [{"item": key, "text": text} for key, text in new.items()])
        found |= new
        if time.monotonic() - said > SAY_EVERY_S or len(found) == total:
            said = time.monotonic()
            print(f"{task.name} {stage}: {len(found)} of {total} asked", flush=True)
    del student
    _let_go()
    return found


def _asking(plan: Plan, stage: StageName, source: str) -> tuple[Form, RenderSettings]:
    """Return how a stage is asked: as it was taught, and what was not taught as the plan says."""
    if not is_student(source):
        return plan.form, RENDERS[plan.render]
    from core.students.vlm import VlmConfig

    taught = VlmConfig.model_validate_json((Path(source) / CONFIG_FILE).read_text())
    return plan.form if stage in ("base", "sft") else taught.form, taught.render


def _each_once(learn: Sequence[TrainingExample]) -> list[TrainingExample]:
    """Return the first example of each window: a reward is earned by the answer, not by reasons."""
    first: dict[tuple[str, int], TrainingExample] = {}
    for one in learn:
        first.setdefault((one.group, one.view.start), one)
    return list(first.values())


def _reporter(name: str) -> Callable[[Progress], None]:
    said = [0.0]

    def report(progress: Progress) -> None:
        now = time.monotonic()
        if now - said[0] < SAY_EVERY_S and progress.step < progress.total:
            return
        said[0] = now
        loss = "" if progress.loss is None else f", loss {progress.loss:.3f}"
        print(f"{name}: {progress.step} of {progress.total}{loss} {progress.stage}", flush=True)

    return report


def _let_go() -> None:
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _numbers(view: WindowView) -> bytes:
    return hashlib.sha256(f"{view.values.shape}".encode() + view.values.tobytes()).digest()
