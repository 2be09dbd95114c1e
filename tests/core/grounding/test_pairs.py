"""Phrases about two channels: which pair, where, and what became of it."""

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval, Span
from core.grounding import Grounded, ground
from core.series import WindowView

AT = 200


def view() -> WindowView:
    """Four channels: the first three move as one until sample 200, then ch3 goes its own way."""
    rng = np.random.default_rng(3)
    common = rng.normal(size=400)
    values = np.stack([common + 0.3 * rng.normal(size=400) for _ in range(4)], axis=1)
    values[AT:, 2] = rng.normal(size=400 - AT)
    values[:, 3] = rng.normal(size=400)
    return WindowView(values)


def grounded(text: str, pointing: bool = True) -> Grounded:
    change = FoundInterval(number=1, start=AT, stop=AT + 1, cause="correlation", pairs=((0, 2),))
    span = Span(text=text, interval=1 if pointing else None)
    content = AnswerContent(kind="change_point", intervals=(change,), rationale=(span,))
    return ground(content, view())[0]


@pytest.mark.parametrize(
    ("text", "status", "pairs"),
    [
        ("The link between ch1 and ch3 is lost.", "confirmed", [(0, 2)]),
        ("The link between ch1 and ch2 is lost.", "contradicted", [(0, 1)]),
        ("ch1 no longer moves with ch3.", "confirmed", [(0, 2)]),
        ("ch1 and ch3 stop moving together.", "confirmed", [(0, 2)]),
        ("ch1 and ch3 begin to move together.", "contradicted", [(0, 2)]),
        ("ch1–ch3, ch2–ch3 lost.", "confirmed", [(0, 2), (1, 2)]),
        ("Correlation change at sample 200: ch1-ch3 gained", "contradicted", [(0, 2)]),
        ("ch3 decouples from ch1 and ch2.", "confirmed", [(0, 2), (1, 2)]),
        ("ch1 and ch2 stay correlated.", "confirmed", [(0, 1)]),
        ("The correlation of channel 1 and channel 4 weakens.", "contradicted", [(0, 3)]),
    ],
)
def test_a_phrase_about_a_pair_is_checked(
    text: str, status: str, pairs: list[tuple[int, int]]
) -> None:
    found = grounded(text)
    assert found.status == status
    assert [(claim.channel, claim.other) for claim in found.claims] == pairs
    assert {(claim.start, claim.stop) for claim in found.claims} == {(AT, 400)}


def test_a_place_that_is_named_counts_without_an_interval() -> None:
    found = grounded("From sample 200 on the link between ch1 and ch3 is gone.", pointing=False)
    assert (found.status, found.claims[0].start, found.claims[0].stop) == ("confirmed", 200, 400)


def test_a_stretch_that_is_named_is_the_stretch_that_is_checked() -> None:
    found = grounded("Between samples 200 and 299 ch1 no longer moves with ch3.", pointing=False)
    assert (found.claims[0].start, found.claims[0].stop) == (200, 300)


@pytest.mark.parametrize(
    "text",
    [
        "Channels move together in another way.",  # names no pair
        "ch1 and ch3 are correlated.",  # says nothing of a change
        "ch1 and ch9 no longer move together.",  # there is no such channel
        "It no longer moves with ch1 and ch2.",  # does not say which
    ],
)
def test_what_names_no_pair_or_no_change_is_not_taken_for_one(text: str) -> None:
    assert all(claim.kind != "correlation" for claim in grounded(text).claims)


def test_channels_that_rise_together_are_no_pair() -> None:
    found = grounded("ch1 and ch2 rise together from sample 0 to 100.", pointing=False)
    assert all(claim.kind != "correlation" for claim in found.claims)
