"""A detector beside the finders of the rules: off, and what it would add."""

import numpy as np

from core.answers import AnswerContent
from core.questions.base import EventType, Question
from core.questions.defaults import default_anomaly_question
from core.rationale import phrases
from core.series import WindowView
from core.teachers.base import Ask
from core.teachers.rules import RulesTeacher
from core.teachers.rules_anomaly import find_events
from core.teachers.rules_member import MEMBER, OTHER, with_member

CALM = AnswerContent(kind="anomaly")


def broken_cycle() -> WindowView:
    """A cycle of 40 samples; the turn [600, 640) runs at twice the pace, within usual values."""
    n = np.arange(1_200)
    values = np.sin(2 * np.pi * n / 40) + np.random.default_rng(0).normal(0, 0.02, len(n))
    values[600:640] = np.sin(2 * np.pi * n[:40] / 20) + 0.02
    return WindowView(values=values[:, None], start=5_000)


def said(question: Question, view: WindowView, member: str) -> AnswerContent:
    return RulesTeacher(member).answer(Ask(question, view, prompt="")).content


def test_the_rules_have_no_member_and_answer_as_their_finders_do() -> None:
    question, view = default_anomaly_question(), broken_cycle()
    assert MEMBER == ""
    assert RulesTeacher().answer(Ask(question, view, prompt="")).content == find_events(
        question, view
    )


def test_a_member_adds_a_break_of_shape_without_a_type() -> None:
    question, view = default_anomaly_question(), broken_cycle()
    (found,) = with_member(question, view, CALM, "matrix_profile").intervals
    assert found.start < 5_640
    assert found.stop > 5_600
    assert found.type_id is None
    beside = with_member(question, view, CALM, "matrix_profile")
    assert "Matrix profile is higher than in" in phrases(beside)[1]


def test_a_find_of_a_member_has_the_other_type_where_there_is_one() -> None:
    question = default_anomaly_question()
    other = EventType(id="t9", key=OTHER, name="other", meaning="anything else")
    asked = question.model_copy(update={"types": (*question.types, other)})
    found = with_member(asked, broken_cycle(), CALM, "matrix_profile").intervals
    assert [one.type_id for one in found] == ["t9"]


def test_a_break_that_a_finder_found_is_not_said_twice() -> None:
    question, view = default_anomaly_question(), broken_cycle()
    assert said(question, view, "matrix_profile") == said(question, view, "")


def test_what_a_finder_explains_is_not_found_a_second_time() -> None:
    view = broken_cycle()
    view.values[300] += 25.0
    question = default_anomaly_question()
    alone = find_events(question, view)
    spikes = [one for one in alone.intervals if one.start == 5_300]
    beside = with_member(question, view, alone, "robust_z")
    assert len(spikes) == 1
    assert [one for one in beside.intervals if 5_280 <= one.start <= 5_320] == [
        one for one in beside.intervals if one.start == 5_300
    ]
    assert [one.number for one in beside.intervals] == list(range(1, len(beside.intervals) + 1))


def test_a_calm_window_stays_calm() -> None:
    view = WindowView(values=np.random.default_rng(1).normal(size=(600, 1)))
    question = default_anomaly_question()
    assert said(question, view, "robust_z") == find_events(question, view)
