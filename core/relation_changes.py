"""Changes of how pairs of channels move together: a rolling correlation, before against after.

At each sample the correlation of the stretch before it is compared with that of the stretch after
it, for every pair, of the values and of their steps (`core.measure_pairs` says why both). Their
difference counts in standard errors of Fisher's z, for as many samples as are independent. Where
the largest difference of all pairs peaks and reaches `ERRORS`, something changed; the pairs that
reach `ALSO` there, and whose correlation changed by `CHANGED` or turned, are those concerned. The
instant itself is where two normal distributions of the clearest pairs' channels, before and after,
fit best around the peak.

`ERRORS` is large because a search over thousands of samples and pairs meets large differences by
chance (`tests/core/teachers/test_rules_change_points.py` counts how many get through). A step of
one channel's level would look like a change of all its correlations: `core.channel_changes` finds
it, and `settled` takes it out first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.checks_pairs import CHANGED
from core.measure_pairs import VIEWS

Values = NDArray[np.float64]

ERRORS = 6.0
ALSO = 4.5
WIDTH = (24, 256)
"""Samples of a stretch at least and at most; in between a sixth of the series."""
_MOST_CHANNELS = 4  # of the clearest pairs, whose instant is searched


@dataclass(frozen=True)
class RelationChange:
    """A change of correlation.

    Attributes:
        at: first sample of the new regime, counted from the first value given.
        pairs: the channel pairs concerned, the clearest first.
        strength: how many times the threshold the clearest pair reaches, >= 1.
    """

    at: int
    pairs: tuple[tuple[int, int], ...]
    strength: float


def stretch_of(n: int) -> int:
    """Return how many samples before and after an instant are compared in a series of `n`."""
    return int(np.clip(n // 6, *WIDTH))


def relation_changes(values: Values) -> list[RelationChange]:
    """Return the changes of correlation in (n, c) values without gaps, in order of time.

    The correlation of a channel that stands still is 0.
    """
    n, n_channels = values.shape
    width = stretch_of(n)
    if n_channels < 2 or n < 2 * width:
        return []
    pairs = list(combinations(range(n_channels), 2))
    errors = np.maximum.reduce([_differences(seen(values), pairs, n) for seen in VIEWS.values()])
    return [
        RelationChange(
            at=_instant(values, [pairs[k] for k in clear], peak, width),
            pairs=tuple(pairs[k] for k in clear),
            strength=float(errors[peak, clear[0]] / ERRORS),
        )
        for peak, clear in _peaks(errors, width)
    ]


def _peaks(errors: Values, width: int) -> Iterator[tuple[int, list[int]]]:
    """Yield the samples where the largest difference peaks, with the pairs that differ there."""
    largest = errors.max(axis=1)
    taken = np.zeros(len(largest), np.bool_)
    found: list[tuple[int, list[int]]] = []
    while True:
        left = np.where(taken, 0.0, largest)
        peak = int(left.argmax())
        if left[peak] < ERRORS:
            break
        taken[max(0, peak - width) : peak + width] = True
        # The pairs of one change peak a few samples apart.
        near = errors[max(0, peak - width // 4) : peak + width // 4 + 1].max(axis=0)
        clear = [int(k) for k in np.argsort(-near, kind="stable") if near[k] >= ALSO]
        found.append((peak, clear))
    yield from sorted(found)


def _differences(values: Values, pairs: list[tuple[int, int]], n: int) -> Values:
    """Return (n, pairs) differences of the correlations, in standard errors; 0 at the ends.

    Below a change of size by `CHANGED` they are 0 as well, unless the sign turned.
    """
    width = stretch_of(n)
    first, second = (np.array(one) for one in zip(*pairs, strict=True))
    a, b = values[:, first], values[:, second]
    memory = np.maximum(0.0, _memory(values)[first] * _memory(values)[second])
    count = np.maximum(width * (1 - memory) / (1 + memory), 3.5)
    r = _rolling(a, b, width)  # r[k] of samples [k, k + width)
    found = np.zeros((n, len(pairs)))
    before, after = r[: len(r) - width], r[width:]
    z = np.arctanh(np.clip(after, -0.999, 0.999)) - np.arctanh(np.clip(before, -0.999, 0.999))
    changed = np.abs(np.abs(after) - np.abs(before)) >= CHANGED
    turned = (before * after < 0) & (np.minimum(np.abs(before), np.abs(after)) >= CHANGED)
    offset = n - len(values)  # steps are one fewer than values: step k leads to sample k + 1
    at = slice(width + offset, width + offset + len(z))
    found[at] = np.where(changed | turned, np.abs(z) / np.sqrt(2 / (count - 3)), 0.0)
    return found


def _rolling(a: Values, b: Values, width: int) -> Values:
    """Return the correlations of all stretches of `width` samples, (n - width + 1, pairs)."""
    a, b = _standard(a), _standard(b)
    sums = [_summed(one, width) for one in (a, b, a * a, b * b, a * b)]
    mean_a, mean_b = sums[0] / width, sums[1] / width
    var_a = np.maximum(sums[2] / width - mean_a**2, 0)
    var_b = np.maximum(sums[3] / width - mean_b**2, 0)
    product = np.sqrt(var_a * var_b)
    # A stretch that stands still beside the rest of its channel has no correlation.
    moves = product > 1e-9
    return np.where(moves, (sums[4] / width - mean_a * mean_b) / np.where(moves, product, 1), 0.0)


def _summed(one: Values, width: int) -> Values:
    total = np.concatenate([np.zeros((1, one.shape[1])), np.cumsum(one, axis=0)])
    return total[width:] - total[:-width]


def _standard(values: Values) -> Values:
    around = values - values.mean(axis=0)
    spread = around.std(axis=0)
    still = spread <= 1e-9 * np.maximum(np.abs(values).max(axis=0), 1e-300)
    return np.where(still, 0.0, around / np.where(still, 1.0, spread))


def _memory(values: Values) -> Values:
    """Return the correlation of each channel with itself one sample later."""
    ready = _standard(values)
    return (ready[1:] * ready[:-1]).mean(axis=0)


def _instant(values: Values, pairs: list[tuple[int, int]], peak: int, width: int) -> int:
    """Return the sample around the peak at which the channels' joint distribution changes."""
    channels: list[int] = []
    for pair in pairs:
        both = sorted({*channels, *pair})
        channels = both if len(both) <= _MOST_CHANNELS else channels
    start, stop = max(0, peak - width), min(len(values), peak + width)
    return start + best_cut(values[start:stop][:, channels])


def best_cut(values: Values) -> int:
    """Return where two normal distributions, before and after, fit (n, d) values best.

    Either side has 8 samples at least and 2 d; `n` must be twice as many.
    """
    ready = _standard(values)
    n, d = ready.shape
    shortest = max(8, 2 * d)
    cuts = np.arange(shortest, n - shortest + 1)
    outer = np.cumsum(ready[:, :, None] * ready[:, None, :], axis=0)[cuts - 1]
    sums = np.cumsum(ready, axis=0)[cuts - 1]
    all_outer, all_sums = ready.T @ ready, ready.sum(axis=0)
    cost = _cost(outer, sums, cuts) + _cost(all_outer - outer, all_sums - sums, n - cuts)
    return int(cuts[cost.argmin()])


def _cost(outer: Values, sums: Values, counts: NDArray[np.int64]) -> Values:
    """Return `n log det` of the covariances of segments, from their sums of products."""
    n = counts[:, None, None].astype(np.float64)
    means = sums / n[:, 0]
    covariance = outer / n - means[:, :, None] * means[:, None, :]
    # A segment that stands still has no determinant; this one is far below any noise.
    steady = covariance + 1e-6 * np.eye(covariance.shape[1])
    return counts * np.linalg.slogdet(steady)[1]
