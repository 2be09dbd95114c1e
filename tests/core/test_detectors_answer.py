"""A detector's answer on one window: places without types, nothing of the rest of the series."""

import numpy as np
import pytest

from core.detectors_answer import MOST, detector_answer
from core.errors import ConfigError
from core.series import SeriesData, WindowView, view_window


def noisy(n: int = 900, channels: int = 1) -> SeriesData:
    return SeriesData(values=np.random.default_rng(0).normal(size=(n, channels)))


def test_the_answer_is_the_stretches_that_stand_out_in_samples_of_the_series() -> None:
    series = noisy(channels=2)
    series.values[520:526, 1] += 80.0
    found = detector_answer("robust_z", view_window(series, 400, 700))
    inside = [one for one in found.intervals if one.start < 526 and one.stop > 520]
    (one,) = inside
    assert len(found.intervals) <= 2  # noise alone may raise one alarm
    assert (one.start, one.stop, one.channels, one.type_id) == (520, 526, (1,), None)


def test_what_lies_outside_of_the_window_changes_nothing() -> None:
    series, other = noisy(), noisy()
    other.values[:300] *= 50.0
    for data in (series, other):
        data.values[450] = 90.0
    views = (view_window(series, 400, 700), view_window(other, 400, 700))
    assert detector_answer("sub_pca", views[0]) == detector_answer("sub_pca", views[1])


def test_a_window_without_anything_unusual_has_no_anomaly() -> None:
    flat = WindowView(values=np.sin(np.arange(400) / 9)[:, None])
    assert detector_answer("robust_z", flat).intervals == ()


def test_of_very_many_stretches_the_strongest_are_answered() -> None:
    values = np.random.default_rng(0).normal(size=16_000)
    places = np.arange(20, 4_000, 80)
    values[places] += 60 + 10.0 * np.arange(len(places))
    found = detector_answer("robust_z", WindowView(values=values[:, None])).intervals
    assert [one.start for one in found] == places[-MOST:].tolist()


def test_an_unknown_detector_is_refused() -> None:
    with pytest.raises(ConfigError, match="no detector"):
        detector_answer("nothing", WindowView(values=np.zeros((10, 1))))
