"""What every question kind promises, over the whole of KINDS."""

import json
from dataclasses import dataclass, replace
from typing import get_args

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.answers import AnswerContent, Claim, ClaimKind, FoundInterval, Span
from core.axis import Axis, axis_of, window_axis
from core.errors import AnswerError
from core.questions import KINDS, kind_of
from core.questions.base import Kind, Question
from core.questions.defaults import (
    default_anomaly_question,
    default_change_point_question,
    default_open_question,
    default_pattern_question,
)
from core.render_settings import RenderSettings
from core.series import WindowView

QUESTIONS: dict[str, Question] = {
    "pattern": default_pattern_question(),
    "anomaly": default_anomaly_question(),
    "open": default_open_question(),
    "change_point": default_change_point_question(),
}
N, CHANNELS, START = 120, 3, 1000
VIEW = WindowView(np.zeros((N, CHANNELS)), start=START)
# Uneven, some seconds and some months apart.
SECONDS = np.cumsum(1.0 + np.arange(N) % 7 * 500_000.25) - 1.0
TIMED = WindowView(np.zeros((N, CHANNELS)), START, SECONDS, origin_s=1_709_294_400.5)
AXES = {
    "window": window_axis(VIEW),
    "sample": axis_of(RenderSettings(x_axis="sample"), VIEW),
    "moments": axis_of(RenderSettings(x_axis="time"), TIMED),
    "seconds": axis_of(RenderSettings(x_axis="time"), replace(TIMED, origin_s=None)),
}
WORDS: dict[str, tuple[Span, ...]] = {
    "pattern": (),
    "anomaly": (),
    "open": (Span(text="It rises."),),
    "change_point": (),
}
"""What an answer of a kind has to say at least."""
SHARES = st.none() | st.floats(0, 1)
every_axis = pytest.mark.parametrize("axis", AXES.values(), ids=AXES.keys())
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
# Any words are an answer to an open question.
every_closed_kind = pytest.mark.parametrize(
    "kind", [KINDS["pattern"], KINDS["anomaly"], KINDS["change_point"]]
)


@st.composite
def ranges(draw: st.DrawFn) -> dict[str, int]:
    start = draw(st.integers(0, N - 1))
    return {"start": START + start, "stop": START + draw(st.integers(start + 1, N))}


def points() -> st.SearchStrategy[dict[str, int]]:
    at = st.integers(START, START + N - 1)
    return at.map(lambda sample: {"start": sample, "stop": sample + 1})


@st.composite
def causes(draw: st.DrawFn) -> dict[str, object]:
    cause = draw(st.sampled_from([None, "independent", "correlation"]))
    pairs = st.lists(st.sampled_from([(0, 1), (0, 2), (1, 2)]), unique=True)
    return {"cause": cause, "pairs": tuple(draw(pairs)) if cause == "correlation" else ()}


@st.composite
def claims(draw: st.DrawFn, of_changes: bool) -> Claim:
    kinds = [kind for kind in get_args(ClaimKind) if of_changes or kind != "correlation"]
    kind, channel = draw(st.sampled_from(kinds)), draw(st.integers(0, CHANNELS - 1))
    return Claim(
        kind=kind,
        **draw(ranges()),
        channel=channel,
        other=(channel + 1) % CHANNELS if kind == "correlation" else None,
        value=draw(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
        direction=draw(st.none() | st.sampled_from(["up", "down", "flat"])),
        feature=draw(st.none() | st.sampled_from(["maximum", "minimum", "change", "midpoint"])),
        unit=draw(st.sampled_from(["", "%", "x", "min"])),
    )


@st.composite
def contents(draw: st.DrawFn, kind: str) -> AnswerContent:
    question = QUESTIONS[kind]
    types = st.none() | st.sampled_from([t.id for t in question.types] or [None])
    changes = kind == "change_point"
    intervals = tuple(
        FoundInterval(
            number=number,
            **draw(points() if changes else ranges()),
            **(draw(causes()) if changes else {}),
            channels=tuple(draw(st.lists(st.integers(0, CHANNELS - 1), unique=True))),
            type_id=draw(types),
            confidence=draw(SHARES),
        )
        for number in range(1, draw(st.integers(0, 4)) + 1)
    )
    pointers = st.none() | st.sampled_from([found.number for found in intervals] or [None])
    spans = st.builds(
        Span, text=st.text(max_size=20), interval=pointers, claim=st.none() | claims(changes)
    )
    keys = [option.key for option in question.options]
    said = draw(st.lists(spans, max_size=3))
    return AnswerContent(
        kind=question.kind,
        label=draw(st.sampled_from(keys)) if keys else None,
        scores=draw(st.dictionaries(st.sampled_from(keys), st.floats(0, 1))) if keys else {},
        intervals=intervals,
        confidence=draw(SHARES),
        rationale=(*said, *WORDS[question.kind]),
    )


def pairs_of(kind: str) -> st.SearchStrategy[tuple[AnswerContent, AnswerContent]]:
    return st.tuples(contents(kind), contents(kind))


@dataclass
class Asked:
    """One kind with its question, ready to read texts about the window."""

    kind: Kind

    def parse(self, text: str, axis: Axis | None = None) -> AnswerContent:
        return self.kind.parse(QUESTIONS[self.kind.kind], VIEW, text, axis)

    def render(self, content: AnswerContent, axis: Axis | None = None) -> str:
        return self.kind.render(QUESTIONS[self.kind.kind], VIEW, content, axis)


@every_kind
@every_axis
@settings(max_examples=30)
@given(data=st.data())
def test_what_is_rendered_is_read_back_equal_on_every_axis(
    kind: Kind, axis: Axis, data: st.DataObject
) -> None:
    content = data.draw(contents(kind.kind))
    assert Asked(kind).parse(Asked(kind).render(content, axis), axis) == content


@every_kind
def test_without_an_axis_positions_are_counted_from_the_windows_first_sample(kind: Kind) -> None:
    changes = kind.kind == "change_point"
    stop = START + 4 if changes else START + N
    content = AnswerContent(
        kind=kind.kind,
        label=QUESTIONS[kind.kind].options[0].key if QUESTIONS[kind.kind].options else None,
        intervals=(FoundInterval(number=1, start=START + 3, stop=stop),),
        rationale=(Span(text="It rises."),),
    )
    text = Asked(kind).render(content)
    assert json.loads(text)["intervals"][0]["at" if changes else "start"] == 3
    assert text == Asked(kind).render(content, AXES["window"])
    assert Asked(kind).parse(text) == content


@every_kind
@every_axis
@settings(max_examples=10)
@given(data=st.data())
def test_rendered_text_obeys_the_schema(kind: Kind, axis: Axis, data: st.DataObject) -> None:
    content = data.draw(contents(kind.kind))
    schema = kind.schema(QUESTIONS[kind.kind], axis)
    jsonschema.Draft202012Validator(schema).validate(json.loads(Asked(kind).render(content, axis)))


@every_kind
@given(data=st.data())
def test_scores_lie_between_0_and_1_and_agreement_scores_1(kind: Kind, data: st.DataObject) -> None:
    one, other = data.draw(pairs_of(kind.kind))
    assert kind.score(one, one) == 1
    assert 0 <= kind.score(one, other) <= 1


@every_closed_kind
@given(text=st.text(max_size=60))
def test_rubbish_is_an_answer_error(kind: Kind, text: str) -> None:
    with pytest.raises(AnswerError, match=r"answer|label"):
        Asked(kind).parse(text)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@every_kind
@given(
    fields=st.dictionaries(
        st.sampled_from(["intervals", "rationale", "scores", "confidence", "label", "more"]),
        JSON_VALUES,
    )
)
def test_json_of_any_content_is_an_answer_or_an_answer_error(
    kind: Kind, fields: dict[str, object]
) -> None:
    try:
        content = Asked(kind).parse(json.dumps(fields))
    except AnswerError:
        return
    assert Asked(kind).parse(Asked(kind).render(content)) == content


def with_interval(fields: str) -> str:
    return '{"label": "cubic", "intervals": [{' + fields + "}]}"


def with_rationale(fields: str) -> str:
    return '{"label": "cubic", "intervals": [], "rationale": ' + fields + "}"


@every_kind
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "neither JSON nor"),
        ("{", "not readable JSON"),
        ("[]", "JSON but no object"),
        ('{"a":' * 100_000, "not readable JSON"),
        ('{"label": "cubic", "intervals": [], "more": 1}', "more does not fit"),
        ('{"label": "cubic", "intervals": [], "confidence": 1.1}', "1.1 is no share"),
        ('{"label": "cubic", "intervals": [], "confidence": NaN}', "nan is no share"),
        (with_interval('"start": 0, "stop": 121'), r"\[0, 121\) does not lie inside"),
        (with_interval('"start": -1, "stop": 4'), r"\[-1, 4\) does not lie inside"),
        (with_interval('"start": 4, "stop": 4'), r"\[4, 4\) does not lie inside"),
        (with_interval('"start": 1.5, "stop": 4'), "1.5 is no sample number"),
        (with_interval('"start": 1, "stop": 4, "channels": ["ch4"]'), "no channel 'ch4'"),
        (with_interval('"start": 1, "stop": 4, "type": "odd"'), "'odd' is no event type"),
        (with_rationale('[{"text": "a", "interval": 1}]'), "rationale points to intervals"),
        (
            with_rationale('[{"text": "a", "claim": {"kind": "level", "start": 9, "stop": 130}}]'),
            r"claim \[9, 130\) does not lie inside",
        ),
        (with_rationale('{"text": "up"}'), "rationale does not fit"),
    ],
)
def test_answers_that_do_not_fit_are_refused(kind: Kind, text: str, says: str) -> None:
    with pytest.raises(AnswerError, match=says):
        Asked(kind).parse(text)


@every_kind
def test_an_answer_outside_the_window_is_not_rendered(kind: Kind) -> None:
    question = QUESTIONS[kind.kind]
    stop = START if kind.kind == "change_point" else START + 5
    content = AnswerContent(
        kind=question.kind,
        label=question.options[0].key if question.options else None,
        intervals=(FoundInterval(number=1, start=START - 1, stop=stop),),
    )
    with pytest.raises(AnswerError, match=r"interval \[-1, [05]\) does not lie inside"):
        Asked(kind).render(content)


@every_kind
def test_a_kind_refuses_answers_of_another_kind(kind: Kind) -> None:
    other = AnswerContent(kind="anomaly" if kind.kind == "pattern" else "pattern", label="cubic")
    with pytest.raises(AnswerError, match="does not answer the question"):
        Asked(kind).render(other)


@every_kind
def test_a_code_fence_around_the_json_is_taken_off(kind: Kind) -> None:
    question = QUESTIONS[kind.kind]
    content = AnswerContent(
        kind=question.kind,
        label=question.options[0].key if question.options else None,
        rationale=WORDS[kind.kind],
    )
    assert Asked(kind).parse(f"```json\n{Asked(kind).render(content)}\n```") == content


@every_kind
def test_the_schema_is_strict_everywhere(kind: Kind) -> None:
    def objects(node: object) -> list[dict[str, object]]:
        if isinstance(node, list):
            return [found for part in node for found in objects(part)]
        if not isinstance(node, dict):
            return []
        here = [node] if "properties" in node else []
        return here + [found for part in node.values() for found in objects(part)]

    found = objects(kind.schema(QUESTIONS[kind.kind]))
    assert found[0]["type"] == "object"
    for schema in found:
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])


@every_kind
def test_the_prompt_names_channels_by_number_and_counts_from_the_window(kind: Kind) -> None:
    question = QUESTIONS[kind.kind]
    order = tuple(option.key for option in question.options)
    prompt = kind.prompt(question, VIEW, order)
    assert "3 channels, ch1 to ch3" in prompt
    assert "samples from 0 to 119" in prompt
    assert str(START) not in prompt
    assert question.id not in prompt and question.name not in prompt


def test_every_kind_is_found_by_its_question() -> None:
    for name, kind in KINDS.items():
        assert kind.kind == name
        assert kind_of(QUESTIONS[name]) is kind
