"""A light screening before a batch: which windows are worth a question to a model that costs money.

A detector scores the whole series (`core.detectors.scoring`), no label is looked at. A window's
peak is the highest score in it, and windows are kept by peak. What is left out is never asked, so
whoever screens is told how much would be lost: `core.worth_asking_recall`.

Windows are ranked within their series. Scores of several series have no common unit: over generated
series no ranking of all windows together did better with every detector (raw peaks, peaks over the
threshold, peaks in deviations).
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from core.detectors.cutting import threshold_of
from core.detectors.scoring import score_series
from core.errors import DataError
from core.model import Frozen

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Window = tuple[int, int]
"""Half-open samples `[start, stop)` of a series."""
Reviews = tuple[bool | None, ...]
"""Per window whether people found an event in it; None where nobody looked."""


class Keep(Frozen):
    """Which windows of a series are kept.

    Attributes:
        share: at least this share of them, those with the highest peaks (of equal ones the first);
            None: those whose peak is above `factor` times the detector's own threshold
            (`core.detectors.cutting.threshold_of`).
        factor: below 1 keeps more; only read without a share.
    """

    share: float | None = Field(default=None, gt=0, le=1)
    factor: float = Field(default=1.0, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if self.share is not None and self.factor != 1:
            raise ValueError(
                f"both a share ({self.share}) and a factor of the threshold ({self.factor}) were "
                "given, and only one rule can keep windows; give one of them"
            )
        return self


@dataclass(frozen=True, eq=False)
class SeriesWindows:
    """A series with the windows that might be asked about.

    Attributes:
        values: (n, channels), NaN where missing.
        seconds: (n,) non-decreasing; None when samples have no times.
        windows: half-open ranges of samples, in any order; they may overlap.
        reviewed: empty says that nobody looked at any. Gold stays out: leave it None.
    """

    values: Array
    seconds: Array | None
    windows: tuple[Window, ...]
    reviewed: Reviews = ()

    def __post_init__(self) -> None:
        n = len(self.values)
        for start, stop in self.windows:
            if not 0 <= start < stop <= n:
                raise DataError(
                    f"window [{start}, {stop}) does not lie in a series of {n} samples; cut the "
                    "windows of this very series"
                )
        if self.reviewed and len(self.reviewed) != len(self.windows):
            raise DataError(
                f"{len(self.reviewed)} reviews for {len(self.windows)} windows do not say which "
                "belongs to which; give one for each window, None where nobody looked"
            )


@dataclass(frozen=True, eq=False)
class WindowPeaks:
    """What one detector says of the windows of one series, before any is kept.

    Attributes:
        starts: (windows,) first sample of each, in the order given.
        peaks: (windows,) highest score in each, in the detector's own measure.
        threshold: the detector's own, of the scores of the whole series.
        note: what differs from the method as described, "" when nothing does.
    """

    method: str
    starts: NDArray[np.int64]
    peaks: Array
    threshold: float
    note: str = ""


@dataclass(frozen=True, eq=False)
class WindowScreening:
    """Which windows of one series are worth asking, in their order.

    Attributes:
        peaks, note: as in `WindowPeaks`.
        kept: whether it is worth asking.
    """

    method: str
    keep: Keep
    peaks: Array
    kept: Flags
    note: str = ""


def screen_windows(series: SeriesWindows, method: str, keep: Keep) -> WindowScreening:
    """Say which windows of a series are worth asking about; deterministic.

    Args:
        series: values and windows; reviews are not looked at.
        method: a key of `core.detectors.DETECTORS`.
        keep: the rule.

    Raises:
        ConfigError: if there is no such detector.
    """
    return keep_windows(peaks_of(series, method), keep)


def peaks_of(series: SeriesWindows, method: str) -> WindowPeaks:
    """Score a series and take each window's highest score: all of the work of a screening.

    Raises:
        ConfigError: if there is no such detector.
    """
    scores = score_series(method, series.values, series.seconds)
    peaks = np.array([scores.values[start:stop].max() for start, stop in series.windows])
    starts = np.array([start for start, _ in series.windows], np.int64)
    return WindowPeaks(method, starts, peaks, threshold_of(scores.values), scores.note)


def keep_windows(found: WindowPeaks, keep: Keep) -> WindowScreening:
    """Apply a rule to peaks that are known."""
    if keep.share is None:
        kept = found.peaks > keep.factor * found.threshold
    else:
        kept = _highest(found.peaks, found.starts, keep.share)
    return WindowScreening(found.method, keep, found.peaks, kept, found.note)


def _highest(peaks: Array, starts: NDArray[np.int64], share: float) -> Flags:
    count = math.ceil(share * len(peaks) - 1e-9)  # 0.2 of 10 are 2, whatever binary says
    kept = np.zeros(len(peaks), np.bool_)
    kept[np.lexsort((starts, -peaks))[:count]] = True
    return kept
