"""Superlatives and ordinals of spikes and steps: the largest, only, first, ... of a window.

Spikes and steps are those of `core.measure_stretch`. As comparable count those at least 0.3 as
large, and of steps those the same way; as the largest counts also one that is a tenth smaller.
"""

from dataclasses import dataclass
from typing import Literal

from core.answers import Claim
from core.checks_stretch import widened
from core.measure import ChannelFacts
from core.measure_stretch import Place, excursions, steps
from core.verdicts import Check, decided

Which = Literal["largest", "smallest", "only", "nth"]

COMPARABLE = 0.3
AS_LARGE = 0.9


@dataclass(frozen=True)
class Rank:
    """A superlative or ordinal: `nth` counts from 1, from the end when negative."""

    which: Which
    nth: int = 1
    spikes: bool = True
    steps: bool = True


def rank_check(rank: Rank | None, claim: Claim, channel: ChannelFacts) -> Check:
    """Check a spike or step in the claim's range, in its direction if it has one."""
    rank = rank or Rank("largest")
    places = [
        *(excursions(channel) if rank.spikes else ()),
        *(steps(channel) if rank.steps else ()),
    ]
    ways = {"up": 1, "down": -1}
    way = ways.get(claim.direction or "", 0)
    places = sorted(place for place in places if way == 0 or way * place.size > 0)
    start, stop = widened(claim.start, claim.stop, len(channel.values))
    here = [place for place in places if place.start < stop and start < place.stop]
    if not here:
        return decided(False, "nothing stands out there")
    own = max(here, key=lambda place: abs(place.size))
    others = [place for place in places if place not in here]
    return _ranked(rank, own, others)


def _ranked(rank: Rank, own: Place, others: list[Place]) -> Check:
    size = abs(own.size)
    alike = [
        place
        for place in others
        if abs(place.size) >= COMPARABLE * size and (not rank.steps or place.size * own.size > 0)
    ]
    match rank.which:
        case "largest":
            larger = sum(AS_LARGE * abs(place.size) > size for place in others)
            words = f"{larger:,} are larger" if larger else "none is larger"
            return decided(larger == rank.nth - 1, words)
        case "smallest":
            smaller = sum(abs(place.size) < AS_LARGE * size for place in others)
            return decided(smaller == 0, f"{smaller:,} are smaller")
        case "only":
            return decided(not alike, f"{len(alike):,} others like it")
        case "nth":
            counts = {_nth(rank.nth, own, group) for group in (alike, others)}
            return decided(rank.nth in counts, f"number {min(counts, key=abs)} of its kind")


def _nth(nth: int, own: Place, others: list[Place]) -> int:
    """Return the place of an event in time among others, from 1 or, backwards, from -1."""
    if nth > 0:
        return 1 + sum(place.start < own.start for place in others)
    return -1 - sum(place.start > own.start for place in others)
