"""The contract over FINDERS, and what each of them finds in data made by hand."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.finders import FINDERS
from core.finders.baseline import baseline_of
from core.finders.robust import Array

KEYS = tuple(FINDERS)
ODD_CHANNELS: dict[str, Array] = {
    "one sample": np.array([3.0]),
    "one missing sample": np.array([np.nan]),
    "two samples": np.array([1.0, 2.0]),
    "three samples": np.array([1.0, 5.0, 1.0]),
    "all missing": np.full(200, np.nan),
    "constant": np.full(200, 7.0),
    "two values": np.arange(200) % 2.0,
    "infinite": np.where(np.arange(200) == 50, np.inf, np.sin(np.arange(200))),
    "beyond squares": np.where(np.arange(200) % 2 == 0, 1e308, -1e308),
    "mostly missing": np.where(np.arange(200) % 9 == 0, np.arange(200.0), np.nan),
}


def noise(n: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(0, 1, n)


def found(key: str, column: Array, seconds: Array | None = None) -> list[tuple[int, int]]:
    baseline = baseline_of(column, seconds)
    return [(c.start, c.stop) for c in FINDERS[key]().find(baseline)]


def check_contract(key: str, column: Array, seconds: Array | None = None) -> None:
    finder = FINDERS[key]()
    baseline = baseline_of(column, seconds)
    scores = finder.scores(baseline)
    assert scores.shape == column.shape
    assert np.all(np.isfinite(scores))
    assert np.all(scores >= 0)
    assert not np.any(scores[baseline.missing])
    np.testing.assert_array_equal(scores, FINDERS[key]().scores(baseline_of(column, seconds)))
    stop = 0
    for candidate in finder.find(baseline):
        assert stop <= candidate.start < candidate.stop <= len(column)
        assert candidate.strength >= 1
        assert np.isfinite(candidate.size)
        stop = candidate.stop


@pytest.mark.parametrize("key", KEYS)
def test_a_finder_has_the_key_it_is_registered_under_and_says_what_a_score_means(
    key: str,
) -> None:
    finder = FINDERS[key]()
    assert finder.key == key
    assert finder.meaning.startswith("1: ")


@pytest.mark.parametrize("name", ODD_CHANNELS)
@pytest.mark.parametrize("key", KEYS)
def test_any_channel_gives_scores(key: str, name: str) -> None:
    check_contract(key, ODD_CHANNELS[name])


@given(
    column=hnp.arrays(
        np.float64,
        st.integers(1, 120),
        elements=st.one_of(
            st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, np.nan, np.inf, 1e200])
        ),
    ),
    irregular=st.booleans(),
)
def test_scores_keep_the_contract_for_any_numbers(column: Array, irregular: bool) -> None:
    seconds = np.cumsum(np.arange(len(column)) % 5).astype(np.float64) if irregular else None
    for key in KEYS:
        check_contract(key, column, seconds)


@pytest.mark.parametrize("key", KEYS)
def test_scale_and_offset_change_nothing(key: str) -> None:
    column = noise(600, seed=5)
    column[100:103] += 15
    column[300:420] += 8
    assert found(key, column) == found(key, 1000 * column - 400)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("seed", range(5))
def test_plain_noise_on_a_slope_has_no_event(key: str, seed: int) -> None:
    assert found(key, noise(1500, seed) + 0.02 * np.arange(1500)) == []


@pytest.mark.parametrize("key", KEYS)
def test_a_cycle_is_no_event_even_with_corners_and_gaps(key: str) -> None:
    seconds = np.arange(1500.0) * 60
    seconds[700:] += 60 * 33.3
    sawtooth = 30 * ((seconds / 60 / 57.7) % 1.0)
    assert found(key, sawtooth + noise(1500, 3), seconds) == []


@pytest.mark.parametrize("size", [9.0, -9.0])
def test_a_spike_is_found_to_the_sample_with_its_sign(size: float) -> None:
    column = noise(1000, 1)
    column[400:403] += size
    (candidate,) = FINDERS["spike"]().find(baseline_of(column))
    assert (candidate.start, candidate.stop) == (400, 403)
    assert np.sign(candidate.size) == np.sign(size)
    assert abs(candidate.size) == pytest.approx(9, abs=3)


def test_a_spike_smaller_than_the_cycle_is_found_on_it() -> None:
    column = 20 * np.sin(np.arange(1000) / 8) + 0.5 * noise(1000, 2)
    column[500] += 6
    assert found("spike", column) == [(500, 501)]


def test_a_texture_of_spikes_is_no_list_of_events() -> None:
    column = noise(1000, 4)
    column[::25] += 12
    assert found("spike", column) == []


def test_a_spike_in_a_constant_channel_is_found() -> None:
    column = np.full(300, 2.0)
    column[120] = 9.0
    assert found("spike", column) == [(120, 121)]


def test_a_level_shift_is_found_to_the_sample_beside_a_trend() -> None:
    column = noise(1200, 6) + 0.05 * np.arange(1200)
    column[500:620] += 6
    (candidate,) = FINDERS["level_shift"]().find(baseline_of(column))
    assert (candidate.start, candidate.stop) == (500, 620)
    assert candidate.size == pytest.approx(6, abs=0.7)


def test_a_shift_that_lasts_runs_to_the_end_and_the_longer_level_is_the_usual_one() -> None:
    column = noise(1000, 7)
    column[700:] -= 8
    assert found("level_shift", column) == [(700, 1000)]
    column = noise(1000, 7)
    column[300:] -= 8
    assert found("level_shift", column) == [(0, 300)]


def test_a_drift_is_no_level_shift() -> None:
    drift = np.interp(np.arange(1000), [0, 300, 600, 1000], [0, 0, 20, 20])
    assert found("level_shift", drift + noise(1000, 8)) == []


@pytest.mark.parametrize(("factor", "ratio"), [(5.0, 5.0), (0.15, 0.15)])
def test_a_variance_change_is_found_with_its_ratio(factor: float, ratio: float) -> None:
    column = noise(1200, 9)
    column[600:800] *= factor
    (candidate,) = FINDERS["variance"]().find(baseline_of(column))
    assert candidate.start == pytest.approx(600, abs=8)
    assert candidate.stop == pytest.approx(800, abs=8)
    assert candidate.size == pytest.approx(ratio, rel=0.25)


def test_a_stuck_value_is_found_exactly() -> None:
    column = noise(800, 10)
    column[300:340] = column[300]
    (candidate,) = FINDERS["stuck"]().find(baseline_of(column))
    assert (candidate.start, candidate.stop, candidate.size) == (300, 340, 40.0)


def test_repeats_that_are_usual_are_not_stuck() -> None:
    assert found("stuck", np.round(noise(800, 11) * 0.4)) == []
    resting = noise(800, 12)
    for start in (100, 300, 500, 700):
        resting[start : start + 40] = 0.0
    assert found("stuck", resting) == []


def test_a_gap_of_missing_samples_is_not_stuck() -> None:
    column = noise(800, 13)
    column[300:400] = np.nan
    assert [found(key, column) for key in KEYS] == [[], [], [], []]


def test_the_package_loads_no_heavy_library() -> None:
    code = (
        "import sys, core.finders; "
        "print([m for m in ('scipy', 'statsmodels', 'ruptures', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_cycle_with_noisier_days_than_nights_is_calm_and_its_missing_day_is_found() -> None:
    phase = np.arange(2016) % 144
    day = (phase > 50) & (phase < 110)
    column = 40.0 * day + noise(2016, 14) * np.where(day, 5.0, 0.6)
    assert [found(key, column) for key in KEYS] == [[], [], [], []]
    column[1008 + 51 : 1008 + 110] -= 40
    ((start, stop),) = found("level_shift", column)
    assert (start, stop) == (pytest.approx(1059, abs=8), pytest.approx(1118, abs=8))
