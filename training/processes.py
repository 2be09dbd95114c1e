"""Processes told apart: an id alone is not enough, because the system gives ids away again."""

import os
import time

import psutil

from training.memory_kills import memory_kills
from training.run_folder import ProcessRecord

SAME_START_S = 2.0
"""Two start times that are so near are one: the system counts in ticks since it was started."""


def record_of(pid: int) -> ProcessRecord:
    """Return what tells a process from any other that gets its id later."""
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        started = time.time()
    return ProcessRecord(pid=pid, started=started, memory_kills=memory_kills())


def lives(record: ProcessRecord) -> bool:
    """Tell whether this very process is at work: not a stranger with its id, nor a zombie."""
    try:
        process = psutil.Process(record.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return abs(process.create_time() - record.started) < SAME_START_S
    except psutil.NoSuchProcess:
        return False


def members(record: ProcessRecord) -> list[psutil.Process]:
    """Return the living processes of the session that a process leads or led.

    Once the leader is gone and a stranger has got its id, nothing is returned: the system does not
    give away the id of a session that has members.
    """
    if not hasattr(os, "getsid"):  # pragma: no cover - Windows has no sessions
        return []
    if _is_at_work(record.pid) and not lives(record):
        return []
    return [one for one in psutil.process_iter() if _in_session(one, record.pid)]


def _is_at_work(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _in_session(process: psutil.Process, session: int) -> bool:
    try:
        return os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, PermissionError, psutil.NoSuchProcess):
        return False
