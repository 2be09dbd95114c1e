"""Generated change points for the recorded values; the same seed gives the same cases."""

import numpy as np
from numpy.typing import NDArray


def annotated(seed: int) -> tuple[int, dict[str, list[int]], list[int]]:
    """Return length, marks of five annotators, and given points of one generated series.

    Annotators see most of the true changes, a few samples off, and mark some that are none.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(120, 900))
    truth = rng.choice(np.arange(5, n - 5), int(rng.integers(0, 7)), replace=False)

    def seen(share: float, spread: float, extra: float) -> list[int]:
        kept = truth[rng.random(len(truth)) < share]
        moved = np.clip(kept + np.rint(rng.normal(0, spread, len(kept))).astype(int), 0, n - 1)
        more = rng.integers(0, n, rng.poisson(extra))
        return sorted({int(one) for one in [*moved, *more]})

    marks = {f"person {number}": seen(0.8, 2.0, 0.5) for number in range(5)}
    return n, marks, seen(0.7, 4.0, 1.0)


def scored(seed: int, n_series: int = 40, n: int = 100) -> tuple[NDArray[np.float64], list[int]]:
    """Return scores (series, n) that rise a little around the one change of each, and the changes.

    Changes lie in [25, 75) as in the simulations of the paper.
    """
    rng = np.random.default_rng(seed)
    changes = rng.integers(26, 74, n_series)
    scores = rng.normal(size=(n_series, n))
    for row, change in enumerate(changes):
        at = change + rng.integers(-2, 3)
        scores[row, at] += 3.0
    return scores, [int(one) for one in changes]
