"""Serve the queue of a data folder: one worker per folder, one process per run.

    python -m training.worker --home ~/.understudy

With its parts, worker_*.py, the composition root of its process: they know the store. They write a
run's folder, start the run, carry its answers and its progress into the database, and decide how it
ended. SIGTERM ends the worker alone: its runs go on, and the next worker adopts them.
"""

import argparse
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from core.errors import AppError, StoreError, StoreUnavailableError
from core.ids import new_id
from storage import Store, open_store
from storage.rows import JobKind
from training import launcher
from training.healing import Policy
from training.launcher import WORKER_LOCK
from training.locks import FileLock
from training.run_folder import RunFolder
from training.worker_tending import Attendant, Slot

log = logging.getLogger("training.worker")

LANES: tuple[tuple[JobKind, ...], ...] = (("label", "answer"), ("train",), ("bench", "screen"))
"""One job of each lane at a time, so that a long training holds up no batch of answers."""
DOORS: dict[JobKind, str] = {
    "label": "training.answer",
    "answer": "training.answer",
    "train": "training",
    "bench": "training.bench",
    "screen": "training.screen",
}
POLL_S = 0.2
BEAT_S = 2.0
LEASE_S = 8.0
IDLE_EXIT_S = 30 * 60.0
ORPHAN_GRACE_S = 5.0


class Worker:
    """Claims jobs, tends their runs, and keeps the database in step with the run folders."""

    def __init__(
        self, store: Store, doors: Mapping[JobKind, str] = DOORS, policy: Policy | None = None
    ) -> None:
        self._store = store
        self._attendant = Attendant(store, doors, policy or Policy())
        self._id = new_id()
        self._slots: list[Slot] = []
        self._beat = 0.0

    @property
    def busy(self) -> bool:
        """Whether a job is in work."""
        return bool(self._slots)

    def step(self) -> None:
        """Look once at everything: a sign of life, the runs, the queue."""
        if time.monotonic() - self._beat > BEAT_S:
            self._beat = time.monotonic()
            self._store.jobs.beat(self._id, os.getpid())
            for slot in self._slots:
                self._store.jobs.renew(slot.job.id, self._id, LEASE_S)
            self._adopt()
        for slot in list(self._slots):
            self._guarded(slot)
        for lane in LANES:
            if not any(slot.job.kind in lane for slot in self._slots):
                job = self._store.jobs.claim(self._id, LEASE_S, lane)
                if job is not None:
                    self._slots.append(self._attendant.slot(job))
                    self._guarded(self._slots[-1])

    def end_orphans(self) -> None:
        """End the processes of runs whose job has ended or rests: they hold a device for nobody."""
        for path in sorted((self._store.home / "runs").glob("*")):
            folder = RunFolder(path)
            if not path.is_dir() or not launcher.is_alive(folder) or self._is_wanted(path.name):
                continue
            log.warning("ends what still works in %s, though its job does not", path.name)
            launcher.stop(folder, ORPHAN_GRACE_S)
            launcher.clear(folder)

    def leave(self) -> None:
        """Sign off; runs in work go on and wait for the next worker."""
        self._store.jobs.sign_off(self._id)

    def _is_wanted(self, job_id: str) -> bool:
        try:
            return self._store.jobs.get(job_id).live
        except StoreUnavailableError:
            raise
        except StoreError:
            return False  # no job of this home: nobody can see it, stop it or use what it makes

    def _adopt(self) -> None:
        """Take over the jobs of a worker that died."""
        for job in self._store.jobs.expired():
            mine = any(slot.job.id == job.id for slot in self._slots)
            taken = None if mine else self._store.jobs.take_over(job.id, self._id, LEASE_S)
            if taken is not None:
                self._slots.append(self._attendant.adopted(taken))
                log.info("took over %s", taken.title)

    def _guarded(self, slot: Slot) -> None:
        """Tend a slot; an error ends that job alone, with its text as the cause."""
        try:
            stays = self._attended(slot)
        except StoreUnavailableError as error:
            log.warning("%s: %s", slot.job.title, error)  # the next look does the same again
            return
        if not stays:
            self._slots.remove(slot)

    def _attended(self, slot: Slot) -> bool:
        busy = {one.job.device for one in self._slots if one is not slot and one.run is not None}
        try:
            return self._attendant.tend(slot, busy)
        except StoreUnavailableError:
            raise
        except AppError as error:
            log.warning("%s: %s", slot.job.title, error)
            return self._attendant.fail(slot, str(error))
        except Exception as error:
            log.exception("%s", slot.job.title)
            why = f"{type(error).__name__}: {error}; worker.log has the trace"
            return self._attendant.fail(slot, why)


def serve(home: Path, idle_exit_s: float = IDLE_EXIT_S) -> int:
    """Serve the queue until SIGTERM, or until nothing was to do for `idle_exit_s` seconds."""
    lock = FileLock(home / WORKER_LOCK)
    if not lock.acquire(wait_s=0.5):
        log.info("another worker serves %s", home)
        return 0
    launcher.note_worker(home, os.getpid())
    ending: list[int] = []

    def on_signal(number: int, _frame: FrameType | None) -> None:
        ending.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    worker = Worker(open_store(home))
    log.info("worker %s serves %s", os.getpid(), home)
    last_busy = time.monotonic()
    try:
        worker.end_orphans()
        while not ending and time.monotonic() - last_busy < idle_exit_s:
            if not lock.path.exists():
                log.info("the data folder was removed or replaced")
                break
            try:
                worker.step()
            except StoreError as error:
                log.warning("%s", error)  # a locked database, say: the next look may do
            if worker.busy:
                last_busy = time.monotonic()
            time.sleep(POLL_S)
        else:
            worker.leave()
    finally:
        lock.release()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the data folder")
    parser.add_argument("--idle-exit-s", type=float, default=IDLE_EXIT_S)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s %(message)s")
    return serve(given.home.expanduser().absolute(), given.idle_exit_s)


if __name__ == "__main__":
    sys.exit(main())
