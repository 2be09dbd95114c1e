"""Precision and recall of ranges: Tatbul, Lee, Zdonik, Alam, Gottschlich (NeurIPS 2018).

For real ranges R_1 .. R_Nr and predicted ranges P_1 .. P_Np:
    Recall     = 1/Nr sum_i [alpha * Existence(R_i) + (1 - alpha) * Overlap(R_i, P)]
    Precision  = 1/Np sum_j Overlap(P_j, R)
    Existence  = 1 if R_i shares a sample with any P_j, else 0
    Overlap    = Cardinality(R_i, P) * sum_j omega(R_i, P_j)
    omega      = sum of delta over the shared samples / sum of delta over R_i
    Cardinality = 1 if R_i overlaps at most one P_j, else gamma: 1/x for x of them, or 1
    delta(i), i = 1 .. L within the range: flat 1, front L - i + 1, back i, middle min(i, L - i + 1)
    F1         = 2 * Precision * Recall / (Precision + Recall)

A number of this kind means nothing without its settings, so the result carries them. `alpha` = 0.2,
flat and reciprocal are the settings of TSB-AD's R-based-F1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.errors import DataError
from core.intervals import Interval
from core.metrics.inputs import Array, Indices, harmonic, mask_of, runs

Bias = Literal["flat", "front", "middle", "back"]
Cardinality = Literal["reciprocal", "one"]
Ranges = tuple[Indices, Indices]


@dataclass(frozen=True)
class RangeSettings:
    """What the figures are made with; recall's settings first."""

    alpha: float = 0.2  # weight of having found a range at all, in [0, 1]
    bias: Bias = "flat"  # which samples of a real range count more
    precision_bias: Bias = "flat"  # the same of a predicted range
    cardinality: Cardinality = "reciprocal"  # what a range found in pieces is worth

    def __post_init__(self) -> None:
        """Refuse a weight that is none."""
        if not 0 <= self.alpha <= 1:
            raise DataError(
                f"alpha = {self.alpha} is no share: it weighs finding a range at all against "
                "covering it. Give a number from 0 (only covering) to 1 (only finding)"
            )

    def __str__(self) -> str:
        """Say all settings in the words of the paper."""
        bias = f"bias {self.bias} (recall) and {self.precision_bias} (precision)"
        return f"alpha {self.alpha:g}, {bias}, cardinality {self.cardinality}"


@dataclass(frozen=True)
class RangeFigures:
    """Figures in [0, 1] with their settings.

    Precision is undefined (None) without a predicted range, recall without a real one; F1 is 0 when
    one of both is undefined and undefined when both are.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    settings: RangeSettings


def range_figures(
    given: Sequence[Interval],
    truth: Sequence[Interval],
    n: int,
    settings: RangeSettings | None = None,
) -> RangeFigures:
    """Compare predicted with real ranges of a series of `n` samples; channels are not compared.

    Ranges that overlap or touch are one range. `settings` are TSB-AD's unless given.

    Raises:
        DataError: if a range ends behind the series.
    """
    settings = settings or RangeSettings()
    found, real = runs(mask_of(given, n)), runs(mask_of(truth, n))
    recall = precision = None
    if len(real[0]):
        reward, pieces = _overlap(real, found, settings.bias, settings.cardinality)
        alpha = settings.alpha
        recall = float(np.mean(alpha * (pieces > 0) + (1 - alpha) * reward))
    if len(found[0]):
        reward, _ = _overlap(found, real, settings.precision_bias, settings.cardinality)
        precision = float(np.mean(reward))
    return RangeFigures(precision, recall, harmonic(precision, recall), settings)


def _overlap(
    ranges: Ranges, others: Ranges, bias: Bias, cardinality: Cardinality
) -> tuple[Array, Indices]:
    """Return for each range its overlap reward and the number of others it shares samples with."""
    starts, stops = ranges
    first = np.searchsorted(others[1], starts, side="right")
    pieces = np.maximum(np.searchsorted(others[0], stops, side="left") - first, 0)
    # one row per pair of a range and another that shares samples with it
    of = np.repeat(np.arange(len(starts)), pieces)
    place = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    other = np.repeat(first, pieces) + place
    length = (stops - starts)[of]
    begin = np.maximum(others[0][other] - starts[of], 0)
    end = np.minimum(others[1][other] - starts[of], length)
    worth = _weight(end, length, bias) - _weight(begin, length, bias)
    shares = np.bincount(of, worth / _weight(length, length, bias), minlength=len(starts))
    if cardinality == "reciprocal":
        shares = shares / np.maximum(pieces, 1)
    return shares.astype(np.float64), pieces


def _weight(count: Indices, length: Indices, bias: Bias) -> Array:
    """Return the sum of delta(i) over the first `count` samples of ranges of some lengths."""
    if bias == "flat":
        return count.astype(np.float64)
    if bias == "back":
        return count * (count + 1) / 2
    if bias == "front":
        return count * (2 * length - count + 1) / 2
    # the way up to the middle, and what is missing at the way down
    up, half, left = np.minimum(count, (length + 1) // 2), length // 2, length - count
    down = half * (half + 1) / 2 - np.minimum(left, half) * (np.minimum(left, half) + 1) / 2
    return up * (up + 1) / 2 + down
