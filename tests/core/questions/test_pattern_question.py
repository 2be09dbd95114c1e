"""The `pattern` question: order, wordings, tags."""

import numpy as np
import pytest

from core.answers import AnswerContent, Span
from core.errors import AnswerError
from core.questions.base import Option
from core.questions.defaults import default_pattern_question
from core.questions.pattern import PatternKind, option_of_word, option_order
from core.series import WindowView

QUESTION = default_pattern_question()
KEYS = tuple(option.key for option in QUESTION.options)
VIEW = WindowView(np.zeros((50, 1)))
KIND = PatternKind()


def test_the_default_question_has_nine_options_with_four_distinct_wordings() -> None:
    assert KEYS == (
        "linear_increase",
        "linear_decrease",
        "concave",
        "convex",
        "exponential_growth",
        "exponential_decay",
        "sigmoid",
        "cubic",
        "gaussian",
    )
    wordings = [wording for option in QUESTION.options for wording in option.wordings]
    assert len(wordings) == len(set(wordings)) == 36
    assert QUESTION.options[0].name == "linear increase"


def test_two_default_questions_are_two_questions() -> None:
    other = default_pattern_question()
    assert (other.id, other.family_id) != (QUESTION.id, QUESTION.family_id)
    assert other.options == QUESTION.options


def test_the_prompt_lists_the_options_in_the_order_of_the_ask() -> None:
    order = KEYS[::-1]
    prompt = KIND.prompt(QUESTION, VIEW, order)
    places = [prompt.index(f"`{key}`") for key in order]
    assert places == sorted(places)


@pytest.mark.parametrize("order", [(), KEYS[:3], (*KEYS[:8], KEYS[0]), (*KEYS, "other")])
def test_an_order_that_is_not_all_options_once_is_refused(order: tuple[str, ...]) -> None:
    with pytest.raises(AnswerError, match="does not hold each option once"):
        KIND.prompt(QUESTION, VIEW, order)


def test_the_order_belongs_to_the_ask() -> None:
    orders = {option_order(QUESTION, f"ask {i}") for i in range(50)}
    assert len(orders) == 50
    assert all(sorted(order) == sorted(KEYS) for order in orders)
    assert option_order(QUESTION, "ask 1") == (option_order(QUESTION, "ask 1"))


@pytest.mark.parametrize(
    "word", ["linear_increase", "Linear Increase", " linear  increase ", "steady growth"]
)
def test_keys_and_registered_wordings_are_read(word: str) -> None:
    assert option_of_word(QUESTION, word).key == "linear_increase"


@pytest.mark.parametrize("word", ["3", "going up", "", "linear"])
def test_numbers_and_unregistered_wordings_are_refused(word: str) -> None:
    with pytest.raises(AnswerError, match="is no option of the question"):
        option_of_word(QUESTION, word)


def test_a_wording_that_two_options_share_is_refused() -> None:
    options = (Option(key="a", wordings=("up",)), Option(key="b", wordings=("rise", "up")))
    question = QUESTION.model_copy(update={"options": options})
    with pytest.raises(AnswerError, match="wording of several options; use one of a, b"):
        option_of_word(question, "up")


def test_tags_give_the_label_and_a_rationale() -> None:
    text = "<think>It bends.</think>\n<class>Convex</class>\n<extension>Once.</extension>"
    assert KIND.parse(QUESTION, VIEW, text) == AnswerContent(
        kind="pattern",
        label="convex",
        rationale=(Span(text="It bends.\n"), Span(text="Once.")),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<class>cubic</class><class>convex</class>", "use each tag once"),
        ("<think>a<think>b</think></think><class>cubic</class>", "use each tag once"),
        ("<think>a<think>b</think><class>cubic</class>", "use each tag once"),
        ("I say <class>cubic</class>", "nothing outside the tags"),
        ("<class>cubic</class><think>late</think>", "neither JSON nor"),
        ("<class>wavy</class>", "'wavy' is no option"),
        ("<class></class>", "'' is no option"),
        ('{"rationale": []}', "no `label`"),
        ('{"label": "cubic", "scores": {"wavy": 1.0}}', "'wavy' is no option"),
        ('{"label": "cubic", "scores": {"cubic": Infinity}}', "score of 'cubic' is inf"),
    ],
)
def test_pattern_answers_that_do_not_fit_are_refused(text: str, says: str) -> None:
    with pytest.raises(AnswerError, match=says):
        KIND.parse(QUESTION, VIEW, text)


def test_the_score_is_agreement_of_labels() -> None:
    cubic = AnswerContent(kind="pattern", label="cubic", confidence=0.1)
    assert KIND.score(cubic, AnswerContent(kind="pattern", label="cubic")) == 1
    assert KIND.score(cubic, AnswerContent(kind="pattern", label="convex")) == 0
