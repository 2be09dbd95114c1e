"""Back a home up into one file, or restore it. The app may run during a backup, not in a restore.

    python -m storage.backup --home ~/.understudy --to understudy.tar
    python -m storage.backup --home ~/.understudy --restore understudy.tar [--force]

The file is a plain tar: a consistent copy of the database, the files that its rows speak of, and at
its end `manifest.json`, without which it is not complete. Files are written before their rows, so a
database that is copied first never speaks of a file that is missing.
"""

import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from core.errors import StoreError
from core.files import sync_folder
from core.ids import utc_now
from storage.archive import Manifest, read_tar, write_tar
from storage.database import Database
from storage.store import DATABASE_NAME
from storage.workers import workers


@dataclass(frozen=True)
class Done:
    """What was backed up or restored."""

    manifest: Manifest
    moved_to: Path | None = None


def back_up(home: Path, target: Path) -> Done:
    """Write everything in `home` to the tar file `target`, in place of what was there.

    Raises:
        StoreError: when there is nothing to back up, it is damaged, or the file cannot be written.
    """
    database = home / DATABASE_NAME
    if not database.is_file():
        raise StoreError(
            f"{home} holds no {DATABASE_NAME}, so there is nothing to back up; "
            "give the data folder with --home"
        )
    part = target.with_name(f"{target.name}.{uuid4().hex}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent) as scratch:
            copy = Path(scratch) / DATABASE_NAME
            _copy_database(database, copy)
            manifest = write_tar(part, home, copy)
        os.replace(part, target)
        sync_folder(target.absolute().parent)
    except OSError as error:
        raise StoreError(
            f"the backup {target} could not be written ({error}), so there is none; "
            "make room or choose another place with --to"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return Done(manifest)


def restore(source: Path, home: Path, *, force: bool = False) -> Done:
    """Make `home` what it was when `source` was written; the app must not run.

    Nothing is at `home` until all files are there and the database was checked.

    Args:
        force: move a home that is not empty aside, to a name that `Done.moved_to` tells.
    """
    home = home.absolute()
    if home.exists() and any(home.iterdir()) and not force:
        raise StoreError(
            f"{home} is not empty, and a restore would mix two states; choose an empty folder, or "
            "add --force to move the old one aside first"
        )
    _check_no_worker(home)
    fresh = home.with_name(f"{home.name}.restoring-{uuid4().hex[:8]}")
    try:
        fresh.mkdir(parents=True)
        manifest = read_tar(source, fresh)
        _check_database(fresh / DATABASE_NAME)
        moved_to = _make_way(home)
        fresh.rename(home)
        sync_folder(home.parent)
    except OSError as error:
        raise StoreError(
            f"{source} could not be restored to {home} ({error}), so nothing was changed there; "
            "check the file, the room on the disk and the rights"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Done(manifest, moved_to)


def _copy_database(database: Path, copy: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(database, timeout=30)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            # One file that is whole by itself; the app switches it back when it opens it.
            target.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"the database {database} cannot be read ({error}), so it was not backed up; "
            "restore an older backup, or copy the folder as it is and ask for help"
        ) from error
    _check_database(copy)


def _check_database(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database)) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise StoreError(
            f"the database in {database.parent} is damaged ({found}), so nothing was changed; "
            "use an older backup"
        )


def _check_no_worker(home: Path) -> None:
    """Refuse while the home's worker lives: it would go on writing into the folder moved aside."""
    if not (home / DATABASE_NAME).is_file():
        return
    db = Database(home / DATABASE_NAME)
    try:
        alive = [worker for worker in workers(db) if worker.alive()]
    except StoreError:
        alive = []  # a database too damaged to be asked is a reason to restore, not to refuse
    finally:
        db.close()
    if alive:
        raise StoreError(
            f"the app's worker (process {alive[0].pid}) is using {home}, and would go on writing "
            "there; stop the app, wait a quarter of a minute and restore again"
        )


def _make_way(home: Path) -> Path | None:
    """Move what is at `home` aside; an empty folder just goes."""
    if not home.exists():
        return None
    if not any(home.iterdir()):
        home.rmdir()
        return None
    aside = home.with_name(f"{home.name}.before-restore-{utc_now():%Y%m%d-%H%M%S}")
    home.rename(aside)
    return aside


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; says in one sentence what it did, or what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m storage.backup", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    default_home = os.environ.get("UNDERSTUDY_HOME", "~/.understudy")
    parser.add_argument("--home", type=Path, default=Path(default_home), help="the data folder")
    door = parser.add_mutually_exclusive_group(required=True)
    door.add_argument("--to", type=Path, metavar="FILE", help="write a backup to this file")
    door.add_argument("--restore", type=Path, metavar="FILE", help="restore this backup")
    parser.add_argument("--force", action="store_true", help="move a home that is there aside")
    given = parser.parse_args(arguments)
    home = given.home.expanduser()
    try:
        if given.to is not None:
            done, what = back_up(home, given.to), f"backed up {home} to {given.to}"
        else:
            done = restore(given.restore, home, force=given.force)
            what = f"restored {given.restore} to {home}"
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{what}: {_counts(done)}\n")
    return 0


def _counts(done: Done) -> str:
    told = done.manifest
    text = f"{told.series} series, {told.corrections} decisions and {told.files} files"
    if told.missing_series:
        text += f"; the samples of {told.missing_series} series were missing already"
    if done.moved_to is not None:
        text += f"; what was there before is in {done.moved_to}"
    return text


if __name__ == "__main__":
    sys.exit(main())
