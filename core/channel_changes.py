"""Changes of single channels: ruptures proposes them, tests of level and spread decide.

`find_changes("kernel")` proposes instants per channel; between two of them lies a segment. A
parabola is put through each segment, so that a trend is no change, and a proposal stands when the
segments beside it differ. Samples count as independent ones (Bartlett 1935):
`n (1 - a) / (1 + a)`, a the correlation of a segment's residuals one sample apart, so that half a
wave counts for hardly any.

level    the two parabolas lie apart where they meet, by at least `LEVEL` deviations of the
         residuals and by `ERRORS` standard errors of both ends; and straight lines through as few
         of the samples beside it as such a step needs lie apart as well, by half of it at least: a
         bend, or a curve that no parabola fits, is a step from afar and none nearby.
spread   the deviations of the residuals differ by a factor of at least `SPREAD`, and by `ERRORS`
         standard errors of their logarithms; and so do the deviations of the second differences,
         which curves leave out: what a parabola misses of a curve is no noise.

Proposals that fall, and those that make a regime shorter than `REGIME` of the series, are left out
and their segments joined, the weakest first, until all stand: what comes back soon is an event, or
a cycle, and no change for good. Changes of slope or rhythm alone are not searched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.change_points import filled, find_changes

Values = NDArray[np.float64]

LEVEL = 1.0
SPREAD = 1.5
ERRORS = 4.0
REGIME = 0.2
AT_EDGE = 0.1
SHORTEST = 16
NEAR = 12
PARTS = (1, 4)
"""A regime lasts this share of the series, the first and the last one less, and this many samples.

A cycle of five turns or more in a series has no regime so long. A step is looked at nearby in all
and in a fourth (`PARTS`) of a segment at most, and in no fewer than `NEAR` samples."""


@dataclass(frozen=True)
class ChannelChange:
    """A change of one channel.

    Attributes:
        at: first sample of the new regime, counted from the first value given.
        what: what differs more clearly.
        size: difference of the means, or the factor of the deviations.
        strength: how many times the threshold in standard errors it reaches, >= 1.
    """

    at: int
    channel: int
    what: Literal["level", "spread"]
    size: float
    strength: float


def channel_changes(values: Values) -> list[ChannelChange]:
    """Return the changes of each channel of (n, c) values, NaN where missing, by channel."""
    return [
        change
        for channel, column in enumerate(values.T)
        for change in _of_channel(filled(column), channel)
    ]


def change_at(values: Values, at: int, channel: int) -> ChannelChange | None:
    """Return what differs more clearly at one sample of (n,) values, clear or not.

    None where a side has fewer than 4 samples.
    """
    if min(at, len(values) - at) < 4:
        return None
    ready = filled(values)
    return _difference(_fitted(ready[:at]), _fitted(ready[at:]), at, channel)


def settled(values: Values, changes: Sequence[ChannelChange]) -> Values:
    """Return (n, c) values without gaps whose channels' changes are taken out.

    Between its own changes each channel gets mean 0 and deviation 1; one that stands still is 0.
    """
    columns: list[Values] = []
    for channel, column in enumerate(values.T):
        cuts = [change.at for change in changes if change.channel == channel]
        columns.append(np.concatenate([_standard(p) for p in np.split(filled(column), cuts)]))
    return np.stack(columns, axis=1)


def _standard(part: Values) -> Values:
    around = part - part.mean()
    spread = float(around.std())
    still = spread <= 1e-9 * max(float(np.abs(part).max()), 1e-300)
    return np.zeros(len(part)) if still else around / spread


def _of_channel(column: Values, channel: int) -> list[ChannelChange]:
    cuts = list(find_changes("kernel", column[:, None]))
    edge, inner = (max(SHORTEST, round(share * len(column))) for share in (AT_EDGE, REGIME))
    while cuts:
        found = _tested(column, cuts, channel)
        # How much longer each segment is than it must be, as a share.
        room = np.diff([0, *cuts, len(column)]) / [edge, *[inner] * (len(cuts) - 1), edge]
        short = int(room.argmin())
        weak = [place for place, one in enumerate(found) if one.strength < 1]
        if not weak and room[short] >= 1:
            return found
        # A segment ends at the cut before it and at the one after it, as far as there are such.
        beside = [place for place in (short - 1, short) if 0 <= place < len(cuts)]
        del cuts[min(weak or beside, key=lambda place: found[place].strength)]
    return []


def _tested(column: Values, cuts: list[int], channel: int) -> list[ChannelChange]:
    parts = [_fitted(part) for part in np.split(column, cuts)]
    return [
        _difference(before, after, cut, channel)
        for cut, before, after in zip(cuts, parts, parts[1:], strict=False)
    ]


@dataclass(frozen=True)
class _Fitted:
    """A segment, its parabola, and what is left of it.

    Attributes:
        first: the parabola half a sample before the segment, where it meets the one before.
        last: the same behind it. From sample to sample a steep trend would count as a step.
        spread: deviation of what is left.
        independent: how many independent samples the segment counts for.
        rough: deviation of the second differences.
    """

    part: Values
    first: float
    last: float
    spread: float
    independent: float
    rough: float
    largest: float


def _fitted(part: Values) -> _Fitted:
    at = np.linspace(-1, 1, len(part))
    powers = np.stack([np.ones_like(at), at, at**2], axis=1)
    found = np.linalg.lstsq(powers, part)[0]
    fitted = powers @ found
    edge = 1 + 1 / max(1, len(part) - 1)
    left = part - fitted
    power = float(np.dot(left, left))
    itself = float(np.dot(left[1:], left[:-1])) / power if power > 0 else 0.0
    itself = min(max(itself, 0.0), 0.999)
    return _Fitted(
        part=part,
        first=float(found @ [1.0, -edge, edge**2]),
        last=float(found @ [1.0, edge, edge**2]),
        spread=float(np.sqrt(power / max(1, len(part) - 3))),
        independent=max(1.0, len(part) * (1 - itself) / (1 + itself)),
        rough=float(np.sqrt(np.mean(np.diff(part, 2) ** 2))) if len(part) > 2 else 0.0,
        largest=float(np.abs(part).max()),
    )


def _difference(before: _Fitted, after: _Fitted, at: int, channel: int) -> ChannelChange:
    smallest = 1e-9 * max(before.largest, after.largest, 1e-300)
    jump = after.first - before.last
    pooled = float(np.hypot(before.spread, after.spread) / np.sqrt(2))
    # The end of a parabola is three times as unsure as a mean.
    ends = [3 * one.spread / np.sqrt(one.independent) for one in (before, after)]
    level = _strength(abs(jump), LEVEL * pooled, float(np.hypot(*ends)), smallest)
    nearby = min(_nearby(before, after, jump, pooled, k) * np.sign(jump) for k in PARTS)
    level = _confirmed(level, nearby / max(abs(jump) / 2, smallest))
    ratio = max(after.spread, smallest) / max(before.spread, smallest)
    error = float(np.sqrt(0.5 / before.independent + 0.5 / after.independent))
    spread = _strength(abs(float(np.log(ratio))), float(np.log(SPREAD)), error, 0.0)
    rough = max(after.rough, smallest) / max(before.rough, smallest)
    alike = float(np.log(rough) * np.sign(np.log(ratio)))
    spread = _confirmed(spread, alike / float(np.log(SPREAD)))
    if level >= spread:
        return ChannelChange(at, channel, "level", jump, level)
    return ChannelChange(at, channel, "spread", ratio, spread)


def _nearby(before: _Fitted, after: _Fitted, jump: float, pooled: float, k: int) -> float:
    """Return how far lines through the samples beside an instant lie apart there.

    The end of a line through m independent samples is 2 / sqrt(m) deviations unsure. As many are
    taken as make `ERRORS` of both ends half of the jump, but no more than the k-th of a segment.
    """
    wanted = (ERRORS * 2 * np.sqrt(2) * pooled / max(abs(jump) / 2, 1e-300)) ** 2
    ends: list[float] = []
    for one, side in ((before, -1), (after, 1)):
        n = len(one.part)
        m = min(n, max(NEAR, int(min(wanted * n / one.independent, n // k))))
        near = one.part[::side][:m]  # the nearest first
        ends.append(float(np.polyfit(np.arange(m) + 0.5, near, 1)[1]))
    return ends[1] - ends[0]


def _confirmed(strength: float, share: float) -> float:
    """Return the strength where a second look shows all it asks for, else at most the share."""
    return strength if share >= 1 else min(strength, max(0.0, share))


def _strength(size: float, least: float, error: float, smallest: float) -> float:
    """Return how many times a size reaches the larger of its two thresholds."""
    return size / max(least, ERRORS * error, smallest)
