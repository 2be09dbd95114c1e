"""The matching rule against a slow twin that tries every way to pair."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import FoundInterval
from core.matching import (
    match_events,
    overlap_share,
    overlap_shares,
    range_shares,
    ranges_of,
)


def event(start: int, stop: int, *channels: int) -> FoundInterval:
    return FoundInterval(number=1, start=start, stop=stop, channels=channels)


@st.composite
def events(draw: st.DrawFn) -> list[FoundInterval]:
    def one() -> FoundInterval:
        start = draw(st.integers(0, 40))
        channels = draw(st.sampled_from([(), (0,), (1,), (0, 1)]))
        return event(start, start + draw(st.integers(1, 20)), *channels)

    return [one() for _ in range(draw(st.integers(0, 4)))]


def best_by_trying(
    given_events: list[FoundInterval], truth: list[FoundInterval]
) -> tuple[int, float]:
    """Most pairs first, then the largest total share, over all ways to pair."""
    slots: list[FoundInterval | None] = [*truth, *([None] * len(given_events))]
    best = (0, 0.0)
    for chosen in permutations(slots, len(given_events)):
        shares = [
            overlap_share(g, t) for g, t in zip(given_events, chosen, strict=True) if t is not None
        ]
        shares = [share for share in shares if share > 0]
        best = max(best, (len(shares), round(sum(shares), 9)))
    return best


@given(events(), events())
def test_matching_agrees_with_trying_everything(
    given_events: list[FoundInterval], truth: list[FoundInterval]
) -> None:
    pairs = match_events(given_events, truth)
    assert len({pair.given for pair in pairs}) == len({pair.truth for pair in pairs}) == len(pairs)
    count, total = best_by_trying(given_events, truth)
    assert len(pairs) == count
    assert sum(pair.share for pair in pairs) == pytest.approx(total)


def test_more_pairs_win_over_a_larger_overlap() -> None:
    # [0, 20) fits [0, 20) perfectly, but taking [0, 6) there leaves [0, 20) for [15, 30).
    pairs = match_events([event(0, 20), event(0, 6)], [event(0, 20), event(15, 30)])
    assert [(pair.given, pair.truth) for pair in pairs] == [(0, 1), (1, 0)]


@pytest.mark.parametrize(
    ("one", "other", "share", "why"),
    [
        (event(0, 10), event(10, 20), 0.0, "touching is not sharing"),
        (event(100, 101), event(100, 101), 1.0, "one sample, the same"),
        (event(100, 101), event(104, 105), 1 / 9, "4 off still shares a widened sample"),
        (event(0, 1), event(1, 2), 4 / 6, "widening may reach before sample 0"),
        (event(0, 10, 0), event(0, 10, 1), 0.0, "other channels"),
        (event(0, 10, 0), event(0, 10), 1.0, "all channels hold any channel"),
        (event(0, 10, 0, 2), event(0, 10, 2), 1.0, "one channel in common is enough"),
    ],
)
def test_shares_by_hand(one: FoundInterval, other: FoundInterval, share: float, why: str) -> None:
    assert overlap_share(one, other) == pytest.approx(share), why


@given(events(), events(), st.floats(0, 1))
def test_a_least_overlap_only_takes_pairs_away(
    given_events: list[FoundInterval], truth: list[FoundInterval], least: float
) -> None:
    strict = match_events(given_events, truth, least=least)
    assert all(pair.share >= least for pair in strict)
    assert len(strict) <= len(match_events(given_events, truth))


def test_a_least_overlap_may_be_reached_exactly() -> None:
    # 5 of 15 samples
    assert len(match_events([event(0, 10)], [event(5, 15)], least=5 / 15)) == 1
    assert match_events([event(0, 10)], [event(5, 15)], least=0.34) == ()


def test_a_share_of_its_own_may_be_given_and_zero_forbids_the_pair() -> None:
    def same_start(one: FoundInterval, other: FoundInterval) -> float:
        return float(one.start == other.start)

    pairs = match_events([event(0, 9), event(5, 9)], [event(5, 30)], same_start)
    assert [(pair.given, pair.truth, pair.share) for pair in pairs] == [(1, 0, 1.0)]


@given(events(), events())
def test_shares_of_many_placements_are_those_of_each(
    given_events: list[FoundInterval], truth: list[FoundInterval]
) -> None:
    alike = [one.model_copy(update={"channels": ()}) for one in given_events]
    places = np.stack([ranges_of(alike), ranges_of(alike) + 7])
    found = range_shares(places, ranges_of(truth))
    moved = [one.model_copy(update={"start": one.start + 7, "stop": one.stop + 7}) for one in alike]
    for table, placed in zip(found, (alike, moved), strict=True):
        assert table.tolist() == overlap_shares(placed, truth).tolist()
