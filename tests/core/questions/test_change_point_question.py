"""The `change_point` question: instants, causes, pairs, tags, score."""

import json

import numpy as np
import pytest
from pydantic import ValidationError

from core.answers import AnswerContent, Cause, ChannelPair, Claim, FoundInterval, Span
from core.axis import axis_of
from core.errors import AnswerError
from core.metrics.change_points import MARGIN
from core.questions.anomaly import AnomalyKind
from core.questions.change_point import ChangePointKind, match_changes
from core.questions.defaults import default_anomaly_question, default_change_point_question
from core.render_settings import RenderSettings
from core.series import WindowView

QUESTION = default_change_point_question()
VIEW = WindowView(np.zeros((100, 3)), start=400)
KIND = ChangePointKind()
CLAIM = Claim(kind="correlation", start=460, stop=500, channel=1, other=2, direction="down")


def point(
    at: int,
    cause: Cause | None = None,
    number: int = 1,
    channels: tuple[int, ...] = (),
    pairs: tuple[ChannelPair, ...] = (),
) -> FoundInterval:
    return FoundInterval(
        number=number, start=at, stop=at + 1, cause=cause, channels=channels, pairs=pairs
    )


def answer(*points: tuple[int, Cause | None], **more: object) -> AnswerContent:
    found = tuple(point(at, cause, number) for number, (at, cause) in enumerate(points, start=1))
    return AnswerContent.model_validate({"kind": "change_point", "intervals": found, **more})


def test_a_change_point_is_written_by_its_first_sample_its_cause_and_its_pairs() -> None:
    found = point(460, "correlation", pairs=((0, 1), (0, 2)))
    text = KIND.render(
        QUESTION,
        VIEW,
        AnswerContent(
            kind="change_point",
            intervals=(found,),
            confidence=0.5,
            rationale=(Span(text="ch2-ch3 lost", interval=1, claim=CLAIM),),
        ),
    )
    claim = json.loads(text)["rationale"][0]["claim"]
    assert json.loads(text)["intervals"] == [
        {
            "at": 60,
            "cause": "correlation",
            "channels": [],
            "pairs": [["ch1", "ch2"], ["ch1", "ch3"]],
            "confidence": None,
        }
    ]
    assert (claim["start"], claim["stop"], claim["channel"], claim["other"]) == (
        60, 100, "ch2", "ch3",
    )  # fmt: skip


def test_times_are_positions_too() -> None:
    timed = WindowView(np.zeros((100, 3)), 400, 60.0 * np.arange(100.0), origin_s=1_709_294_400.0)
    axis = axis_of(RenderSettings(x_axis="time"), timed)
    text = KIND.render(QUESTION, timed, answer((410, "independent")), axis)
    assert json.loads(text)["intervals"][0]["at"] == "2024-03-01T12:10:00Z"
    between = text.replace("12:10:00", "12:09:30")  # means the sample just after it
    assert KIND.parse(QUESTION, timed, between, axis) == answer((410, "independent"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('"at": 60, "cause": "Correlation"', point(460, "correlation")),
        ('"at": "60"', point(460)),
        ('"at": 60.0', point(460)),
        ('"start": 60, "stop": 61', point(460)),
        ('"at": 99, "channels": 2', point(499, channels=(1,))),
        (
            '"at": 0, "cause": "correlation", "pairs": ["ch3-ch1", ["2", 3], "ch1 and ch2"]',
            point(400, "correlation", pairs=((0, 2), (1, 2), (0, 1))),
        ),
    ],
)
def test_what_can_mean_one_thing_only_is_read(said: str, expected: FoundInterval) -> None:
    content = KIND.parse(QUESTION, VIEW, '{"intervals": [{' + said + "}]}")
    assert content.intervals == (expected,)


def test_tags_name_positions_causes_channels_and_pairs() -> None:
    text = (
        "<think>They part.</think><change>True</change>"
        "<index>(7, independent, ch1 ch3), (60, correlation, ch1-ch2 ch2-ch3), (80)</index>\n"
        "Step 1: the level rises. Step 2: they part."
    )
    content = KIND.parse(QUESTION, VIEW, text)
    assert content.intervals == (
        point(407, "independent", 1, channels=(0, 2)),
        point(460, "correlation", 2, pairs=((0, 1), (1, 2))),
        point(480, None, 3),
    )
    assert content.rationale_text == "They part.\nStep 1: the level rises.\nStep 2: they part."


@pytest.mark.parametrize("text", ["<change>False</change>", '{"intervals": []}'])
def test_no_change_is_an_answer(text: str) -> None:
    assert KIND.parse(QUESTION, VIEW, text) == answer()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<change>True</change>", "gives 0 change points"),
        ("<change>False</change><index>(1)</index>", "says change False"),
        ("<change>Maybe</change>", "neither JSON nor"),
        ("<change>True</change><index>1, 2</index>", "no list of"),
        ("<change>True</change><index>(100)</index>", "100 does not lie inside"),
        ("<change>True</change><index>(5, friction)</index>", "cause does not fit"),
        ("<change>True</change><index>(5, independent, ch1-ch2)</index>", "pairs of channels"),
        ("<change>True</change><index>(5)</index><class>a</class>", "use each tag once"),
        ('{"intervals": [{"at": 100}]}', "100 does not lie inside"),
        ('{"intervals": [{"at": -1}]}', "-1 does not lie inside"),
        ('{"intervals": [{"at": true}]}', "start does not fit"),
        ('{"intervals": [{"at": 5, "type": "spike"}]}', "no event type"),
        ('{"intervals": [{"start": 5, "stop": 9}]}', "a change point is one instant"),
        (
            '{"intervals": [{"at": 5, "cause": "correlation", "pairs": [["ch1", "ch1"]]}]}',
            "not different pairs",
        ),
        (
            '{"intervals": [{"at": 5, "cause": "correlation", "pairs": [["ch1", "ch4"]]}]}',
            "no channel 'ch4'",
        ),
        ('{"confidence": 0.5}', "no `intervals`"),
        ('{"intervals": [], "label": "spike"}', "no label"),
    ],
)
def test_change_point_answers_that_do_not_fit_are_refused(text: str, says: str) -> None:
    with pytest.raises(AnswerError, match=says):
        KIND.parse(QUESTION, VIEW, text)


@pytest.mark.parametrize(
    ("given", "truth", "expected", "why"),
    [
        (answer(), answer(), 1.0, "both say none"),
        (answer((410, None)), answer(), 0.0, "a false alarm"),
        (answer(), answer((410, None)), 0.0, "a miss"),
        (answer((410 + MARGIN, None)), answer((410, None)), 1.0, "just within the margin"),
        (answer((411 + MARGIN, None)), answer((410, None)), 0.0, "just beyond it"),
        (answer((410, "correlation")), answer((410, "independent")), 0.5, "the other cause"),
        (answer((410, "correlation")), answer((410, None)), 1.0, "no cause, no disagreement"),
        (answer((410, None), (411, None)), answer((410, None)), 2 / 3, "one is left over"),
        (
            answer((410, "correlation"), (412, "independent")),
            answer((411, "independent"), (413, "correlation")),
            1.0,
            "causes decide which is which",
        ),
    ],
)
def test_scores_by_hand(
    given: AnswerContent, truth: AnswerContent, expected: float, why: str
) -> None:
    assert KIND.score(given, truth) == pytest.approx(expected), why


def test_matches_name_places_and_shares() -> None:
    given, truth = answer((410, "correlation"), (450, None)), answer((452, None), (480, None))
    pairs = match_changes(given.intervals, truth.intervals)
    assert [(one.given, one.truth, one.share) for one in pairs] == [(1, 0, 1.0)]


def test_an_anomaly_has_no_cause_and_no_claim_about_two_channels() -> None:
    anomaly = default_anomaly_question()
    for said in (
        '{"intervals": [{"start": 5, "stop": 6, "cause": "correlation"}]}',
        '{"intervals": [], "rationale": [{"text": "a", "claim": {"kind": "correlation", '
        '"start": 0, "stop": 9, "channel": "ch1", "other": "ch2"}}]}',
    ):
        with pytest.raises(AnswerError, match=r"have no cause|belongs to a change point"):
            AnomalyKind().parse(anomaly, VIEW, said)
    text = AnomalyKind().render(anomaly, VIEW, AnswerContent(kind="anomaly"))
    assert "cause" not in text and "other" not in text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "correlation"}, "two channels"),
        ({"kind": "level", "other": 1}, "two channels"),
        ({"kind": "correlation", "other": 0}, "with itself"),
    ],
)
def test_a_claim_about_a_correlation_names_two_channels(
    fields: dict[str, object], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        Claim.model_validate({"start": 0, "stop": 9, **fields})


def test_what_a_change_concerns_are_its_channels_and_those_of_its_pairs() -> None:
    assert point(0).concerned == ()
    assert point(0, "correlation", channels=(4,), pairs=((2, 3), (0, 2))).concerned == (0, 2, 3, 4)


def test_an_order_of_options_is_refused() -> None:
    with pytest.raises(AnswerError, match="no options to order"):
        KIND.prompt(QUESTION, VIEW, ("spike",))
