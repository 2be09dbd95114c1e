"""Methods for change points that need more than a call: rules, the trained student, and ClaSP.

The rules read a series as one window.

The student learns from the series itself, which nobody labelled for it: windows of 200 samples that
overlap by half. Of series with one channel it can say nothing. ClaSP (Ermshaus and others 2023)
takes part where the package `claspy` is installed.
"""

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent, FoundInterval
from core.errors import ConfigError
from core.questions.base import Question
from core.questions.defaults import default_change_point_question
from core.series import WindowView, cut_windows
from core.students.correlation import CorrelationStudent
from core.teachers.rules import rules_on
from training.examples import TrainingExample
from training.recipes.correlation import CorrelationRecipeConfig, fit

WINDOW = 200
CONFIG = CorrelationRecipeConfig(cpu_minutes=0.5, expected=0.5)
"""The recipe's defaults, which generated series chose; nothing of it is tuned on real ones."""
HAS_CLASP = find_spec("claspy") is not None


def by_rules(values: NDArray[np.float64]) -> tuple[int, ...]:
    """Return the samples at which the built-in rules find changes."""
    question = default_change_point_question()
    return tuple(found.start for found in rules_on(question)(WindowView(values, start=0)).intervals)


def by_student(values: NDArray[np.float64]) -> tuple[int, ...]:
    """Train the correlation student on a series and return the samples it finds changes at.

    Raises:
        ConfigError: if the series has one channel.
    """
    return tuple(found.start for found in taught(values)[0].intervals)


def taught(
    values: NDArray[np.float64],
) -> tuple[AnswerContent, CorrelationStudent, NDArray[np.int64]]:
    """Return the answer on a series of a student that learned from it, the student, and which
    channels it read: those that vary."""
    known = [np.unique(column[np.isfinite(column)]) for column in values.T]
    varying = np.flatnonzero([len(one) > 1 for one in known])
    usable = values[:, varying]
    if usable.shape[1] < 2:
        raise ConfigError(
            f"the series has {usable.shape[1]} channels that vary, and the graph needs two; "
            "measure series of several channels"
        )
    question = default_change_point_question()
    examples = [
        TrainingExample(
            question.id,
            WindowView(usable[start:stop], start=start),
            AnswerContent(kind="change_point"),
        )
        for start, stop in cut_windows(len(usable), WINDOW, WINDOW // 2)
    ]
    with TemporaryDirectory() as folder:
        student = fit(
            examples,
            [question],
            CONFIG,
            report=lambda _: None,
            should_stop=lambda: False,
            checkpoint_dir=Path(folder),
        )
    return _in_windows(student, question, usable), student, varying


def _in_windows(
    student: CorrelationStudent, question: Question, values: NDArray[np.float64]
) -> AnswerContent:
    """Answer windows of the length learned from, each for its middle half; they overlap by half.

    A window is put on its own mean and spread: read as one, the whole series would be another
    thing than what was learned from.
    """
    found: list[FoundInterval] = []
    cut = cut_windows(len(values), WINDOW, WINDOW // 2)
    views = [WindowView(values[start:stop], start=start) for start, stop in cut]
    for view, content in zip(views, student.answer(question, views), strict=True):
        first = view.start + (WINDOW // 4 if view.start else 0)
        last = view.stop - (WINDOW // 4 if view.stop < len(values) else 0)
        found += [one for one in content.intervals if first <= one.start < last]
    once = {one.start: one for one in found}  # the last two windows may overlap by more
    return AnswerContent(
        kind="change_point",
        intervals=tuple(
            once[at].model_copy(update={"number": number})
            for number, at in enumerate(sorted(once), start=1)
        ),
    )


def by_clasp(values: NDArray[np.float64]) -> tuple[int, ...]:
    """Return what ClaSP finds in the first channel that varies."""
    from claspy.segmentation import BinaryClaSPSegmentation  # pyright: ignore

    spread = np.nan_to_num(np.nanstd(values, axis=0))
    column = values[:, int(np.argmax(spread > 0))]
    at, known = np.arange(len(column)), np.isfinite(column)
    filled = np.interp(at, at[known], column[known])
    found = BinaryClaSPSegmentation().fit_predict(filled)
    return tuple(int(place) for place in found)
