"""Running text cut into steps, sentences and pieces that point to intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.answers import Span
from core.questions.anomaly import AnomalyKind
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.questions.pattern import PatternKind
from core.questions.steps import Piece, pointed, sentences, steps_of
from core.series import WindowView

VIEW = WindowView(np.zeros((400, 1)), start=1000)


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Step 1: a. Step 2: b.", ["Step 1: a. ", "Step 2: b."]),
        ("So. **Step 1:** a.\n**Step 2:** b.", ["So. ", "**Step 1:** a.\n", "**Step 2:** b."]),
        ("Step 1: as in Step 3: a. Step 2: b", ["Step 1: as in Step 3: a. ", "Step 2: b"]),
        ("No steps here.", ["No steps here."]),
        ("", []),
    ],
)
def test_steps_are_cut_in_the_order_of_their_numbers(text: str, steps: list[str]) -> None:
    assert steps_of(text) == steps


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("It rises. Then it falls!  Why?", ["It rises. ", "Then it falls!  ", "Why?"]),
        ("It is 3.5 high, approx. 7 long.", ["It is 3.5 high, approx. 7 long."]),
        ("- one\n- two", ["- one\n", "- two"]),
        ("1. One.\n2. Two.", ["1. One.\n", "2. Two."]),
        ("Up. 42", ["Up. 42"]),
        ("", []),
    ],
)
def test_sentences_keep_their_spaces_and_lone_numbers_join_them(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut


@pytest.mark.parametrize(
    ("text", "pieces", "why"),
    [
        ("High from 3 to 9.", [Piece("High from 3 to 9.", 1)], "words"),
        ("High in (3, 9).", [Piece("High in (3, 9).", 1)], "a pair"),
        ("High at 3-9.", [Piece("High at 3-9.", 1)], "a dash"),
        ("Spike at sample 20.", [Piece("Spike at sample 20.", 2)], "a single sample"),
        ("Two, 3 to 9.", [Piece("Two, 3 to 9.", 1)], "a number before it"),
        ("High from 3 to 8.", [Piece("High from 3 to 8.")], "another end"),
        ("High from 0.3 to 9.", [Piece("High from 0.3 to 9.")], "a value, no position"),
        ("Up from 3 to 9.5.", [Piece("Up from 3 to 9.5.")], "a value at the end"),
        (
            "Odd from 3 to 9 and at 20. Calm.",
            [Piece("Odd from 3 to 9", 1), Piece(" and at 20. ", 2), Piece("Calm.")],
            "two in one sentence, none in the next",
        ),
        ("Odd. So. It is from 3 to 9.", [Piece("Odd. So. "), Piece("It is from 3 to 9.", 1)], ""),
    ],
)
def test_a_sentence_points_to_the_interval_whose_ends_it_names(
    text: str, pieces: list[Piece], why: str
) -> None:
    assert pointed([text], [(3, 9), (20, 20)]) == pieces, why


def test_an_interval_given_twice_is_pointed_to_by_nothing() -> None:
    assert pointed(["From 3 to 9."], [(3, 9), (3, 9)]) == [Piece("From 3 to 9.")]


@settings(max_examples=40)
@given(st.text(st.sampled_from("aZ 1.,:!?-\n*Step(3, 9)")))
def test_no_cut_loses_a_letter(text: str) -> None:
    assert "".join(steps_of(text)) == text
    assert "".join(sentences(text)) == text
    assert "".join(piece.text for piece in pointed([text], [(3, 9), (1, 1)])) == text


def test_the_step_form_of_the_papers_is_read_with_what_each_step_points_to() -> None:
    text = (
        "<anomaly>True</anomaly>\n<index>(300, 340)</index> <index>(380, 380)</index>\n\n"
        "Step 1: The x axis counts samples. Step 2: The level is flat, then jumps from 300 to 340. "
        "It stays there.\nStep 3: At 380 there is one spike."
    )
    content = AnomalyKind().parse(default_anomaly_question(), VIEW, text)
    assert [(one.start, one.stop) for one in content.intervals] == [(1300, 1341), (1380, 1381)]
    assert content.rationale == (
        Span(text="Step 1: The x axis counts samples.\n"),
        Span(text="Step 2: The level is flat, then jumps from 300 to 340. ", interval=1),
        Span(text="It stays there.\n"),
        Span(text="Step 3: At 380 there is one spike.", interval=2),
    )


def test_thinking_stays_the_first_span_of_a_tag_form() -> None:
    text = "It bends twice.</think><class>cubic</class><extension>Up again.</extension>"
    content = PatternKind().parse(default_pattern_question(), VIEW, text)
    assert content.rationale == (Span(text="It bends twice.\n"), Span(text="Up again."))
