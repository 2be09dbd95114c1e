"""How fluid the plot is in a real browser, with ten million points and with twelve channels.

    python -m benchmarks.plot [--turns 15]

Serves a page of its own, turns the wheel over it in Chromium and waits for the finer lines. Prints
one line of JSON: per case the milliseconds from the last wheel tick to the redrawn detail (median
and slowest), the largest update in bytes, whether a spike of one sample was drawn at every zoom
from the whole series down to a few samples, and whether the range stayed the same to the digit
when an interval was added. The server counts as the user's: nothing is mocked.
"""

import argparse
import contextlib
import json
import shutil
import statistics
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.app_server import ROOT, address_of, free_port, launch
from benchmarks.plot_app import CASES, SPIKE, VIEW
from pages.components.chart.assets import publish

READY = f".us-chart[data-painted={VIEW}]"
RANGE = "() => document.querySelector('.us-graph')._fullLayout.xaxis.range.map(String)"
DRAWN = """spike => {
    const graph = document.querySelector('.us-graph')
    const traces = graph._fullData.filter(t => t.customdata.indexOf(spike) >= 0)
    return traces.some(t => t.y[t.customdata.indexOf(spike)] > 20)
}"""
WATCH = """() => document.addEventListener(
    'wheel', () => { window.wheeled = performance.now() }, true)"""
FINE = """before => {
    const { asked, answer } = document.querySelector('.us-chart').dataset
    return Number(answer) > before && answer === asked
}"""
WAITED = "() => Number(document.querySelector('.us-chart').dataset.drawn) - window.wheeled"


@contextlib.contextmanager
def served(folder: Path) -> Generator[str, None, None]:
    """Serve the benchmark's page from a folder with the chart's files; give its address."""
    shutil.copyfile(ROOT / "benchmarks" / "plot_app.py", folder / "plot_page.py")
    publish(folder / "static")
    port, log = free_port(), folder / "server.log"
    process = launch(folder / "plot_page.py", port, {"PYTHONPATH": str(ROOT)}, log)
    try:
        yield address_of(port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def measure(page: Page, address: str, case: str, turns: int) -> dict[str, Any]:
    """Measure one case on a fresh page."""
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda f: sizes.append(len(f))))
    page.goto(f"{address}/?case={case}")
    page.wait_for_selector(READY, timeout=180_000)
    page.wait_for_timeout(1_000)
    first, sizes[:] = max(sizes), []
    page.evaluate(WATCH)
    waits = [_turned(page, turn) for turn in range(turns)]
    page.wait_for_timeout(300)
    largest = max(sizes)
    kept = _range_kept(page)
    zooms = _spikes(page)
    return {
        "wheel_to_detail_ms": round(statistics.median(waits)),
        "slowest_ms": round(max(waits)),
        "measured": len(waits),
        "first_bytes": first,
        "largest_update_bytes": largest,
        "spike_drawn": [seen for _, seen in zooms],
        "spike_samples_in_sight": [width for width, _ in zooms],
        "same_range_after_an_interval": kept,
    }


def _answer(page: Page) -> int:
    return int(page.evaluate("() => Number(document.querySelector('.us-chart').dataset.answer)"))


def _turned(page: Page, turn: int) -> float:
    """Turn the wheel three ticks in or out; return milliseconds to the redrawn fine lines."""
    box = page.locator(".us-graph").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * (0.3 + 0.04 * (turn % 10)), box["y"] + 200)
    before = _answer(page)
    way = 1 if turn % 5 == 4 else -1
    for _ in range(3):
        page.mouse.wheel(0, way * 240)
        page.wait_for_timeout(30)
    page.wait_for_function(FINE, arg=before, timeout=30_000)
    page.wait_for_timeout(350)
    page.wait_for_function(FINE, arg=before, timeout=30_000)  # two may have been asked for
    return float(page.evaluate(WAITED))


def _range_kept(page: Page) -> bool:
    """Add an interval by the page's button; tell whether the range is the same to the digit."""
    before = page.evaluate(RANGE)
    page.get_by_role("button", name="add an interval").click()
    page.get_by_text("2 intervals").wait_for()
    page.wait_for_timeout(1_500)
    return bool(page.evaluate(RANGE) == before)


def _spikes(page: Page) -> list[tuple[int, bool]]:
    """Jump to ever narrower ranges around the spike; tell where it is among the drawn points."""
    found: list[tuple[int, bool]] = []
    for _ in range(8):
        page.get_by_role("button", name="nearer").click()
        page.wait_for_timeout(1_200)
        width = int(page.locator("[data-testid=stText]").first.inner_text().split()[-1])
        found.append((width, bool(page.evaluate(DRAWN, SPIKE))))
    return found


def main() -> None:
    """Run all cases and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--turns", type=int, default=15, help="wheel turns measured per case")
    arguments = parser.parse_args()
    found: dict[str, Any] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for case in CASES:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            found[case] = measure(page, address, case, arguments.turns)
            page.close()
        browser.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
