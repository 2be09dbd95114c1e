"""What the detectors cost.

    OMP_NUM_THREADS=1 python -m benchmarks.detectors [--methods robust_z,stl] [--seed 1]

Prints one line of JSON last: CPU seconds per detector for 10,000 and 100,000 samples of one channel
and 10,000 samples of ten, each after a first short series that loads the libraries, and the
linear-time detectors that took more than 2 CPU seconds for 100,000 samples.
"""

import argparse
import json
import time

import numpy as np

from core.detectors import DETECTORS
from core.detectors.base import Array
from core.detectors.scoring import score_series

SIZES = ((10_000, 1), (100_000, 1), (10_000, 10))
PERIOD = 125
MOST_CPU_S = 2.0


def series(n: int, n_channels: int, seed: int) -> Array:
    """Return (n, n_channels) noisy cycles; the fallback window length is also their period."""
    rng = np.random.default_rng(seed)
    phases = rng.uniform(0, 2 * np.pi, n_channels)
    waves = np.sin(2 * np.pi * np.arange(n)[:, None] / PERIOD + phases)
    return waves + rng.normal(0, 0.1, (n, n_channels))


def cpu_seconds(key: str, values: Array) -> float:
    """Return the CPU time of one scoring."""
    began = time.process_time()
    score_series(key, values)
    return time.process_time() - began


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--methods", default=",".join(DETECTORS))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    costs: dict[str, dict[str, float]] = {}
    for key in options.methods.split(","):
        score_series(key, series(500, 1, options.seed))
        costs[key] = {
            f"{n}x{c}": round(cpu_seconds(key, series(n, c, options.seed)), 3) for n, c in SIZES
        }
        print(f"{key:18} {costs[key]}")
    slow = [
        key
        for key, cost in costs.items()
        if DETECTORS[key]().linear and cost["100000x1"] > MOST_CPU_S
    ]
    print(json.dumps({"seed": options.seed, "cpu_s": costs, "linear_above_2_cpu_s": slow}))


if __name__ == "__main__":
    main()
