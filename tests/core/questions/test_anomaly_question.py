"""The `anomaly` question: tags with inclusive ends, types, score."""

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval, Span
from core.errors import AnswerError
from core.questions.anomaly import AnomalyKind
from core.questions.defaults import default_anomaly_question
from core.series import WindowView

QUESTION = default_anomaly_question()
SPIKE = QUESTION.type_named("spike").id
STUCK = QUESTION.type_named("stuck").id
VIEW = WindowView(np.zeros((100, 2)), start=400)
KIND = AnomalyKind()


def answer(*ranges: tuple[int, int], types: tuple[str | None, ...] = ()) -> AnswerContent:
    found = tuple(
        FoundInterval(number=i, start=a, stop=b, type_id=types[i - 1] if types else None)
        for i, (a, b) in enumerate(ranges, start=1)
    )
    return AnswerContent(kind="anomaly", intervals=found)


def test_the_default_types() -> None:
    assert [t.key for t in QUESTION.types] == ["spike", "level_shift", "variance", "stuck"]
    assert len({t.id for t in QUESTION.types}) == 4


def test_both_ends_of_a_tag_are_inclusive_and_window_relative() -> None:
    text = "<anomaly>True</anomaly><index>(7, 7), (90, 99)</index>"
    assert KIND.parse(QUESTION, VIEW, text) == answer((407, 408), (490, 500))


def test_the_ends_of_json_are_half_open() -> None:
    text = '{"intervals": [{"start": 7, "stop": 8}, {"start": 90, "stop": 100}]}'
    assert KIND.parse(QUESTION, VIEW, text) == answer((407, 408), (490, 500))


def test_several_index_tags_and_steps_are_read() -> None:
    text = (
        "<anomaly>True</anomaly><index>(1, 2)</index>, <index>(5, 6)</index>\n"
        "Step 1: axes.\nStep 2: two bumps."
    )
    expected = answer((401, 403), (405, 407)).model_copy(
        update={"rationale": (Span(text="Step 1: axes.\n"), Span(text="Step 2: two bumps."))}
    )
    assert KIND.parse(QUESTION, VIEW, text) == expected


@pytest.mark.parametrize(
    "text", ["<anomaly>False</anomaly>", "<anomaly>false</anomaly><index></index>"]
)
def test_no_anomaly_is_an_answer(text: str) -> None:
    assert KIND.parse(QUESTION, VIEW, text) == answer()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<anomaly>True</anomaly>", "gives 0 intervals"),
        ("<anomaly>False</anomaly><index>(1, 2)</index>", "says anomaly False"),
        ("<anomaly>Maybe</anomaly>", "neither JSON nor"),
        ("<anomaly>True</anomaly><index>(1.5, 2)</index>", "whole numbers"),
        ("<anomaly>True</anomaly><index>(1, 2), </index>", "whole numbers"),
        ("<anomaly>True</anomaly><index>(1, 100)</index>", r"\[1, 101\) does not lie inside"),
        ("<anomaly>True</anomaly><index>(9, 3)</index>", r"\[9, 4\) does not lie inside"),
        ("<anomaly>True</anomaly><index>(1, 2)</index><class>a</class>", "use each tag once"),
        ('{"confidence": 0.5}', "no `intervals`"),
        ('{"intervals": [], "label": "spike"}', "no label"),
        ('{"intervals": [], "scores": {"spike": 0.5}}', "no scores"),
    ],
)
def test_anomaly_answers_that_do_not_fit_are_refused(text: str, says: str) -> None:
    with pytest.raises(AnswerError, match=says):
        KIND.parse(QUESTION, VIEW, text)


def test_a_type_is_its_key_on_the_wire_and_its_id_inside() -> None:
    content = answer((410, 420), types=(SPIKE,))
    text = KIND.render(QUESTION, VIEW, content)
    assert '"type": "spike"' in text and SPIKE not in text
    by_name = '{"intervals": [{"start": 1, "stop": 2, "type": "Level shift"}]}'
    parsed = KIND.parse(QUESTION, VIEW, by_name)
    assert parsed.intervals[0].type_id == QUESTION.type_named("level_shift").id


def test_an_order_of_options_is_refused() -> None:
    with pytest.raises(AnswerError, match="no options to order"):
        KIND.prompt(QUESTION, VIEW, ("spike",))


@pytest.mark.parametrize(
    ("given", "truth", "expected", "why"),
    [
        (answer(), answer(), 1.0, "both say none"),
        (answer((0, 10)), answer(), 0.0, "a false alarm"),
        (answer(), answer((0, 10)), 0.0, "a miss"),
        (answer((0, 10)), answer((5, 15)), 1 / 3, "half overlap: 5 of 15"),
        (answer((0, 10), (50, 60)), answer((0, 10)), 2 / 3, "one right, one false alarm"),
        (answer((10, 11)), answer((12, 13)), 3 / 7, "short ones are widened to 5 samples"),
        (answer((10, 11)), answer((15, 16)), 0.0, "5 off is another spike"),
        (answer((0, 10), types=(SPIKE,)), answer((0, 10), types=(STUCK,)), 0.5, "other type"),
        (answer((0, 10), types=(SPIKE,)), answer((0, 10)), 1.0, "no type, no disagreement"),
    ],
)
def test_scores_by_hand(
    given: AnswerContent, truth: AnswerContent, expected: float, why: str
) -> None:
    assert KIND.score(given, truth) == pytest.approx(expected), why


def test_two_events_of_one_range_are_matched_by_type() -> None:
    one = answer((0, 10), (0, 10), types=(SPIKE, STUCK))
    other = answer((0, 10), (0, 10), types=(STUCK, SPIKE))
    assert KIND.score(one, other) == 1
