"""Is a rationale true of the data? Claims checked by measurement, and the pieces a page shows.

A check knows the claim and the window's numbers alone: neither author nor truth. How each quantity
is measured is said in `core.measure`; what still counts as right (the tolerance) is said here.

position   The feature lies in the range, widened on each side by 1 % of the window (at least 2
           samples). Of a maximum or minimum, the data's own or the running median's will do; of
           several midpoint crossings, any; as a change counts the largest one in the range when it
           is at least half of the window's largest. A range of more than half the window says too
           little to be checked.
level, spike   Same sign, and off by at most a quarter of the claimed value or by the noise,
           whichever is more. Without a value: at least 2 (level) or 4 (spike) times the noise, in
           the claimed direction if one is given.
direction  "flat" when the climb is at most 15 % of the window's spread (5th to 95th percentile),
           "up" and "down" when it is at least 5 % of it: in between both words are fair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.answers import AnswerContent, Claim
from core.measure import ChannelFacts, WindowFacts
from core.series import WindowView

CheckStatus = Literal["confirmed", "contradicted", "not_checkable"]

POSITION_SHARE = 0.01
POSITION_SAMPLES = 2
VALUE_SHARE = 0.25
LEVEL_NOISES = 2.0
SPIKE_NOISES = 4.0
FLAT_SHARE = 0.15
MOVING_SHARE = 0.05
CHANGE_SHARE = 0.5
ROUNDING = 1e-9  # of the sizes involved: covers the rounding of sums where the noise is 0


@dataclass(frozen=True)
class Check:
    """What the data say of a claim.

    Attributes:
        status: confirmed, contradicted, or not checkable.
        measured: what was measured, or why it could not be, in words for people.
    """

    status: CheckStatus
    measured: str


@dataclass(frozen=True)
class Segment:
    """A piece of a rationale as pages show it.

    Attributes:
        text: the words, never empty.
        number: the interval it points to, None when it points nowhere.
        status: state of the check icon, None when there is no claim.
        measured: what the check says, empty when there is no claim.
    """

    text: str
    number: int | None = None
    status: CheckStatus | None = None
    measured: str = ""


def check(claim: Claim, view: WindowView) -> Check:
    """Check one claim, in absolute samples, against the window's data."""
    return check_with(claim, WindowFacts(view))


def check_with(claim: Claim, facts: WindowFacts) -> Check:
    """Check one claim; `facts` keeps what several claims on one window share."""
    view = facts.view
    if not 0 <= claim.channel < view.values.shape[1]:
        return _not_checkable(f"there is no channel {claim.channel + 1}")
    if not view.start <= claim.start < claim.stop <= view.stop:
        return _not_checkable("outside the samples shown")
    channel = facts.channel(claim.channel)
    if len(channel.inside(claim.start, claim.stop)) == 0:
        return _not_checkable("no values there")
    match claim.kind:
        case "position":
            return _check_position(claim, channel)
        case "level":
            return _check_value(claim, channel.level(claim.start, claim.stop), channel.noise, True)
        case "spike":
            return _check_value(claim, channel.spike(claim.start, claim.stop), channel.noise, False)
        case "direction":
            return _check_direction(claim, channel)


def check_answer(content: AnswerContent, view: WindowView) -> list[Check | None]:
    """Check every span of an answer's rationale; None where a span claims nothing."""
    facts = WindowFacts(view)
    return [
        None if span.claim is None else check_with(span.claim, facts) for span in content.rationale
    ]


def segments(content: AnswerContent, checks: Sequence[Check | None]) -> list[Segment]:
    """Return the rationale as ordered pieces with their interval numbers and check states."""
    return [
        Segment(
            text=span.text,
            number=span.interval,
            status=None if found is None else found.status,
            measured="" if found is None else found.measured,
        )
        for span, found in zip(content.rationale, checks, strict=True)
        if span.text
    ]


def phrases(content: AnswerContent) -> dict[int, str]:
    """Return what the rationale says of each interval it points to, by number."""
    said: dict[int, str] = {}
    for span in content.rationale:
        if span.interval is not None:
            said[span.interval] = (said.get(span.interval, "") + " " + span.text).strip()
    return said


def _check_value(claim: Claim, measured: float | None, noise: float, level: bool) -> Check:
    if measured is None:
        return _not_checkable("nothing around it to compare with")
    words = f"measured {_signed(measured)}"
    if claim.value is None:
        least = (LEVEL_NOISES if level else SPIKE_NOISES) * noise
        signs = {"up": measured > 0, "down": measured < 0, "flat": False, None: True}
        if claim.direction == "flat":
            return _decided(abs(measured) <= least, words)
        return _decided(abs(measured) > least and signs[claim.direction], words)
    if not np.isfinite(claim.value):
        return _not_checkable("the claim names no finite value")
    rounding = ROUNDING * max(abs(measured), abs(claim.value))
    tolerance = max(VALUE_SHARE * abs(claim.value), noise) + rounding
    same_sign = measured * claim.value >= 0 or abs(claim.value) <= noise
    right = same_sign and abs(measured - claim.value) <= tolerance
    return _decided(right, words if right else f"data says {_signed(measured)}")


def _check_direction(claim: Claim, channel: ChannelFacts) -> Check:
    if claim.direction is None:
        return _not_checkable("the claim names no direction")
    climb = channel.climb(claim.start, claim.stop)
    if climb is None:
        return _not_checkable("one sample has no direction")
    moving, flat = MOVING_SHARE * channel.spread, FLAT_SHARE * channel.spread
    right = {
        "up": climb > 0 and climb >= moving,
        "down": climb < 0 and -climb >= moving,
        "flat": abs(climb) <= flat,
    }[claim.direction]
    return _decided(right, f"from start to end {_signed(climb)}")


def _check_position(claim: Claim, channel: ChannelFacts) -> Check:
    n_samples = channel.stop - channel.start
    if claim.feature is None:
        return _not_checkable("the claim names no feature")
    if claim.stop - claim.start > max(1, n_samples / 2):
        return _not_checkable("the range covers more than half of the window")
    extra = max(POSITION_SAMPLES, round(POSITION_SHARE * n_samples))
    start, stop = claim.start - extra, claim.stop + extra
    if claim.feature == "change":
        return _check_change(channel, start, stop)
    if channel.spread == 0 and np.nanmin(channel.values) == np.nanmax(channel.values):
        return _not_checkable("the values are constant")
    places = {
        "maximum": channel.extremes(highest=True),
        "minimum": channel.extremes(highest=False),
        "midpoint": channel.crossings,
    }[claim.feature]
    if not places:
        return _not_checkable(f"the data have no {claim.feature}")
    inside = [place for place in places if start <= place < stop]
    middle = (claim.start + claim.stop - 1) / 2
    nearest = min(inside or places, key=lambda place: abs(place - middle))
    return _decided(bool(inside), f"{claim.feature} at sample {nearest:,}")


def _check_change(channel: ChannelFacts, start: int, stop: int) -> Check:
    sizes = np.nan_to_num(np.abs(channel.steps))
    if sizes.max() <= ROUNDING * np.nanmax(np.abs(channel.values)):
        return _not_checkable("the level never changes")
    here = sizes[max(0, start - channel.start) : stop - channel.start]
    right = bool(here.max() >= CHANGE_SHARE * sizes.max())
    first = max(0, start - channel.start)
    place = channel.start + (first + int(here.argmax()) if right else int(sizes.argmax()))
    return _decided(right, f"largest change at sample {place:,}")


def _decided(right: bool, measured: str) -> Check:
    return Check("confirmed" if right else "contradicted", measured)


def _not_checkable(reason: str) -> Check:
    return Check("not_checkable", reason)


def _signed(value: float) -> str:
    digits = f"{value:+,.0f}" if 1_000 <= abs(value) < 1e9 else f"{value:+.3g}"
    return digits.replace("-", "−")
