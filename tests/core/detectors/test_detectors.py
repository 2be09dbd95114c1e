"""The contract over DETECTORS: any length, gaps, huge values, constants, many channels."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.detectors import DETECTORS
from core.detectors.base import Array
from core.detectors.scoring import score_series
from core.errors import ConfigError, DataError
from core.measure import LARGEST

KEYS = tuple(DETECTORS)
ODD_CHANNELS: dict[str, Array] = {
    "one sample": np.array([3.0]),
    "one missing sample": np.array([np.nan]),
    "two samples": np.array([1.0, 2.0]),
    "three samples": np.array([1.0, 5.0, 1.0]),
    "shorter than a window": np.sin(np.arange(20) / 2),
    "all missing": np.full(200, np.nan),
    "constant": np.full(200, 7.0),
    "constant but rounded": 0.1 + np.arange(200) % 3 * 1e-17,
    "constant but one": np.where(np.arange(200) == 77, 8.0, 7.0),
    "two values": np.arange(200) % 2.0,
    "straight line": np.arange(300.0),
    "pure cycle": np.sin(np.arange(300) * 2 * np.pi / 25),
    "infinite": np.where(np.arange(200) == 50, np.inf, np.sin(np.arange(200))),
    "beyond squares": np.where(np.arange(200) % 2 == 0, 1e308, -1e308),
    "just not missing": np.where(np.arange(200) % 7 == 0, 0.99 * LARGEST, -0.99 * LARGEST),
    "tiny": np.random.default_rng(0).normal(0, 1e-300, 200),
    "one huge value": np.where(np.arange(300) == 150, 1e149, np.sin(np.arange(300) / 4)),
    "mostly missing": np.where(np.arange(200) % 9 == 0, np.arange(200.0), np.nan),
    "long gap": np.where(np.abs(np.arange(300) - 150) < 100, np.nan, np.sin(np.arange(300.0))),
}


def check_contract(key: str, values: Array, seconds: Array | None = None) -> None:
    scores = score_series(key, values, seconds)
    columns = values[:, None] if values.ndim == 1 else values
    missing = ~(np.abs(columns) < LARGEST)
    assert scores.values.shape == (len(values),)
    assert scores.channels.shape == columns.shape
    assert np.isfinite(scores.values).all()
    assert np.isfinite(scores.channels).all()
    assert scores.values.min() >= 0
    assert scores.channels.min() >= 0
    assert not scores.values[missing.all(axis=1)].any()
    assert not scores.channels[missing].any()
    assert 2 <= scores.period <= max(2, len(values) // 2)
    again = score_series(key, values, seconds)
    np.testing.assert_array_equal(scores.values, again.values)
    np.testing.assert_array_equal(scores.channels, again.channels)


@pytest.mark.parametrize("key", KEYS)
def test_a_detector_has_the_key_it_is_registered_under_and_one_line_of_meaning(key: str) -> None:
    detector = DETECTORS[key]()
    assert detector.key == key
    for line in (detector.name, detector.meaning, detector.source):
        assert line
        assert "\n" not in line
    assert (detector.limit is None) == (detector.beyond == "")
    assert detector.least >= 1


def test_all_but_the_two_that_compare_windows_with_each_other_are_linear() -> None:
    quadratic = {key for key in KEYS if not DETECTORS[key]().linear}
    assert quadratic == {"matrix_profile", "knn"}
    assert all(DETECTORS[key]().limit is not None for key in quadratic)


@pytest.mark.parametrize("name", ODD_CHANNELS)
@pytest.mark.parametrize("key", KEYS)
def test_odd_channels_give_scores_for_every_sample(key: str, name: str) -> None:
    check_contract(key, ODD_CHANNELS[name])


@pytest.mark.parametrize("name", ["all missing", "constant", "constant but rounded"])
@pytest.mark.parametrize("key", KEYS)
def test_what_never_changes_is_nowhere_unusual(key: str, name: str) -> None:
    assert not score_series(key, ODD_CHANNELS[name]).values.any()


@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=8)
@given(
    values=hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 300), st.integers(1, 3)),
        elements=st.floats(-1e6, 1e6) | st.just(np.nan) | st.floats(),
    )
)
def test_any_values_of_any_length_give_scores_for_every_sample(key: str, values: Array) -> None:
    check_contract(key, values)


@pytest.mark.parametrize("key", KEYS)
def test_lengths_around_every_window_boundary_are_scored(key: str) -> None:
    series = np.sin(np.arange(300) / 3) + np.random.default_rng(1).normal(0, 0.1, 300)
    for n in (*range(1, 12), 31, 32, 33, 125, 126, 250, 251, 300):
        scores = score_series(key, series[:n])
        assert scores.values.shape == (n,)
        assert np.isfinite(scores.values).all()


@pytest.mark.parametrize("key", KEYS)
def test_two_hundred_channels_with_gaps_are_scored(key: str) -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(150, 200))
    values[rng.random(values.shape) < 0.1] = np.nan
    values[:, ::10] = 4.0
    check_contract(key, values)


@pytest.mark.parametrize("key", KEYS)
def test_unit_and_offset_of_a_channel_change_nothing(key: str) -> None:
    rng = np.random.default_rng(3)
    values = np.sin(np.arange(400) / 5) + rng.normal(0, 0.2, 400)
    values[200] += 4
    once, other = score_series(key, values), score_series(key, 1024 * values - 512)
    np.testing.assert_allclose(once.values, other.values, rtol=1e-6, atol=1e-6)


def test_an_unknown_detector_is_named_with_what_there_is() -> None:
    with pytest.raises(ConfigError, match=r"no detector 'magic'.*robust_z"):
        score_series("magic", np.zeros(3))


def test_no_samples_and_times_of_another_length_are_refused() -> None:
    with pytest.raises(DataError, match="0 samples in 1 channels"):
        score_series("robust_z", np.zeros((0, 1)))
    with pytest.raises(DataError, match="2 times were given for 3 samples"):
        score_series("robust_z", np.zeros(3), np.zeros(2))


def test_importing_detectors_loads_no_heavy_library() -> None:
    heavy = "{'scipy', 'sklearn', 'statsmodels', 'numba', 'torch'}"
    code = (
        "import sys, core.detectors.scoring, core.detectors.cutting\n"
        f"print(sorted({{name.split('.')[0] for name in sys.modules}} & {heavy}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
