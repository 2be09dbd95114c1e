"""Detector scores as channels of a student: their shape, meaning and refusals."""

import numpy as np
import pytest

from core.errors import ConfigError
from core.series import WindowView
from core.students.series_detectors import n_features, sample_features, score_rows, signs
from core.students.series_features import EVENT_FEATURES, event_features

KEYS = ("robust_z", "polynomial")


def view(n: int = 300, channels: int = 2) -> WindowView:
    values = np.random.default_rng(1).normal(size=(n, channels))
    values[n // 2, 0] += 30
    return WindowView(values)


def test_without_detectors_the_features_are_those_of_events() -> None:
    assert np.array_equal(sample_features(view(), ()), event_features(view()))


def test_each_detector_adds_two_rows_to_every_channel() -> None:
    features = sample_features(view(), KEYS)
    assert features.shape == (2, n_features(KEYS), 300)
    assert features.dtype == np.float32
    assert n_features(KEYS) == len(EVENT_FEATURES) + 4
    assert all(len(one) == n_features(KEYS) for one in signs(KEYS))


def test_the_share_of_the_peak_is_one_at_the_spike_and_on_its_channel_alone() -> None:
    share = sample_features(view(), ("robust_z",))[:, -1]
    assert share[0].argmax() == 150
    assert share[0, 150] == 1
    assert np.sort(share[0])[-2] < 0.2
    assert share[1, 150] < 0.9


def test_the_rows_do_not_depend_on_unit_and_offset() -> None:
    plain = view()
    moved = WindowView(plain.values * 250 - 4)
    of_detectors = slice(len(EVENT_FEATURES), None)
    assert np.allclose(
        sample_features(plain, KEYS)[:, of_detectors],
        sample_features(moved, KEYS)[:, of_detectors],
        atol=1e-4,
    )


@pytest.mark.parametrize("n", [1, 3, 20])
def test_short_windows_with_gaps_and_constants_have_finite_rows(n: int) -> None:
    values = np.full((n, 3), np.nan)
    values[:, 1] = 7.0
    values[: n // 2 + 1, 2] = np.arange(n // 2 + 1)
    assert np.isfinite(sample_features(WindowView(values), KEYS)).all()


def test_scores_that_never_vary_stand_out_nowhere() -> None:
    assert not np.any(score_rows(np.full(9, 4.0)))


def test_an_unknown_or_doubled_detector_is_refused() -> None:
    with pytest.raises(ConfigError, match="no detector 'oracle'"):
        sample_features(view(), ("robust_z", "oracle"))
    with pytest.raises(ConfigError, match="named twice"):
        sample_features(view(), ("robust_z", "robust_z"))
