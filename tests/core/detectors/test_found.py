"""What each detector promises to find it finds, in data made by hand; own code against loops."""

import numpy as np
import pytest

from core.detectors import DETECTORS, windows
from core.detectors.base import Array
from core.detectors.matrix_profile import nearest
from core.detectors.polynomial import Polynomial
from core.detectors.scoring import Scores, score_series
from core.detectors.spectral_residual import saliency

PERIOD = 50
SPIKE_FINDERS = ("robust_z", "stl", "spectral_residual", "polynomial")
BREAK_FINDERS = ("stl", "pca_error", "kmeans", "matrix_profile", "knn")
BURST_FINDERS = tuple(key for key in DETECTORS if key != "robust_z")


STUMPY = [
    0.527059, 0.549178, 0.519098, 0.51671, 0.591553, 0.492305, 0.550569, 0.532542, 0.515785,
    0.529926,
]  # fmt: skip
"""`stumpy.stump(cycle(600), 48)[::60, 0]` of stumpy 1.14.1, which compiles for 21 seconds first."""


def cycle(n: int = 1500, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    wave = np.sin(2 * np.pi * np.arange(n) / PERIOD) + 0.5 * np.sin(4 * np.pi * np.arange(n) / 50)
    return wave + rng.normal(0, 0.05, n)


def peak_of(scores: Scores) -> int:
    return int(np.argmax(scores.values))


@pytest.mark.parametrize("key", SPIKE_FINDERS)
def test_a_spike_scores_highest(key: str) -> None:
    values = cycle()
    values[777] += 12
    assert abs(peak_of(score_series(key, values)) - 777) <= PERIOD // 2


@pytest.mark.parametrize("key", BREAK_FINDERS)
def test_a_stretch_that_breaks_the_pattern_scores_highest(key: str) -> None:
    values = cycle()
    values[810:860] = values[810:860][::-1]
    assert 810 - PERIOD // 2 <= peak_of(score_series(key, values)) < 860 + PERIOD // 2


@pytest.mark.parametrize("key", BURST_FINDERS)
def test_a_burst_scores_highest_and_in_its_own_place(key: str) -> None:
    values = cycle()
    values[800:850] += np.random.default_rng(5).normal(0, 2, 50)
    scores = score_series(key, values).values
    # The middle of the excess: a shift by half a window would move it by 25.
    excess = np.maximum(0, scores - np.quantile(scores, 0.9))[700:950]
    middle = 700 + float(np.sum(np.arange(250) * excess) / np.sum(excess))
    assert middle == pytest.approx(825, abs=10)


@pytest.mark.parametrize("key", [key for key in DETECTORS if DETECTORS[key]().limit is not None])
def test_beyond_its_limit_a_detector_says_so_and_still_finds_the_event(key: str) -> None:
    limit = DETECTORS[key]().limit
    assert limit is not None
    short, long = cycle(limit), cycle(limit + 4 * PERIOD)
    long[2000:2050] += np.random.default_rng(5).normal(0, 2, 50)
    scores = score_series(key, long)
    assert score_series(key, short[:100]).note == ""
    assert scores.note == DETECTORS[key]().beyond
    assert 1975 <= peak_of(scores) < 2075


@pytest.mark.parametrize("key", ["sub_pca", "pca_error"])
def test_one_value_that_differs_between_the_windows_taken_is_found(key: str) -> None:
    column = np.zeros((60_000, 1))
    column[35, 0] = 5  # every 6th window of 4 samples is taken, none from 32 to 35
    scores = DETECTORS[key]().scores(column, 4)
    assert int(np.argmax(scores)) == 35
    assert np.isfinite(scores).all()


def test_the_forest_finds_a_broken_relation_of_two_channels() -> None:
    rng = np.random.default_rng(0)
    first = rng.uniform(-1, 1, 2000)
    both = np.stack([first, first + rng.normal(0, 0.05, 2000)], axis=1)
    both[500:503] = [0.9, -0.9]  # each value alone is usual
    scores = score_series("isolation_forest", both)
    assert 500 <= peak_of(scores) < 503
    assert scores.channels.max(axis=1) == pytest.approx(scores.values)


def test_an_event_in_one_of_many_channels_is_found_and_that_channel_named() -> None:
    values = np.stack([cycle(600, seed) for seed in range(20)], axis=1)
    values[300, 13] += 12
    scores = score_series("robust_z", values)
    assert peak_of(scores) == 300
    assert int(np.argmax(scores.channels[300])) == 13


def test_a_channel_that_is_always_restless_does_not_drown_the_others() -> None:
    rng = np.random.default_rng(0)
    values = np.stack([cycle(600), 1000 * rng.standard_t(4, 600)], axis=1)
    values[300, 0] += 30
    assert peak_of(score_series("robust_z", values)) == 300


def test_a_gap_is_filled_along_time_and_scores_zero() -> None:
    values = np.array([0.0, 1.0, np.nan, 9.0, 10.0, 11.0])
    seconds = np.array([0.0, 1.0, 2.0, 9.0, 10.0, 11.0])
    scores = score_series("robust_z", values, seconds)
    assert scores.values[2] == 0
    assert np.count_nonzero(scores.values) == 5


def test_nearest_is_the_smallest_distance_of_any_far_enough() -> None:
    points = np.random.default_rng(0).normal(size=(60, 7))
    for apart in (0, 3, 20):
        slow = [
            min(np.linalg.norm(a - b) for j, b in enumerate(points) if abs(i - j) > apart)
            for i, a in enumerate(points)
        ]
        np.testing.assert_allclose(nearest(points, apart), slow, rtol=1e-4)


def test_nearest_is_the_same_over_blocks() -> None:
    points = np.random.default_rng(0).normal(size=(2500, 5))
    whole = np.linalg.norm(points[:, None] - points[None], axis=2)
    places = np.arange(2500)
    whole[np.abs(places[:, None] - places) <= 30] = np.inf
    np.testing.assert_allclose(nearest(points, 30), whole.min(axis=1), rtol=1e-3)


def test_the_matrix_profile_is_that_of_stumpy() -> None:
    shapes = windows.normalised(windows.cut(cycle(600), 48))
    # stumpy leaves out ceil(48 / 4) places on each side.
    np.testing.assert_allclose(nearest(shapes, 12)[::60], STUMPY, rtol=1e-3)


def test_the_polynomial_residual_is_that_of_a_fit_window_by_window() -> None:
    values = np.random.default_rng(0).normal(size=120).cumsum()
    n, length, reach = 120, 8, 88
    starts = sorted({*range(0, n - length + 1, 2), n - length})
    sums, counts = np.zeros(n), np.zeros(n)
    for start in starts:
        begin = min(max(0, start - 40), n - reach)
        inside = np.arange(start, start + length)
        around = np.setdiff1d(np.arange(begin, begin + reach), inside)
        curve = np.polynomial.Polynomial.fit(around, values[around], 4)
        sums[inside] += np.sqrt(np.mean((values[inside] - curve(inside)) ** 2))
        counts[inside] += 1
    found = Polynomial().scores(values[:, None], length)
    np.testing.assert_allclose(found, sums / counts, rtol=1e-6)


def principal(values: Array, length: int) -> tuple[Array, Array, Array]:
    """Return standardised windows, components as rows, and shares, by eigenvectors."""
    cut = np.array([values[start : start + length] for start in range(len(values) - length + 1)])
    ready = np.asarray((cut - cut.mean(axis=0)) / cut.std(axis=0), np.float64)
    size, axes = np.linalg.eigh(np.cov(ready.T))
    share = np.asarray(size[::-1] / size.sum(), np.float64)
    return ready, np.asarray(axes.T[::-1], np.float64), share


def on_samples(scores: Array, length: int, n: int) -> Array:
    """Return (n,) means over the windows that cover a sample, one after the other."""
    covering = [[s for s in range(len(scores)) if s <= at < s + length] for at in range(n)]
    return np.array([float(np.mean(scores[starts])) for starts in covering])


def test_the_pca_error_is_that_of_eigenvectors_window_by_window() -> None:
    values, length = cycle(300), 12
    ready, axes, share = principal(values, length)
    kept = next(k for k in range(1, length + 1) if share[:k].sum() >= 0.9)
    slow = [float(np.linalg.norm(x - sum(float(x @ v) * v for v in axes[:kept]))) for x in ready]
    found = DETECTORS["pca_error"]().scores(values[:, None], length)
    np.testing.assert_allclose(found, on_samples(np.array(slow), length, 300), rtol=1e-6)


def test_sub_pca_is_the_weighted_distance_window_by_window() -> None:
    values, length = cycle(300), 12
    ready, axes, share = principal(values, length)
    # an eigenvector and its opposite are the same component: take the library's signs
    from sklearn.decomposition import PCA

    theirs = np.asarray(PCA(svd_solver="full").fit(ready).components_, np.float64)
    signs = np.sign(np.sum(theirs * axes, axis=1))
    slow = [
        float(np.sum(np.linalg.norm(x - signs[:, None] * axes, axis=1) / share) / np.sum(1 / share))
        for x in ready
    ]
    found = DETECTORS["sub_pca"]().scores(values[:, None], length)
    np.testing.assert_allclose(found, on_samples(np.array(slow), length, 300), rtol=1e-6)


def test_saliency_is_the_papers_equations_written_out() -> None:
    x = np.random.default_rng(0).normal(size=64)
    spectrum = np.fft.fft(x - x.mean())[:33]
    size = np.maximum(np.abs(spectrum), 1e-12 * np.abs(spectrum).max())
    logarithm = np.log(size)
    mean = [logarithm[max(0, k - 10) : k + 11].mean() for k in range(33)]
    residual = np.exp(logarithm - mean) * np.exp(1j * np.angle(spectrum))
    residual[0] = 0  # the mean was taken away
    whole = np.concatenate([residual, np.conj(residual[1:-1][::-1])])
    np.testing.assert_allclose(saliency(x), np.abs(np.fft.ifft(whole)), atol=1e-8)
