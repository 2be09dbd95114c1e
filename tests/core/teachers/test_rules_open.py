"""The built-in rules on an open question: sentences of what was measured, all of it checked."""

import numpy as np

from core.answers import AnswerContent
from core.questions import kind_of
from core.questions.base import Question
from core.questions.defaults import default_anomaly_question, default_open_question
from core.rationale import check_answer
from core.series import WindowView
from core.teachers.base import Ask, Reply
from core.teachers.rules import RulesTeacher
from core.teachers.rules_anomaly import find_events

QUESTION = default_open_question()


def said(view: WindowView, question: Question = QUESTION) -> Reply:
    return RulesTeacher().answer(Ask(question, view, prompt=""))


def two_channels() -> WindowView:
    """ch1 climbs with a spike at 600; ch2 is level but for [400, 440). Starts at sample 100."""
    values = np.random.default_rng(0).normal(scale=0.2, size=(600, 2))
    values[:, 0] += 0.01 * np.arange(600)
    values[300:340, 1] += 4
    values[500, 0] += 6
    return WindowView(values, start=100)


def test_the_course_of_each_channel_comes_before_the_events() -> None:
    content = said(two_channels()).content
    assert content.rationale_text == (
        "From start to end on ch1 the values go up by 3.98; the highest value on ch1, 11.2, is at "
        "sample 600; the lowest value on ch1, −0.405, is at sample 106. From start to end on ch2 "
        "the values stay about level; the highest value on ch2, 4.46, is at sample 401; the lowest "
        "value on ch2, −0.754, is at sample 251. From sample 400 to 439 on ch2 the level differs "
        "by +4.06. At sample 600 on ch1 a spike of +6.3 from its surroundings. "
    )


def test_every_claim_is_confirmed_and_the_events_are_what_the_finders_find() -> None:
    view = two_channels()
    content = said(view).content
    states = [check.status for check in check_answer(content, view) if check is not None]
    assert states == ["confirmed"] * 8
    places = [(one.start, one.stop, one.channels, one.type_id) for one in content.intervals]
    assert places == [(400, 440, (1,), None), (600, 601, (0,), None)]


def test_events_have_types_where_the_question_has_them() -> None:
    anomaly, view = default_anomaly_question(), two_channels()
    typed = QUESTION.model_copy(update={"types": anomaly.types})
    assert said(view, typed).content.intervals == find_events(anomaly, view).intervals


def test_what_is_said_is_an_answer_to_the_question() -> None:
    view = two_channels()
    reply = said(view)
    assert kind_of(QUESTION).parse(QUESTION, view, reply.raw_text) == reply.content


def test_a_window_without_values_is_said_to_have_none() -> None:
    content: AnswerContent = said(WindowView(np.full((50, 1), np.nan))).content
    assert content.rationale_text.startswith("There are no values. No spike")
    assert content.intervals == ()
