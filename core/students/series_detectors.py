"""What detectors say of single samples, as further channels of the event head. No torch.

Each detector of `core.detectors` looks at each channel on its own, in the window alone, and gives
two rows: how far its score lies above the usual one (in deviations, compressed by log), and its
share of the highest score in the window. The first says how unusual a sample is, the second how
much it stands alone: a score that is high everywhere tells little.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.detectors import DETECTORS
from core.detectors.base import Array
from core.detectors.robust import deviation
from core.detectors.scoring import score_series
from core.errors import ConfigError
from core.series import WindowView
from core.students.series_features import (
    BACKWARDS,
    EVENT_FEATURES,
    UPSIDE_DOWN,
    Blurred,
    event_features,
)

ROWS_PER_DETECTOR = 2
_MOST = 1e4  # deviations; more is not more unusual


def n_features(detectors: Sequence[str]) -> int:
    """Return how many rows `sample_features` gives for a channel."""
    return len(EVENT_FEATURES) + ROWS_PER_DETECTOR * len(detectors)


def signs(detectors: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return (features,) signs of the rows when values are upside down, and when time runs back.

    Scores are taken to stay as they are, which holds for what looks at distances alone.
    """
    kept = np.ones(ROWS_PER_DETECTOR * len(detectors), np.float32)
    return np.concatenate([UPSIDE_DOWN, kept]), np.concatenate([BACKWARDS, kept])


def refuse_unknown(detectors: Sequence[str]) -> None:
    """Raise ConfigError for a detector that is not registered, or named twice."""
    unknown = [key for key in detectors if key not in DETECTORS]
    if unknown or len(set(detectors)) < len(detectors):
        wrong = f"there is no detector {unknown[0]!r}" if unknown else "a detector is named twice"
        raise ConfigError(
            f"{wrong} in {list(detectors)}; name each at most once out of: {', '.join(DETECTORS)}"
        )


def sample_features(
    view: WindowView, detectors: Sequence[str], blurred: Blurred = "zero"
) -> NDArray[np.float32]:
    """Return (channels, n_features, n): `event_features`, then two rows for each detector.

    Raises:
        ConfigError: if there is no such detector.
    """
    own = event_features(view, blurred)
    if not detectors:
        return own
    refuse_unknown(detectors)
    said = [_said(column, view.seconds, detectors) for column in view.values.T]
    return np.concatenate([own, np.stack(said)], axis=1)


def _said(column: Array, seconds: Array | None, detectors: Sequence[str]) -> NDArray[np.float32]:
    """Return (2 * detectors, n) rows of one channel."""
    rows = [
        row for key in detectors for row in score_rows(score_series(key, column, seconds).values)
    ]
    return np.stack(rows).astype(np.float32)


def score_rows(scores: Array) -> tuple[Array, Array]:
    """Return both rows (n,) of one detector's scores (n,); zeros where nothing stands out."""
    above = np.maximum(scores - float(np.median(scores)), 0.0)
    highest = float(above.max(initial=0.0))
    if highest == 0:
        return np.zeros(len(scores)), np.zeros(len(scores))
    usual = np.minimum(above / deviation(above), _MOST)
    return np.log1p(usual), above / highest
