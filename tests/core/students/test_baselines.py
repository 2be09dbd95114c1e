"""The baselines give the answers their names promise."""

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.errors import ConfigError
from core.questions.base import EventType, Option, Question
from core.questions.defaults import default_open_question
from core.series import WindowView
from core.students.base import Labelled
from core.students.features import FeatureStudent
from core.students.majority import MajorityStudent
from core.students.statistics import (
    PATCH_STATISTICS,
    WINDOW_STATISTICS,
    patch_statistics,
    window_statistics,
)

SHAPES = Question(
    id="p",
    family_id="p",
    kind="pattern",
    name="Shape",
    text="?",
    options=tuple(Option(key=key, wordings=(key,)) for key in ("up", "down")),
)
EVENTS = Question(
    id="a",
    family_id="a",
    kind="anomaly",
    name="Events",
    text="?",
    types=(EventType(id="t", key="noisy", name="noisy"),),
)


def line(slope: float, seed: int) -> WindowView:
    rng = np.random.default_rng(seed)
    return WindowView((slope * np.linspace(0, 1, 400) + rng.normal(0, 0.1, 400))[:, None])


def shapes(counts: dict[str, int]) -> list[Labelled]:
    slopes = {"up": 1.0, "down": -1.0}
    return [
        Labelled("p", line(slopes[key], seed), AnswerContent(kind="pattern", label=key))
        for key, count in counts.items()
        for seed in range(count)
    ]


def noisy(seed: int, start: int) -> Labelled:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 1, (600, 1))
    values[start : start + 120] *= 8
    found = FoundInterval(number=1, start=start, stop=start + 120, type_id="t")
    return Labelled("a", WindowView(values), AnswerContent(kind="anomaly", intervals=(found,)))


def test_statistics_have_one_column_per_name() -> None:
    view = line(1, 0)
    assert window_statistics(view).shape == (len(WINDOW_STATISTICS),)
    assert patch_statistics(view.values[:, 0]).shape == (49, len(PATCH_STATISTICS))


def test_majority_answers_the_most_frequent_label_with_its_share() -> None:
    student = MajorityStudent.fit(shapes({"up": 1, "down": 3}), [SHAPES, EVENTS])
    (content,) = student.answer(SHAPES, [line(1, 0)])
    assert (content.label, content.confidence) == ("down", 0.75)
    assert student.answer(EVENTS, [line(1, 0)])[0].intervals == ()


def test_features_tell_a_rising_from_a_falling_line() -> None:
    student = FeatureStudent.fit(shapes({"up": 8, "down": 8}), [SHAPES])
    answers = student.answer(SHAPES, [line(2, 99), line(-0.5, 98)])
    assert [content.label for content in answers] == ["up", "down"]


def test_features_find_a_noisy_stretch_to_about_a_patch() -> None:
    learned = [noisy(seed, 100 + 20 * seed) for seed in range(10)]
    student = FeatureStudent.fit(learned, [EVENTS])
    (content,) = student.answer(EVENTS, [noisy(50, 333).view])
    longest = max(content.intervals, key=lambda found: found.stop - found.start)
    assert abs(longest.start - 333) <= 16
    assert abs(longest.stop - 453) <= 16


def test_features_never_answer_a_label_without_examples() -> None:
    student = FeatureStudent.fit(shapes({"up": 3}), [SHAPES])
    assert student.answer(SHAPES, [line(-1, 0)])[0].label == "up"


@pytest.mark.parametrize("student", [MajorityStudent, FeatureStudent])
def test_a_question_of_free_text_is_not_learned(
    student: type[MajorityStudent] | type[FeatureStudent],
) -> None:
    with pytest.raises(ConfigError, match="no student learns to write those"):
        student.fit([], [default_open_question()])
