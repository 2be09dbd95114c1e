"""The ways a phrase can be taken, and what the data say of each.

English is not exact: "drops by 31 from 200 to 260" may speak of a level, a step or a slope. A part
of a phrase is therefore several readings. It is confirmed when the data confirm one of them,
contradicted when they contradict one and confirm none.

Beside claims, whose checks are those of `core.checks`, there are readings that no claim has words
for:

inside  A level in data units is there: the median, the extreme in the direction something goes,
        or the level it ends at. Off by at most twice the noise, a twentieth of the window's range
        (what can be read off a plot) or half a per cent of the level.
left    The same of the level before the place or at its beginning.
beside  The median inside minus the rest of the window's, or minus that of the 8 samples before.
stuck   The values there are all the same.
rank    The spike or step there is the largest, only, first, ... of those in the window
        (`core.measure_stretch`). As comparable count those at least 0.3 as large, and of steps
        those the same way; as largest also one that is a tenth smaller.
within  Something so large happens anywhere: contradicted when it exceeds the window's range.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.answers import Claim
from core.checks import check_with
from core.checks_stretch import in_data_units, widened
from core.measure import ChannelFacts, WindowFacts
from core.measure_stretch import Place, before, excursions, steps
from core.verdicts import Check, CheckStatus, close, decided, not_checkable, plain, signed

ReadingKind = Literal["claim", "inside", "left", "beside", "stuck", "rank", "within"]
Which = Literal["largest", "smallest", "only", "nth"]

RANGE_SHARE = 0.05
ROUNDED_SHARE = 0.005
COMPARABLE = 0.3
AS_LARGE = 0.9


@dataclass(frozen=True)
class Rank:
    """A superlative or ordinal: `nth` counts from 1, from the end when negative."""

    which: Which
    nth: int = 1
    spikes: bool = True
    steps: bool = True


@dataclass(frozen=True)
class Reading:
    """One way to take a phrase; `claim` says where and how much, whatever the kind.

    Attributes:
        bound: 1 when the value is the least it may be, -1 when it is the most, else 0.
        negated: the phrase denies it.
    """

    claim: Claim
    kind: ReadingKind = "claim"
    rank: Rank | None = None
    bound: int = 0
    negated: bool = False


@dataclass(frozen=True)
class Part:
    """What one clause says once, as readings, of the channels it is said of."""

    readings: tuple[Reading, ...]
    channels: tuple[int, ...]
    every: bool = False


def check_part(part: Part, facts: WindowFacts) -> tuple[Check, tuple[Claim, ...]]:
    """Return what the data say of a part, and the claims that decided it."""
    found = [_on_channel(part.readings, channel, facts) for channel in part.channels]
    order: tuple[CheckStatus, ...] = ("confirmed", "contradicted", "not_checkable")
    if part.every:
        order = ("contradicted", "confirmed", "not_checkable")
    return next(one for status in order for one in found if one[0].status == status)


def _on_channel(
    readings: Sequence[Reading], channel: int, facts: WindowFacts
) -> tuple[Check, tuple[Claim, ...]]:
    found: list[tuple[Check, tuple[Claim, ...]]] = []
    for reading in readings:
        claim = reading.claim.model_copy(update={"channel": channel})
        check = _check(reading, claim, facts)
        if check.status == "confirmed":
            return check, (claim,) if reading.kind == "claim" else ()
        found.append((check, (claim,) if reading.kind == "claim" else ()))
    return next((one for one in found if one[0].status == "contradicted"), found[0])


def _check(reading: Reading, claim: Claim, facts: WindowFacts) -> Check:
    if reading.kind == "claim":
        check = check_with(claim, facts)
        return _denied(check) if reading.negated else check
    there = check_with(claim.model_copy(update={"kind": "missing", "value": None}), facts)
    if there.measured.startswith(("there is no channel", "outside")):
        return there
    channel = facts.channel(claim.channel)
    if len(channel.inside(claim.start, claim.stop)) == 0:
        return decided(False, "no values there")
    return _CHECKS[reading.kind](reading, claim, channel)


def _denied(check: Check) -> Check:
    if check.status == "not_checkable":
        return check
    return decided(check.status == "contradicted", check.measured)


def _inside(reading: Reading, claim: Claim, channel: ChannelFacts) -> Check:
    inside = channel.inside(claim.start, claim.stop)
    third = max(1, len(inside) // 3)
    found = [float(np.median(inside)), float(np.median(inside[-third:]))]
    near = channel.inside(*widened(claim.start, claim.stop, len(channel.values)))
    short = len(inside) <= 8
    if claim.direction == "up" or (short and claim.direction is None):
        found.append(float(near.max()))
    if claim.direction == "down" or (short and claim.direction is None):
        found.append(float(near.min()))
    if short:
        ahead = channel.inside(claim.start, claim.start + 8)
        found.append(float(np.median(ahead)))
    return _nearest(found, reading, claim, channel)


def _left(reading: Reading, claim: Claim, channel: ChannelFacts) -> Check:
    inside = channel.inside(claim.start, claim.stop)
    third = max(1, len(inside) // 3)
    found = [float(np.median(inside[:third])), float(inside[0])]
    outside = before(channel, claim.start)
    if outside is not None:
        found.append(outside)
    found.append(float(inside.min() if claim.direction == "up" else inside.max()))
    return _nearest(found, reading, claim, channel)


def _nearest(found: list[float], reading: Reading, claim: Claim, channel: ChannelFacts) -> Check:
    wanted = claim.value
    if wanted is None or not np.isfinite(wanted):
        return not_checkable("the phrase names no level")
    reach = float(np.nanmax(channel.values) - np.nanmin(channel.values))
    off = max(2 * channel.noise, RANGE_SHARE * reach, ROUNDED_SHARE * abs(wanted))
    best = min(found, key=lambda level: abs(level - wanted))
    if reading.bound:
        best = max(found) if reading.bound > 0 else min(found)
        return decided(reading.bound * (best - wanted) >= -off, f"measured {plain(best)}")
    return decided(abs(best - wanted) <= off, f"measured {plain(best)}")


def _beside(_: Reading, claim: Claim, channel: ChannelFacts) -> Check:
    middle = float(np.median(channel.inside(claim.start, claim.stop)))
    rest = np.concatenate(
        [channel.inside(channel.start, claim.start), channel.inside(claim.stop, channel.stop)]
    )
    references = [before(channel, claim.start), float(np.median(rest)) if len(rest) else None]
    found: list[tuple[float, bool]] = []
    for reference in references:
        if reference is None:
            continue
        wanted = (
            None
            if claim.value is None
            else in_data_units(claim.value, claim.unit, reference, channel.noise)
        )
        away = middle - reference
        sign = {"up": 1.0, "down": -1.0}.get(claim.direction or "", 0.0)
        right = (
            sign * away > 2 * channel.noise
            if wanted is None
            else close(away, wanted, channel.noise)
        )
        found.append((away, right))
    if not found:
        return not_checkable("nothing around it to compare with")
    best = next((one for one in found if one[1]), found[0])
    return decided(best[1], f"measured {signed(best[0])}")


def _stuck(_: Reading, claim: Claim, channel: ChannelFacts) -> Check:
    inside = channel.inside(claim.start, claim.stop)
    reach = float(inside.max() - inside.min())
    held = reach <= max(0.1 * channel.noise, 1e-9 * float(np.abs(inside).max()))
    return decided(held, f"the values span {plain(reach)}")


def _rank(reading: Reading, claim: Claim, channel: ChannelFacts) -> Check:
    rank = reading.rank or Rank("largest")
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


def _within(_: Reading, claim: Claim, channel: ChannelFacts) -> Check:
    reach = float(np.nanmax(channel.values) - np.nanmin(channel.values))
    wanted = claim.value
    if wanted is None or claim.unit or abs(wanted) <= 1.25 * reach + channel.noise:
        return not_checkable("the phrase names no place")
    return decided(False, f"all values lie within {plain(reach)}")


_CHECKS: dict[ReadingKind, Callable[[Reading, Claim, ChannelFacts], Check]] = {
    "inside": _inside,
    "left": _left,
    "beside": _beside,
    "stuck": _stuck,
    "rank": _rank,
    "within": _within,
}
