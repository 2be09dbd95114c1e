"""Rewards: the arithmetic of every term by hand, and what no text may ever earn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import AnswerContent, FoundInterval, Span
from core.errors import ConfigError
from core.questions.base import Question
from core.questions.defaults import (
    default_anomaly_question,
    default_open_question,
    default_pattern_question,
)
from core.questions.tag_form import render_tags
from core.series import WindowView
from core.shown import Form
from training.reward_format import FormatRule
from training.rewards import (
    DEFAULT_WEIGHTS,
    TERM_NAMES,
    TERMS,
    TermName,
    Written,
    chosen_terms,
    extension_term,
    has_stock_phrase,
    reward,
)

PATTERN, ANOMALY = default_pattern_question(), default_anomaly_question()
START = 1000
VALUES = np.zeros((100, 1))
VALUES[20:30] = 5.0
VIEW = WindowView(VALUES, start=START)
RISE = AnswerContent(kind="pattern", label="linear_increase")
EVENT = AnswerContent(
    kind="anomaly", intervals=(FoundInterval(number=1, start=START + 20, stop=START + 30),)
)
QUIET = AnswerContent(kind="anomaly")
GOOD = "<think>It goes up all the way.</think><class>linear increase</class>"
FOUND = "<think>A jump.</think><anomaly>True</anomaly><index>(20, 29)</index>"


def wrote(
    text: str,
    question: Question = PATTERN,
    truth: AnswerContent = RISE,
    rule: FormatRule = "strict",
) -> Written:
    return Written(question, VIEW, text, truth, rule=rule)


def terms(text: str, truth: AnswerContent = EVENT) -> dict[TermName, float | None]:
    return reward(wrote(text, ANOMALY, truth), DEFAULT_WEIGHTS).terms


# -- accuracy and format


@pytest.mark.parametrize(
    ("text", "accuracy", "form"),
    [
        (GOOD, 1, 1),
        (f"\n {GOOD} \n", 1, 1),  # white space around is no text
        (GOOD.replace("linear increase", "steady growth"), 1, 1),  # a registered wording
        (GOOD.replace("increase", "decrease"), 0, 1),  # wrong, and well formed
        (GOOD + "<extension>Look at the pump.</extension>", 1, 1),
        (GOOD + "<extension> </extension>", 1, 0),  # a tag without a word
        ("<class>linear increase</class>", 1, 0),  # right, without a reason
        ("<think> </think><class>linear increase</class>", 1, 0),
        ("<think>...</think><class>linear increase</class>", 1, 0),
        ("<class>linear increase</class><think>It goes up.</think>", 0, 0),  # order
        (GOOD + " I am sure.", 0, 0),  # something besides
        ("Well: " + GOOD, 0, 0),
        (GOOD + "<class>concave</class>", 0, 0),  # a second try
        ("<think>a</think><think>b</think><class>linear increase</class>", 0, 0),
        (GOOD.replace("linear increase", "banana"), 0, 0),
        ('{"rationale": [{"text": "It goes up."}], "label": "linear_increase"}', 1, 0),
        ("linear increase", 0, 0),
        ("", 0, 0),
    ],
)
def test_a_pattern_earns_for_its_label_and_for_the_whole_structure(
    text: str, accuracy: int, form: int
) -> None:
    earned = reward(wrote(text), DEFAULT_WEIGHTS)
    assert (earned.terms["accuracy"], earned.terms["format"]) == (accuracy, form)
    assert earned.total == pytest.approx(0.9 * accuracy + 0.1 * form)


@pytest.mark.parametrize(
    ("text", "accuracy", "form"),
    [
        (FOUND, 1, 1),
        ("<anomaly>True</anomaly><index>(20, 29)</index> Step 1: flat. Step 2: a jump.", 1, 1),
        ("<anomaly>True</anomaly><index>(20, 29)</index>", 1, 0),  # no reason anywhere
        ("<anomaly>True</anomaly><index>(20, 29)</index> A jump.", 1, 0),  # steps are numbered
        ("<anomaly>True</anomaly><index>(20, 29)</index> Step 2: a jump.", 1, 0),
        ("<anomaly>True</anomaly><index>(20, 29)</index> Step 1: a. Step 3: b.", 1, 0),
        ("<anomaly>True</anomaly><index>(20, 29)</index> So: Step 1: a jump.", 1, 0),
        # 20 of the union's 20 samples hold the event's 10: 2 * 0.5 / (1 + 1)
        (FOUND.replace("29", "39"), 0.5, 1),
        # one of two is right: 2 * 1 / (2 + 1)
        (FOUND.replace("(20, 29)", "(20, 29), (70, 79)"), 2 / 3, 1),
        ("<think>Flat.</think><anomaly>False</anomaly>", 0, 1),
        (FOUND.replace("29", "129"), 0, 0),  # outside the window
        (FOUND.replace("True", "False"), 0, 0),  # says both
        (FOUND.replace("<index>(20, 29)</index>", ""), 0, 0),
    ],
)
def test_an_anomaly_earns_for_its_overlap_and_for_the_whole_structure(
    text: str, accuracy: float, form: int
) -> None:
    earned = reward(wrote(text, ANOMALY, EVENT), DEFAULT_WEIGHTS)
    assert earned.terms["accuracy"] == pytest.approx(accuracy)
    assert earned.terms["format"] == form
    assert earned.total == pytest.approx(0.9 * accuracy + 0.1 * form)


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        (GOOD, 1.0, 1.0),
        ("blah <class>linear increase</class> blah <class>concave</class>", 0.0, 1.0),
        ("<class>banana</class> no, <class>linear increase</class>", 0.0, 1.0),
        ("<class>concave</class> <class>linear increase</class>", 0.0, 0.1),  # the first counts
        ("<class>linear increase</class>", 0.9, 1.0),
        ("<think>It goes up.</think>", 0.0, 0.0),
    ],
)
def test_the_published_rule_pays_for_a_valid_tag_anywhere(
    text: str, strict: float, published: float
) -> None:
    assert reward(wrote(text), DEFAULT_WEIGHTS).total == pytest.approx(strict)
    laxly = reward(wrote(text, rule="published"), DEFAULT_WEIGHTS)
    assert laxly.total == pytest.approx(published)


def test_the_published_rule_reads_the_flag_and_the_positions_of_an_anomaly() -> None:
    text = "I see <anomaly>True</anomaly> at <index>(20, 29)</index>, don't you?"
    assert reward(wrote(text, ANOMALY, EVENT), DEFAULT_WEIGHTS).total == 0
    laxly = reward(wrote(text, ANOMALY, EVENT, "published"), DEFAULT_WEIGHTS)
    assert laxly.total == pytest.approx(1.0)
    # the flag alone is the format; without positions it is no answer
    flag = reward(wrote("<anomaly>True</anomaly>", ANOMALY, EVENT, "published"), DEFAULT_WEIGHTS)
    assert (flag.terms["format"], flag.terms["accuracy"]) == (1, 0)


# -- intervals


@pytest.mark.parametrize(
    ("index", "f1", "iou"),
    [
        ("(20, 29)", 1.0, 1.0),
        ("(20, 39)", 1.0, 0.5),  # exactly half the union still matches
        ("(20, 40)", 0.0, 10 / 21),  # one sample more does not
        ("(0, 99)", 0.0, 0.1),  # the whole window is no trick
        ("(20, 29), (70, 79)", 2 / 3, 0.5),
        ("(20, 24), (25, 29)", 2 / 3, 1.0),  # the event in two parts: every sample, one match
    ],
)
def test_intervals_are_matched_by_half_the_union_and_counted_by_samples(
    index: str, f1: float, iou: float
) -> None:
    found = terms(FOUND.replace("(20, 29)", index))
    assert found["interval_f1"] == pytest.approx(f1)
    assert found["interval_iou"] == pytest.approx(iou)


def test_nothing_found_where_there_is_nothing_is_all_right_and_an_alarm_is_all_wrong() -> None:
    nothing = terms("<think>Flat.</think><anomaly>False</anomaly>", QUIET)
    assert (nothing["interval_f1"], nothing["interval_iou"]) == (1, 1)
    alarm = terms(FOUND, QUIET)
    assert (alarm["interval_f1"], alarm["interval_iou"], alarm["accuracy"]) == (0, 0, 0)


def test_interval_terms_say_nothing_about_patterns_and_format_nothing_about_open_answers() -> None:
    found = reward(wrote(GOOD), DEFAULT_WEIGHTS).terms
    assert (found["interval_f1"], found["interval_iou"]) == (None, None)
    question = default_open_question()
    said = AnswerContent(kind="open")
    assert reward(wrote("It rises.", question, said), DEFAULT_WEIGHTS).terms["format"] is None


# -- what the rationale says


def test_grounding_is_the_share_of_what_the_data_confirm() -> None:
    def share(words: str) -> float | None:
        return terms(f"<think>{words}</think>{FOUND.split('</think>')[1]}")["grounding"]

    assert share("From 20 to 29 the level is 5 higher.") == 1
    assert share("From 20 to 29 the level is 5 lower.") == 0
    assert share("From 20 to 29 the level is 5 higher. From 60 to 69 the level is 5 higher.") == 0.5
    assert share("Something is odd here.") == 0  # nothing to check earns nothing


def test_axes_pay_for_places_that_the_picture_shows() -> None:
    def share(words: str) -> float | None:
        return terms(f"<think>{words}</think>{FOUND.split('</think>')[1]}")["axes"]

    assert share("At sample 25 there is a value of 5.") == 1
    assert share("At sample 25 there is a value of 900.") == 0.5
    assert share("Something is odd here.") == 0


@pytest.mark.parametrize(
    ("n_words", "earned"), [(0, 0.0), (5, 0.25), (20, 1.0), (250, 1.0), (500, 0.5)]
)
def test_length_pays_between_too_curt_and_too_long(n_words: int, earned: float) -> None:
    text = f"<think>{'up ' * n_words}</think><class>linear increase</class>"
    assert reward(wrote(text), DEFAULT_WEIGHTS).terms["length"] == pytest.approx(earned)


# -- the extension


class Says:
    """A judge that says one number and counts how often it was asked."""

    def __init__(self, score: float) -> None:
        self.score, self.asked = score, 0

    def __call__(self, question: Question, text: str) -> float:
        self.asked += 1
        return self.score


@pytest.mark.parametrize(
    ("text", "earned", "asked"),
    [
        (GOOD + "<extension>Look at valve 3.</extension>", 0.8, 1),
        (GOOD + "<extension>Further tests are needed.</extension>", 0.4, 1),  # a stock phrase
        (GOOD.replace("increase", "decrease") + "<extension>Look.</extension>", 0.0, 0),
        (GOOD, 0.0, 0),  # nothing to judge
    ],
)
def test_an_extension_is_judged_only_where_the_class_is_right(
    text: str, earned: float, asked: int
) -> None:
    judge = Says(0.8)
    assert extension_term(judge)(wrote(text)) == earned
    assert judge.asked == asked


def test_an_extension_is_added_to_the_rest_as_published() -> None:
    weights: dict[TermName, float] = {"accuracy": 0.9, "format": 0.1, "extension": 0.5}
    text = GOOD + "<extension>Look at valve 3.</extension>"
    earned = reward(wrote(text), weights, chosen_terms(weights, Says(0.8)))
    assert earned.total == pytest.approx(0.9 + 0.1 + 0.5 * 0.8)


def test_a_judge_that_leaves_its_scale_is_told_so() -> None:
    text = GOOD + "<extension>Look at valve 3.</extension>"
    with pytest.raises(ConfigError, match="said 4, which is no share"):
        extension_term(Says(4))(wrote(text))


def test_a_stock_phrase_is_known_in_any_case() -> None:
    assert has_stock_phrase("Refer to SPECIALIST soon")
    assert not has_stock_phrase("replace the seal of pump 2")


# -- the whole


def test_terms_without_weight_are_told_and_not_paid() -> None:
    earned = reward(wrote(GOOD), {"format": 0.5})
    assert earned.total == 0.5
    assert earned.terms["accuracy"] == 1


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"accuracy": 0.0}, "reward nothing"),
        ({"accuracy": 1.0, "length": -0.1}, "reward nothing"),
        ({"accuracy": 1.0, "extension": 0.5}, "no judge"),
    ],
)
def test_weights_that_cannot_be_meant_are_refused(
    weights: dict[TermName, float], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        chosen_terms(weights)


EVERYTHING: dict[TermName, float] = dict.fromkeys(TERM_NAMES, 1.0)


@given(st.text(alphabet=st.characters(blacklist_characters="<>{}"), max_size=80))
def test_a_text_without_any_structure_earns_nothing(text: str) -> None:
    for rule in ("strict", "published"):
        for question, truth in ((PATTERN, RISE), (ANOMALY, EVENT)):
            earned = reward(wrote(text, question, truth, rule), EVERYTHING)
            assert earned.total == 0


@given(
    st.text(max_size=60),
    st.sampled_from([(PATTERN, RISE), (ANOMALY, EVENT), (ANOMALY, QUIET)]),
    st.sampled_from(
        ["{}", "<think>{}</think>" + GOOD, GOOD + "{}", "{}" + FOUND, FOUND + " Step 1: {}"]
    ),
)
def test_every_term_of_any_text_is_a_share(
    text: str, asked: tuple[Question, AnswerContent], form: str
) -> None:
    question, truth = asked
    for rule in ("strict", "published"):
        found = reward(wrote(form.replace("{}", text), question, truth, rule), EVERYTHING).terms
        assert all(value is None or 0 <= value <= 1 for value in found.values())
        assert set(found) == set(TERMS)


@st.composite
def truths(draw: st.DrawFn) -> tuple[Question, AnswerContent]:
    """A question with an answer to it that gives a reason."""
    words = st.text(alphabet="abc de", min_size=1, max_size=30).filter(lambda said: said.strip())
    spans = (Span(text=draw(words)),)
    if draw(st.booleans()):
        label = draw(st.sampled_from([option.key for option in PATTERN.options]))
        return PATTERN, AnswerContent(kind="pattern", label=label, rationale=spans)
    edges = sorted(draw(st.sets(st.integers(0, 100), min_size=0, max_size=6)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    intervals = tuple(
        FoundInterval(number=k, start=START + a, stop=START + b)
        for k, (a, b) in enumerate(pairs, 1)
    )
    return ANOMALY, AnswerContent(kind="anomaly", intervals=intervals, rationale=spans)


@given(truths(), st.sampled_from(["reasons", "steps", "extended"]))
def test_the_truth_written_in_tags_earns_everything(
    truth: tuple[Question, AnswerContent], form: Form
) -> None:
    question, content = truth
    text = render_tags(question, VIEW, content, form, meaning="Look at it.")
    for rule in ("strict", "published"):
        earned = reward(wrote(text, question, content, rule), DEFAULT_WEIGHTS)
        assert (earned.terms["accuracy"], earned.terms["format"]) == (1, 1)
        assert earned.total == pytest.approx(1)
    if question.kind == "anomaly":
        found = reward(wrote(text, question, content), DEFAULT_WEIGHTS).terms
        assert (found["interval_f1"], found["interval_iou"]) == (1, 1)
