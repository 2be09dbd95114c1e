"""Pattern series with labels as teachers give them: wrong at random, wrong by shape, by the rules.

Series are those of `core/generate.py` (ranges in docs/generate.md). The clean trend of each is
drawn again, which tells how weak its shape is and where its true positions lie. Pure by seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent
from core.generate import PATTERN_LENGTH, PATTERNS, pattern_arrays
from core.generate_shapes import trend
from core.questions.base import Question
from core.series import WindowView
from core.teachers.rules_pattern import name_pattern

Kind = Literal["true", "uniform", "structured", "rules"]
Array = NDArray[np.float64]
Labels = NDArray[np.int64]

NEAR: Mapping[str, str] = {
    "linear_increase": "sigmoid",
    "linear_decrease": "exponential_decay",
    "concave": "gaussian",
    "convex": "exponential_growth",
    "exponential_growth": "linear_increase",
    "exponential_decay": "linear_decrease",
    "sigmoid": "linear_increase",
    "cubic": "sigmoid",
    "gaussian": "concave",
}
"""What a shape is taken for where it is weak. A valley that mostly falls is taken for a decay."""
_FALLING_VALLEY = "exponential_decay"


@dataclass(frozen=True, eq=False)
class Shapes:
    """Series, their true places in `PATTERNS`, and their trends without fluctuations."""

    series: NDArray[np.float32]
    true: Labels
    trends: Array


def drawn(n: int, seed: int) -> Shapes:
    """Draw `n` series; the trend is the first thing a series' own generator gives."""
    series, true = pattern_arrays(n, seed)
    t = np.linspace(0, 1, PATTERN_LENGTH)
    trends = np.array(
        [
            trend(PATTERNS[label], t, np.random.default_rng([seed, 1, row]))
            for row, label in enumerate(true)
        ]
    )
    return Shapes(series, true, trends)


def weakness(shapes: Shapes) -> Array:
    """Return how easily each series is taken for its near class; to be compared within a class.

    A straight line is weak where its fluctuations are large, a hill where it is symmetric (as a
    bump is), a valley where it is one-sided, a bump where it is wide, and whatever bends where a
    straight line explains it.
    """
    return np.array([_weakness(shapes, row) for row in range(len(shapes.true))])


def _weakness(shapes: Shapes, row: int) -> float:
    course = shapes.trends[row]
    t = np.linspace(0, 1, len(course))
    match PATTERNS[shapes.true[row]]:
        case "linear_increase" | "linear_decrease":
            return float(np.std(shapes.series[row] - course))
        case "concave":
            return -abs(float(t[course.argmax()]) - 0.5)
        case "convex":
            return abs(float(t[course.argmin()]) - 0.5)
        case "gaussian":
            return float(course.mean())
        case _:
            return float(np.corrcoef(t, course)[0, 1] ** 2)


def thresholds(shapes: Shapes, wrong: float) -> dict[int, float]:
    """Return the weakness from which the given share of each class is labelled wrong."""
    weak = weakness(shapes)
    return {
        label: float(np.quantile(weak[shapes.true == label], 1 - wrong))
        for label in np.unique(shapes.true).tolist()
    }


def structured(shapes: Shapes, limits: Mapping[int, float]) -> Labels:
    """Return what a teacher says that takes every weak shape for its near class, each time."""
    weak = weakness(shapes)
    said = shapes.true.copy()
    for row, label in enumerate(shapes.true.tolist()):
        if weak[row] > limits[label]:
            near = NEAR[PATTERNS[label]]
            if PATTERNS[label] == "convex" and shapes.trends[row].argmin() > PATTERN_LENGTH // 2:
                near = _FALLING_VALLEY
            said[row] = PATTERNS.index(near)
    return said


def uniform(true: Labels, right: float, n_options: int, seed: int) -> Labels:
    """Return labels of which exactly the share `right` is right, the others any other option."""
    rng = np.random.default_rng([seed, 9])
    wrong = rng.permutation(len(true)) >= round(right * len(true))
    away = rng.integers(1, n_options, len(true))
    return np.where(wrong, (true + away) % n_options, true)


def view_of(row: NDArray[np.generic]) -> WindowView:
    """Return one series as a window."""
    return WindowView(values=np.asarray(row, np.float64)[:, None])


def rules_answers(series: NDArray[np.float32], question: Question) -> list[AnswerContent]:
    """Return what the built-in rules say of each series."""
    return [name_pattern(question, view_of(row)) for row in series]


def true_answers(
    shapes: Shapes, question: Question, first: int | None = None
) -> list[AnswerContent]:
    """Return the true label of the (first) series, with reasons that name the true positions.

    The rules read them off the trend without fluctuations, where the class is given.
    """
    answers: list[AnswerContent] = []
    for course, label in zip(shapes.trends[:first], shapes.true[:first].tolist(), strict=True):
        only = question.model_copy(update={"options": (question.options[label],)})
        answers.append(name_pattern(only, view_of(course)))
    return answers


def worded(
    given: Labels, truth: Sequence[AnswerContent], question: Question, seed: int
) -> list[AnswerContent]:
    """Return answers with these labels; a wrong one takes its reasons from a series of that class.

    A teacher that is wrong of the label is wrong of the positions too.
    """
    rng = np.random.default_rng([seed, 10])
    keys = [option.key for option in question.options]
    by_label = {key: [i for i, answer in enumerate(truth) if answer.label == key] for key in keys}
    answers: list[AnswerContent] = []
    for label, right in zip(given.tolist(), truth, strict=True):
        key = keys[label]
        source = right
        if right.label != key:
            source = truth[int(rng.choice(by_label[key]))]
        answers.append(AnswerContent(kind="pattern", label=key, rationale=source.rationale))
    return answers
