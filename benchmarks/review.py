"""How fast and how safe the annotator's desk is, with the real app in a real browser.

    python -m benchmarks.review --part speed --items 300
    python -m benchmarks.review --part keys --presses 1000
    python -m benchmarks.review --part pace --items 100

`speed`: items of 10,000 points are accepted by their key as soon as each is painted. Milliseconds
from the key going down to the first frame in which the next item's plot, panels and buttons stand
(median, 95th percentile, slowest), measured in the page; and how often plot, panels or a button
changed their place between two items.
`keys`: presses ten a second, whatever is on the screen. Every decision in the store is held against
what the page's own plot drew when the key went down; `decisions_unpainted` must be 0.
`pace`: a scripted person reads each item for one to three seconds and presses a key.

Prints one line of JSON. Server and browser share this machine: `load_before` is its load average
when the measurement began, `server_cpu_ms` what the server's process worked per decision.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.review_browser import Run, keys, pace, served, speed
from benchmarks.review_project import build

PARTS: dict[str, Callable[[Run, argparse.Namespace], dict[str, Any]]] = {
    "speed": lambda run, given: speed(run, given.items),
    "keys": lambda run, given: keys(run, given.presses),
    "pace": lambda run, given: pace(run, given.items),
}
SIZE = {"width": 1440, "height": 900}


def quantile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    return sorted(values)[min(int(share * len(values)), len(values) - 1)]


def main() -> None:
    """Measure one part and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--part", choices=[*PARTS], default="speed")
    parser.add_argument("--items", type=int, default=300, help="decisions measured")
    parser.add_argument("--presses", type=int, default=1000, help="keys pressed in `keys`")
    parser.add_argument("--points", type=int, default=10_000, help="samples of each item")
    parser.add_argument("--more", type=int, default=200, help="items that stay in the queue")
    given = parser.parse_args()
    n_items = given.more + (given.presses if given.part == "keys" else given.items)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        store = build(home, n_items, given.points)
        with served(home) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport=SIZE)  # pyright: ignore[reportArgumentType]
            load = os.getloadavg()[0]
            found = PARTS[given.part](Run(store, server, page), given)
            browser.close()
        store.close()
    waits: list[float] = found.pop("waits_ms", [])
    if waits:
        found = {
            "median_ms": round(statistics.median(waits)),
            "p95_ms": round(quantile(waits, 0.95)),
            "slowest_ms": round(max(waits)),
            "measured": len(waits),
            **found,
        }
    print(json.dumps({"part": given.part, "points": given.points, "load_before": load, **found}))


if __name__ == "__main__":
    main()
