"""Kill app, worker and training at random moments: does every job end in truth, with its weights?

    python -m benchmarks.jobs --kills 20 --seed 1

A small real training runs once in peace. Then an app process (it does what pages do: keeps a worker
alive, starts trainings of the same snapshot and settings, presses Pause once in each and Resume
where a job rests or ended early) is served by a real worker with real training processes, and at
`--kills` seeded moments one of the three gets SIGKILL, each as often. What was killed is started
again as in life: the app by hand, the worker by the app, the training by the worker alone.

    kills            how many fell, by what was killed
    killed_at        the last step that a training had reported when it was killed
    states           of all jobs at the end: done is all there should be
    by_itself        how often a training went on by itself, by trouble
    by_person        how often the app had to press Resume
    weights_equal    jobs whose final weights have the hash of the undisturbed run; must be `jobs`
    twice            jobs with more than one model version; must be 0
    broken_chains    jobs whose recorded ways do not follow one another legally; must be 0
    untrue           jobs whose state is not what their run folder says; must be 0
    leftovers        processes of ended runs that still live; must be 0
    integrity        what SQLite says of the database: ok

The last line is JSON.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import psutil

from benchmarks.loop import finish, say
from core.example import generated_with_gold
from core.job_states import JobEvent, is_legal
from pages.components.workflows.asking import queue_label_job
from pages.components.workflows.example import store_examples
from pages.components.workflows.learning import start_training
from storage import Store, open_store
from storage.rows import Job
from training import identity, launcher
from training.launcher import REPOSITORY
from training.run_folder import RunFolder
from training.status import state_of

Target = Literal["app", "worker", "training"]
TARGETS: tuple[Target, ...] = ("app", "worker", "training")
SETTINGS = {"steps": 60, "checkpoint_every": 5, "validate_every": 10, "patience": 1000}
SERIES, GOLD = 60, 20
MOMENT_S: dict[Target, float] = {"app": 10.0, "worker": 10.0, "training": 0.5}
"""A kill falls at most so long after its target was seen alive, or a training at the step drawn."""
AHEAD = 25
"""A training is killed fewer steps than this after it was seen, and while it starts for 0."""
WAIT_S = 300.0
LOOK_S = 0.05
_ENOUGH = "enough"


# -- the app: what pages do, without a browser


def app(home: Path, seed: int) -> None:
    """Keep a worker alive and a training under way, until the file `enough` is there."""
    store, rng = open_store(home), random.Random(seed)
    pause_at: dict[str, int] = {}
    while True:
        launcher.ensure_worker(home)
        jobs = store.jobs.list(store.projects.default().id, "train")
        for job in jobs:
            _press(store, job, pause_at.setdefault(job.id, rng.randrange(5, SETTINGS["steps"])))
        if all(job.state == "done" for job in jobs):
            if (home / _ENOUGH).exists():
                return
            start_training(store, store.projects.default().id, settings=SETTINGS)
        time.sleep(0.2)


def _press(store: Store, job: Job, pause_at: int) -> None:
    """Press Pause once, at a step, and Resume where it is the button to press."""
    paused = any(event.after == "paused" for event in store.jobs.events(job.id))
    if job.state in ("paused", "lost", "failed", "stopped"):
        store.jobs.resume(job.id)
    elif job.state == "running" and not paused and job.progress.get("step", 0) >= pause_at:
        store.jobs.request_pause(job.id)


# -- the killer


class Stage:
    """The three processes that are killed, and how each comes back."""

    def __init__(self, home: Path, store: Store, seed: int) -> None:
        self.home, self.store, self._seed = home, store, seed
        self.killed_at: list[int] = []
        self._app: subprocess.Popen[bytes] | None = None

    def start_app(self) -> None:
        """Start the app where it does not live."""
        if self._app is None or self._app.poll() is not None:
            self._seed += 1
            command = [sys.executable, "-m", "benchmarks.jobs", "--app", str(self.home)]
            self._app = subprocess.Popen(
                [*command, "--seed", str(self._seed)], cwd=REPOSITORY, start_new_session=True
            )

    def wait_for_app(self) -> None:
        """Let the app end by itself."""
        assert self._app is not None
        self._app.wait(WAIT_S)

    def pid(self, target: Target) -> int | None:
        """Return the process to kill; None while it is not there."""
        if target == "app":
            return self._app.pid if self._app is not None and self._app.poll() is None else None
        if target == "worker":
            return self._worker() if launcher.worker_lives(self.home) else None
        running = [job for job in self.jobs() if job.state == "running"]
        folder = RunFolder(running[0].folder) if running else None
        record = folder.process() if folder is not None and launcher.is_alive(folder) else None
        return None if record is None else record.pid

    def jobs(self) -> list[Job]:
        return list(self.store.jobs.list(self.store.projects.default().id, "train"))

    def kill(self, target: Target, rng: random.Random) -> bool:
        """Wait for the target, then a moment, and kill it; False when it had ended meanwhile."""
        until(lambda: self.pid(target) is not None, f"no {target} to kill")
        if target == "training":
            self._let_learn(rng.randrange(AHEAD))
        time.sleep(rng.uniform(0, MOMENT_S[target]))
        pid = self.pid(target)
        if pid is None:
            return False
        if target == "training":
            self.killed_at.append(self._step())
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            if target == "app" and self._app is not None:
                self._app.wait()
            return True
        return False

    def _let_learn(self, steps: int) -> None:
        """Wait until the training has reported so many more steps, or has ended."""
        wanted = self._step() + steps
        until(lambda: self._step() >= wanted or self.pid("training") is None, "it does not go on")

    def _step(self) -> int:
        """Return the step that the newest training reported last."""
        reports = RunFolder(self.jobs()[0].folder).metrics()
        return int(reports[-1]["step"]) if reports else 0

    def end(self) -> None:
        """End what is left, whatever happened."""
        for target in TARGETS:
            pid = self.pid(target)
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _worker(self) -> int | None:
        record = json.loads((self.home / "worker.start.json").read_text())
        return record["pid"] if psutil.pid_exists(record["pid"]) else None


def until(condition: Callable[[], bool], why: str) -> None:
    """Wait for something to come true; ends the benchmark when it does not."""
    last = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > last:
            raise SystemExit(f"waited {WAIT_S:.0f} s in vain: {why}")
        time.sleep(LOOK_S)


def measured(home: Path, n_kills: int, seed: int) -> dict[str, Any]:
    """Train once in peace, then under fire, and compare."""
    store, rng, began = open_store(home), random.Random(seed), time.monotonic()
    whole = _in_peace(store, seed)
    say(f"undisturbed, the weights have the hash {whole[:12]}")
    wanted: list[Target] = [TARGETS[n % len(TARGETS)] for n in range(n_kills)]
    rng.shuffle(wanted)
    stage, kills = Stage(home, store, 1000 * seed), Counter[str]()
    try:
        while wanted:
            stage.start_app()
            if stage.kill(wanted[-1], rng):
                kills[wanted.pop()] += 1
                say(f"{sum(kills.values())} kills: {dict(kills)}")
        (home / _ENOUGH).touch()
        stage.start_app()
        stage.wait_for_app()
        until(lambda: not any(job.live for job in stage.jobs()), "a job does not end")
        figures = _figures(store, stage.jobs(), whole)
    finally:
        stage.end()
    return {
        "benchmark": "jobs",
        "seed": seed,
        "kills": dict(kills),
        "killed_at": stage.killed_at,
        **figures,
        "integrity": _integrity(home),
        "seconds": round(time.monotonic() - began),
        "load": round(os.getloadavg()[0], 1),
    }


def _in_peace(store: Store, seed: int) -> str:
    """Fill the project, train once, and return the hash of the weights."""
    project_id = store.projects.default().id
    items = store_examples(store, project_id, generated_with_gold(SERIES, GOLD, seed))
    queue_label_job(store, project_id, items, "rules", "the benchmark")
    finish(store)
    job = start_training(store, project_id, settings=SETTINGS)
    finish(store)
    ended = store.jobs.get(job.id)
    if ended.state != "done":
        raise SystemExit(f"the undisturbed training ended as {ended.state}: {ended.message}")
    return identity.weights_hash(job.folder / "model")


def _figures(store: Store, jobs: list[Job], whole: str) -> dict[str, Any]:
    disturbed = jobs[:-1]  # the oldest is the undisturbed one
    events = {job.id: store.jobs.events(job.id) for job in disturbed}
    queued = [e for each in events.values() for e in each if e.after == "queued" and e.before]
    versions = Counter(one.job_id for one in store.versions.list(jobs[0].project_id))
    hashes = [identity.weights_hash(job.folder / "model") for job in disturbed]
    return {
        "jobs": len(disturbed),
        "states": dict(Counter(job.state for job in disturbed)),
        "by_itself": dict(Counter(event.trouble for event in queued if event.trouble)),
        "by_person": sum(not event.trouble for event in queued),
        "weights_equal": sum(one == whole for one in hashes),
        "twice": sum(n > 1 for n in versions.values()),
        "broken_chains": sum(not _follows(each) for each in events.values()),
        "untrue": sum(_said(job) != job.state for job in disturbed),
        "leftovers": sum(len(launcher.leftovers(RunFolder(job.folder))) for job in disturbed),
    }


def _follows(events: Sequence[JobEvent]) -> bool:
    return events[0].before == "" and all(
        one.after == other.before and is_legal(one.after, other.after)
        for one, other in pairwise(events)
    )


def _said(job: Job) -> str:
    return state_of(launcher.facts(RunFolder(job.folder))).state


def _integrity(home: Path) -> str:
    connection = sqlite3.connect(home / "understudy.db")
    found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    connection.close()
    return "; ".join(found)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--app", type=Path, help="be the app of this home, and nothing else")
    given = parser.parse_args(arguments)
    if given.app is not None:
        app(given.app, given.seed)
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measured(Path(folder) / "home", given.kills, given.seed)))


if __name__ == "__main__":
    main()
