"""What of a detector's scores over a whole series is kept."""

from itertools import pairwise

import numpy as np
import pytest

from core.errors import ConfigError
from core.screening import HINT_QUANTILE, MOST_HINTS, screen
from core.series import SeriesData


def noisy(n: int = 3_000, seed: int = 1) -> SeriesData:
    values = np.random.default_rng(seed).normal(size=(n, 2))
    values[500:520, 1] += 40.0
    return SeriesData(values)


def test_what_stands_out_is_reported_on_its_channel_and_less_is_a_hint() -> None:
    found = screen(noisy(), "robust_z", "s", 3)
    reported = [one for one in found.detections if one.reported]
    top = max(reported, key=lambda one: one.peak)
    assert 490 <= top.start < top.stop <= 530
    assert top.channels == (1,)
    assert top.quantile > 0.99
    assert all(one.peak > found.threshold for one in reported)
    hints = [one for one in found.detections if not one.reported]
    assert 0 < len(hints) <= MOST_HINTS
    assert all(one.quantile >= HINT_QUANTILE and one.peak <= found.threshold for one in hints)
    assert (found.series_id, found.revision, found.n_samples) == ("s", 3, 3_000)


def test_no_sample_is_in_two_detections_and_they_come_in_order() -> None:
    found = screen(noisy(), "robust_z", "s", 1).detections
    assert all(a.stop <= b.start for a, b in pairwise(found))


def test_the_same_samples_give_the_same_detections() -> None:
    twice = [screen(noisy(), "robust_z", "s", 1).detections for _ in range(2)]
    assert twice[0] == twice[1]


@pytest.mark.parametrize("values", [np.zeros((50, 1)), np.full((50, 2), np.nan), np.ones((1, 1))])
def test_nothing_is_seen_where_nothing_varies(values: np.ndarray) -> None:
    assert screen(SeriesData(values), "robust_z", "s", 1).detections == ()


def test_an_unknown_detector_is_refused() -> None:
    with pytest.raises(ConfigError, match="no detector 'magic'"):
        screen(noisy(), "magic", "s", 1)
