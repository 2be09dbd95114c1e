"""Scores that were kept are those that would be computed again."""

from pathlib import Path

import numpy as np

from benchmarks.score_cache import ScoreCache


def test_kept_scores_are_the_computed_ones(tmp_path: Path) -> None:
    series = np.random.default_rng(0).normal(size=(300, 2))
    fresh, took = ScoreCache(tmp_path).scores("robust_z", series)
    kept, remembered = ScoreCache(tmp_path).scores("robust_z", series)
    assert len(list(tmp_path.iterdir())) == 1
    assert np.array_equal(kept.values, fresh.values)
    assert np.allclose(kept.channels, fresh.channels, rtol=1e-6)
    assert (kept.period, kept.note, remembered) == (fresh.period, fresh.note, took)


def test_other_values_times_and_detectors_are_other_scores(tmp_path: Path) -> None:
    series, cache = np.random.default_rng(0).normal(size=(300, 1)), ScoreCache(tmp_path)
    cache.scores("robust_z", series)
    cache.scores("robust_z", series + 1)
    cache.scores("robust_z", series, np.arange(300.0))
    cache.scores("polynomial", series)
    assert len(list(tmp_path.iterdir())) == 4
