"""Tolerances of claims about a stretch: changes, trends, periods, variance, missing samples.

A value counts as right as in `core.verdicts.close`: same sign, off by at most a quarter or by the
noise. Beyond that:

change     Looked for in the range, widened on each side by 1 % of the window (at least 2 samples).
           Without a value: at least 2 times the noise, in the claimed direction if one is given.
trend      Without a value, by direction: "flat" when the line climbs by at most 15 % of the
           window's spread, "up" and "down" when it does by at least 5 %.
period     Off by at most a tenth, or a sample. Where nothing repeats, the claim is contradicted.
variance   As sample-to-sample fluctuation or as distances from a running median or from a straight
           line, whichever agrees;
           off by at most a third of the claimed factor, or by twice the uncertainty of a robust
           deviation over the range (2.4 / sqrt(samples) of it). Without a value: "up" from 1.5,
           "down" up to 1 / 1.5, "flat" between 1 / 2 and 2.
missing    Off by at most a tenth of the claimed number, or a sample. Without a value: more than
           half of the range, and of no samples at all any.

A value in per cent or in times speaks of the level around or before; where that is within the
noise of 0 there is nothing to take a share of.
"""

from collections.abc import Callable

import numpy as np

from core.answers import Claim, ClaimKind
from core.measure import ChannelFacts
from core.measure_stretch import before, missing, period, ratio, scatter, step, swing, trend
from core.series import WindowView
from core.verdicts import Check, close, decided, not_checkable, plain, signed

PLACE_SHARE = 0.01
PLACE_SAMPLES = 2
CHANGE_NOISES = 2.0
FLAT_SHARE = 0.15
MOVING_SHARE = 0.05
PERIOD_SHARE = 0.1
FACTOR_SHARE = 1 / 3
CLEARLY = 1.5
ALIKE = 2.0
MISSING_SHARE = 0.1
SECONDS = {"s": 1.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0}


def widened(start: int, stop: int, n_samples: int) -> tuple[int, int]:
    """Return a range with what a place may be off on each side: 1 %, at least 2 samples."""
    extra = max(PLACE_SAMPLES, round(PLACE_SHARE * n_samples))
    return start - extra, stop + extra


def in_data_units(value: float, unit: str, reference: float | None, noise: float) -> float | None:
    """Return a claimed difference in data units; None for a share of nothing.

    Args:
        value: per cent with `%`, a factor with `x`, else already in data units.
        unit: the claim's unit.
        reference: the level that a share or a factor speaks of.
        noise: size of the fluctuation.
    """
    if unit not in ("%", "x"):
        return value
    if reference is None or abs(reference) <= noise:
        return None
    return value / 100 * abs(reference) if unit == "%" else (value - 1) * reference


def value_check(
    claim: Claim, measured: float, reference: float | None, noise: float, least: float
) -> Check:
    """Check a signed difference, with a value or, from `least` on, without one."""
    words = f"measured {signed(measured)}"
    if claim.value is None:
        if claim.direction == "flat":
            return decided(abs(measured) <= least, words)
        signs = {"up": measured > 0, "down": measured < 0, None: True}
        return decided(abs(measured) > least and signs[claim.direction], words)
    if not np.isfinite(claim.value):
        return not_checkable("the claim names no finite value")
    wanted = in_data_units(claim.value, claim.unit, reference, noise)
    if wanted is None:
        return not_checkable("the level is too near 0 to take a share of it")
    right = close(measured, wanted, noise)
    return decided(right, words if right else f"data says {signed(measured)}")


def _check_change(claim: Claim, channel: ChannelFacts, _: WindowView) -> Check:
    start, stop = widened(claim.start, claim.stop, len(channel.values))
    found = step(channel, start, stop)
    if found is None:
        return not_checkable("nothing around it to compare with")
    reference = before(channel, found.start)
    return value_check(claim, found.size, reference, channel.noise, CHANGE_NOISES * channel.noise)


def _check_trend(claim: Claim, channel: ChannelFacts, _: WindowView) -> Check:
    line = trend(channel, claim.start, claim.stop)
    if line is None:
        return not_checkable("one sample has no trend")
    if claim.value is not None:
        return value_check(claim, line.climb, line.first, channel.noise, 0.0)
    if claim.direction is None:
        return not_checkable("the claim names no direction and no value")
    moving, flat = MOVING_SHARE * channel.spread, FLAT_SHARE * channel.spread
    right = {
        "up": line.climb > 0 and line.climb >= moving,
        "down": line.climb < 0 and -line.climb >= moving,
        "flat": abs(line.climb) <= flat,
    }[claim.direction]
    return decided(right, f"a straight line goes {signed(line.climb)}")


def _check_period(claim: Claim, channel: ChannelFacts, view: WindowView) -> Check:
    found = period(channel, claim.start, claim.stop)
    if found is None:
        return decided(False, "nothing repeats there")
    if claim.value is None:
        return decided(True, f"repeats every {plain(found)} samples")
    if not np.isfinite(claim.value):
        return not_checkable("the claim names no finite value")
    wanted = claim.value
    if claim.unit in SECONDS:
        step_s = sample_seconds(view)
        if step_s is None:
            return not_checkable("the samples have no times")
        wanted *= SECONDS[claim.unit] / step_s
    right = abs(found - wanted) <= max(1.0, PERIOD_SHARE * abs(wanted))
    return decided(right, f"repeats every {plain(found)} samples")


def _check_variance(claim: Claim, channel: ChannelFacts, _: WindowView) -> Check:
    sizes = (ratio, scatter, swing)
    found = [size(channel, claim.start, claim.stop) for size in sizes]
    factors = [factor for factor in found if factor is not None]
    if not factors:
        return not_checkable("no fluctuation to compare")
    n = len(channel.inside(claim.start, claim.stop))
    checks = [_check_factor(claim, factor, n) for factor in factors]
    return next((check for check in checks if check.status == "confirmed"), checks[0])


def _check_factor(claim: Claim, factor: float, n: int) -> Check:
    words = f"fluctuates {plain(factor)} times as much"
    if claim.value is None:
        if claim.direction is None:
            return not_checkable("the claim names no direction and no value")
        right = {
            "up": factor >= CLEARLY,
            "down": factor <= 1 / CLEARLY,
            "flat": 1 / ALIKE <= factor <= ALIKE,
        }[claim.direction]
        return decided(right, words)
    wanted = 1 + claim.value / 100 if claim.unit == "%" else claim.value
    if not np.isfinite(wanted) or wanted < 0:
        return not_checkable("the claim names no finite factor")
    share = max(FACTOR_SHARE, 2.4 / np.sqrt(n))
    return decided(abs(factor - wanted) <= share * wanted, words)


def _check_missing(claim: Claim, channel: ChannelFacts, _: WindowView) -> Check:
    found, length = missing(channel, claim.start, claim.stop), claim.stop - claim.start
    words = f"{found:,} of {length:,} samples are missing"
    if claim.value is None:
        return decided(2 * found > length, words)
    if not np.isfinite(claim.value):
        return not_checkable("the claim names no finite value")
    wanted = claim.value / 100 * length if claim.unit == "%" else claim.value
    return decided(abs(found - wanted) <= max(1.0, MISSING_SHARE * abs(wanted)), words)


def sample_seconds(view: WindowView) -> float | None:
    """Return the usual seconds from a sample to the next; None where samples have no times."""
    if view.seconds is None or len(view.seconds) < 2:
        return None
    usual = float(np.median(np.diff(view.seconds)))
    return usual if usual > 0 else None


CHECKS: dict[ClaimKind, Callable[[Claim, ChannelFacts, WindowView], Check]] = {
    "change": _check_change,
    "trend": _check_trend,
    "period": _check_period,
    "variance": _check_variance,
    "missing": _check_missing,
}
