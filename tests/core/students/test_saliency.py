"""What a student looked at: flattening it moves the answer more than flattening the rest."""

import numpy as np
import pytest

from core.answers import AnswerContent
from core.generate import pattern_arrays
from core.probe import Change, changed
from core.questions.defaults import default_pattern_question
from core.series import WindowView
from core.students.saliency import saliency, stretches
from core.students.series import SeriesStudent
from training.examples import TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig, fit

QUESTION = default_pattern_question()
KEYS = [option.key for option in QUESTION.options]
STRETCH = 256


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> SeriesStudent:
    views, labels = made(90, seed=1)
    examples = [
        TrainingExample(QUESTION.id, view, AnswerContent(kind="pattern", label=label))
        for view, label in zip(views, labels, strict=True)
    ]
    config = PseudoLabelConfig(
        steps=40, batch_size=32, decoder_batch_size=8, text_batch_size=0, validate_every=40
    )
    return fit(
        examples,
        [QUESTION],
        config,
        report=lambda progress: None,
        should_stop=lambda: False,
        checkpoint_dir=tmp_path_factory.mktemp("checkpoints"),
    )


def made(n: int, seed: int) -> tuple[list[WindowView], list[str]]:
    series, labels = pattern_arrays(n, seed)
    return [WindowView(row[:, None]) for row in series], [KEYS[i] for i in labels]


def moved(student: SeriesStudent, view: WindowView, start: int) -> float:
    """How far flattening a stretch moves the log-probability of the option chosen."""
    other = changed(view, Change(kind="flatten", start=start, stop=start + STRETCH))
    before, after = np.log(student.option_probabilities(QUESTION, [view, other]))
    return abs(float((after - before)[before.argmax()]))


@pytest.mark.slow
def test_what_it_looked_at_moves_its_answer_more_than_what_it_did_not(
    student: SeriesStudent,
) -> None:
    views, _ = made(18, seed=2)
    most, least = [], []
    for view in views:
        counts = saliency(student, QUESTION, view)
        assert counts.shape == (len(view.values),)
        assert counts.min() >= 0 and counts.max() == 1
        over = np.convolve(counts, np.ones(STRETCH), "valid")
        most.append(moved(student, view, int(over.argmax())))
        least.append(moved(student, view, int(over.argmin())))
    assert np.mean(np.array(most) > least) >= 0.9
    assert np.median(most) > 2 * np.median(least)


def test_stretches_cover_a_window_from_its_first_sample_to_its_last() -> None:
    found = list(stretches(2048))
    assert found[0] == (0, 256)
    assert found[1] == (64, 320)
    assert found[-1] == (1792, 2048)
    assert len(found) == 29


@pytest.mark.slow
def test_a_window_without_anything_to_flatten_counts_nowhere(student: SeriesStudent) -> None:
    empty = WindowView(np.full((300, 1), np.nan))
    assert saliency(student, QUESTION, empty).tolist() == [0.0] * 300
    assert saliency(student, QUESTION, WindowView(np.ones((15, 1)))).tolist() == [0.0] * 15
