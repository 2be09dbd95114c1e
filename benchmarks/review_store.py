"""Many writers on one store: is a decision lost, or overwritten in silence, and how fast is it?

    python -m benchmarks.review_store [--people 12] [--processes 2] [--corrections 1000] [--seed 1]

Each person decides `--corrections` times through `Corrections.record`, in a thread of their own;
the threads are spread over `--processes` processes that open the same home. Every fourth decision
is on one of the contested items, on which everybody decides; the others are on items of one's own.
A decision names how many events its person had seen on the item. Where that is out of date the
store refuses it (ConflictError); the person reads the item again and decides again.

    lost           decisions that `record` returned and that are not stored as they were returned
    twice          decisions stored more than once, or that nobody made
    overwritten    items whose sequence is not 1, 2, 3, ... without a gap
    conflicts      decisions that were refused; each of them was made again
    unnoticed      decisions that were stored though the event before them is not the one that
                   their person had seen
    per_second     decisions stored, over the time from the first writer's start to the last one's
                   end; opening the store and starting a process are left out
    raw_per_second the same insert alone through sqlite3, by one writer with the same settings
                   (WAL, synchronous=FULL), before and after: what the disk allows at this moment

`lost`, `twice`, `overwritten` and `unnoticed` must be 0; the bar for `per_second` is 1,000. The
last line is JSON.
"""

import argparse
import json
import multiprocessing
import os
import random
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.review_samples import Samples, filled
from core.errors import ConflictError
from core.review import Correction
from storage import Store, open_store

BAR = 1_000
CONTESTED = 8
CONTESTED_EVERY = 4
RAW = 500


@dataclass(frozen=True)
class Work:
    """What one process has to do."""

    home: str
    people: tuple[str, ...]
    corrections: int
    seed: int


@dataclass(frozen=True)
class Made:
    """A decision as `record` returned it, and the event its person had seen last on the item."""

    event: Correction
    after: str


@dataclass(frozen=True)
class Written:
    """What the people of one process did."""

    made: list[Made]
    conflicts: int
    began: float
    ended: float


def writers(people: int, processes: int, corrections: int, seed: int) -> dict[str, Any]:
    """Let everybody write at once, and compare what is stored with what they were told."""
    names = [f"person {n:02d}" for n in range(people)]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        store = filled(home, names, CONTESTED)
        load, raw = os.getloadavg()[0], [raw_speed(Path(folder))]
        works = [
            Work(str(home), tuple(names[n::processes]), corrections, seed + n)
            for n in range(processes)
        ]
        written = _at_once(works)
        raw.append(raw_speed(Path(folder)))
        counts = figures(store, written)
        store.close()
    took = max(one.ended for one in written) - min(one.began for one in written)
    return {
        "part": "writers",
        "seed": seed,
        "people": people,
        "processes": processes,
        "corrections": people * corrections,
        **counts,
        "seconds": round(took, 2),
        "per_second": round(people * corrections / took),
        "bar": BAR,
        "raw_per_second": [round(one) for one in raw],
        "load_before": round(load, 1),
    }


def raw_speed(folder: Path) -> float:
    """Return how many inserts a second the disk allows one writer, each in its own transaction."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS rows (body TEXT)")
    began = time.perf_counter()
    for _ in range(RAW):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rows VALUES (?)", ("x" * 600,))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return RAW / took


def _at_once(works: Sequence[Work]) -> list[Written]:
    """Run every process's work; they begin together, once all have opened the store."""
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(len(works))
    results = spawn.SimpleQueue()
    processes = [spawn.Process(target=_process, args=(one, gate, results)) for one in works]
    for process in processes:
        process.start()
    written: list[Written] = [results.get() for _ in works]
    for process in processes:
        process.join()
    return written


def _process(work: Work, gate: Any, results: Any) -> None:
    """Let the people of a process decide, each in a thread."""
    store = open_store(Path(work.home))
    samples = Samples.read(store)
    with ThreadPoolExecutor(len(work.people)) as pool:
        gate.wait()
        began = time.monotonic()
        found = list(pool.map(lambda one: decide_often(store, samples, one, work), work.people))
        ended = time.monotonic()
    store.close()
    results.put(
        Written([m for made, _ in found for m in made], sum(n for _, n in found), began, ended)
    )


def decide_often(store: Store, samples: Samples, person: str, work: Work) -> tuple[list[Made], int]:
    """Make one person's decisions; return them, and how many were refused and made again."""
    rng = random.Random(f"{work.seed} {person}")
    own = samples.own[person]
    seen: dict[str, tuple[int, str]] = dict.fromkeys([*own, *samples.contested], (0, ""))
    made: list[Made] = []
    conflicts = 0
    for number in range(work.corrections):
        contested = number % CONTESTED_EVERY == 0
        item_id = rng.choice(samples.contested if contested else own)
        while True:
            sequence, last = seen[item_id]
            try:
                event = _decide(store, samples, person, item_id, sequence, rng)
            except ConflictError:
                conflicts += 1
                seen[item_id] = _look(store, samples.project_id, item_id)
                continue
            made.append(Made(event, last))
            seen[item_id] = (event.sequence, event.id)
            break
    return made, conflicts


def _decide(
    store: Store, samples: Samples, person: str, item_id: str, sequence: int, rng: random.Random
) -> Correction:
    answer = samples.answers[item_id]
    accepts = rng.random() < 0.7
    return store.corrections.record(
        samples.project_id,
        item_id,
        person,
        "accept" if accepts else "no_anomaly",
        expected_sequence=sequence,
        answer_ids=(answer.id,),
        content=answer.content if accepts else None,
        seconds=1.5,
    )


def _look(store: Store, project_id: str, item_id: str) -> tuple[int, str]:
    last = store.corrections.events(project_id, item_id)[-1]
    return last.sequence, last.id


def figures(store: Store, written: Sequence[Written]) -> dict[str, int]:
    """Compare what is stored with what people were told."""
    stored = store.corrections.events(store.projects.default().id)
    by_id = {event.id: event for event in stored}
    made = [one for process in written for one in process.made]
    by_item: dict[str, list[Correction]] = defaultdict(list)
    for event in stored:
        by_item[event.item_id].append(event)
    before = {
        event.id: events[place - 1].id if place else ""
        for events in by_item.values()
        for place, event in enumerate(events)
    }
    return {
        "stored": len(stored),
        "lost": sum(by_id.get(one.event.id) != one.event for one in made),
        "twice": len(stored) - len({one.event.id for one in made} & by_id.keys()),
        "overwritten": sum(
            [event.sequence for event in events] != list(range(1, len(events) + 1))
            for events in by_item.values()
        ),
        "conflicts": sum(process.conflicts for process in written),
        "unnoticed": sum(before.get(one.event.id) != one.after for one in made),
    }


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--corrections", type=int, default=1_000, help="of each person")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(json.dumps(writers(given.people, given.processes, given.corrections, given.seed)))


if __name__ == "__main__":
    main()
