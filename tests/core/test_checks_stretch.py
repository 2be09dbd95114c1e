"""Claims of changes, trends, periods, variance and missing samples, at and around their bounds."""

import numpy as np
import pytest

from core.answers import Claim, ClaimKind
from core.checks import check
from core.checks_stretch import CHECKS, measured_value
from core.measure import ChannelFacts, Values
from core.series import WindowView
from core.verdicts import Check


def claim(kind: str, start: int, stop: int, **more: object) -> Claim:
    return Claim.model_validate({"kind": kind, "start": start, "stop": stop, **more})


def status(wanted: Claim, values: Values, seconds: Values | None = None) -> str:
    return check(wanted, WindowView(values[:, None], seconds=seconds)).status


def stepped() -> Values:
    """600 samples at 10, 25 from 300 on, noise 0.5."""
    return np.where(np.arange(600) >= 300, 25.0, 10.0) + np.random.default_rng(1).normal(
        0, 0.5, 600
    )


@pytest.mark.parametrize(
    ("more", "expected", "why"),
    [
        ({"value": 15}, "confirmed", "what was put in"),
        ({"value": 12.2}, "confirmed", "within a quarter"),
        ({"value": 11}, "contradicted", "15 is more than a quarter away from 11"),
        ({"value": -15}, "contradicted", "the other way"),
        ({"value": 150, "unit": "%"}, "confirmed", "15 of 10"),
        ({"value": 2.5, "unit": "x"}, "confirmed", "25 is 2.5 times 10"),
        ({"value": 60, "unit": "%"}, "contradicted", "6 of 10"),
        ({"value": 15, "unit": "bar"}, "confirmed", "the data's own unit"),
        ({"direction": "up"}, "confirmed", "it goes up"),
        ({"direction": "down"}, "contradicted", "it does not go down"),
        ({"value": float("nan")}, "not_checkable", "no finite value"),
    ],
)
def test_changes(more: dict[str, object], expected: str, why: str) -> None:
    assert status(claim("change", 298, 303, **more), stepped()) == expected, why


def test_a_change_elsewhere_is_contradicted() -> None:
    assert status(claim("change", 100, 110, value=15), stepped()) == "contradicted"


def test_a_share_of_nothing_cannot_be_checked() -> None:
    values = stepped() - 10
    found = check(claim("change", 300, 301, value=50, unit="%"), WindowView(values[:, None]))
    assert found == Check("not_checkable", "the level is too near 0 to take a share of it")


@pytest.mark.parametrize(
    ("more", "expected", "why"),
    [
        ({"value": 50}, "confirmed", "what was put in"),
        ({"value": 30}, "contradicted", "off by more than a quarter"),
        ({"value": -50}, "contradicted", "the other way"),
        ({"direction": "up"}, "confirmed", "it climbs"),
        ({"direction": "flat"}, "contradicted", "it climbs by half of the spread"),
        ({}, "not_checkable", "nothing is claimed"),
    ],
)
def test_trends(more: dict[str, object], expected: str, why: str) -> None:
    values = np.arange(201.0) / 2
    assert status(claim("trend", 50, 151, **more), values) == expected, why


def test_noise_alone_has_no_trend() -> None:
    values = np.random.default_rng(2).normal(0, 1, 400)
    for direction, expected in (("up", "contradicted"), ("down", "contradicted")):
        assert status(claim("trend", 100, 300, direction=direction), values) == expected
    assert status(claim("trend", 100, 300, direction="flat"), values) == "confirmed"


@pytest.mark.parametrize(
    ("more", "expected", "why"),
    [
        ({"value": 50}, "confirmed", "what was put in"),
        ({"value": 54}, "confirmed", "within a tenth"),
        ({"value": 100}, "contradicted", "two turns"),
        ({"value": 500, "unit": "s"}, "confirmed", "a sample every 10 seconds"),
        ({"value": 50, "unit": "s"}, "contradicted", "5 samples"),
        ({}, "confirmed", "it repeats"),
    ],
)
def test_periods(more: dict[str, object], expected: str, why: str) -> None:
    values = np.sin(2 * np.pi * np.arange(400) / 50)
    seconds = np.arange(0.0, 4000.0, 10.0)
    assert status(claim("period", 0, 400, **more), values, seconds) == expected, why


def test_a_period_in_seconds_needs_times() -> None:
    values = np.sin(2 * np.pi * np.arange(400) / 50)
    assert status(claim("period", 0, 400, value=500, unit="s"), values) == "not_checkable"
    assert status(claim("period", 0, 400, value=50), np.arange(400.0)) == "contradicted"


@pytest.mark.parametrize(
    ("more", "expected", "why"),
    [
        ({"value": 4}, "confirmed", "what was put in"),
        ({"value": 300, "unit": "%"}, "confirmed", "three more than one"),
        ({"value": 2}, "contradicted", "half of it"),
        ({"value": 10}, "contradicted", "more than twice it"),
        ({"direction": "up"}, "confirmed", "noisier"),
        ({"direction": "down"}, "contradicted", "not calmer"),
        ({"direction": "flat"}, "contradicted", "not alike"),
        ({}, "not_checkable", "nothing is claimed"),
    ],
)
def test_variance(more: dict[str, object], expected: str, why: str) -> None:
    values = np.random.default_rng(3).normal(0, 1, 1000)
    values[300:500] *= 4
    assert status(claim("variance", 300, 500, **more), values) == expected, why


@pytest.mark.parametrize(
    ("start", "stop", "more", "expected", "why"),
    [
        (40, 60, {}, "confirmed", "all of it"),
        (40, 79, {}, "confirmed", "more than half of it"),
        (40, 80, {}, "contradicted", "half of it"),
        (0, 40, {}, "contradicted", "none of it"),
        (40, 60, {"value": 20}, "confirmed", "as many"),
        (30, 70, {"value": 20}, "confirmed", "as many, somewhere inside"),
        (30, 70, {"value": 40}, "contradicted", "not all of them"),
        (40, 60, {"value": 100, "unit": "%"}, "confirmed", "all of it"),
        (0, 30, {"value": 0}, "confirmed", "none"),
    ],
)
def test_missing(start: int, stop: int, more: dict[str, object], expected: str, why: str) -> None:
    values = np.arange(100.0)
    values[40:60] = np.nan
    assert status(claim("missing", start, stop, **more), values) == expected, why


@pytest.mark.parametrize("kind", CHECKS)
def test_what_is_measured_is_confirmed_when_it_is_claimed(kind: ClaimKind) -> None:
    values = 10 * np.sin(2 * np.pi * np.arange(400) / 50) + np.arange(400) / 4
    values[120:140] = np.nan
    value = measured_value(kind, ChannelFacts(values, 0), 100, 300)
    assert status(claim(kind, 100, 300, value=value), values) == "confirmed"


def test_a_spike_on_a_fast_cycle_is_measured_from_its_neighbours() -> None:
    values = 10 * np.sin(2 * np.pi * np.arange(400) / 32)
    values[100:102] += 4
    assert status(claim("spike", 100, 102, value=4), values) == "confirmed"
    assert status(claim("spike", 100, 102, value=-4), values) == "contradicted"
