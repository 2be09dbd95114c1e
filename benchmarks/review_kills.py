"""Kill browser, app and worker in the middle of review: is a saved decision lost, or made twice?

    python -m benchmarks.review_kills [--corrections 60] [--kills 6] [--undos 10] [--seed 1]
    python -m benchmarks.review_kills --corrections 500 --kills 60 --undos 50     (the full run)

A real app, the worker it starts (which labels other windows meanwhile) and a real browser. A script
decides on one item after the other by the keys that the desk's buttons show. At `--kills` seeded
decisions one of the three gets SIGKILL, each a third of the times. A third of the kills come while
a write transaction is open: its process is stopped just before COMMIT, the lock is seen to be held,
and then the kill falls (the app's or the worker's own write; for the browser the app's write of its
decision). The others come at a random moment within `MOMENT_S` of the key.

A decision has *said saved* when the desk showed the next item while everything was alive. Before
the last `--undos` decisions the labels are noted. After them all three are killed once more and
started again, and as many undos by key must lead back to these labels.

    inside          kills that fell while a write transaction was open, by what was killed
    said            decisions that said saved; `unsure` ones were cut off by a kill
    lost            decisions that said saved and are not in the store, or say something else there
    twice           items with more than one decision
    uncommitted     decisions in the store though the app was killed before their COMMIT
    answers_twice   windows that the worker's batch answered more than once; `answered` of `asked`
    integrity       what SQLite says of the database: ok
    undone_exactly  whether the undos restored the labels, event by event

`lost`, `twice`, `uncommitted`, `answers_twice` must be 0. The last line is JSON.
"""

import argparse
import json
import os
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Error, Page, sync_playwright

from benchmarks.review_processes import WAIT_S, App, Chromium
from benchmarks.review_samples import filled
from core.review import Correction, Item
from pages.components.workflows.asking import queue_label_job
from storage import Store

Target = Literal["app", "browser", "worker"]
TARGETS: tuple[Target, ...] = ("app", "browser", "worker")
MOMENT_S = 0.8
ASKED = 40
"""Windows that the worker labels meanwhile."""
LABELS = {"accept": "^Accept", "reject": "^None right$"}
"""What the script decides with one key, by the words on the buttons, whatever an item asks."""
PAINTED = ".us-chart[data-painted]"
KEY_OF = """(pattern) => {
  const fits = new RegExp(pattern)
  for (const node of document.querySelectorAll('.us-action')) {
    const words = node.querySelector('span')?.textContent ?? ''
    if (!node.disabled && fits.test(words)) return node.querySelector('kbd')?.textContent ?? ''
  }
  return ''
}"""


@dataclass(frozen=True)
class Kill:
    """A kill to come: of what, and whether while a write is open."""

    target: Target
    inside: bool


@dataclass
class Log:
    """What the script saw."""

    said: dict[str, str] = field(default_factory=dict[str, str])
    unsure: set[str] = field(default_factory=set[str])
    never: set[str] = field(default_factory=set[str])
    kills: Counter[str] = field(default_factory=Counter[str])
    inside: Counter[str] = field(default_factory=Counter[str])


class Script:
    """Decides by keys, and kills."""

    def __init__(self, store: Store, app: App, chromium: Chromium, rng: random.Random) -> None:
        self.store, self.app, self.chromium, self.rng = store, app, chromium, rng
        self.project_id = store.projects.default().id
        self.log = Log()

    @property
    def page(self) -> Page:
        return self.chromium.page

    def open(self) -> None:
        """Open the desk on whatever comes next, and wait for its picture."""
        self.page.goto(f"{self.app.url}/review", timeout=WAIT_S * 1000)
        self.page.locator(PAINTED).wait_for(timeout=WAIT_S * 1000)

    def painted(self) -> str:
        """Return the item on the screen."""
        found = self.page.locator(PAINTED).get_attribute("data-painted", timeout=WAIT_S * 1000)
        return str(found)

    def decide(self, kill: Kill | None = None) -> None:
        """Decide on the item on the screen by a key, and see whether the desk goes on."""
        item_id = self.painted()
        decision = self.rng.choice(list(LABELS))
        if kill is None:
            self._press(LABELS[decision])
            self._wait_for_next(item_id)
            self.log.said[item_id] = decision
            return
        said = self._killed_inside(kill.target, decision) if kill.inside else None
        if said is None:
            said = self._killed_at_random(kill.target, decision)
        if said:
            self.log.said[item_id] = decision
        else:
            self.log.unsure.add(item_id)

    def undo(self, target: Correction) -> None:
        """Undo by its key; the desk goes back to the item."""
        self._press("^Undo$")
        shown = self.page.locator(f".us-chart[data-painted='{target.item_id}']")
        shown.wait_for(timeout=WAIT_S * 1000)

    def kill_all(self) -> None:
        """Kill everything and start it again."""
        self.chromium.kill()
        self.app.kill()
        self.app.kill_worker()
        self.app.start()
        self.chromium.start()
        self.open()

    def _press(self, label: str) -> None:
        key = self.page.wait_for_function(KEY_OF, arg=label, timeout=WAIT_S * 1000).json_value()
        self.page.keyboard.press(str(key).lower())

    def _wait_for_next(self, item_id: str) -> None:
        following = self.page.locator(f"{PAINTED}:not([data-painted='{item_id}'])")
        following.wait_for(timeout=WAIT_S * 1000)

    def _went_on(self, item_id: str) -> bool:
        """Tell whether the desk shows another item at this moment."""
        try:
            shown = self.page.locator(PAINTED).first.get_attribute("data-painted", timeout=50)
        except Error:  # the picture is being replaced, or the page is gone
            return False
        return shown is not None and shown != item_id

    def _killed_at_random(self, target: Target, decision: str) -> bool:
        """Press, wait a moment, kill; True when the desk had gone on before."""
        item_id = self.painted()
        self._press(LABELS[decision])
        time.sleep(self.rng.uniform(0, MOMENT_S))
        said = self._went_on(item_id)
        self.log.kills[target] += self._kill(target)
        if target == "worker" and not said:
            self._wait_for_next(item_id)
            said = True
        self._start(target)
        return said

    def _killed_inside(self, target: Target, decision: str) -> bool | None:
        """Kill while a write is open; None when no write came to be held.

        For the worker its own write; the person's decision then waits for the lock, and is saved.
        """
        item_id = self.painted()
        role = "worker" if target == "worker" else "app"
        with self.app.holding(role):
            if role == "app":
                self._press(LABELS[decision])
            if not self.app.is_held(role):
                if role == "app":
                    raise SystemExit(f"the decision on {item_id} was never written")
                return None
            if role == "worker":
                self._press(LABELS[decision])
                time.sleep(self.rng.uniform(0, MOMENT_S))
            said = self._went_on(item_id)
            killed = self._kill(target)
        self.log.kills[target] += killed
        self.log.inside[target] += killed
        if target == "app":
            self.log.never.add(item_id)
        elif target == "worker":
            self._wait_for_next(item_id)
            said = True
        self._start(target)
        return said

    def _kill(self, target: Target) -> bool:
        if target == "worker":
            return self.app.kill_worker()
        if target == "app":
            self.app.kill()
        else:
            self.chromium.kill()
        return True

    def _start(self, target: Target) -> None:
        """Start again what was killed; the app starts the worker when the page is opened."""
        if target == "app":
            self.app.start()
        if target == "browser":
            self.chromium.start()
        self.open()
        if target == "worker":
            self.app.wait_for_worker()


def plan(corrections: int, kills: int, rng: random.Random) -> dict[int, Kill]:
    """Choose at which decisions what is killed: each target and each third as often as it goes."""
    wanted = [
        Kill(TARGETS[n % len(TARGETS)], (n // len(TARGETS)) % len(TARGETS) == 0)
        for n in range(kills)
    ]
    rng.shuffle(wanted)
    return dict(zip(sorted(rng.sample(range(1, corrections), kills)), wanted, strict=True))


def kills(corrections: int, n_kills: int, undos: int, seed: int) -> dict[str, Any]:
    """Run the script in a fresh home and return what came of it."""
    rng = random.Random(seed)
    began, load = time.monotonic(), os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        store = filled(home, ["line"], contested=0, own=corrections + n_kills + 10)
        asked = _queue_batch(store)
        app, chromium = App(home), Chromium(playwright)
        script = Script(store, app, chromium, rng)
        try:
            app.start()
            chromium.start()
            script.open()
            app.wait_for_worker()
            figures = _run(script, corrections, plan(corrections, n_kills, rng), undos)
            figures |= _answers(store, asked)
        finally:
            chromium.close()
            app.kill()
            app.kill_worker()
        figures["integrity"] = _integrity(home)
        store.close()
    return {
        "part": "kills",
        "seed": seed,
        "corrections": corrections,
        **figures,
        "seconds": round(time.monotonic() - began),
        "load_before": round(load, 1),
    }


def _queue_batch(store: Store) -> list[Item]:
    """Give the worker something to write: another question about some of the series."""
    project_id = store.projects.default().id
    pattern = next(q for q in store.questions.current(project_id) if q.kind == "pattern")
    series = store.series.list(project_id)[:ASKED]
    items = store.items.add_many(
        project_id, [(one.id, 0, one.n_samples, pattern.id) for one in series]
    )
    queue_label_job(store, project_id, items, "rules", "the benchmark")
    return items


def _run(script: Script, corrections: int, planned: dict[int, Kill], undos: int) -> dict[str, Any]:
    number = _decide_until(script, corrections - undos, 0, planned)
    start = _state(script.store)
    _decide_until(script, corrections, number, planned)
    figures = _figures(script)
    script.kill_all()
    events = script.store.corrections.events(script.project_id)
    for event in reversed(events[-undos:]):
        script.undo(event)
    return {**figures, "undos": undos, "undone_exactly": _state(script.store) == start}


def _decide_until(script: Script, stored: int, number: int, planned: dict[int, Kill]) -> int:
    """Decide until so many are stored; return the number of the next decision.

    One that a kill cut off may be stored, and may not.
    """
    while _n_decisions(script.store) < stored:
        script.decide(planned.get(number))
        number += 1
    return number


def _n_decisions(store: Store) -> int:
    return len(store.corrections.events(store.projects.default().id))


def _state(store: Store) -> dict[str, str]:
    """Return the labels that stand, with the events they come from."""
    current = store.corrections.current(store.projects.default().id)
    return {item_id: label.event.model_dump_json() for item_id, label in current.items()}


def _figures(script: Script) -> dict[str, Any]:
    log = script.log
    events = script.store.corrections.events(script.project_id)
    stored = Counter(event.item_id for event in events)
    decisions = {event.item_id: event.decision for event in events}
    late = log.never - log.said.keys()  # those not decided again after the kill
    return {
        "kills": dict(log.kills),
        "inside": dict(log.inside),
        "said": len(log.said),
        "unsure": len(log.unsure),
        "stored": len(events),
        "lost": sum(decisions.get(one) != said for one, said in log.said.items()),
        "twice": sum(n > 1 for n in stored.values()),
        "uncommitted": len(late & stored.keys()),
    }


def _answers(store: Store, asked: list[Item]) -> dict[str, int]:
    """Wait for the worker's batch to end, and count what it answered."""
    project_id = store.projects.default().id
    until = time.monotonic() + WAIT_S
    while not all(job.ended for job in store.jobs.list(project_id)) and time.monotonic() < until:
        time.sleep(0.5)
    given = store.answers.for_items(project_id, [item.id for item in asked])
    return {
        "asked": len(asked),
        "answered": sum(bool(answers) for answers in given.values()),
        "answers_twice": sum(len(answers) > 1 for answers in given.values()),
    }


def _integrity(home: Path) -> str:
    connection = sqlite3.connect(home / "understudy.db")
    found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    found += [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    connection.close()
    return "; ".join(found)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--corrections", type=int, default=60)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--undos", type=int, default=10, help="of the last decisions")
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    given = parser.parse_args(arguments)
    found = [kills(given.corrections, given.kills, given.undos, seed) for seed in given.seed]
    print(json.dumps(found[0] if len(found) == 1 else found))


if __name__ == "__main__":
    main()
