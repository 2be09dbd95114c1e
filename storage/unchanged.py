"""Tells whether anything was committed to a database file since, so that nothing is read twice.

A page asks for the same few rows many times over, and each question costs a transaction of its own.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

Read = TypeVar("Read")
_MOST = 1_000


class Unchanged:
    """What was read of one database file, for as long as nobody commits anything to it.

    SQLite's `data_version` differs for a connection as soon as any other one has committed, of this
    process or of another; the connection here never writes, so that it sees all of them.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._watch: sqlite3.Connection | None = None
        self._opened = 0
        self._kept: OrderedDict[Hashable, tuple[tuple[int, int], Any]] = OrderedDict()
        self._lock = Lock()

    def stamp(self) -> tuple[int, int]:
        """Return what differs from an earlier one when anything was committed in between."""
        with self._lock:
            if self._watch is None:
                # Each connection counts for itself: what an earlier one said means nothing.
                self._opened += 1
                self._watch = sqlite3.connect(self._path, check_same_thread=False)
            return self._opened, self._watch.execute("PRAGMA data_version").fetchone()[0]

    def kept(self, key: Hashable, read: Callable[[], Read]) -> Read:
        """Return what `read` gave last for this key, read again when anything was committed since.

        The value is shared: it must be one that nobody changes.
        """
        stamp = self.stamp()  # before reading: what is committed meanwhile makes it out of date
        with self._lock:
            before = self._kept.get(key)
        if before is not None and before[0] == stamp:
            return before[1]
        value = read()
        with self._lock:
            self._kept[key] = (stamp, value)
            self._kept.move_to_end(key)
            if len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return value

    def close(self) -> None:
        """Close the connection; a later call opens a new one."""
        with self._lock:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
