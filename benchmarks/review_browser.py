"""What `benchmarks.review` does in the browser: press keys, and watch what the page painted."""

import contextlib
import itertools
import json
import random
import statistics
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page

from benchmarks.app_server import APP, address_of, free_port, launch
from core.review import Correction
from storage import Store

PAINTED = ".us-chart[data-painted]"
WAIT_MS = 60_000
PRESS_EVERY_S = 0.1
KEYS = ("t", "s", "n", "x")
"""Each decides at once: others ask for a reason, and what is pressed then is text."""
READING_S = (1.0, 3.0)

# What the plot itself drew is looked up in plotly's own figure: its first value is the number of
# the series. `data-painted` is what the desk says of itself.
WATCH = """() => {
  const drawn = () => {
    const graph = document.querySelector('.us-graph')
    const trace = (graph?._fullData ?? []).find((one) => one.y?.length)
    return trace ? Math.round(trace.y[0]) : -1
  }
  const boxes = () => {
    const found = {}
    for (const part of ['.us-plot', '.us-graph', '.us-panels', '.us-actions']) {
      const box = document.querySelector(part)?.getBoundingClientRect()
      if (box) found[part] = [box.x, box.y, box.width, box.height].map(Math.round)
    }
    for (const node of document.querySelectorAll('.us-action')) {
      const box = node.getBoundingClientRect()
      const key = node.querySelector('kbd')?.textContent
      if (key) found[key] = [box.x, box.y].map(Math.round)
    }
    return found
  }
  window.paints = []
  window.presses = []
  let last = null
  const look = () => {
    const node = document.querySelector('.us-chart')
    const painted = node?.dataset.painted ?? null
    if (painted !== last && painted)
      window.paints.push({ item: painted, at: performance.now(), drawn: drawn(), boxes: boxes() })
    last = painted
  }
  new MutationObserver(look).observe(document.body, {
    subtree: true, attributes: true, attributeFilter: ['data-painted'], childList: true })
  document.addEventListener('keydown', (event) => {
    const painted = document.querySelector('.us-chart')?.dataset.painted ?? null
    window.presses.push({ key: event.key, at: event.timeStamp, painted, drawn: drawn() })
  }, true)
  look()
}"""

# When messages come and go, to tell the server's share of a wait from the browser's.
SOCKET = """() => {
  window.frames_in = []
  const Plain = window.WebSocket
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', (event) => {
        const size = event.data.byteLength ?? event.data.size ?? event.data.length
        window.frames_in.push([performance.now(), size])
      })
    }
  }
}"""
LARGE_BYTES = 4_000


@dataclass(frozen=True)
class Server:
    """The app under measurement."""

    address: str
    process: psutil.Process

    @property
    def cpu_s(self) -> float:
        """Seconds that its process has worked."""
        times = self.process.cpu_times()
        return times.user + times.system


@dataclass(frozen=True)
class Run:
    """A store, the app that serves it and a page of it."""

    store: Store
    server: Server
    page: Page

    @property
    def project_id(self) -> str:
        """The only project."""
        return self.store.projects.default().id

    def open(self) -> None:
        """Open Review and begin to watch."""
        self.page.add_init_script(f"({SOCKET})()")
        self.page.goto(f"{self.server.address}/review")
        self.page.wait_for_selector(PAINTED, timeout=WAIT_MS)
        self.page.wait_for_timeout(1_500)
        self.page.evaluate(WATCH)

    def paints(self) -> int:
        """Return how many items were painted so far."""
        return int(self.page.evaluate("() => window.paints.length"))

    def press(self, key: str, before: int) -> None:
        """Press a key and wait until one more item is painted."""
        self.page.keyboard.press(key)
        self.page.wait_for_function("n => window.paints.length > n", arg=before, timeout=WAIT_MS)


@contextlib.contextmanager
def served(home: Path) -> Generator[Server, None, None]:
    """Serve the app over a data folder."""
    port = free_port()
    process = launch(APP, port, {"UNDERSTUDY_HOME": str(home)}, home.parent / "server.log")
    try:
        yield Server(address_of(port), psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=20)
        _end_worker(home)


def _end_worker(home: Path) -> None:
    """End the worker that the app started over this folder: it outlives the server on purpose."""
    record = home / "worker.start.json"
    if record.exists():
        with contextlib.suppress(psutil.NoSuchProcess):
            worker = psutil.Process(json.loads(record.read_text())["pid"])
            worker.terminate()
            worker.wait(timeout=10)


def speed(run: Run, n_items: int) -> dict[str, Any]:
    """Accept items as soon as they are painted; milliseconds from key to the next one's paint."""
    run.open()
    cpu = run.server.cpu_s
    for number in range(n_items):
        run.press("t", 1 + number)
    worked = run.server.cpu_s - cpu
    paints = run.page.evaluate("() => window.paints")
    presses = run.page.evaluate("() => window.presses")
    waits = [b["at"] - a["at"] for a, b in zip(presses, paints[1:], strict=False)]
    frames = run.page.evaluate("() => window.frames_in")
    events = run.store.corrections.events(run.project_id)
    return {
        "waits_ms": waits,
        "browser_ms": round(statistics.median(_after_answer(frames, paints[1:]))),
        "decisions": len(events),
        "server_cpu_ms": round(1000 * worked / n_items),
        "wrong_pictures": wrong_pictures(run, paints),
        **jumps(paints),
    }


def _after_answer(frames: list[list[float]], paints: list[dict[str, Any]]) -> list[float]:
    """Return the milliseconds from the last large message before a paint to that paint."""
    came = [at for at, size in frames if size > LARGE_BYTES]
    return [
        paint["at"] - max((at for at in came if at < paint["at"]), default=0) for paint in paints
    ]


def wrong_pictures(run: Run, paints: list[dict[str, Any]]) -> int:
    """Count the paints whose plot shows another series than that of the item they name."""
    numbers = _numbers(run)
    return sum(paint["drawn"] != numbers[paint["item"]] for paint in paints)


def jumps(paints: list[dict[str, Any]]) -> dict[str, Any]:
    """Count how often a part stood elsewhere than before, and name those that did."""
    moved: dict[str, int] = {}
    for before, after in itertools.pairwise(paints):
        for part in before["boxes"].keys() & after["boxes"].keys():
            if before["boxes"][part] != after["boxes"][part]:
                moved[part] = moved.get(part, 0) + 1
    return {"layout_jumps": moved}


def keys(run: Run, presses: int) -> dict[str, Any]:
    """Press keys on a beat; hold every decision against what was drawn when its key went down."""
    run.open()
    begun = time.monotonic()
    for number in range(presses):
        run.page.keyboard.press(KEYS[number % len(KEYS)])
        left = begun + (number + 1) * PRESS_EVERY_S - time.monotonic()
        if left > 0:
            run.page.wait_for_timeout(1000 * left)
    lasted = time.monotonic() - begun
    run.page.wait_for_timeout(3_000)
    pressed = run.page.evaluate("() => window.presses")
    events = run.store.corrections.events(run.project_id)
    return {
        "presses": len(pressed),
        "a_second": round(presses / lasted, 1),
        "decisions": len(events),
        "items_decided_twice": len(events) - len({event.item_id for event in events}),
        "decisions_unpainted": _unpainted(run, events, pressed),
        "presses_before_the_paint": sum(one["painted"] is None for one in pressed),
        "wrong_pictures": wrong_pictures(run, run.page.evaluate("() => window.paints")),
    }


def _unpainted(run: Run, events: list[Correction], pressed: list[dict[str, Any]]) -> int:
    """Count decisions without a press of their own while exactly their item was drawn."""
    numbers = _numbers(run)
    left = [one for one in pressed if one["painted"] is not None]
    missing = 0
    for event in events:
        own = next(
            (
                one
                for one in left
                if one["painted"] == event.item_id and one["drawn"] == numbers[event.item_id]
            ),
            None,
        )
        if own is None:
            missing += 1
        else:
            left.remove(own)
    return missing


def _numbers(run: Run) -> dict[str, int]:
    """Return the number of each item's series: its name ends with it."""
    series = {
        row.id: int(row.info.name.split()[-1]) for row in run.store.series.list(run.project_id)
    }
    return {item.id: series[item.series_id] for item in run.store.items.list(run.project_id)}


def pace(run: Run, n_items: int) -> dict[str, Any]:
    """Read each item for a while, then press; seconds for all."""
    run.open()
    rng = random.Random(1)
    begun = time.monotonic()
    for number in range(n_items):
        run.page.wait_for_timeout(1000 * rng.uniform(*READING_S))
        run.press(rng.choice("ttsn"), 1 + number)
    return {
        "seconds": round(time.monotonic() - begun),
        "read_s": sum(READING_S) / 2,
        "decisions": len(run.store.corrections.events(run.project_id)),
    }
