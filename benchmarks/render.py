"""What pictures for models cost, per preset and number of channels.

    OMP_NUM_THREADS=1 python -m benchmarks.render [--samples 2048] [--times 20] [--seed 1]

Draws windows of `--samples` samples out of a series of 200,000, each preset with 1, 3 and 12
channels, and its overview with 1; the first picture of each, which makes the figure, is not
counted. Prints one line of JSON last: CPU milliseconds and kilobytes per picture (medians), the
sizes in pixels, and which ones are above the aim of 30 CPU ms.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from core.render import render_overview, render_png
from core.render_presets import PRESETS
from core.series import SeriesData, cut_view, view_window

N = 200_000
CHANNELS = (1, 3, 12)
AIM_MS = 30.0


def series(n_channels: int, seed: int) -> SeriesData:
    """Return noisy cycles with a slow walk, one sample a minute."""
    rng = np.random.default_rng(seed)
    cycles = np.sin(np.arange(N)[:, None] / 80 + rng.uniform(0, 6, n_channels))
    walk = np.cumsum(rng.normal(0, 0.02, (N, n_channels)), axis=0)
    noise = rng.normal(0, 0.1, (N, n_channels))
    first = np.datetime64("2024-01-01", "ns").astype(np.int64)
    return SeriesData(cycles + walk + noise, first + np.arange(N) * 60 * 10**9)


def measured(drawings: list[Callable[[], bytes]]) -> dict[str, float]:
    """Return the median CPU milliseconds and kilobytes of pictures, the first one not counted."""
    spent: list[float] = []
    sizes: list[int] = []
    for draw in drawings:
        began = time.process_time()
        sizes.append(len(draw()))
        spent.append(1000 * (time.process_time() - began))
    cpu_ms, kilobytes = statistics.median(spent[1:]), statistics.median(sizes[1:]) / 1000
    return {"cpu_ms": round(cpu_ms, 1), "kb": round(kilobytes, 1)}


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2048)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    length: int = options.samples
    found: dict[str, dict[str, float]] = {}
    for n_channels in CHANNELS:
        whole = view_window(series(n_channels, options.seed), 0, N)
        starts = [place * length for place in range(options.times + 1)]
        views = [cut_view(whole, start, start + length) for start in starts]
        for name, settings in PRESETS.items():
            windows = [partial(render_png, view, settings) for view in views]
            found[f"{name} {n_channels}"] = measured(windows)
            if n_channels == 1:
                overviews = [
                    partial(render_overview, whole, view.start, view.stop, settings)
                    for view in views
                ]
                found[f"{name} overview"] = measured(overviews)
    for what, costs in found.items():
        print(f"{what:20} {costs['cpu_ms']:6.1f} CPU ms {costs['kb']:7.1f} kB")
    above = [what for what, costs in found.items() if costs["cpu_ms"] > AIM_MS]
    print(json.dumps({"samples": length, "seed": options.seed, "pictures": found, "above": above}))


if __name__ == "__main__":
    main()
