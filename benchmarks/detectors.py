"""What the detectors cost, and how their label-free threshold was chosen.

    OMP_NUM_THREADS=1 python -m benchmarks.detectors [--methods robust_z,stl] [--seed 1]

Prints one line of JSON last: CPU seconds per detector for 10,000 and 100,000 samples of one channel
and 10,000 samples of ten, each after a first short series that loads the libraries, and the
linear-time detectors that took more than 2 CPU seconds for 100,000 samples.

    python -m benchmarks.detectors --threshold [--n 100] [--seed 1] [--cache FOLDER]

Compares rules for the threshold on `n` generated series (`benchmarks.detector_threshold`); the last
line is JSON. Seed 1 was chosen on, seed 2 tells how it does on others.
"""

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.detector_threshold import compare, mean, print_compared
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
    parser.add_argument("--threshold", action="store_true", help="compare rules instead")
    parser.add_argument("--n", type=int, default=100, help="generated series, every other clean")
    parser.add_argument("--cache", type=Path, default=None, metavar="FOLDER")
    options = parser.parse_args()
    keys: list[str] = options.methods.split(",")
    if options.threshold:
        found = compare(keys, options.n, options.seed, options.cache)
        print_compared(found)
        print(json.dumps({"seed": options.seed, "n": options.n, "mean": {
            rule: asdict(mean(by_key)) for rule, by_key in found.items()
        }}))  # fmt: skip
        return
    costs: dict[str, dict[str, float]] = {}
    for key in keys:
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
