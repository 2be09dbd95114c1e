"""From scores to stretches, without labels."""

import math
from dataclasses import dataclass

import numpy as np

from core.detectors.base import Array
from core.detectors.robust import deviation
from core.detectors.scoring import Scores

_PARTS = 24
_ALARMS = 0.5
_DEVIATIONS = 6.0
_SHARE_OF_PEAK = 0.5


@dataclass(frozen=True)
class Stretch:
    """Samples `[start, stop)` that score above the threshold.

    Attributes:
        start: first sample.
        stop: the sample after the last one.
        peak: highest score inside.
        quantile: share of the series' samples that score lower than the peak.
        channels: the channels whose highest score inside is at least half of the highest one's.
    """

    start: int
    stop: int
    peak: float
    quantile: float
    channels: tuple[int, ...]


def threshold_of(scores: Array, *, parts: int = _PARTS, alarms: float = _ALARMS) -> float:
    """Return the score above which a sample counts as unusual; no label is looked at.

    The score that is expected to be passed in `alarms` parts of a series without events. Scores of
    neighbouring samples depend on each other; the highest scores of long parts hardly do, and are
    taken to follow Gumbel's distribution of extremes (Gumbel 1958, Statistics of extremes),
    F(m) = exp(-exp(-(m - mu) / beta)). The series is cut into equal `parts` (one sample each at
    least); mu and beta are read off the first quartile and the median of their highest scores, so
    that events in less than half of the parts move little; the threshold is where
    F = 1 - alarms / parts. Parts without a score above 0 (missing, or nothing unusual) do not
    count; 0 when there is no other. Where most parts have none, or those in the lower half are
    equal (a series that mostly stands still), it is 6 robust deviations above the median score.

    So what happens in most parts is usual, however high it scores: 6 robust deviations above the
    median of all scores (Leys et al. 2013 take 3) raise an alarm in every cycle, part of which
    scores high. `python -m benchmarks.detectors --threshold` compares rules on generated series
    alone, means over detectors: event F1 0.27 and 0.81 stretches per clean series on seed 1, chosen
    on, and 0.26 and 0.79 on seed 2; the deviations 0.19 and 0.80, 0.18 and 1.14; peaks over
    threshold (Siffer et al. 2017) with a risk of as few alarms 0.19 and 0.66, 0.19 and 0.68.
    """
    pieces = np.array_split(scores, min(parts, max(1, len(scores))))
    highest = np.array([piece.max(initial=0.0) for piece in pieces])
    known = highest[highest > 0]
    if len(known) == 0:
        return 0.0
    quartile, middle = (float(q) for q in np.quantile(known, [0.25, 0.5]))
    if 2 * len(known) < len(highest) or middle - quartile <= 1e-9 * middle:
        usual = float(np.median(scores))
        return usual + _DEVIATIONS * deviation(np.abs(scores - usual))
    # Gumbel's quantile function is mu - beta log(-log F)
    at_quartile, at_middle = -math.log(-math.log(0.25)), -math.log(-math.log(0.5))
    beta = (middle - quartile) / (at_middle - at_quartile)
    rare = -math.log(-math.log1p(-alarms / len(known)))
    return middle + beta * (rare - at_middle)


def stretches(scores: Scores, threshold: float | None = None) -> list[Stretch]:
    """Return the stretches above a threshold (`threshold_of` by default), by start, disjoint.

    Those fewer than a quarter of the period apart are one.
    """
    limit = threshold_of(scores.values) if threshold is None else threshold
    above = np.concatenate([[False], scores.values > limit, [False]])
    changes = np.flatnonzero(above[1:] != above[:-1])
    starts, stops = changes[::2], changes[1::2]
    if len(starts) == 0:
        return []
    apart = starts[1:] - stops[:-1] >= max(1, scores.period // 4)
    starts = starts[np.concatenate([[True], apart])]
    stops = stops[np.concatenate([apart, [True]])]
    ranks = np.sort(scores.values)
    found: list[Stretch] = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        peak = float(scores.values[start:stop].max())
        by_channel = scores.channels[start:stop].max(axis=0)
        reached = by_channel >= _SHARE_OF_PEAK * by_channel.max()
        quantile = float(np.searchsorted(ranks, peak) / len(ranks))
        channels = tuple(int(channel) for channel in np.flatnonzero(reached))
        found.append(Stretch(start, stop, peak, quantile, channels))
    return found


def quantiles(scores: Array) -> Array:
    """Return (n,) the share of the series' samples with a lower score, in [0, 1)."""
    return np.searchsorted(np.sort(scores), scores) / max(1, len(scores))
