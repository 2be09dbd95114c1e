"""Bring a database to the newest schema when it is opened: the only caller of Alembic."""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from core.errors import StoreError
from storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_TIMEOUT_S = 60.0
# Alembic keeps its context in module globals: two threads must not migrate at once.
_one_at_a_time = threading.Lock()


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's settings for our scripts on an open connection; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def migrate(path: Path) -> None:
    """Create or upgrade the database at `path` in one transaction; does nothing when it is current.

    Raises:
        StoreError: for a database of a newer version of the app, or a damaged one.
    """
    # Foreign keys are off while tables are rebuilt, and checked before the commit.
    database = Database(path, foreign_keys=False)
    try:
        with _one_at_a_time, _locked(path.with_suffix(".lock")), database.connect() as connection:
            _upgrade(connection, path)
    finally:
        database.close()


def _upgrade(connection: Connection, path: Path) -> None:
    config = alembic_config(connection)
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in known:
        raise StoreError(
            f"the database {path} has the schema {revision}, which a newer version of the app "
            "wrote; this version cannot read it without losing data; update the app"
        )
    if revision == scripts.get_current_head():
        return
    command.upgrade(config, "head")
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise StoreError(
            f"the database {path} has {len(broken)} rows that refer to missing ones, so it was "
            "left at its old schema; restore a backup"
        )


@contextmanager
def _locked(path: Path) -> Generator[None, None, None]:
    """Hold a lock between processes: an exclusive transaction on a file of its own.

    SQLite's own lock works on every system and ends with its process, unlike a lock file. It is not
    the database itself, because its first switch to WAL fails when two processes do it at once.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_LOCK_TIMEOUT_S, isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            yield
            lock.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"the folder {path.parent} cannot be locked for opening ({error}); another process "
            "has held it for a minute, or it is not writable; stop that process or check the rights"
        ) from error
