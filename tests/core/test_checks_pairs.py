"""Claims about the correlation of two channels, at and around their bounds."""

import numpy as np
import pytest

from core.answers import Claim
from core.checks import check
from core.measure import Values
from core.measure_pairs import Related, related
from core.series import WindowView
from core.verdicts import Check

N, AT = 400, 200
RNG = np.random.default_rng(3)
DRIVER, OTHER, NOISE = RNG.normal(size=(3, N))


def claim(start: int = AT, stop: int = N, **more: object) -> Claim:
    said = {"kind": "correlation", "channel": 0, "other": 1, "start": start, "stop": stop}
    return Claim.model_validate({**said, **more})


def parted(after: Values) -> WindowView:
    """Two channels, .98 correlated up to sample 200; the second is `after` from there on."""
    second = np.where(np.arange(N) < AT, DRIVER + 0.2 * NOISE, after)
    return WindowView(np.stack([DRIVER, second], axis=1))


LOST = parted(OTHER)
TURNED = parted(-DRIVER)
KEPT = parted(DRIVER + 0.2 * NOISE)


@pytest.mark.parametrize(
    ("view", "more", "expected", "why"),
    [
        (LOST, {"direction": "down"}, "confirmed", "what was put in"),
        (LOST, {"direction": "up"}, "contradicted", "the other way"),
        (LOST, {"direction": "flat"}, "contradicted", "it did change"),
        (LOST, {"value": 0.0}, "confirmed", "nothing is left of it"),
        (LOST, {"value": 0.9}, "contradicted", "that was before"),
        (LOST, {"direction": "down", "start": 100, "stop": 200}, "contradicted", "elsewhere"),
        (LOST, {"direction": "down", "start": 0, "stop": 100}, "not_checkable", "nothing before"),
        (LOST, {"direction": "down", "stop": 207}, "not_checkable", "seven samples"),
        (LOST, {}, "not_checkable", "says nothing"),
        (TURNED, {"direction": "down"}, "confirmed", "no longer as before"),
        (TURNED, {"direction": "flat"}, "contradicted", "as large, but turned"),
        (KEPT, {"direction": "flat"}, "confirmed", "nothing changed"),
        (KEPT, {"direction": "down"}, "contradicted", "nothing changed"),
    ],
)
def test_what_the_data_say(
    view: WindowView, more: dict[str, object], expected: str, why: str
) -> None:
    assert check(claim(**more), view).status == expected, why  # type: ignore[arg-type]


def test_a_relation_of_steps_under_two_trends_is_seen() -> None:
    steps = np.where(np.arange(N) < AT, DRIVER, OTHER)
    walks = np.stack([np.cumsum(DRIVER), np.cumsum(steps)], axis=1) + np.arange(float(N))[:, None]
    found = check(claim(direction="down"), WindowView(walks))
    assert found.status == "confirmed"
    assert found.measured.startswith("correlation of the steps +1.00 before, ")


def test_few_samples_that_differ_by_chance_are_no_change() -> None:
    few = np.random.default_rng(14).normal(size=(24, 2))
    halves = (slice(12), slice(12, 24))
    before, after = (float(np.corrcoef(few[half].T)[0, 1]) for half in halves)
    assert abs(abs(before) - abs(after)) > 0.3  # large enough, and yet only chance
    assert check(claim(12, 24, direction="up"), WindowView(few)).status == "contradicted"


def test_the_words_name_both_correlations() -> None:
    a, b = np.array([1.0, -1.0] * 10), np.array([1.0, -1.0] * 5 + [-1.0, 1.0] * 5)
    found = check(claim(10, 20, direction="down"), WindowView(np.stack([a, b], axis=1)))
    assert found.measured == "correlation +1.00 before, −1.00 after"


def test_a_channel_that_does_not_exist_is_contradicted() -> None:
    found = check(claim(other=7, direction="down"), LOST)
    assert found == Check("contradicted", "there is no channel 8")


def test_a_correlation_by_hand() -> None:
    x, y = np.arange(8.0), np.array([0.0, 1, 2, 3, 4, 5, 6, 0])
    found = related(x, y)
    assert found is not None
    assert found.r == pytest.approx(float(np.corrcoef(x, y)[0, 1]))
    n = 8 * (1 - 0.625 * _next(y)) / (1 + 0.625 * _next(y))
    assert found.error == pytest.approx(1 / np.sqrt(n - 3))


def test_still_channels_and_few_samples_have_none() -> None:
    assert related(np.ones(20), np.arange(20.0)) is None
    assert related(np.arange(7.0), np.arange(7.0)) is None
    gaps = np.where(np.arange(14) % 2 == 0, np.nan, np.arange(14.0))
    assert related(gaps, np.arange(14.0)) is None


def test_a_perfect_correlation_has_a_finite_z() -> None:
    assert np.isfinite(Related(1.0, 0.1).z)


def _next(x: Values) -> float:
    x = x - x.mean()
    return max(0.0, float(np.dot(x[1:], x[:-1]) / np.dot(x, x)))
