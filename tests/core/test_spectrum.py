"""Spectrum, spectrogram and folding find the period that was put in."""

import numpy as np
import pytest

from core.errors import DataError
from core.spectrum import even_step, fold, spectrogram, spectrum

SAMPLES = np.arange(2_000, dtype=np.float64)


def test_a_sine_has_one_peak_at_its_period() -> None:
    found = spectrum(np.sin(2 * np.pi * SAMPLES / 40))
    assert found.peaks[0] == pytest.approx(40, rel=1e-3)
    assert found.power.max() == 1.0
    assert found.method.startswith("periodogram")


def test_with_times_a_period_is_in_seconds() -> None:
    found = spectrum(np.sin(2 * np.pi * SAMPLES / 40), SAMPLES * 0.5)
    assert found.peaks[0] == pytest.approx(20, rel=1e-3)


def test_the_stronger_of_two_periods_comes_first() -> None:
    values = np.sin(2 * np.pi * SAMPLES / 40) + 3 * np.sin(2 * np.pi * SAMPLES / 100)
    assert spectrum(values).peaks == (pytest.approx(100, rel=1e-3), pytest.approx(40, rel=1e-3))


def test_missing_samples_are_not_filled_but_read_by_lomb_scargle() -> None:
    values = np.sin(2 * np.pi * SAMPLES / 40)
    values[300:700] = np.nan
    found = spectrum(values)
    assert found.peaks[0] == pytest.approx(40, rel=0.02)
    assert "Lomb-Scargle" in found.method


def test_uneven_times_give_the_true_period() -> None:
    seconds = np.sort(np.random.default_rng(3).uniform(0, 1_000, 1_500))
    found = spectrum(np.sin(2 * np.pi * seconds / 25), seconds)
    assert found.peaks[0] == pytest.approx(25, rel=0.02)


def test_a_long_stretch_is_averaged() -> None:
    long = np.arange(200_000, dtype=np.float64)
    found = spectrum(np.sin(2 * np.pi * long / 64))
    assert found.peaks[0] == pytest.approx(64, rel=1e-3)
    assert found.method.startswith("Welch")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.full(15, 2.0), "15 samples with a value"),
        (np.full(100, 2.0), "never changes"),
        (np.full(100, np.nan), "0 samples with a value"),
    ],
)
def test_a_stretch_without_a_spectrum_says_why(values: np.ndarray, words: str) -> None:
    with pytest.raises(DataError, match=words):
        spectrum(values)


def test_the_spectrogram_shows_when_the_frequency_changed() -> None:
    values = np.where(
        SAMPLES < 1_000, np.sin(2 * np.pi * SAMPLES / 8), np.sin(2 * np.pi * SAMPLES / 32)
    )
    found = spectrogram(values)
    loudest = found.frequency[found.decibels.argmax(axis=0)]
    early = loudest[(found.position > 200) & (found.position < 800)]
    late = loudest[(found.position > 1_200) & (found.position < 1_800)]
    assert np.allclose(early, 1 / 8, atol=1 / found.length)
    assert np.allclose(late, 1 / 32, atol=1 / found.length)
    assert found.decibels.shape == (len(found.frequency), len(found.position))


def test_a_spectrogram_refuses_gaps_and_uneven_times() -> None:
    with pytest.raises(DataError, match="1 missing samples"):
        spectrogram(np.where(SAMPLES == 5, np.nan, SAMPLES))
    with pytest.raises(DataError, match="uneven times"):
        spectrogram(SAMPLES, SAMPLES**1.01)
    with pytest.raises(DataError, match="needs 64"):
        spectrogram(SAMPLES[:40])


def test_folding_lays_periods_over_one_another() -> None:
    found = fold(np.array([0.0, 1.0, 2.0, 3.0, 0.0, 1.0, np.nan, 3.0]), None, 4)
    assert found.phase.tolist() == [0.0, 0.25, 0.5, 0.75, 0.0, 0.25, 0.75]
    assert found.cycle.tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert found.middle.tolist() == [0.125, 0.375, 0.625, 0.875]
    assert found.median.tolist() == [0.0, 1.0, 2.0, 3.0]


def test_a_bin_without_a_sample_is_empty() -> None:
    found = fold(np.array([0.0, 1.0, np.nan, 3.0, 0.0, 1.0, np.nan, 3.0]), None, 4)
    assert np.isnan(found.median).tolist() == [False, False, True, False]


@pytest.mark.parametrize("period", [0.0, -1.0, 8.0, float("nan")])
def test_a_period_that_does_not_fit_is_refused(period: float) -> None:
    with pytest.raises(DataError, match="does not fit into a stretch of 7"):
        fold(np.arange(8.0), None, period)


def test_steps_are_even_within_a_thousandth() -> None:
    assert even_step(None, 5) == 1.0
    assert even_step(np.array([0.0, 2.0, 4.0005]), 3) == pytest.approx(2.00025)
    assert even_step(np.array([0.0, 2.0, 4.5]), 3) is None
    assert even_step(np.array([1.0, 1.0]), 2) is None


def test_a_peak_lies_between_the_frequencies_of_the_grid() -> None:
    found = spectrum(np.sin(2 * np.pi * np.arange(400.0) / 47.3))
    assert found.peaks[0] == pytest.approx(47.3, rel=5e-3)


def test_what_fits_less_than_twice_into_the_stretch_is_no_period() -> None:
    found = spectrum(np.cumsum(np.random.default_rng(0).normal(size=500)))
    assert max(found.peaks, default=0.0) < 250
