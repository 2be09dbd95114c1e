"""What a student looked at: flattening it moves the answer more than flattening the rest."""

import numpy as np
import pytest

from core.probe import Change, changed
from core.questions.base import Question
from core.series import WindowView
from core.students.saliency import saliency, stretches
from core.students.series import SeriesStudent
from tests.core.students.conftest import Made

STRETCH = 256


def moved(student: SeriesStudent, shapes: Question, view: WindowView, start: int) -> float:
    """How far flattening a stretch moves the log-probability of the option chosen."""
    other = changed(view, Change(kind="flatten", start=start, stop=start + STRETCH))
    before, after = np.log(student.option_probabilities(shapes, [view, other]))
    return abs(float((after - before)[before.argmax()]))


@pytest.mark.slow
def test_what_it_looked_at_moves_its_answer_more_than_what_it_did_not(
    shape_student: SeriesStudent, shapes: Question, made: Made
) -> None:
    views, _ = made(18, 2)
    most, least = [], []
    for view in views:
        counts = saliency(shape_student, shapes, view)
        assert counts.shape == (len(view.values),)
        assert counts.min() >= 0
        assert counts.max() == 1
        over = np.convolve(counts, np.ones(STRETCH), "valid")
        most.append(moved(shape_student, shapes, view, int(over.argmax())))
        least.append(moved(shape_student, shapes, view, int(over.argmin())))
    assert np.mean(np.array(most) > least) >= 0.9
    assert np.median(most) > 2 * np.median(least)


def test_stretches_cover_a_window_from_its_first_sample_to_its_last() -> None:
    found = list(stretches(2048))
    assert found[0] == (0, 256)
    assert found[1] == (64, 320)
    assert found[-1] == (1792, 2048)
    assert len(found) == 29


@pytest.mark.slow
def test_a_window_without_anything_to_flatten_counts_nowhere(
    shape_student: SeriesStudent, shapes: Question
) -> None:
    empty = WindowView(np.full((300, 1), np.nan))
    assert saliency(shape_student, shapes, empty).tolist() == [0.0] * 300
    assert saliency(shape_student, shapes, WindowView(np.ones((15, 1)))).tolist() == [0.0] * 15
