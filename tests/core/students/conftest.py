"""A student of generated patterns, trained once for all tests here that ask something of one."""

from collections.abc import Callable

import pytest

from core.answers import AnswerContent
from core.generate import pattern_arrays
from core.questions.base import Question
from core.questions.defaults import default_pattern_question
from core.series import WindowView
from core.students.series import SeriesStudent
from training.examples import Split, TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig, fit

Made = Callable[[int, int], tuple[list[WindowView], list[str]]]


@pytest.fixture(scope="session")
def shapes() -> Question:
    return default_pattern_question()


@pytest.fixture(scope="session")
def made(shapes: Question) -> Made:
    """Makes windows of 2,048 samples by count and seed, with the keys of what they show."""

    def make(n: int, seed: int) -> tuple[list[WindowView], list[str]]:
        series, labels = pattern_arrays(n, seed)
        keys = [shapes.options[i].key for i in labels.tolist()]
        return [WindowView(row[:, None]) for row in series], keys

    return make


@pytest.fixture(scope="session")
def shape_student(
    shapes: Question, made: Made, tmp_path_factory: pytest.TempPathFactory
) -> SeriesStudent:
    examples: list[TrainingExample] = []
    parts: list[tuple[Split, int, int]] = [("train", 108, 1), ("validation", 45, 3)]
    for split, n, seed in parts:
        examples += [
            TrainingExample(
                shapes.id,
                view,
                AnswerContent(kind="pattern", label=key),
                source="correction" if split == "validation" else "pseudo",
                split=split,
            )
            for view, key in zip(*made(n, seed), strict=True)
        ]
    config = PseudoLabelConfig(
        steps=60, batch_size=32, decoder_batch_size=8, text_batch_size=0, validate_every=60
    )
    return fit(
        examples,
        [shapes],
        config,
        report=lambda progress: None,
        should_stop=lambda: False,
        checkpoint_dir=tmp_path_factory.mktemp("checkpoints"),
    )
