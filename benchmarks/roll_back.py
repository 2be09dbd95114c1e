"""How long it takes until another version serves, and until Models shows how it compares.

    .venv/bin/python -m benchmarks.roll_back --home FOLDER        a data folder with two versions

Works on a copy. Each round promotes the second newest version, then the newest one, and rolls back.
`serves`: until the database says so, from where Review, Findings and new answers read it. `shown`:
until the comparison and the gate of the version that was shown are there as well. Wall time and the
process's own CPU time: on a busy machine only the latter says something of the program.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pages.components.workflows.comparing import evaluation_of
from pages.components.workflows.promoting import gate_of
from storage import Store, open_store

ROUNDS = 5
Times = dict[str, list[tuple[float, float]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--home", type=Path, required=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(given.home, home, ignore=shutil.ignore_patterns("*.lock", "*.log"))
        store = open_store(home)
        times: Times = {}
        for _ in range(ROUNDS):
            one_round(store, times)
        store.close()
    for name, rounds in times.items():
        wall, cpu = zip(*rounds, strict=True)
        print(
            f"{name:28} wall {statistics.median(wall):6.3f} s (max {max(wall):.3f})   "
            f"CPU {statistics.median(cpu):6.3f} s (max {max(cpu):.3f})"
        )


def one_round(store: Store, times: Times) -> None:
    """Promote, regret, roll back; the newest version is the one that is shown."""
    project_id = store.projects.default().id
    newest, before = store.versions.list(project_id)[:2]
    store.versions.promote(before.id, "benchmark")
    show(store, newest.id)
    timed(times, "promote: serves", lambda: store.versions.promote(newest.id, "benchmark"))
    timed(times, "promote: shown", lambda: show(store, newest.id))
    timed(times, "roll back: serves", lambda: store.versions.roll_back(project_id, "benchmark"))
    timed(times, "roll back: shown", lambda: show(store, newest.id))
    serving = store.versions.serving(project_id)
    if serving is None or serving.id != before.id:
        raise SystemExit("the version before does not serve again")


def show(store: Store, version_id: str) -> None:
    """Do what Models does for a version before it shows its verdict and its gate."""
    version = store.versions.get(version_id)
    gate_of(store, version, evaluation_of(store, version))


def timed(times: Times, name: str, deed: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    deed()
    times.setdefault(name, []).append((time.perf_counter() - wall, time.process_time() - cpu))


if __name__ == "__main__":
    main()
