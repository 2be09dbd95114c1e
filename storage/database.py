"""One SQLite file: its connections, its sessions, and its errors in plain words.

Reads see one consistent state; writes begin with BEGIN IMMEDIATE, because a transaction that reads
first and upgrades later loses updates of others without an error. No session outlives its `with`.
"""

import sqlite3
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from core.errors import StoreError, StoreUnavailableError
from storage.unchanged import Unchanged

BUSY_TIMEOUT_MS = 30_000
_CHUNK = 500
_WRITES = "understudy_writes"
Read = TypeVar("Read")


class Database:
    """The engine of one database file; safe to share between threads."""

    def __init__(self, path: Path, *, foreign_keys: bool = True) -> None:
        self.path = path
        self._unchanged = Unchanged(path)
        self._engine = _engine(path, foreign_keys)
        self._writer = self._engine.execution_options(**{_WRITES: True})
        # SQLite lets who waits for its lock sleep up to 100 ms at a time. Threads of one process
        # hand it on at once, so that only processes wait that way.
        self._turn = Lock()

    @contextmanager
    def read(self) -> Generator[Session, None, None]:
        """Open a session for reading; what it saw is one consistent state."""
        with _plain_errors(self.path), Session(self._engine, autoflush=False) as session:
            yield session

    def stamp(self) -> tuple[int, int]:
        """Return what differs from an earlier one when anything was committed in between."""
        with _plain_errors(self.path):
            return self._unchanged.stamp()

    def kept(self, key: Hashable, read: Callable[[Session], Read]) -> Read:
        """Return what `read` gave last for this key, read again when anything was committed since.

        The value is shared: it must be one that nobody changes.
        """

        def anew() -> Read:
            with self.read() as session:
                return read(session)

        with _plain_errors(self.path):
            return self._unchanged.kept(key, anew)

    @contextmanager
    def write(self) -> Generator[Session, None, None]:
        """Open a session that holds the write lock; commits at the end, or rolls back."""
        with (
            _plain_errors(self.path),
            self._in_turn(),
            Session(self._writer) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def connect(self) -> Generator[Connection, None, None]:
        """Open a connection that holds the write lock, for migrations; commits at the end."""
        with _plain_errors(self.path), self._writer.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _in_turn(self) -> Generator[None, None, None]:
        """Wait for the other threads, no longer than for another process; SQLite guards anyway."""
        held = self._turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            yield
        finally:
            if held:
                self._turn.release()

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        self._unchanged.close()
        self._engine.dispose()


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut ids into pieces that fit into one `IN (...)`."""
    for first in range(0, len(values), _CHUNK):
        yield values[first : first + _CHUNK]


def _engine(path: Path, foreign_keys: bool) -> Engine:
    # A person's browser sessions share one store: more threads than SQLAlchemy's default of 15
    # connections must not wait for each other to read.
    engine = create_engine(f"sqlite:///{path}", pool_size=8, max_overflow=56)

    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


@contextmanager
def _plain_errors(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except IntegrityError as error:
        raise StoreError(
            f"the store refuses this change ({error.orig}); it would leave rows that contradict "
            "each other, so nothing was stored; check the ids that were given"
        ) from error
    except DatabaseError as error:
        raise _plain_error(path, str(error.orig)) from error
    except sqlite3.DatabaseError as error:
        raise _plain_error(path, str(error)) from error


def _plain_error(path: Path, cause: str) -> StoreError:
    for_now = "locked" in cause or "full" in cause
    return (StoreUnavailableError if for_now else StoreError)(_sentence(path, cause))


def _sentence(path: Path, cause: str) -> str:
    if "malformed" in cause or "not a database" in cause or "disk I/O error" in cause:
        return (
            f"the database {path} is damaged ({cause}), so it cannot be read; restore a backup "
            "with `python -m storage.backup --restore FILE --home HOME`"
        )
    if "locked" in cause:
        return (
            f"the database {path} was in use by another process for {BUSY_TIMEOUT_MS // 1000} "
            "seconds, so nothing was stored; try again, and look for a stuck process if it stays so"
        )
    if "full" in cause:
        return f"the disk of {path} is full, so nothing was stored; make room and try again"
    if "readonly" in cause or "unable to open" in cause:
        return (
            f"the database {path} cannot be opened for writing ({cause}); check the folder's "
            "permissions or choose another one with UNDERSTUDY_HOME"
        )
    return f"the database {path} refused a request ({cause}); this needs a look at its state"
