"""Train from a run folder, and answer the gold windows of its snapshot.

    python -m training --run-dir <home>/runs/<job id>

config.json: {"kind": "train", "recipe": ..., "settings": {...}, "snapshot": <folder from the run
folder>, "job_id": ...}. Trains the student, the same student on corrections alone ("reviewed
only", when there are enough), the feature baseline and the majority; keeps them in model/ and
baselines/, and answers evaluation_items.jsonl with each, and with some detectors, which read the
numbers of a window and learn nothing. The truth of those windows is not here. What the recipe
found out of the labels is in noise.json.
Started again after a stop or a crash, it goes on from the last checkpoint.
"""

import dataclasses
import inspect
import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence, Set
from itertools import groupby
from pathlib import Path
from typing import Any

from core.answers import AnswerContent, Author, QuestionKind
from core.detectors_answer import detector_answer
from core.errors import AppError, ConfigError
from core.noise.report import FILE as NOISE_FILE
from core.questions.base import LABEL_LEARNED, Question
from core.series import WindowView
from core.students import is_student, load_student
from core.students.base import Student
from training import door, files, identity, snapshot
from training.answer import STUDENT_BATCH, student_answer, writing_of
from training.contestants import (
    BEFORE_TRAINING,
    Contestant,
    detector_baselines,
    write_contestants,
)
from training.door import StopFlag
from training.examples import TrainingExample, TrainingStopped
from training.phrases import load_phrases
from training.preferences import load_preferences
from training.recipes import RECIPES, Recipe
from training.reporting import Reporter
from training.run_folder import RunFolder
from training.snapshot import EvaluationWindow

log = logging.getLogger("training")

Answerer = Callable[[Question, Sequence[WindowView]], Sequence[AnswerContent]]

FEWEST_CORRECTIONS = 10
USUAL_STEPS = 3_000
"""What a training that goes by minutes counts for among the stages of a run."""

NO_LABELS = "free text has no labels to count"
STUDENT_NAME, MODEL = "student", "model"
STUDENT, REVIEWED = "training the student", "training on reviewed items only"
BEFORE = "looking at the model before training"
FEATURES, MAJORITY = "fitting the feature baseline", "counting the majority"
ANSWERING = "answering the gold windows"


@dataclasses.dataclass(frozen=True)
class Material:
    """What a run works with: read from the snapshot and the config."""

    folder: RunFolder
    questions: list[Question]
    examples: list[TrainingExample]
    windows: list[EvaluationWindow]
    recipe: Any
    config: Any
    report: Reporter
    stop: StopFlag


def work(folder: RunFolder, stop: StopFlag) -> str:
    """Train and answer; returns the closing sentence."""
    material = material_of(folder, stop)
    began = time.monotonic()
    contestants: list[Contestant] = []
    config = folder.config()
    try:
        for train in _trainings(RECIPES[config["recipe"]], material.config):
            contestants.append(train(material))
            write_contestants(folder.path, contestants)
            _keep_noise(folder)
            _check_stop(stop)
        contestants += detector_baselines(material.questions)
        write_contestants(folder.path, contestants)
    except TrainingStopped as stopped:
        raise stop.halted(f"{stopped.where}; start it again to go on from there") from stopped
    _answer_windows(material, contestants, str(config.get("job_id", "")))
    return f"trained in {time.monotonic() - began:.0f} s"


def material_of(folder: RunFolder, stop: StopFlag) -> Material:
    """Read what a run works with, and note in its folder what it is."""
    config = folder.config()
    recipe, settings = _recipe(config)
    resolved = {**config, "settings": dataclasses.asdict(settings)}
    files.write_json(folder.path / "config.json", resolved)
    identity.note(
        folder.path,
        identity.identity(
            {**config, "device": os.environ.get("UNDERSTUDY_DEVICE", "cpu")},
            dataclasses.asdict(settings),
            recipe.base_revision(settings),
        ),
    )
    _, questions, examples, windows = snapshot.load((folder.path / config["snapshot"]).resolve())
    chosen = RECIPES[config["recipe"]]
    family = chosen.family
    shares = _shares(questions, examples, windows, settings.steps)
    if family == "vlm":  # it writes its answers word by word, which takes about a step each
        shares = {BEFORE: 1, **shares, REVIEWED: 0, ANSWERING: 2 * len(windows)}
    if not chosen.reads_labels:  # its steps may be what fits into some minutes
        shares = {STUDENT: float(settings.steps or USUAL_STEPS), ANSWERING: float(len(windows))}
    report = Reporter(folder, shares)
    return Material(folder, questions, examples, windows, recipe, settings, report, stop)


def _trainings(recipe: Recipe, settings: Any) -> tuple[Callable[[Material], Contestant], ...]:
    """Return what a run trains, and what it asks untrained, in their order.

    What is not learned from labels has no baseline that is fitted to them. A reasoning student is
    compared with the model that its chain begins with; learning the reviewed items alone again
    would take as long as all the rest.
    """
    if not recipe.reads_labels:
        return (train_student,)
    if recipe.family == "series":
        return train_student, _reviewed_only, _features, _majority
    if is_student(settings.base):
        return train_student, _features, _majority
    return _before_training, train_student, _features, _majority


def _shares(
    questions: Sequence[Question],
    examples: Sequence[TrainingExample],
    windows: Sequence[EvaluationWindow],
    steps: int,
) -> dict[str, float]:
    """Return how long the stages last, roughly, in steps of the student's training."""
    corrections = [e for e in examples if e.source == "correction"]
    learned = [q.id for q in questions if not _why_not(q, corrections)]
    n_reviewed = sum(e.question_id in learned for e in corrections)
    return {
        STUDENT: steps,
        REVIEWED: reviewed_steps(steps, n_reviewed) if learned else 0,
        FEATURES: 0.05 * len(examples),
        MAJORITY: 1,
        ANSWERING: 0.1 * len(windows),
    }


def reviewed_steps(steps: int, n_examples: int) -> int:
    """Return fewer steps for few examples: they are known by heart long before."""
    return min(steps, max(150, 10 * n_examples))


def train_student(material: Material) -> Contestant:
    """Train the student of a run and keep it in its folder, unless it is there already."""
    one = Contestant(
        name="student",
        kind="student",
        folder=MODEL,
        n_examples=len(material.examples),
        question_ids=tuple(question.id for question in material.questions),
    )
    return _kept(material, one, STUDENT, lambda: fit(material, STUDENT_NAME, material.examples))


def is_trained(folder: RunFolder) -> bool:
    """Tell whether the student of a run is there already."""
    return (folder.path / MODEL).is_dir()


def _before_training(material: Material) -> Contestant:
    """Take the model that the training begins with as it is."""
    one = _baseline(material, BEFORE_TRAINING, "baselines/before_training")
    return _kept(material, one, BEFORE, lambda: _untrained(material))


def _untrained(material: Material) -> Student:
    from core.students.vlm import VlmConfig, untrained
    from training.recipes.reasoner_data import Wanted

    config = material.config
    wanted: Wanted = getattr(config, "wanted", Wanted())
    asked = VlmConfig(
        form=wanted.reasons, render=wanted.render, max_new_tokens=config.max_new_tokens
    )
    return untrained(config.base, material.questions, asked)


def _keep_noise(folder: RunFolder) -> None:
    """Put what the recipe found out of the labels beside the model, once there is something."""
    found = folder.checkpoints / STUDENT_NAME / NOISE_FILE
    if found.exists() and not (folder.path / NOISE_FILE).exists():
        files.write_atomically(folder.path / NOISE_FILE, found.read_text())


def _reviewed_only(material: Material) -> Contestant:
    """Train the same student on corrections alone: what the reviews are worth by themselves."""
    corrections = [e for e in material.examples if e.source == "correction"]
    questions = [q for q in material.questions if not _why_not(q, corrections)]
    one = Contestant(
        name="reviewed only",
        kind="baseline",
        folder="baselines/reviewed_only",
        n_examples=len(corrections),
        question_ids=tuple(question.id for question in questions),
    )
    if not questions:
        reasons = [_why_not(question, corrections) for question in material.questions]
        log.info("no student of the reviewed items alone: %s", "; ".join(reasons))
        return one.model_copy(update={"why_not": "; ".join(reasons)})
    learned = [e for e in corrections if e.question_id in one.question_ids]
    steps = reviewed_steps(material.config.steps, len(learned))
    config = dataclasses.replace(material.config, steps=steps)
    narrowed = dataclasses.replace(material, questions=questions, config=config)
    return _kept(narrowed, one, REVIEWED, lambda: fit(narrowed, "reviewed_only", learned))


def _features(material: Material) -> Contestant:
    from core.students.features import FeatureStudent

    one = _baseline(material, "feature baseline", "baselines/features", LABEL_LEARNED)
    if not one.question_ids:
        return one.model_copy(update={"why_not": NO_LABELS})
    return _kept(material, one, FEATURES, lambda: _fit_baseline(FeatureStudent, material))


def _majority(material: Material) -> Contestant:
    from core.students.majority import MajorityStudent

    one = _baseline(material, "majority", "baselines/majority", LABEL_LEARNED)
    if not one.question_ids:
        return one.model_copy(update={"why_not": NO_LABELS})
    return _kept(material, one, MAJORITY, lambda: _fit_baseline(MajorityStudent, material))


def _baseline(
    material: Material, name: str, folder: str, kinds: Set[QuestionKind] | None = None
) -> Contestant:
    asked = [q.id for q in material.questions if kinds is None or q.kind in kinds]
    return Contestant(
        name=name,
        kind="baseline",
        folder=folder,
        n_examples=sum(one.question_id in asked for one in material.examples),
        question_ids=tuple(asked),
    )


def _why_not(question: Question, corrections: Sequence[TrainingExample]) -> str:
    """Return why the corrections of a question do not suffice; empty when they do."""
    contents = [one.content for one in corrections if one.question_id == question.id]
    if len(contents) < FEWEST_CORRECTIONS:
        return f"{len(contents)} reviewed {question.kind} items of {FEWEST_CORRECTIONS} needed"
    if question.kind == "pattern" and len({content.label for content in contents}) < 2:
        return "all reviewed pattern items have the same label"
    if question.kind == "anomaly" and not any(content.intervals for content in contents):
        return "no reviewed anomaly item holds an event"
    return ""


def fit(material: Material, name: str, examples: Sequence[TrainingExample]) -> Student:
    """Have the recipe train a student; it goes on from the checkpoints under this name."""
    return material.recipe.fit(
        examples,
        material.questions,
        material.config,
        report=material.report,
        should_stop=material.stop.halts,
        checkpoint_dir=material.folder.checkpoints / name,
        **_judged(material),
    )


def _judged(material: Material) -> dict[str, Any]:
    """Return what people judged, as far as the recipe learns from it: its `fit` names it."""
    taken = inspect.signature(material.recipe.fit).parameters
    reads: dict[str, Callable[[Path], Any]] = {
        "phrases": load_phrases,
        "preferences": load_preferences,
    }
    folder = material.folder
    snapshot_folder = (folder.path / folder.config()["snapshot"]).resolve()
    return {name: read(snapshot_folder) for name, read in reads.items() if name in taken}


def _fit_baseline(student: Any, material: Material) -> Student:
    questions = [q for q in material.questions if q.kind in LABEL_LEARNED]
    asked = {question.id for question in questions}
    usable = [e for e in material.examples if e.question_id in asked]
    learned = [e for e in usable if e.split == "train"] or usable
    return student.fit(learned, questions)


def _kept(
    material: Material, one: Contestant, stage: str, fit: Callable[[], Student]
) -> Contestant:
    """Fit and save a model, unless an earlier execution of this run has."""
    target = material.folder.path / one.folder
    if target.is_dir():
        return one
    material.report.begin(stage)
    began = time.monotonic()
    student = fit()
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    student.save(part)
    digest = identity.write_weights_hash(part)
    log.info("the weights of %s have the hash %s", one.name, digest[:12])
    os.replace(part, target)  # the folder is there only when the model in it is whole
    return one.model_copy(update={"seconds": round(time.monotonic() - began, 2)})


def _answer_windows(material: Material, contestants: Sequence[Contestant], job_id: str) -> None:
    folder, report = material.folder, material.report
    report.begin(ANSWERING)
    there = {(answer.author.name, answer.item_id) for answer in folder.answers()[0]}
    questions = {question.id: question for question in material.questions}
    present = [one for one in contestants if not one.why_not]
    total = sum(w.question_id in one.question_ids for one in present for w in material.windows)
    done = 0
    for one in present:
        author = Author(kind=one.kind, name=one.name, version=job_id)
        student = None if one.detector else load_student(folder.path / one.folder)
        answer = _answerer(student, one)
        asked = [w for w in material.windows if w.question_id in one.question_ids]
        todo = [w for w in asked if (one.name, w.item_id) not in there]
        done += len(asked) - len(todo)
        for batch in _batches(todo):
            _check_stop(material.stop)
            folder.append_answers(
                student_answer(
                    window.item_id,
                    author,
                    content,
                    job_id,
                    seconds,
                    writing_of(student, questions[window.question_id], window.view),
                )
                for window, content, seconds in _contents(one.name, answer, questions, batch)
            )
            done += len(batch)
            report.count(done, total)


def _answerer(student: Student | None, one: Contestant) -> Answerer:
    """Return what answers windows: a model that the run trained, or a detector."""
    if student is not None:
        return student.answer
    return lambda _question, views: [detector_answer(one.detector, view) for view in views]


def _contents(
    name: str,
    answer: Answerer,
    questions: dict[str, Question],
    batch: Sequence[EvaluationWindow],
) -> list[tuple[EvaluationWindow, AnswerContent, float]]:
    """Answer a batch of one question; a refused batch is tried one by one, and the rest is told."""
    began = time.monotonic()
    try:
        question = questions[batch[0].question_id]
        contents = answer(question, [window.view for window in batch])
    except AppError as error:
        if len(batch) > 1:
            each = (_contents(name, answer, questions, [window]) for window in batch)
            return [one for content in each for one in content]
        log.warning("%s does not answer the item %s: %s", name, batch[0].item_id, error)
        return []
    seconds = (time.monotonic() - began) / len(batch)
    return [(w, content, seconds) for w, content in zip(batch, contents, strict=True)]


def _batches(windows: Sequence[EvaluationWindow]) -> list[list[EvaluationWindow]]:
    ordered = sorted(windows, key=lambda window: window.question_id)
    batches: list[list[EvaluationWindow]] = []
    for _, same in groupby(ordered, key=lambda window: window.question_id):
        run = list(same)
        batches += [run[i : i + STUDENT_BATCH] for i in range(0, len(run), STUDENT_BATCH)]
    return batches


def _check_stop(stop: StopFlag) -> None:
    if stop.halts():
        raise stop.halted("between two stages; start it again to go on from there")


def _recipe(config: dict[str, Any]) -> tuple[Any, Any]:
    """Load the recipe's module and build its config; `fit`'s signature names the class."""
    name = config.get("recipe", "")
    if name not in RECIPES:
        raise ConfigError(
            f"no recipe is called {name!r}; this version has {', '.join(RECIPES)}: "
            "choose one of them"
        )
    recipe = RECIPES[name].load()
    annotation = inspect.signature(recipe.fit).parameters["config"].annotation
    config_class = getattr(recipe, annotation) if isinstance(annotation, str) else annotation
    try:
        return recipe, config_class(**config.get("settings", {}))
    except TypeError as error:
        raise ConfigError(
            f"the settings of {name} do not fit ({error}); the fields of {config_class.__name__} "
            "are the ones there are: leave the unknown ones out"
        ) from error


if __name__ == "__main__":
    sys.exit(door.run(None, __doc__ or "", work))
