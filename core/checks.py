"""Is a claim true of the data? Claims checked by measurement.

A check knows the claim and the window's numbers alone: neither author nor truth. How each quantity
is measured is said in `core.measure` and `core.measure_stretch`; what still counts as right (the
tolerance) is said here and, for changes, trends, periods, variance and missing samples, in
`core.checks_stretch`. What is said of a channel that does not exist, of samples outside the window,
or of a place without a single value (other than that values are missing) is contradicted.

position   The feature lies in the range, widened on each side by 1 % of the window (at least 2
           samples). Of a maximum or minimum, the data's own or the running median's will do; of
           several midpoint crossings, any; as a change counts the largest one in the range when it
           is at least half of the window's largest. A range of more than half the window says too
           little to be checked.
level, spike   Same sign, and off by at most a quarter of the claimed value or by the noise,
           whichever is more; a spike's value from its farther or its nearer surroundings. Without
           a value: at least 2 (level) or 4 (spike) times the noise, in the claimed direction if
           one is given.
direction  "flat" when the climb is at most 15 % of the window's spread (5th to 95th percentile),
           "up" and "down" when it is at least 5 % of it: in between both words are fair.

How two channels move together is checked in `core.checks_pairs`.
"""

import numpy as np

from core.answers import Claim
from core.checks_pairs import check_correlation
from core.checks_stretch import CHECKS, FLAT_SHARE, MOVING_SHARE, value_check, widened
from core.measure import NEAR_SIDE, ChannelFacts, WindowFacts
from core.series import WindowView
from core.verdicts import ROUNDING, Check, decided, not_checkable, signed

LEVEL_NOISES = 2.0
SPIKE_NOISES = 4.0
CHANGE_SHARE = 0.5


def check(claim: Claim, view: WindowView) -> Check:
    """Check one claim, in absolute samples, against the window's data."""
    return check_with(claim, WindowFacts(view))


def check_with(claim: Claim, facts: WindowFacts) -> Check:
    """Check one claim; `facts` keeps what several claims on one window share."""
    view = facts.view
    for channel in (claim.channel, claim.other or 0):
        if not 0 <= channel < view.values.shape[1]:
            return decided(False, f"there is no channel {channel + 1}")
    if not view.start <= claim.start < claim.stop <= view.stop:
        return decided(False, "outside the samples shown")
    channel = facts.channel(claim.channel)
    if claim.kind != "missing" and len(channel.inside(claim.start, claim.stop)) == 0:
        return decided(False, "no values there")
    match claim.kind:
        case "position":
            return _check_position(claim, channel)
        case "level":
            measured = channel.level(claim.start, claim.stop)
            return _check_value(claim, channel, measured, LEVEL_NOISES)
        case "spike":
            return _check_spike(claim, channel)
        case "direction":
            return _check_direction(claim, channel)
        case "correlation":
            return check_correlation(claim, facts)
        case _:
            return CHECKS[claim.kind](claim, channel, view)


def _check_spike(claim: Claim, channel: ChannelFacts) -> Check:
    measured = channel.spike(claim.start, claim.stop)
    found = _check_value(claim, channel, measured, SPIKE_NOISES)
    if found.status != "contradicted" or claim.value is None:
        return found
    near = channel.spike(claim.start, claim.stop, NEAR_SIDE)
    again = _check_value(claim, channel, near, SPIKE_NOISES)
    return again if again.status == "confirmed" else found


def _check_value(
    claim: Claim, channel: ChannelFacts, measured: float | None, noises: float
) -> Check:
    if measured is None:
        return not_checkable("nothing around it to compare with")
    around = _level_around(claim, channel)
    return value_check(claim, measured, around, channel.noise, noises * channel.noise)


def _level_around(claim: Claim, channel: ChannelFacts) -> float | None:
    """Return the level that a share of a level or of a spike speaks of."""
    differs = channel.level(claim.start, claim.stop)
    if differs is None:
        return None
    return float(np.median(channel.inside(claim.start, claim.stop))) - differs


def _check_direction(claim: Claim, channel: ChannelFacts) -> Check:
    if claim.direction is None:
        return not_checkable("the claim names no direction")
    climb = channel.climb(claim.start, claim.stop)
    if climb is None:
        return not_checkable("one sample has no direction")
    moving, flat = MOVING_SHARE * channel.spread, FLAT_SHARE * channel.spread
    right = {
        "up": climb > 0 and climb >= moving,
        "down": climb < 0 and -climb >= moving,
        "flat": abs(climb) <= flat,
    }[claim.direction]
    return decided(right, f"from start to end {signed(climb)}")


def _check_position(claim: Claim, channel: ChannelFacts) -> Check:
    n_samples = channel.stop - channel.start
    if claim.feature is None:
        return not_checkable("the claim names no feature")
    if claim.stop - claim.start > max(1, n_samples / 2):
        return not_checkable("the range covers more than half of the window")
    start, stop = widened(claim.start, claim.stop, n_samples)
    if claim.feature == "change":
        return _check_change(channel, start, stop)
    if channel.spread == 0 and np.nanmin(channel.values) == np.nanmax(channel.values):
        return not_checkable("the values are constant")
    places = {
        "maximum": channel.extremes(highest=True),
        "minimum": channel.extremes(highest=False),
        "midpoint": channel.crossings,
    }[claim.feature]
    if not places:
        return not_checkable(f"the data have no {claim.feature}")
    inside = [place for place in places if start <= place < stop]
    middle = (claim.start + claim.stop - 1) / 2
    nearest = min(inside or places, key=lambda place: abs(place - middle))
    return decided(bool(inside), f"{claim.feature} at sample {nearest:,}")


def _check_change(channel: ChannelFacts, start: int, stop: int) -> Check:
    sizes = np.nan_to_num(np.abs(channel.steps))
    if sizes.max() <= ROUNDING * np.nanmax(np.abs(channel.values)):
        return not_checkable("the level never changes")
    here = sizes[max(0, start - channel.start) : stop - channel.start]
    right = bool(here.max() >= CHANGE_SHARE * sizes.max())
    first = max(0, start - channel.start)
    place = channel.start + (first + int(here.argmax()) if right else int(sizes.argmax()))
    return decided(right, f"largest change at sample {place:,}")
