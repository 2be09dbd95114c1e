"""What models really write around and inside an answer: read when it can mean one thing only."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.answers import AnswerContent
from core.errors import AnswerError
from core.questions import KINDS
from core.questions.base import Question
from core.questions.defaults import (
    default_anomaly_question,
    default_open_question,
    default_pattern_question,
)
from core.series import WindowView

QUESTIONS: dict[str, Question] = {
    "pattern": default_pattern_question(),
    "anomaly": default_anomaly_question(),
    "open": default_open_question(),
}
VIEW = WindowView(np.zeros((50, 3)), start=200)
ANOMALY = QUESTIONS["anomaly"]
EVENT: dict[str, object] = {
    "start": 3,
    "stop": 9,
    "channels": ["ch2"],
    "type": "level_shift",
    "confidence": 0.5,
}
CLAIM: dict[str, object] = {"kind": "level", "start": 3, "stop": 9, "channel": "ch2", "value": 2.0}


def written(event: dict[str, object], claim: dict[str, object]) -> str:
    """Return an answer of one event and one span."""
    span = {"text": 'It jumps {up}, "hard".', "interval": 1, "claim": {**CLAIM, **claim}}
    return json.dumps({"intervals": [{**EVENT, **event}], "confidence": 0.75, "rationale": [span]})


def changed(**fields: object) -> str:
    """Return the true answer with other fields in its only interval."""
    return written(fields, {})


def claiming(**fields: object) -> str:
    """Return the true answer with other fields in its only claim."""
    return written({}, fields)


PLAIN = written({}, {})
WITHOUT_TYPE = PLAIN.replace('"level_shift"', "null")
WITH_LABEL = '{"label": "cubic", "rationale": [{"text": "It bends twice."}]}'


def read(text: str, kind: str = "anomaly") -> AnswerContent:
    question = QUESTIONS[kind]
    return KINDS[question.kind].parse(question, VIEW, text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"Here is my answer:\n{PLAIN}\nI hope it helps.", "prose around it"),
        (f"Sure!\n```json\n{PLAIN}\n```\nDone.", "a fence with prose around it"),
        (f"```\n{PLAIN}\n```", "a fence without a language"),
        (f"[{PLAIN}]", "one object inside an array"),
        (f'<think>Maybe {{"intervals": []}}?</think>\n{PLAIN}', "thinking before it"),
        (f"Let me see.</think>{PLAIN}", "thinking whose opening tag the template swallowed"),
        (f"<think>Hm.</think>\nSo:\n```json\n{PLAIN}\n```", "thinking, prose and a fence"),
        (f"{PLAIN}\n{PLAIN}", "said twice, and the same"),
        (f"In the set {{a, b}}: {PLAIN}", "braces that are no JSON"),
        (PLAIN.replace("}]", "},]").replace("}}", "},}"), "commas before closing brackets"),
        (changed(start=3.0, stop="9"), "whole numbers as a float and a text"),
        (changed(confidence="0.5"), "a share as a text"),
        (changed(channels="ch2"), "one channel without its list"),
        (changed(channels=[2]), "a channel by its number"),
        (changed(channels=["CH2"]), "capitals"),
        (changed(channels=["channel 2"]), "in words"),
        (changed(type="Level shift"), "a type by its name"),
        (changed(type="level-shift"), "a type with a hyphen"),
        (claiming(channel=2, start="3", value="2.0"), "the same inside a claim"),
    ],
)
def test_what_can_mean_only_one_thing_is_read(text: str, why: str) -> None:
    assert read(text) == read(PLAIN), why


@pytest.mark.parametrize("channels", [None, "all", []])
def test_all_channels_have_three_spellings(channels: object) -> None:
    assert read(changed(channels=channels)).intervals[0].channels == ()


@pytest.mark.parametrize(
    ("said", "spans"),
    [
        ("up", ["up"]),
        (["up.", "down."], ["up.\n", "down."]),
        (None, []),
        ([{"text": "up. "}, {"text": "down."}], ["up. ", "down."]),
    ],
)
def test_a_rationale_may_be_bare_texts(said: object, spans: list[str]) -> None:
    content = read(json.dumps({"intervals": [], "rationale": said}))
    assert [span.text for span in content.rationale] == spans


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f'{PLAIN} or {{"intervals": []}}', "2 JSON objects that differ"),
        (PLAIN[:-2], "not readable JSON"),
        (f"Here: {PLAIN[:-2]}", "no whole object with 'intervals' in it"),
        (f"[{PLAIN}, {PLAIN}]", "JSON but no object"),
        ('{"intervals": [], "intervals": []}', "given twice"),
        ("<think>It may be that", "begins to think and never ends"),
        ('Nothing. {"start": 1, "stop": 2}', "neither JSON nor"),
        (changed(start=3.5), "the position 3.5 is no sample number"),
        (changed(stop="1,024"), "the position '1,024' is no sample number"),
        (changed(start=True), r"intervals\.0\.start does not fit"),
        (changed(stop="51"), r"\[3, 51\) does not lie inside"),
        (changed(start="-1"), r"\[-1, 9\) does not lie inside"),
        (changed(channels=0), "no channel 'ch0'"),
        (changed(channels=["ch4"]), "no channel 'ch4'"),
        (changed(channels=["pressure"]), "no channel 'pressure'"),
        (changed(type="something else"), "is no event type"),
        (changed(confidence="90%"), "confidence does not fit"),
    ],
)
def test_what_is_ambiguous_or_wrong_is_refused(text: str, says: str) -> None:
    with pytest.raises(AnswerError, match=says):
        read(text)


def test_a_long_text_of_open_brackets_or_quotes_is_refused_at_once() -> None:
    for text in (
        "{" * 50_000,
        "a {" + '\\"' * 50_000,
        "```json\n" + " " * 50_000,
        '{"a": "' * 9_000,
    ):
        with pytest.raises(AnswerError, match="answer"):
            read(text)


VALID = {"pattern": WITH_LABEL, "anomaly": PLAIN, "open": WITHOUT_TYPE}
PROSE = st.text(st.characters(blacklist_characters="{}[]<>`\"'"), max_size=20)


@settings(max_examples=30)
@given(
    kind=st.sampled_from(sorted(VALID)),
    before=PROSE,
    after=PROSE,
    fenced=st.booleans(),
    thought=st.none() | PROSE,
)
def test_a_wrapped_answer_reads_like_the_bare_one(
    kind: str, before: str, after: str, fenced: bool, thought: str | None
) -> None:
    text = f"```json\n{VALID[kind]}\n```" if fenced else VALID[kind]
    thinking = "" if thought is None else f"<think>{thought}</think>"
    assert read(f"{thinking}{before}\n{text}\n{after}", kind) == read(VALID[kind], kind)


PIECES = [
    *'{}[]:,"\\\n',
    *("<think>", "</think>", "<anomaly>", "True</anomaly>", "<index>(1, 2)</index>", "<class>"),
    *("```json\n", "```", '"intervals"', '"label"', '"rationale"', '"cubic"', "1e999", "NaN"),
    *("Step 1:", "from 1 to 2", "\ud800"),
]


@settings(max_examples=150)
@given(kind=st.sampled_from(sorted(VALID)), pieces=st.lists(st.sampled_from(PIECES), max_size=14))
def test_rubbish_made_of_answers_is_an_answer_or_an_answer_error(
    kind: str, pieces: list[str]
) -> None:
    try:
        content = read("".join(pieces), kind)
    except AnswerError:
        return
    assert content.kind == kind
