"""Claims against data whose truth is known by construction."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.answers import AnswerContent, Claim, ClaimKind, FoundInterval, Span
from core.measure import Values
from core.rationale import Check, Segment, check, check_answer, phrases, segments
from core.series import WindowView

START = 5000


def claim(kind: str, start: int, stop: int, **more: object) -> Claim:
    return Claim.model_validate({"kind": kind, "start": start, "stop": stop, **more})


def window(values: Values, start: int = START) -> WindowView:
    return WindowView(values[:, None] if values.ndim == 1 else values, start=start)


def step_down() -> Values:
    """400 samples at 50 with a drop by 31 from 200 to 260; calm noise of size 1."""
    values = 50 + np.random.default_rng(3).normal(0, 1, 400)
    values[200:260] -= 31
    return values


@pytest.mark.parametrize(
    ("value", "status", "why"),
    [
        (-31.0, "confirmed", "what was put in"),
        (-25.0, "confirmed", "within a quarter"),
        (-22.0, "contradicted", "31 is more than a quarter away from 22"),
        (31.0, "contradicted", "the other way"),
        (None, "confirmed", "a level without a size: far beyond the noise"),
    ],
)
def test_levels(value: float | None, status: str, why: str) -> None:
    found = check(claim("level", START + 200, START + 260, value=value), window(step_down()))
    assert found.status == status, why


def test_a_contradicted_value_tells_the_measured_one() -> None:
    values = np.zeros(100)
    values[50] = 3.125
    found = check(claim("spike", START + 50, START + 51, value=40), window(values))
    assert found == Check("contradicted", "data says +3.12")
    found = check(claim("spike", START + 50, START + 51, value=3.1), window(values))
    assert found == Check("confirmed", "measured +3.12")


@pytest.mark.parametrize(
    ("size", "words"),
    [(-12345.6, "measured −12,346"), (0.000123, "measured +0.000123"), (1e12, "measured +1e+12")],
)
def test_measured_numbers_are_readable_at_any_size(size: float, words: str) -> None:
    values = np.zeros(60)
    values[30] = size
    assert check(claim("spike", 30, 31, value=size), window(values, 0)).measured == words


@pytest.mark.parametrize(
    ("more", "status", "why"),
    [
        ({}, "confirmed", "an excursion of 20 is more than 4 times the noise"),
        ({"direction": "up"}, "confirmed", "it goes up"),
        ({"direction": "down"}, "contradicted", "it does not go down"),
        ({"direction": "flat"}, "contradicted", "it is not flat"),
    ],
)
def test_spikes_without_a_value(more: dict[str, object], status: str, why: str) -> None:
    values = np.random.default_rng(5).normal(0, 1, 300)
    values[150] += 20
    found = check(claim("spike", START + 148, START + 153, **more), window(values))
    assert found.status == status, why


@pytest.mark.parametrize(
    ("start", "stop", "direction", "status", "why"),
    [
        (0, 100, "up", "confirmed", "rises by 100"),
        (0, 100, "down", "contradicted", "rises"),
        (0, 100, "flat", "contradicted", "rises by the whole spread"),
        (100, 200, "flat", "confirmed", "stays"),
        (100, 200, "up", "contradicted", "stays"),
        (0, 15, "up", "confirmed", "10 of 95 is between the two bounds: both words are fair"),
        (0, 15, "flat", "confirmed", "10 of 95 is between the two bounds: both words are fair"),
        (0, 1, "up", "not_checkable", "one sample"),
        (0, 100, None, "not_checkable", "no direction claimed"),
    ],
)
def test_directions(start: int, stop: int, direction: str | None, status: str, why: str) -> None:
    values = np.concatenate([np.arange(100.0), np.full(100, 100.0)])
    found = check(
        claim("direction", START + start, START + stop, direction=direction), window(values)
    )
    assert found.status == status, why


@pytest.mark.parametrize(
    ("feature", "start", "stop", "status", "measured"),
    [
        ("maximum", 118, 122, "confirmed", "maximum at sample 5,120"),
        ("maximum", 122, 130, "confirmed", "maximum at sample 5,120"),
        ("maximum", 123, 130, "contradicted", "maximum at sample 5,120"),
        ("minimum", 0, 3, "confirmed", "minimum at sample 5,000"),
        ("midpoint", 58, 63, "confirmed", "midpoint at sample 5,060"),
        ("midpoint", 178, 183, "confirmed", "midpoint at sample 5,181"),
        ("midpoint", 100, 110, "contradicted", "midpoint at sample 5,060"),
        ("maximum", 0, 200, "not_checkable", "the range covers more than half of the window"),
        (None, 0, 10, "not_checkable", "the claim names no feature"),
    ],
)
def test_positions(feature: str | None, start: int, stop: int, status: str, measured: str) -> None:
    values = 120.0 - np.abs(np.arange(241) - 120.0)
    found = check(claim("position", START + start, START + stop, feature=feature), window(values))
    assert found == Check(status, measured)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "status", "measured"),
    [
        (198, "confirmed", "largest change at sample 5,200"),
        (258, "confirmed", "largest change at sample 5,260"),
        (100, "contradicted", "largest change at sample 5,200"),
    ],
)
def test_a_change_may_be_the_second_largest(start: int, status: str, measured: str) -> None:
    values = np.full(400, 50.0)
    values[200:260] = 20
    values[260:] = 49.5
    where = claim("position", START + start, START + start + 4, feature="change")
    assert check(where, window(values)) == Check(status, measured)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (claim("level", START, START + 100, value=1), "nothing around it to compare with"),
        (claim("level", START, START + 5, value=float("inf")), "the claim names no finite value"),
        (
            claim("position", START, START + 5, feature="maximum"),
            "the values are constant",
        ),
        (claim("position", START, START + 5, feature="change"), "the level never changes"),
    ],
)
def test_what_cannot_be_checked_says_why(wanted: Claim, reason: str) -> None:
    values = np.full(100, 4.0)
    values[40:42] = np.nan
    assert check(wanted, window(values)) == Check("not_checkable", reason)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (claim("level", START - 1, START + 5, value=1), "outside the samples shown"),
        (claim("level", START + 90, START + 101, value=1), "outside the samples shown"),
        (claim("level", START + 5, START + 5, value=1), "outside the samples shown"),
        (claim("missing", START + 90, START + 101), "outside the samples shown"),
        (claim("level", START, START + 5, value=1, channel=1), "there is no channel 2"),
        (claim("level", START + 40, START + 42, value=1), "no values there"),
    ],
)
def test_what_is_said_of_a_place_that_is_not_there_is_contradicted(
    wanted: Claim, reason: str
) -> None:
    values = np.full(100, 4.0)
    values[40:42] = np.nan
    assert check(wanted, window(values)) == Check("contradicted", reason)


def test_a_claim_speaks_of_its_channel() -> None:
    values = np.zeros((100, 2))
    values[50:, 1] = 9
    rise = claim("level", START + 50, START + 100, value=9, channel=1)
    assert check(rise, window(values)).status == "confirmed"
    assert check(rise.model_copy(update={"channel": 0}), window(values)).status == "contradicted"


CLAIMS = st.builds(
    Claim,
    kind=st.sampled_from([kind for kind in get_args(ClaimKind) if kind != "correlation"]),
    start=st.integers(-3, 33),
    stop=st.integers(-3, 33),
    channel=st.integers(0, 2),
    value=st.none() | st.floats(),
    direction=st.none() | st.sampled_from(["up", "down", "flat"]),
    feature=st.none() | st.sampled_from(["maximum", "minimum", "change", "midpoint"]),
    unit=st.sampled_from(["", "%", "x", "min", "bar"]),
) | st.builds(
    Claim,
    kind=st.just("correlation"),
    start=st.integers(-3, 33),
    stop=st.integers(-3, 33),
    channel=st.just(0),
    other=st.integers(1, 2),
    value=st.none() | st.floats(),
    direction=st.none() | st.sampled_from(["up", "down", "flat"]),
)
SHAPES = st.tuples(st.integers(1, 30), st.integers(1, 2))


@given(CLAIMS, hnp.arrays(np.float64, SHAPES, elements=st.floats()))
def test_any_claim_on_any_data_gets_a_state_and_words(wanted: Claim, values: Values) -> None:
    found = check(wanted, WindowView(values))
    assert found.status in ("confirmed", "contradicted", "not_checkable")
    assert found.measured
    assert found == check(wanted, WindowView(values))


@given(CLAIMS, hnp.arrays(np.float64, (30, 2), elements=st.floats(-9, 9)), st.integers(0, 999))
def test_only_the_place_in_the_window_counts(wanted: Claim, values: Values, moved: int) -> None:
    there = wanted.model_copy(update={"start": wanted.start + moved, "stop": wanted.stop + moved})
    assert (
        check(wanted, WindowView(values)).status
        == check(there, WindowView(values, start=moved)).status
    )


ANSWER = AnswerContent(
    kind="anomaly",
    intervals=(FoundInterval(number=1, start=50, stop=51),),
    rationale=(
        Span(text="A calm series, but "),
        Span(text="a spike of +3", interval=1, claim=claim("spike", 50, 51, value=3.0)),
        Span(text=""),
        Span(text=" at once", interval=1),
    ),
)


def test_segments_carry_number_state_and_measured_value() -> None:
    values = np.zeros(100)
    values[50] = 3
    checks = check_answer(ANSWER, window(values, 0))
    assert checks == [None, Check("confirmed", "measured +3"), None, None]
    assert segments(ANSWER, checks) == [
        Segment("A calm series, but "),
        Segment("a spike of +3", number=1, status="confirmed", measured="measured +3"),
        Segment(" at once", number=1),
    ]


def test_phrases_are_gathered_by_interval() -> None:
    assert phrases(ANSWER) == {1: "a spike of +3  at once"}
