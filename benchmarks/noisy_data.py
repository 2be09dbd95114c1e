"""One seed's material of the pseudo-label benchmark: series, labels, reasons, test series."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.noisy_labels import (
    drawn,
    rules_answers,
    structured,
    thresholds,
    true_answers,
    uniform,
    view_of,
    worded,
)
from core.answers import AnswerContent
from core.questions.base import Option, Question
from core.questions.defaults import default_pattern_question
from core.series import WindowView
from training.examples import Split, TrainingExample

Labels = NDArray[np.int64]
TEST_APART = 500_000
PLACES_LOOKED_AT = 600
"""Test series whose positions are compared; their true ones cost a curve fit each."""


@dataclass(frozen=True, eq=False)
class Data:
    """Series with what was said of them, what is true, and test series.

    Attributes:
        given, true: (n,) places of the options.
        given_answers, true_answers: the same as answers, with reasons where there are any.
        test_answers: true answers of the first test series, for their positions; may be empty.
        test_said: (tests,) what a teacher with systematic errors says of them; None otherwise.
        rules_accuracy: of the built-in rules on the test series; None where they were not asked.
    """

    question: Question
    series: NDArray[np.float32]
    given: Labels
    true: Labels
    given_answers: Sequence[AnswerContent]
    true_answers: Sequence[AnswerContent]
    test_series: NDArray[np.float32]
    test_true: Labels
    test_answers: Sequence[AnswerContent] = ()
    test_said: Labels | None = None
    rules_accuracy: float | None = None

    @cached_property
    def views(self) -> list[WindowView]:
        """The series as windows."""
        return [view_of(row) for row in self.series]

    @cached_property
    def test_views(self) -> list[WindowView]:
        """The test series as windows."""
        return [view_of(row) for row in self.test_series]

    def examples(
        self,
        answers: Sequence[AnswerContent],
        reviewed: NDArray[np.bool_],
        splits: Sequence[Split],
    ) -> list[TrainingExample]:
        """Return training examples: these answers, or the true one where a person decided."""
        return [
            TrainingExample(
                question_id=self.question.id,
                view=view,
                content=self.true_answers[i] if reviewed[i] else answers[i],
                source="correction" if reviewed[i] else "pseudo",
                split=splits[i],
                group=str(i),
                pseudo=answers[i],
                item_id=str(i),
            )
            for i, view in enumerate(self.views)
        ]


def made(given: argparse.Namespace, seed: int) -> Data:
    """Draw a seed's series and label them."""
    question = default_pattern_question()
    shapes = drawn(given.series, given.make + seed)
    test = drawn(given.test, given.make + seed + TEST_APART)
    truth = true_answers(shapes, question)
    looked_at = min(given.test, PLACES_LOOKED_AT)
    limits = thresholds(shapes, 1 - given.correct)
    said, rules_accuracy = None, None
    if given.labels == "rules":
        answers: Sequence[AnswerContent] = rules_answers(shapes.series, question)
        labels = places(answers, question)
        said = places(rules_answers(test.series, question), question)
        rules_accuracy = float(np.mean(said == test.true))
    else:
        labels = shapes.true
        if given.labels == "uniform":
            labels = uniform(shapes.true, given.correct, len(question.options), seed)
        elif given.labels == "structured":
            labels, said = structured(shapes, limits), structured(test, limits)
        answers = worded(labels, truth, question, seed)
    return Data(
        question,
        shapes.series,
        labels,
        shapes.true,
        answers,
        truth,
        test.series,
        test.true,
        true_answers(test, question, looked_at),
        said,
        rules_accuracy,
    )


def places(answers: Sequence[AnswerContent], question: Question) -> Labels:
    """Return the options' places that answers name."""
    keys = [option.key for option in question.options]
    return np.array([keys.index(str(answer.label)) for answer in answers])


def from_file(path: Path) -> Data:
    """Read series and labels from a file; nobody gives reasons there."""
    arrays = np.load(path)
    question = question_over([str(text) for text in arrays["options"]])
    given, true = (np.asarray(arrays[name], np.int64) for name in ("given", "true"))
    return Data(
        question,
        arrays["series"],
        given,
        true,
        bare(given, question),
        bare(true, question),
        arrays["test_series"],
        np.asarray(arrays["test_true"], np.int64),
    )


def bare(labels: Labels, question: Question) -> list[AnswerContent]:
    """Return answers that are a label alone."""
    keys = [option.key for option in question.options]
    return [AnswerContent(kind="pattern", label=keys[label]) for label in labels.tolist()]


def question_over(options: Sequence[str]) -> Question:
    """Return a pattern question with these texts; the default one's wordings where they match."""
    default = default_pattern_question()
    known = {option.name: option for option in default.options}
    chosen = tuple(
        known.get(text, Option(key=f"option {i + 1}", wordings=(text,)))
        for i, text in enumerate(options)
    )
    return default.model_copy(update={"options": chosen})
