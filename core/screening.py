"""Screening: one detector over a whole series, and what of its scores is kept.

Kept are the stretches above the detector's own threshold, and as hints those below it that reach
`HINT_QUANTILE` of the series' scores, so that people can look further than the detector reports.
"""

from datetime import datetime

import numpy as np

from core.ids import new_id, utc_now
from core.model import Frozen
from core.series import SeriesData

HINT_QUANTILE = 0.9
MOST_HINTS = 100
"""Of more hints in a series the most unusual are kept."""


class Detection(Frozen):
    """Samples `[start, stop)` that a detector saw; `core.detectors.cutting.Stretch`, as stored.

    Attributes:
        peak: highest score inside, in the detector's own measure.
        quantile: share of the series' samples that score lower than the peak.
        reported: whether it lies above the detector's threshold.
    """

    start: int
    stop: int
    channels: tuple[int, ...]
    peak: float
    quantile: float
    reported: bool


class Screened(Frozen):
    """What a detector saw in one revision of a series.

    Attributes:
        n_samples: samples of that revision.
        period: window length that was used, in samples.
        note: what differs from the method as described; empty when nothing does.
        seconds: how long it took.
    """

    id: str
    series_id: str
    revision: int
    method: str
    n_samples: int
    threshold: float
    period: int
    note: str
    seconds: float
    created_at: datetime
    detections: tuple[Detection, ...]


def screen(
    data: SeriesData, method: str, series_id: str, revision: int, seconds: float = 0.0
) -> Screened:
    """Run a detector over a whole series, without labels or names.

    Raises:
        ConfigError: if there is no such detector.
    """
    # the store reads and writes `Screened` without ever detecting anything
    from core.detectors.cutting import stretches, threshold_of
    from core.detectors.scoring import score_series

    scores = score_series(method, data.values, data.seconds())
    threshold = threshold_of(scores.values)
    found = stretches(scores, threshold)
    low = float(np.quantile(scores.values, HINT_QUANTILE))
    hints = stretches(scores, low) if 0 < low < threshold else []
    # a stretch that is reported begins and ends in one hint at most: the hint says nothing new
    hints = [
        hint
        for hint in hints
        if not any(one.start < hint.stop and hint.start < one.stop for one in found)
    ]
    hints = sorted(hints, key=lambda hint: (-hint.peak, hint.start))[:MOST_HINTS]
    kept = [(one, True) for one in found] + [(hint, False) for hint in hints]
    return Screened(
        id=new_id(),
        series_id=series_id,
        revision=revision,
        method=method,
        n_samples=data.n_samples,
        threshold=threshold,
        period=scores.period,
        note=scores.note,
        seconds=seconds,
        created_at=utc_now(),
        detections=tuple(
            Detection(
                start=one.start,
                stop=one.stop,
                channels=one.channels,
                peak=one.peak,
                quantile=one.quantile,
                reported=reported,
            )
            for one, reported in sorted(kept, key=lambda pair: pair[0].start)
        ),
    )
