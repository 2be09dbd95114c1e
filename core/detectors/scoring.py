"""From a series with gaps to a score for every sample: what all detectors share.

Before: a value that is no finite number, or is beyond `core.measure.LARGEST`, is missing; gaps are
filled by straight lines in time (ends: the nearest value); each channel is robustly scaled and
clipped at +-`FARTHEST` scales. Constant channels score 0. After: missing samples score 0.

Several channels, unless a detector reads them together: each channel's scores are put on one scale,
z = max(0, (s - median s) / deviation of s) over its own samples, and a sample's score is the mean
of its `ceil(sqrt(c))` highest channels. So a channel that is always restless does not drown the
others, an event in few of many channels is not averaged away, and one in many counts for more.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detectors import DETECTORS
from core.detectors.base import Array, Detector
from core.detectors.period import period_of
from core.detectors.robust import deviation, scaled
from core.errors import ConfigError, DataError
from core.measure import LARGEST

__all__ = ["FARTHEST", "Scores", "period_of", "score_series"]

FARTHEST = 1e4
"""Largest scaled value: what lies farther away could not be more unusual."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Scores:
    """How unusual each sample of a series is to one method.

    Attributes:
        method: the detector's key.
        values: (n,) 0 or more; 0 where all channels are missing. For one channel the detector's own
            scores, for several on the common scale above.
        channels: (n, c) the same by channel; 0 where missing.
        period: samples of one turn, the window length used.
        note: what differs from the method as described, "" when nothing does.
    """

    method: str
    values: Array
    channels: Array
    period: int
    note: str


def score_series(key: str, values: Array, seconds: Array | None = None) -> Scores:
    """Score a whole series by one detector; the same input gives the same output.

    Args:
        key: one of `DETECTORS`.
        values: (n, c) or (n,), NaN where missing; any n from 1.
        seconds: (n,) non-decreasing times; None when samples have none. They only say how a gap is
            filled: windows are counted in samples.

    Raises:
        ConfigError: if there is no such detector.
        DataError: if there is no sample, or not one time for each.
    """
    if key not in DETECTORS:
        raise ConfigError(
            f"there is no detector {key!r}. Choose one of: {', '.join(sorted(DETECTORS))}"
        )
    columns = np.asarray(values, np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    n, n_channels = columns.shape
    if n == 0 or n_channels == 0:
        raise DataError(
            f"the series has {n} samples in {n_channels} channels, so there is nothing to score. "
            "Give one with values"
        )
    if seconds is not None and len(seconds) != n:
        raise DataError(
            f"{len(seconds):,} times were given for {n:,} samples, so it is not known when each "
            "was taken. Give one time for each sample, or none"
        )
    detector = DETECTORS[key]()
    missing = ~(np.abs(columns) < LARGEST)
    ready = _prepared(columns, missing, seconds)
    period = period_of(np.where(missing, np.nan, columns))
    if n < detector.least:
        channels = np.zeros_like(ready)
        note = f"needs {detector.least} samples to tell them apart; of the {n} here all score 0"
        return Scores(key, channels[:, 0].copy(), channels, period, note)
    note = detector.beyond if detector.limit is not None and n > detector.limit else ""
    if detector.together and n_channels > 1:
        return _together(detector, ready, missing, period, note)
    channels = np.zeros_like(ready)
    for channel in range(n_channels):
        channels[:, channel] = _one(detector, ready[:, channel], missing[:, channel], period)
    if n_channels == 1:
        return Scores(key, channels[:, 0].copy(), channels, period, note)
    for channel in range(n_channels):
        channels[:, channel] = _common(channels[:, channel], missing[:, channel])
    return Scores(key, _highest_mean(channels), channels, period, note)


def _prepared(columns: Array, missing: Mask, seconds: Array | None) -> Array:
    """Return (n, c) filled, scaled, clipped values."""
    when = np.arange(len(columns), dtype=np.float64) if seconds is None else seconds
    ready = np.zeros(columns.shape)
    for channel in range(columns.shape[1]):
        there = ~missing[:, channel]
        if there.any():
            known = scaled(columns[there, channel])
            filled = np.interp(when, when[there], known) if not there.all() else known
            ready[:, channel] = np.clip(filled, -FARTHEST, FARTHEST)
    return ready


def _one(detector: Detector, column: Array, missing: Mask, period: int) -> Array:
    """Return (n,) scores of one channel, 0 where it is missing and for a constant."""
    if np.ptp(column) == 0:
        return np.zeros(len(column))
    return np.where(missing, 0.0, detector.scores(column[:, None], period))


def _common(scores: Array, missing: Mask) -> Array:
    """Return one channel's scores in deviations above its own middle score, 0 below it."""
    known = scores[~missing]
    if len(known) == 0:
        return scores
    above = scores - float(np.median(known))
    spread = deviation(np.abs(above[~missing]))
    return np.where(missing, 0.0, np.maximum(above, 0.0) / spread)


def _highest_mean(channels: Array) -> Array:
    """Return (n,) means of the ceil(sqrt(c)) highest of c channels."""
    n_channels = channels.shape[1]
    count = math.ceil(math.sqrt(n_channels))
    highest = np.partition(channels, n_channels - count, axis=1)[:, n_channels - count :]
    return np.asarray(highest.mean(axis=1), np.float64)


def _together(detector: Detector, ready: Array, missing: Mask, period: int, note: str) -> Scores:
    """Score all channels at once; a channel's part is its share of the sample's distance.

    The share is the channel's |scaled value| divided by the largest one at that sample.
    """
    varying = np.ptp(ready, axis=0) > 0
    values = np.zeros(len(ready))
    if varying.any():
        values = detector.scores(ready[:, varying], period)
    values[missing.all(axis=1)] = 0.0
    distance = np.where(missing, 0.0, np.abs(ready))
    largest = distance.max(axis=1, keepdims=True)
    share = np.divide(distance, largest, out=np.zeros_like(distance), where=largest > 0)
    return Scores(detector.key, values, values[:, None] * share, period, note)
