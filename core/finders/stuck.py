"""Stuck values: runs of exactly equal samples longer than this channel makes by chance."""

import numpy as np

from core.finders.base import Candidate
from core.finders.baseline import Baseline
from core.finders.robust import Array

_MIN_LENGTH = 12
_CHANCE = 1e-4  # of such a run anywhere in the channel, were repeats independent
_MAX_SHARE = 0.5  # a channel that mostly stands still is a constant channel, not a stuck one


class StuckFinder:
    """`size` is the number of equal samples."""

    key = "stuck"
    meaning = "1: a run so long that chance makes one in 10,000 channels, and at least 12 samples"

    def scores(self, baseline: Baseline) -> Array:
        """Return the strength of the run a sample lies in."""
        scores = np.zeros(len(baseline.values))
        for start, stop, strength in _runs(baseline):
            scores[start:stop] = strength
        return np.where(baseline.missing, 0.0, scores)

    def find(self, baseline: Baseline) -> list[Candidate]:
        """Return runs of strength 1 or more."""
        return [
            Candidate(start, stop, float(stop - start), strength)
            for start, stop, strength in _runs(baseline)
            if strength >= 1
        ]


def _runs(baseline: Baseline) -> list[tuple[int, int, float]]:
    runs, n = baseline.runs, len(baseline.values)
    lengths = runs[:, 1] - runs[:, 0]
    long = lengths >= _MIN_LENGTH
    if not long.any() or float(np.sum(lengths[long])) > _MAX_SHARE * n:
        return []
    short = lengths[~long]
    repeats = float(np.sum(short - 1)) / max(1, n - int(np.sum(lengths[long])))
    if repeats > 0.5:
        return []
    by_chance = np.log(_CHANCE / n) / np.log(repeats) if repeats > 0 else 0.0
    # A run is judged against the fourth longest too: idle phases that come back are usual.
    usual = float(np.sort(lengths)[-4]) if len(lengths) >= 4 else 0.0
    needed = max(float(_MIN_LENGTH), float(by_chance), 2 * usual)
    return [
        (int(start), int(stop), float(stop - start) / needed)
        for start, stop in runs[long]
        if not _idle(baseline.values, runs[long], start)
    ]


def _idle(values: Array, runs: np.ndarray[tuple[int, ...], np.dtype[np.int64]], start: int) -> bool:
    """Say whether three or more long runs share this run's value: a resting level."""
    return bool(np.sum(values[runs[:, 0]] == values[start]) >= 3)
