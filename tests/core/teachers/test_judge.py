"""A model as a judge: what it is told, what of its replies is read, and what is refused."""

import json

import pytest

from core.errors import AnswerError
from core.questions.defaults import default_anomaly_question
from core.teachers.judge import Judgement, judge_request, judge_schema, read_judgement

QUESTION = default_anomaly_question()
GIVEN = {"explanation": "All of it is there.", "visual_grounding": 5, "axis_awareness": 3}
FULL: dict[str, object] = {**GIVEN, "clarity": 1}


def test_the_judge_is_told_question_and_text_and_shown_the_picture() -> None:
    request = judge_request(QUESTION, "A spike of $5 at {120}.", (b"png",), sample=2)
    assert QUESTION.text in request.text
    assert "\n---\nA spike of $5 at {120}.\n---\n" in request.text
    assert (request.pictures, request.sample, request.schema) == ((b"png",), 2, judge_schema())


def test_the_judge_learns_no_name_of_the_question_and_no_types() -> None:
    request = judge_request(QUESTION.model_copy(update={"name": "Pump 7"}), "Calm.", (b"png",))
    assert "Pump 7" not in request.text
    assert "level_shift" not in request.text


def test_the_explanation_comes_before_the_scores() -> None:
    assert judge_schema()["required"] == [
        "explanation",
        "visual_grounding",
        "axis_awareness",
        "clarity",
    ]


def test_an_answer_without_words_cannot_be_judged() -> None:
    with pytest.raises(AnswerError, match="no explanation to judge"):
        judge_request(QUESTION, " \n", (b"png",))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(FULL),
        f"```json\n{json.dumps(FULL)}\n```",
        "<explanation>All of it is there.</explanation> <visual_grounding> 5 </visual_grounding>"
        "<axis_awareness>3</axis_awareness><clarity>1</clarity>",
    ],
)
def test_json_and_tags_say_the_same(text: str) -> None:
    assert read_judgement(text) == Judgement.model_validate(FULL)


def test_the_score_is_the_mean_of_three_shares() -> None:
    # 5, 3, 1 of 5: 1, 1/2, 0
    assert Judgement.model_validate(FULL).score == 0.5


@pytest.mark.parametrize(
    "rubbish",
    [
        "",
        "A good explanation, 5 of 5.",
        "[5, 5, 5]",
        json.dumps(GIVEN),  # one score is missing
        json.dumps({**FULL, "clarity": 0}),
        json.dumps({**FULL, "clarity": 6}),
        json.dumps({**FULL, "clarity": 4.5}),
        json.dumps({**FULL, "clarity": "4"}),
        json.dumps({**FULL, "clarity": True}),
        json.dumps({**FULL, "explanation": ""}),
        json.dumps({**FULL, "label": "spike"}),  # nobody asked for one
        "<explanation>x</explanation><visual_grounding>5</visual_grounding>"
        "<axis_awareness>ten</axis_awareness><clarity>1</clarity>",
        "<explanation>x</explanation><visual_grounding>5</visual_grounding>"
        "<axis_awareness>1</axis_awareness><clarity>1</clarity><clarity>5</clarity>",
    ],
)
def test_rubbish_is_no_judgement(rubbish: str) -> None:
    with pytest.raises(AnswerError, match=r"judgement|JSON"):
        read_judgement(rubbish)
