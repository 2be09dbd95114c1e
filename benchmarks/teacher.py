"""What a batch asked of a model costs beside the time the model takes, and whether kills lose any.

    python -m benchmarks.teacher [--items 1000] [--concurrency 32] [--latency 0.1]
                                 [--times 1] [--kills 10] [--seed 1 2 3]

The endpoint is the test server (`tests.openai_server`) in a process of its own, the batch is what
the worker starts: `python -m training.answer --run-dir`. Windows of 64 samples in one series.

speed: the server answers each request after `--latency` seconds and does not look at the picture.
`asking_s` is from the first window asked to the last answer written. `drawing`: every picture is
drawn first, beside the asking; the ideal is the longer of `items * latency / concurrency` and the
CPU time of the drawing. `drawn`: another model is asked about the same windows, whose pictures are
there; the ideal is `items * latency / concurrency`, and the bar 1.3 times that. Memory is the
largest resident size up to a quarter of the answers, and over the whole run.

kills: `benchmarks.teacher_kills`, once per seed. The last line is JSON.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.teacher_kills import killed
from benchmarks.teacher_server import Server, served
from core.blobs import read_parquet
from core.render import render_png
from core.series import WindowView, view_window
from tests.training.label_batches import batch_of, endpoint, made_folder
from training import launcher
from training.label_folder import LabelFolder
from training.run_folder import RunAsk

BAR = 1.3
DRAWN_TO_LEARN = 50
_LOOK_S = 0.05


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds per answer")
    parser.add_argument("--times", type=int, default=1, help="how often speed is measured")
    parser.add_argument("--kills", type=int, default=10, help="per seed; 0 for speed alone")
    parser.add_argument("--seed", type=int, nargs="+", default=[1, 2, 3])
    given = parser.parse_args()
    figures: dict[str, Any] = {
        "items": given.items,
        "concurrency": given.concurrency,
        "latency_s": given.latency,
        "speed": [
            one
            for _ in range(given.times)
            for one in speed(given.items, given.concurrency, given.latency)
        ],
        "kills": [
            killed(given.items, given.concurrency, given.latency, given.kills, seed)
            for seed in given.seed
            if given.kills
        ],
    }
    print(json.dumps(figures))


def speed(items: int, concurrency: int, latency_s: float) -> list[dict[str, Any]]:
    """Ask one model about windows not drawn yet, then another about the same ones."""
    ideal_s = items * latency_s / concurrency
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as home, served(latency_s, "--blind") as server:
        for name in ("drawing", "drawn"):
            asked = endpoint(server.url, name, model=name, concurrency=concurrency)
            folder = made_folder(Path(home), batch_of(asked), items, name)
            best_s = max(ideal_s, _drawing_s(folder)) if name == "drawing" else ideal_s
            figures = measured(folder, server)
            figures |= {"ideal_s": round(best_s, 2)}
            figures |= {"ratio": round(figures["asking_s"] / best_s, 2), "bar": BAR}
            print(f"{name}: {figures}", flush=True)
            found.append({"pictures": name, **figures})
    return found


def measured(folder: LabelFolder, server: Server) -> dict[str, Any]:
    """Run the batch of a folder in its own process, and watch it."""
    before, began, load = server.counts(), time.monotonic(), os.getloadavg()[0]
    process = launcher.launch(folder.run, "training.answer")
    seen = psutil.Process(process.pid)
    sizes: list[tuple[float, int]] = []
    cpu_s = 0.0
    while process.poll() is None:
        try:
            with seen.oneshot():
                sizes.append((time.time(), seen.memory_info().rss))
                cpu_s = float(seen.cpu_times().user + seen.cpu_times().system)
        except psutil.NoSuchProcess:
            break
        time.sleep(_LOOK_S)
    process_s = time.monotonic() - began
    after, answers = server.counts(), folder.run.answers()[0]
    written = sorted(one.created_at.timestamp() for one in answers)
    asked = min(one.created_at.timestamp() - (one.seconds or 0.0) for one in answers)
    quarter = written[len(written) // 4]
    peaks = [max(rss for at, rss in sizes if at <= until) for until in (quarter, time.time())]
    return {
        "asking_s": round(written[-1] - asked, 2),
        "process_s": round(process_s, 2),
        "cpu_s": round(cpu_s, 2),
        "rss_mb": [round(peak / 2**20, 1) for peak in peaks],
        "rss_ratio": round(peaks[1] / peaks[0], 3),
        "lost": len(folder.run.asks()) - len({one.item_id for one in answers}),
        "failed": len(folder.failures()[0]),
        "asked": after["received"] - before["received"],
        "twice": after["twice"] - before["twice"],
        "most_in_flight": after["most_in_flight"],
        "load": round(load, 2),
    }


def _drawing_s(folder: LabelFolder) -> float:
    """Return the CPU seconds of drawing all pictures, from some of them; the first is left out."""
    asks, settings = folder.run.asks(), folder.batch().teachers[0].render
    batch = [_view(folder, ask) for ask in asks[: DRAWN_TO_LEARN + 1]]
    render_png(batch[0], settings)
    began = time.process_time()
    for view in batch[1:]:
        render_png(view, settings)
    return (time.process_time() - began) / len(batch[1:]) * len(asks)


def _view(folder: LabelFolder, ask: RunAsk) -> WindowView:
    series = read_parquet((folder.path / ask.series_path).resolve())
    return view_window(series, ask.start, ask.stop)


if __name__ == "__main__":
    main()
