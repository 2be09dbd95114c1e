"""What the figures of scores cost: CPU seconds per figure, and against sorting as many scores.

    python -m benchmarks.metrics [--lengths 50000 200000] [--window 125]

Scores and events come from a seed. Prints one line of JSON last: per length and figure the CPU
seconds of one call (the best of three) and how many sorts of as many scores that is. The bound that
the project holds itself to: both volumes (one call of `vus`) on 50,000 samples in 5 CPU-seconds.
`score_figures` and the figures given `Beside` luck include their ten random scores.

For comparison, recorded once: the code of TSB-AD 1.5 (generate_curve, version "opt", 250
thresholds) took 16.9 CPU-seconds for the volumes of `made(50_000)` at window 125 and got VUS-PR
0.373860385 and VUS-ROC 0.843370461, where `vus` took 0.03 in the same process and got the same.
"""

import argparse
import json
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.metrics.affiliation import affiliation
from core.metrics.inputs import intervals_of
from core.metrics.point_adjusted import best_point_adjusted_f1, point_adjusted
from core.metrics.range_based import range_figures
from core.metrics.ranking import auc_pr, auc_roc
from core.metrics.scores import score_figures
from core.metrics.vus import vus

BOUND_S = 5.0
TIMES = 3
SPACING, LONGEST = 2_000, 100


def made(n: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return scores and truth (n,): noise, and an event of some samples in every 2,000."""
    random = np.random.default_rng(seed)
    truth = np.zeros(n, np.bool_)
    for start in range(SPACING // 4, n, SPACING):
        truth[start : start + int(random.integers(1, LONGEST + 1))] = True
    return random.random(n) + 0.3 * truth, truth


def cpu_s(call: Callable[[], object]) -> float:
    """Return the CPU seconds of the quickest of some calls."""
    taken: list[float] = []
    for _ in range(TIMES):
        before = time.process_time()
        call()
        taken.append(time.process_time() - before)
    return min(taken)


def measured(n: int, window: int) -> dict[str, dict[str, float]]:
    """Return CPU seconds and multiples of a sort for each figure at one length."""
    scores, truth = made(n)
    answer, events = intervals_of(scores > np.quantile(scores, 0.95)), intervals_of(truth)
    seeds = iter(range(TIMES))  # what luck gets is remembered by seed
    calls: dict[str, Callable[[], object]] = {
        "vus": lambda: vus(scores, truth, window),
        "auc_pr": lambda: auc_pr(scores, truth),
        "auc_roc": lambda: auc_roc(scores, truth),
        "score_figures": lambda: score_figures(scores, truth, window, next(seeds)),
        "score_figures_of_a_second_method": lambda: score_figures(scores, truth, window, 0),
        "range_figures": lambda: range_figures(answer, events, n),
        "affiliation": lambda: affiliation(answer, events, n),
        "point_adjusted": lambda: point_adjusted(answer, events, n),
        "best_point_adjusted_f1": lambda: best_point_adjusted_f1(scores, truth),
    }
    # an import is no part of a figure
    auc_pr(scores[:10], np.arange(10) < 5)
    sort = cpu_s(lambda: np.sort(scores))
    costs = {name: cpu_s(call) for name, call in calls.items()}
    return {
        name: {"cpu_s": round(cost, 4), "sorts": round(cost / sort, 1)}
        for name, cost in {"sort": sort, **costs}.items()
    }


def main() -> None:
    """Measure at each length and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lengths", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--window", type=int, default=125)
    given = parser.parse_args()
    figures = {str(n): measured(n, given.window) for n in given.lengths}
    for n, costs in figures.items():
        for name, cost in costs.items():
            print(f"{int(n):>9,}  {name:34} {cost['cpu_s']:8.4f} s {cost['sorts']:8.1f} sorts")
    print(json.dumps({"window": given.window, "bound_vus_50000_s": BOUND_S, "cpu": figures}))


if __name__ == "__main__":
    main()
