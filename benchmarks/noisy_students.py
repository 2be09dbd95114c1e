"""Trains students for the pseudo-label benchmark through the recipe, and measures them."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.noisy_data import Data
from core.answers import AnswerContent
from core.errors import AppError
from core.noise.report import read_report
from core.questions.base import Option, Question
from core.students.base import Student
from core.students.series import SeriesStudent, window_rows
from core.students.series_input import prepare
from core.students.series_words import claim_name
from training.examples import Progress, TrainingExample, split_by_group
from training.recipes.pseudo_label import PseudoLabelConfig, fit

Mask = NDArray[np.bool_]
VALIDATION_SHARE = 0.1
NEAR = 0.05
"""How far a position may be off, as a share of the window."""
STRAIGHT = ("linear_increase", "linear_decrease")
"""Patterns whose reasons name no place that a series decides."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A student, what its training cost, and the counts of what it found out of the labels."""

    student: SeriesStudent
    cpu_seconds: float
    noise: dict[str, Any]


def train(
    data: Data,
    answers: Sequence[AnswerContent],
    reviewed: Mask,
    config: PseudoLabelConfig,
    only: Mask | None = None,
    validation: float = VALIDATION_SHARE,
    say_every: int = 100,
) -> Trained:
    """Train through the recipe as the app does; on some of the series alone with `only`.

    Args:
        validation: share of the series that is held back; say_every: steps between two reports.
    """

    def show(progress: Progress) -> None:
        if progress.step % say_every == 0:
            print(progress, flush=True)

    splits = split_by_group([str(i) for i in range(len(reviewed))], validation, config.seed)
    examples = data.examples(answers, reviewed, splits)
    if only is not None:
        examples = [e for e, kept in zip(examples, only, strict=True) if kept]
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        student = fit(
            examples,
            [data.question],
            config,
            report=show,
            should_stop=lambda: False,
            checkpoint_dir=Path(folder),
        )
        seconds = time.process_time() - started
        return Trained(student, seconds, _noise(Path(folder), examples, data))


def _noise(folder: Path, examples: Sequence[TrainingExample], data: Data) -> dict[str, Any]:
    """Sum up the report beside the truth: how many suspects are wrong, how many wrong are found."""
    report = read_report(folder)
    assert report is not None
    (question,) = report.questions
    keys = [option.key for option in data.question.options]
    wrong = {e.item_id for e in examples if e.pseudo and e.content.label != _true(data, keys, e)}
    suspects = {one.item_id for one in question.examples if one.suspected}
    beside = {item for cluster in question.clusters for item in cluster.suspected}
    outcomes = [one.correction for one in question.examples if one.correction]
    return {
        "wrong_share": question.wrong_share,
        "n_wrong": len(wrong),
        "n_suspected": len(suspects),
        "suspected_and_wrong": len(suspects & wrong),
        "n_in_clusters": len(beside),
        "in_clusters_and_wrong": len(beside & wrong),
        "n_relabelled": question.n_relabelled,
        "reviews_random": question.reviews_random,
        "stopped_by": question.stopped_by,
        "corrections": {kind: outcomes.count(kind) for kind in sorted(set(outcomes))},
    }


def _true(data: Data, keys: Sequence[str], example: TrainingExample) -> str:
    return keys[int(data.true[int(example.item_id)])]


def student_accuracy(student: Student, data: Data, question: Question | None = None) -> float:
    """Return the share of test series that the student's `answer` gets right."""
    asked = question or data.question
    answers = student.answer(asked, data.test_views)
    return float(np.mean([a.label == t for a, t in zip(answers, _truth(data), strict=True)]))


def head_accuracy(student: SeriesStudent, data: Data) -> float:
    """Return the share of test series that the class head gets right."""
    right = 0
    for start in range(0, len(data.test_views), 64):
        views = data.test_views[start : start + 64]
        encoded = student.model.net.encode(
            *window_rows([prepare(view) for view in views]), len(views)
        )
        said = student.model.net.classify[0](encoded.summary).argmax(dim=1).numpy()
        right += int((said == data.test_true[start : start + 64]).sum())
    return right / len(data.test_views)


def _truth(data: Data) -> list[str]:
    keys = [option.key for option in data.question.options]
    return [keys[int(i)] for i in data.test_true]


def decoder_figures(student: SeriesStudent, data: Data, seed: int) -> dict[str, float | bool]:
    """Return how the decoder answers: other wordings, fewer options, another order, unknown ones.

    Mixed wordings draw one registered wording per option, anew for every batch of 64; of three
    options one is the true one. An option that was not trained on must be refused.
    """
    rng = np.random.default_rng([seed, 11])
    truth = _truth(data)
    mixed, three, turned = 0, 0, 0
    for start in range(0, len(truth), 64):
        views, true = data.test_views[start : start + 64], truth[start : start + 64]
        plain = student.answer(data.question, views)
        order = [data.question.options[i] for i in rng.permutation(len(data.question.options))]
        again = student.answer(_over(data.question, order), views)
        turned += sum(a.label != b.label for a, b in zip(plain, again, strict=True))
        worded = [_reworded(option, rng) for option in data.question.options]
        answers = student.answer(_over(data.question, worded), views)
        mixed += sum(a.label == t for a, t in zip(answers, true, strict=True))
        three += _right_of_three(student, data, views, true, rng)
    return {
        "mixed_wordings": mixed / len(truth),
        "three_options": three / len(truth),
        "changed_by_order": turned,
        "refuses_unknown": _refuses(student, data),
        **_positions(student, data),
    }


def _over(question: Question, options: Sequence[Option]) -> Question:
    return question.model_copy(update={"options": tuple(options)})


def _reworded(option: Option, rng: np.random.Generator) -> Option:
    wording = option.wordings[int(rng.integers(len(option.wordings)))]
    others = tuple(w for w in option.wordings if w != wording)
    return option.model_copy(update={"wordings": (wording, *others)})


def _right_of_three(
    student: SeriesStudent,
    data: Data,
    views: Sequence[Any],
    true: Sequence[str],
    rng: np.random.Generator,
) -> int:
    """Ask each true label with two others; windows that get the same three are asked together."""
    by_key = {option.key: option for option in data.question.options}
    right = 0
    for key in sorted(set(true)):
        others = [other for other in by_key if other != key]
        chosen = [key, *rng.choice(others, min(2, len(others)), replace=False).tolist()]
        own = [view for view, label in zip(views, true, strict=True) if label == key]
        asked = _over(data.question, [by_key[one] for one in chosen])
        right += sum(answer.label == key for answer in student.answer(asked, own))
    return right


def _refuses(student: SeriesStudent, data: Data) -> bool:
    """Whether an unregistered option, and an unregistered wording of a known one, are refused."""
    first, *rest = data.question.options
    strange = (
        Option(key="wobble", wordings=("wobble",)),
        first.model_copy(update={"wordings": ("an increase that rises",)}),
    )
    for option in strange:
        try:
            student.answer(_over(data.question, [option, *rest]), data.test_views[:1])
        except AppError:
            continue
        return False
    return True


def _positions(student: SeriesStudent, data: Data) -> dict[str, float]:
    """Compare the places that reasons name with the true ones, where the class is right.

    Only places that the series decides count: no border of the window, no halves of a straight
    line. `positions_stated` is the share of true places that the reasons name at all.
    """
    if not data.test_answers:
        return {}
    views = data.test_views[: len(data.test_answers)]
    errors: list[float] = []
    wanted = 0
    for view, true, said in zip(
        views, data.test_answers, student.answer(data.question, views), strict=True
    ):
        if said.label != true.label or true.label in STRAIGHT:
            continue
        there, stated = _places(true, len(view.values)), _places(said, None)
        wanted += len(there)
        errors += [abs(stated[k] - at) / len(view.values) for k, at in there.items() if k in stated]
    return {
        "positions_near": float(np.mean(np.array(errors) <= NEAR)) if errors else 0.0,
        "positions_stated": len(errors) / max(1, wanted),
    }


def _places(content: AnswerContent, n_samples: int | None) -> dict[str, int]:
    """Return the samples that claims start and stop at; without borders given the length."""
    found: dict[str, int] = {}
    seen: dict[str, int] = {}
    for span in content.rationale:
        if span.claim is None:
            continue
        name = claim_name(span.claim)
        seen[name] = seen.get(name, 0) + 1
        for side, at in (("start", span.claim.start), ("stop", span.claim.stop)):
            if n_samples is None or 0 < at < n_samples:
                found[f"{name}#{seen[name]}.{side}"] = at
    return found
