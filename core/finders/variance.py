"""Variance changes: a stretch whose noise is clearly larger or smaller than is usual.

The logarithm of the noise in small blocks is cut into stretches by ruptures' PELT (its C kernel
implementation takes a millisecond), and each cut is then placed to the sample by likelihood.
"""

import math

import numpy as np

from core.finders.base import Candidate
from core.finders.baseline import Baseline
from core.finders.cuts import cuts_by_penalty
from core.finders.robust import Array, running_median, scale_of

_BLOCK = 8
_MIN_BLOCKS = 4
_MIN_RATIO = 2.0  # of standard deviations, either way
_OUTLYING = 3.0  # times how much the log-noise of four blocks wanders in this channel anyway
_PENALTY = 1.6  # per cut; the squared log-noise of a block of 8 varies by about 0.07
_MAX_SHARE = 0.4


class VarianceFinder:
    """`size` is the noise inside over the usual noise, a ratio of standard deviations."""

    key = "variance"
    meaning = "1: noise twice, or half, as large as usual, over 32 samples; more where it wanders"

    def scores(self, baseline: Baseline) -> Array:
        """Return |log of the ratio| over the least one for the stretch a sample lies in."""
        scores = np.zeros(len(baseline.values))
        for candidate in _stretches(baseline):
            scores[candidate.start : candidate.stop] = candidate.strength
        return np.where(baseline.missing, 0.0, scores)

    def find(self, baseline: Baseline) -> list[Candidate]:
        """Return the stretches of strength 1 or more."""
        return [candidate for candidate in _stretches(baseline) if candidate.strength >= 1]


def _stretches(baseline: Baseline) -> list[Candidate]:
    index = np.flatnonzero(baseline.usable)
    if baseline.sigma == 0 or len(index) < 8 * _BLOCK:
        return []
    noise = _noise(baseline)[index]
    n_blocks = len(index) // _BLOCK
    blocks = np.abs(noise[: n_blocks * _BLOCK].reshape(n_blocks, _BLOCK))
    # The mean without the largest: one spike must not make a block noisy.
    level = np.log(np.sort(blocks, axis=1)[:, :-1].mean(axis=1) / baseline.sigma + 1e-3)
    cuts = cuts_by_penalty(level, _PENALTY, _MIN_BLOCKS)
    bounds = list(zip([0, *cuts], [*cuts, n_blocks], strict=True))
    usual = _usual(level, bounds)
    needed = max(float(np.log(_MIN_RATIO)), _OUTLYING * _wander(level))
    found: list[Candidate] = []
    for first, last in bounds:
        ratio = math.exp(float(level[first:last].mean()) - usual)
        if abs(math.log(ratio)) < 0.5 * needed or (first, last) == (0, n_blocks):
            continue
        start = 0 if first == 0 else _placed(noise, first * _BLOCK)
        stop = len(noise) if last == n_blocks else _placed(noise, last * _BLOCK)
        if stop - start >= _MIN_BLOCKS * _BLOCK:
            strength = abs(math.log(ratio)) / needed
            found.append(Candidate(int(index[start]), int(index[stop - 1]) + 1, ratio, strength))
    covered = sum(c.stop - c.start for c in found if c.strength >= 1)
    return found if covered <= _MAX_SHARE * len(baseline.values) else []


def _noise(baseline: Baseline) -> Array:
    """What fluctuates from sample to sample: neither a step nor a slope counts as noise."""
    return (baseline.flat - running_median(baseline.flat, 31)) / baseline.spread


def _wander(level: Array) -> float:
    """Robust deviation of the mean log-noise of four blocks from its median."""
    means = level[: len(level) // _MIN_BLOCKS * _MIN_BLOCKS].reshape(-1, _MIN_BLOCKS).mean(axis=1)
    return scale_of(means - float(np.median(means)))


def _usual(level: Array, bounds: list[tuple[int, int]]) -> float:
    """The level of the stretches that together last longest: their length-weighted median."""
    means = np.array([float(np.mean(level[a:b])) for a, b in bounds])
    lengths = np.array([b - a for a, b in bounds])
    order = np.argsort(means)
    half = np.searchsorted(np.cumsum(lengths[order]), 0.5 * float(lengths.sum()))
    return float(means[order][int(half)])


def _placed(noise: Array, near: int) -> int:
    """Move a cut by up to two blocks to where two Gaussian scales explain the noise best."""
    low, high = max(0, near - 4 * _BLOCK), min(len(noise), near + 4 * _BLOCK)
    power = np.concatenate([[0.0], np.cumsum(noise[low:high] ** 2)])
    places = np.arange(2 * _BLOCK, high - low - 2 * _BLOCK + 1)
    if len(places) == 0:
        return near
    left = power[places] / places
    right = (power[-1] - power[places]) / (high - low - places)
    tiny = 1e-12 * float(power[-1]) + 1e-300
    cost = places * np.log(left + tiny) + (high - low - places) * np.log(right + tiny)
    return low + int(places[int(np.argmin(cost))])
