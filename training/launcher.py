"""Starts, finds and stops the processes of runs, and the worker. Knows no store and no torch.

Every process is a fresh interpreter in a session of its own: nothing is forked (torch may hang in
a fork), and neither closing the app nor Ctrl-C in its terminal reaches a training.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from core.errors import JobError
from training import files
from training.locks import FileLock
from training.memory_kills import memory_kills
from training.processes import lives, members, record_of
from training.run_folder import ProcessRecord, RunFolder
from training.status import Facts

REPOSITORY = Path(__file__).resolve().parent.parent
WORKER_LOCK = "worker.lock"
WORKER_LOG = "worker.log"
_START_RECORD = "worker.start.json"
_START_GRACE_S = 15.0
REAP_S = 2.0
ONLINE = {"HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0"}
"""Variables of a run that may fetch a model from the hub; without them it looks on this disk."""


def environment(cores: int | None = None) -> dict[str, str]:
    """Return the environment of a run: one core left for the app, models only from this disk."""
    threads = str(max(1, (cores or os.cpu_count() or 1) - 1))
    limits = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return {
        **os.environ,
        **{name: os.environ.get(name, threads) for name in limits},
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONUNBUFFERED": "1",
    }


def launch(
    folder: RunFolder, door: str, variables: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start the process of a run; what it prints goes to the run's log.

    `door` is the module to run: `training` or `training.answer`. `variables` are added to its
    environment.
    """
    folder.begin()
    arguments = [sys.executable, "-m", door, "--run-dir", str(folder.path.resolve())]
    process = _detached(arguments, folder.log_path, variables)
    folder.write_process(record_of(process.pid))
    return process


def is_alive(folder: RunFolder) -> bool:
    """Tell whether the run's own process is at work: not another one that got its id."""
    record = folder.process()
    if record is not None and lives(record):
        return True
    # a process that started just before its starter died left no record, but holds the lock
    return folder.lock.held_by_anyone()


def facts(folder: RunFolder, process: subprocess.Popen[bytes] | None = None) -> Facts:
    """Gather what is known of a run; `process` is given by the one who started it."""
    exit_code = process.poll() if process is not None else None
    # aliveness first, then the status: a process that ends in between has written its last word
    alive = exit_code is None and is_alive(folder)
    if process is not None and exit_code is None and not alive:
        # It ended between the two looks; whoever waits for it takes note of its code in a moment.
        with suppress(subprocess.TimeoutExpired):
            exit_code = process.wait(timeout=REAP_S)
    status, record = folder.status(), folder.process()
    return Facts(
        status=status,
        alive=alive,
        exit_code=exit_code,
        stop_asked=folder.stop_asked,
        memory_kill=not alive and record is not None and memory_kills() > record.memory_kills,
        silent_s=0.0 if status is None else max(0.0, time.time() - status.updated_at),
    )


def ask_to_stop(folder: RunFolder) -> None:
    """Ask the run to save and stop; returns at once."""
    folder.ask_to_stop()
    _signal_group(folder, getattr(signal, "SIGTERM", None))


def run_within(folder: RunFolder, door: str, seconds: float, who: str) -> None:
    """Start the process of a small run and wait for it to end.

    Raises:
        JobError: it took longer than `seconds` and was ended by force; `who` should have answered.
    """
    process = launch(folder, door)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        kill(folder)
        process.wait()
        raise JobError(
            f"{who} did not answer within {seconds:g} seconds, so nothing came of it; "
            "try again when nothing else is at work"
        ) from None


def kill(folder: RunFolder) -> None:
    """End the run's processes without asking: for one that did not stop in time."""
    _signal_group(folder, getattr(signal, "SIGKILL", None))


def leftovers(folder: RunFolder) -> list[psutil.Process]:
    """Return the processes of a run that still live: its own, and those that it started."""
    record = folder.process()
    return [] if record is None else members(record)


def clear(folder: RunFolder) -> int:
    """Kill what is left of a run that has ended; returns how many processes there were."""
    left = leftovers(folder)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=REAP_S)
    return len(left)


def stop(folder: RunFolder, grace_s: float = 20.0) -> None:
    """Ask the run to stop, wait, and end it by force when it has not stopped after `grace_s`."""
    ask_to_stop(folder)
    until = time.monotonic() + grace_s
    while is_alive(folder) and time.monotonic() < until:
        time.sleep(0.05)
    if is_alive(folder):
        kill(folder)


def worker_lives(home: Path) -> bool:
    """Tell whether a worker is at work on this data folder."""
    return FileLock(home / WORKER_LOCK).held_by_anyone()


def ensure_worker(home: Path) -> bool:
    """Start the worker when none is there; cheap enough for every page. True when it started one.

    The worker's own lock decides that there is never more than one; the start lock only keeps
    many pages from starting many that would find the lock taken and leave.
    """
    if worker_lives(home):
        return False
    starting = FileLock(home / "worker.start.lock")
    if not starting.acquire():
        return False
    try:
        if worker_is_starting(home):
            return False
        arguments = [sys.executable, "-m", "training.worker", "--home", str(home.resolve())]
        process = _detached(arguments, home / WORKER_LOG)
        note_worker(home, process.pid)
        return True
    finally:
        starting.release()


def note_worker(home: Path, pid: int) -> None:
    """Note which process is to serve a data folder: its starter does, and itself once it serves.

    On a busy machine a second one may be started before the first one has its lock, and leaves.
    """
    files.write_json(home / _START_RECORD, record_of(pid).model_dump())


def renew_worker(home: Path, variables: Iterable[str]) -> bool:
    """End a worker that has not these environment variables as this process has them.

    A worker outlives the app that started it, so a key that was set since would never reach the
    runs. Its runs go on, and the next worker takes them over. True when one was ended.
    """
    path = home / _START_RECORD
    if not worker_lives(home) or not path.exists():
        return False
    record = ProcessRecord.model_validate(files.read_json(path))
    if not lives(record):
        return False
    process = psutil.Process(record.pid)
    try:
        theirs = process.environ()
        if all(theirs.get(name) == os.environ.get(name) for name in variables):
            return False
        process.terminate()
        process.wait(_START_GRACE_S)
    except psutil.NoSuchProcess:
        return True  # it has just ended by itself
    except psutil.AccessDenied:
        return False  # this system shows nobody the environment of a process
    return True


def worker_is_starting(home: Path) -> bool:
    """Tell whether a worker was started seconds ago and has not taken its lock yet."""
    path = home / _START_RECORD
    if not path.exists():
        return False
    record = ProcessRecord.model_validate(files.read_json(path))
    return time.time() - record.started < _START_GRACE_S and lives(record)


def _detached(
    arguments: list[str], log: Path, variables: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            arguments,
            cwd=REPOSITORY,
            env=environment() | dict(variables or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows alone
        )
    # someone has to take note of its end, or it would stay in the process table
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def _signal_group(folder: RunFolder, number: int | None) -> None:
    record = folder.process()
    if record is None or not lives(record):
        return
    if number is None or sys.platform == "win32":  # pragma: no cover
        if number is None:
            psutil.Process(record.pid).kill()
        return
    try:
        os.killpg(record.pid, number)  # it leads its own session, so its id is the group's
    except ProcessLookupError:
        return  # it ended by itself in this instant
