"""Judges of texts: what they are told and not told, and replies read strictly."""

import pytest

from core.errors import AnswerError
from core.questions.defaults import default_pattern_question
from core.teachers.text_judge import (
    CAPTION,
    EXTENSION,
    caption_request,
    extension_request,
    judgement_schema,
    read_caption_judgement,
    read_extension_judgement,
)

QUESTION = default_pattern_question()
SCORES = '"specificity": 5, "appropriateness": 3, "relevance": 1, "depth": 1'


def test_a_caption_judge_sees_a_description_and_no_picture() -> None:
    request = caption_request(QUESTION, "A line that falls.", "It costs $5 and rises.")
    assert request.pictures == ()
    assert "===\nA line that falls.\n===" in request.text
    assert "---\nIt costs $5 and rises.\n---" in request.text
    assert QUESTION.text in request.text


def test_an_extension_judge_sees_what_was_written_alone() -> None:
    request = extension_request(QUESTION, "<class>a</class><extension>Look.</extension>")
    assert "---\n<class>a</class><extension>Look.</extension>\n---" in request.text
    assert request.pictures == ()


@pytest.mark.parametrize("prompt", [CAPTION, EXTENSION])
def test_the_explanation_comes_before_every_score(prompt: str) -> None:
    assert next(iter(judgement_schema(prompt)["properties"])) == "explanation"


@pytest.mark.parametrize(
    ("text", "score", "good"),
    [
        ('{"explanation": "It fits.", "score": 3}', 3, True),
        ('{"explanation": "It does not.", "score": 2}', 2, False),
        ("<explanation>It fits.</explanation><score>5</score>", 5, True),
    ],
)
def test_scores_of_three_and_more_are_good(text: str, score: int, good: bool) -> None:
    found = read_caption_judgement(text)
    assert (found.score, found.good) == (score, good)


@pytest.mark.parametrize(
    "text",
    [
        '{"explanation": "It fits.", "score": 6}',
        '{"explanation": "It fits.", "score": 2.5}',
        '{"explanation": "", "score": 2}',
        '{"score": 2}',
        "<score>2</score>",
        "<explanation>a</explanation><score>2</score><score>3</score>",
        "a good answer: 5",
    ],
)
def test_anything_else_is_no_judgement(text: str) -> None:
    with pytest.raises(AnswerError, match="the judgement"):
        read_caption_judgement(text)


def test_an_extension_is_as_good_as_the_mean_of_its_scores() -> None:
    found = read_extension_judgement(f'{{"explanation": "Well.", {SCORES}}}')
    assert found.share == (4 + 2 + 0 + 0) / 16


def test_without_a_text_or_a_description_there_is_nothing_to_judge() -> None:
    with pytest.raises(AnswerError, match="the answer is empty"):
        caption_request(QUESTION, "A line.", " ")
    with pytest.raises(AnswerError, match="no description of the plot"):
        caption_request(QUESTION, " ", "It rises.")
