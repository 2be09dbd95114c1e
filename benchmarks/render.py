"""What pictures for models cost, per preset and number of channels.

    OMP_NUM_THREADS=1 python -m benchmarks.render [--samples 2048] [--times 20] [--seed 1]

Draws windows of `--samples` samples out of a series of 200,000, each preset with 1, 3 and 12
channels, and its overview with 1; the first picture of each, which makes the figure, is not
counted. Between them the plainest picture that matplotlib's Agg draws of the same windows is drawn
(one line, its own ticks, a reused figure): the same work costs half or twice as much on another
machine or beside other programs, so that the ratio to it says more than milliseconds. Prints one
line of JSON last: CPU milliseconds, kilobytes and that ratio per picture (medians), and which ones
are above the aim of 30 CPU ms.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from core.render import render_overview, render_png
from core.render_presets import PRESETS
from core.series import SeriesData, WindowView, cut_view, view_window

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


class PlainPicture:
    """What nobody can draw cheaper with matplotlib: one line and default ticks, as a grey PNG."""

    def __init__(self) -> None:
        figure = Figure(figsize=(8.0, 4.0), dpi=100)
        self._canvas = FigureCanvasAgg(figure)
        self._axes = figure.add_axes((0.1, 0.1, 0.88, 0.88))
        (self._line,) = self._axes.plot([], [], linewidth=0.9)

    def png(self, view: WindowView) -> bytes:
        """Draw the first channel of a window."""
        column = view.values[:, 0]
        self._line.set_data(np.arange(len(column)), column)
        self._axes.set_xlim(0, len(column))
        self._axes.set_ylim(float(column.min()), float(column.max()))
        self._canvas.draw()
        buffer = BytesIO()
        picture = Image.fromarray(np.asarray(self._canvas.buffer_rgba())).convert("L")
        picture.save(buffer, "PNG", compress_level=3)
        return buffer.getvalue()


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2048)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    length: int = options.samples
    found: dict[str, dict[str, float]] = {}
    reference = PlainPicture()
    for n_channels in CHANNELS:
        whole = view_window(series(n_channels, options.seed), 0, N)
        starts = [place * length for place in range(options.times + 1)]
        views = [cut_view(whole, start, start + length) for start in starts]
        for name, settings in PRESETS.items():
            plain = measured([partial(reference.png, view) for view in views])["cpu_ms"]
            windows = [partial(render_png, view, settings) for view in views]
            costs = measured(windows)
            found[f"{name} {n_channels}"] = {**costs, "ratio": round(costs["cpu_ms"] / plain, 2)}
            if n_channels == 1:
                overviews = [
                    partial(render_overview, whole, view.start, view.stop, settings)
                    for view in views
                ]
                found[f"{name} overview"] = measured(overviews)
    for what, costs in found.items():
        ratio = f"{costs['ratio']:6.2f} x plain" if "ratio" in costs else ""
        print(f"{what:20} {costs['cpu_ms']:6.1f} CPU ms {costs['kb']:7.1f} kB {ratio}")
    above = [what for what, costs in found.items() if costs["cpu_ms"] > AIM_MS]
    print(json.dumps({"samples": length, "seed": options.seed, "pictures": found, "above": above}))


if __name__ == "__main__":
    main()
