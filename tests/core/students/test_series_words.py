"""Rationales become words with slots, and come back with numbers measured by code."""

import numpy as np
import pytest

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.errors import AnswerError
from core.measure import WindowFacts
from core.series import WindowView
from core.students.series_words import (
    Vocabulary,
    event_texts,
    option_words,
    pattern_text,
    spans_from,
    words_of,
)

VIEW = WindowView(np.zeros((2000, 2)))
FACTS = WindowFacts(VIEW)


def written(text: str, **claim: object) -> tuple[str, ...]:
    made = Claim.model_validate({"kind": "spike", "start": 1000, "stop": 1011, **claim})
    content = AnswerContent(kind="pattern", label="x", rationale=(Span(text=text, claim=made),))
    return pattern_text(content, VIEW).tokens


def test_words_keep_the_blank_before_them() -> None:
    assert words_of("rises, then  falls.") == ["rises", ",", " then", " falls", "."]


def test_an_option_shares_its_words_with_running_text() -> None:
    assert option_words("then falls") == words_of("rises, then falls")[2:]


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("at 1,000", " <start>"),
        ("at 1011", " <stop>"),
        ("at 1,010", " <last>"),
        ("at 1,005", " <middle>"),
        ("for 11", " <length>"),
        ("by +2.5", " <value>"),
        ("by 2.5", " <size>"),
        ("on ch2", "<channel>"),
    ],
)
def test_a_number_of_the_claim_becomes_its_slot(text: str, slot: str) -> None:
    assert written(text, value=2.5, channel=1)[-1] == slot


def test_a_span_with_a_number_from_nowhere_is_left_out() -> None:
    assert written("BIC 1,652 below", value=2.5) == ()


def test_a_text_comes_back_with_the_numbers_of_another_claim() -> None:
    tokens = written("a spike of +2.5 at sample 1,000", value=2.5)
    claim = Claim(kind="spike", start=30, stop=32, value=-7.0)
    (span,) = spans_from(tokens, lambda name, count: claim, FACTS)
    assert span == Span(text="a spike of −7 at sample 30", claim=claim)


def test_a_claim_that_cannot_be_made_drops_its_span() -> None:
    assert spans_from(written("at 1,000"), lambda name, count: None, FACTS) == ()


def test_positions_of_the_second_claim_of_a_kind_are_kept_apart() -> None:
    up = [
        Span(text="up", claim=Claim(kind="direction", direction="up", start=a, stop=b))
        for a, b in ((0, 10), (20, 30))
    ]
    content = AnswerContent(kind="pattern", label="x", rationale=tuple(up))
    assert pattern_text(content, VIEW).positions == {
        "direction:up#0.start": 0,
        "direction:up#0.stop": 10,
        "direction:up#1.start": 20,
        "direction:up#1.stop": 30,
    }


def test_a_span_that_points_nowhere_belongs_to_the_interval_before_it() -> None:
    content = AnswerContent(
        kind="anomaly",
        intervals=(
            FoundInterval(number=1, start=5, stop=6),
            FoundInterval(number=2, start=9, stop=12),
        ),
        rationale=(
            Span(text="Two events. "),
            Span(text="At 5 a spike", interval=1),
            Span(text="."),
            Span(text="From 9 on", interval=2),
        ),
    )
    texts = event_texts(content, VIEW)
    assert texts[1].tokens == ("<point>", "At", " <start>", " a", " spike", "<plain>", ".")
    assert texts[2].tokens == ("<point>", "From", " <start>", " on")


def test_an_unknown_word_is_refused() -> None:
    vocabulary = Vocabulary.over([[" rising"]], [])
    assert vocabulary.tokens[vocabulary.id(" rising")] == " rising"
    with pytest.raises(AnswerError, match="the word 'falling' is not among"):
        vocabulary.id(" falling")
