"""Answers written in tags and read again."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import AnswerContent, FoundInterval, Span
from core.axis import axis_of
from core.errors import AnswerError
from core.questions import KINDS
from core.questions.defaults import (
    default_anomaly_question,
    default_open_question,
    default_pattern_question,
)
from core.questions.prompts import form_of
from core.questions.tag_form import render_tags
from core.render_settings import RenderSettings
from core.series import WindowView
from core.shown import SHOWN, Form

N, START = 120, 1000
VIEW = WindowView(np.zeros((N, 2)), start=START)
PATTERN, ANOMALY, OPEN = (
    default_pattern_question(),
    default_anomaly_question(),
    default_open_question(),
)
CONCAVE = AnswerContent(
    kind="pattern",
    label="concave",
    rationale=(Span(text="It rises until 60,"), Span(text=" then it falls.")),
)
TWO = AnswerContent(
    kind="anomaly",
    intervals=(
        FoundInterval(number=1, start=START + 10, stop=START + 13),
        FoundInterval(number=2, start=START + 50, stop=START + 51),
    ),
    rationale=(
        Span(text="The level is flat. "),
        Span(text="A spike stands out.", interval=1),
        Span(text="One sample is missing at 50.", interval=2),
    ),
)


def test_a_pattern_is_written_alone_with_reasons_and_with_what_it_may_mean() -> None:
    assert render_tags(PATTERN, VIEW, CONCAVE, "direct") == "<class>concave</class>"
    reasons = "<think>It rises until 60, then it falls.</think><class>concave</class>"
    assert render_tags(PATTERN, VIEW, CONCAVE, "reasons") == reasons
    extended = render_tags(PATTERN, VIEW, CONCAVE, "extended", meaning="The pump wears out.")
    assert extended == f"{reasons}<extension>The pump wears out.</extension>"


def test_the_ends_in_tags_are_inclusive_and_count_as_the_axis_does() -> None:
    assert render_tags(ANOMALY, VIEW, TWO, "direct") == (
        "<anomaly>True</anomaly><index>(10, 12), (50, 50)</index>"
    )
    whole = axis_of(RenderSettings(x_axis="sample"), VIEW)
    assert render_tags(ANOMALY, VIEW, TWO, "direct", whole) == (
        "<anomaly>True</anomaly><index>(1010, 1012), (1050, 1050)</index>"
    )


def test_a_phrase_names_the_ends_of_its_interval_where_it_does_not_yet() -> None:
    assert render_tags(ANOMALY, VIEW, TWO, "reasons") == (
        "<think>The level is flat. A spike stands out (10 to 12). One sample is missing at 50."
        "</think><anomaly>True</anomaly><index>(10, 12), (50, 50)</index>"
    )


def test_steps_stand_behind_the_answer() -> None:
    stepped = replace_words("Step 1: It is flat.", "Step 2: A spike (10 to 12).")
    assert render_tags(ANOMALY, VIEW, stepped, "steps") == (
        "<anomaly>True</anomaly><index>(10, 12), (50, 50)</index> "
        "Step 1: It is flat. Step 2: A spike (10 to 12)."
    )


def replace_words(*texts: str) -> AnswerContent:
    return TWO.model_copy(update={"rationale": tuple(Span(text=text) for text in texts)})


def test_no_anomaly_is_an_answer() -> None:
    none = AnswerContent(kind="anomaly")
    assert render_tags(ANOMALY, VIEW, none, "direct") == "<anomaly>False</anomaly>"


def test_tags_within_words_do_not_come_through() -> None:
    odd = replace_words("It <think>rises</think> and\nfalls.")
    text = render_tags(ANOMALY, VIEW, odd, "reasons")
    assert text.startswith("<think>It rises and falls.</think>")


@pytest.mark.parametrize("form", ["reasons", "steps"])
def test_an_answer_without_reasons_has_no_form_with_reasons(form: Form) -> None:
    bare = TWO.model_copy(update={"rationale": ()})
    with pytest.raises(AnswerError, match="without a rationale"):
        render_tags(ANOMALY, VIEW, bare, form)


def test_an_open_answer_is_its_words_in_any_form() -> None:
    content = AnswerContent(kind="open", rationale=(Span(text="It rises. "), Span(text="Slowly.")))
    for form in ("direct", "reasons"):
        assert render_tags(OPEN, VIEW, content, form) == "It rises. Slowly."
    with pytest.raises(AnswerError, match="without a rationale"):
        render_tags(OPEN, VIEW, AnswerContent(kind="open"), "direct")


@st.composite
def events(draw: st.DrawFn) -> AnswerContent:
    starts = draw(st.lists(st.integers(0, N - 1), unique=True, max_size=3))
    ranges = [(one, draw(st.integers(one + 1, N))) for one in sorted(starts)]
    found = tuple(
        FoundInterval(number=k, start=START + a, stop=START + b)
        for k, (a, b) in enumerate(ranges, 1)
    )
    spans = tuple(Span(text="Something stands out.", interval=one.number) for one in found)
    spans = spans or (Span(text="It is flat."),)
    return AnswerContent(kind="anomaly", intervals=found, rationale=spans)


@given(events(), st.sampled_from(["direct", "reasons", "steps"]))
def test_reading_what_was_written_gives_the_same_events(content: AnswerContent, form: Form) -> None:
    read = KINDS["anomaly"].parse(ANOMALY, VIEW, render_tags(ANOMALY, VIEW, content, form))
    assert read.intervals == content.intervals
    if form == "reasons":
        pointed = [span.interval for span in read.rationale if span.interval is not None]
        assert pointed == [found.number for found in content.intervals]


@pytest.mark.parametrize("option", [option.key for option in PATTERN.options])
@pytest.mark.parametrize("form", ["direct", "reasons", "extended"])
def test_reading_what_was_written_gives_the_same_label(option: str, form: Form) -> None:
    content = CONCAVE.model_copy(update={"label": option})
    text = render_tags(PATTERN, VIEW, content, form, meaning="Wear.")
    assert KINDS["pattern"].parse(PATTERN, VIEW, text).label == option


@pytest.mark.parametrize("question", [PATTERN, ANOMALY, OPEN])
@pytest.mark.parametrize("form", ["direct", "reasons", "extended", "steps"])
def test_what_a_student_is_asked_speaks_of_no_json(question, form: Form) -> None:
    order = tuple(option.key for option in question.options)
    prompt = KINDS[question.kind].prompt(question, VIEW, order, replace(SHOWN, form=form))
    assert "JSON" not in prompt
    assert question.text in prompt
    used = form_of(question.kind, form)
    assert ("<think>" in prompt) == (used in ("reasons", "extended"))
    assert ("<extension>" in prompt) == (form == "extended" and question.kind == "pattern")
    assert ("Step 1" in prompt) == (form == "steps" and question.kind == "anomaly")
