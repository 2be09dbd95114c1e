"""A backup's file: a plain tar that ends with its manifest. Knows names and bytes, no states."""

import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import ValidationError

from core.errors import StoreError
from core.ids import utc_now
from core.model import Frozen
from storage.store import DATABASE_NAME

FOLDERS = ("blobs", "renders", "exchanges", "runs", "snapshots", "models")
"""What is kept beside the database."""
MANIFEST = "manifest.json"
_UNFINISHED = (".part", ".unchecked", ".tmp")


class Manifest(Frozen):
    """What a backup says of itself; `missing_series` had no longer all samples on the disk."""

    format: Literal["understudy-backup"] = "understudy-backup"
    version: Literal[1] = 1
    created_at: str
    files: int
    series: int
    corrections: int
    missing_series: int = 0


def write_tar(part: Path, home: Path, database: Path) -> Manifest:
    """Write a database copy, the files of a home and the manifest to `part`."""
    names: set[str] = set()
    with tarfile.open(part, "w") as tar:
        tar.add(database, DATABASE_NAME)
        for path in _files(home):
            name = path.relative_to(home).as_posix()
            if _add(tar, path, name):
                names.add(name)
        manifest = _manifest(database, names)
        content = manifest.model_dump_json(indent=2).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(content)
        tar.addfile(entry, BytesIO(content))
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    return manifest


def _files(home: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and path.suffix not in _UNFINISHED:
                yield path


def _add(tar: tarfile.TarFile, path: Path, name: str) -> bool:
    """Add a file as long as it is now: a log may grow, a checkpoint may vanish meanwhile."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return False
    with file:
        tar.addfile(tar.gettarinfo(arcname=name, fileobj=file), file)
    return True


def _manifest(database: Path, names: set[str]) -> Manifest:
    with closing(sqlite3.connect(database)) as connection:
        (corrections,) = connection.execute("SELECT count(*) FROM corrections").fetchone()
        (n_series,) = connection.execute("SELECT count(*) FROM series").fetchone()
        samples = connection.execute(_samples_query(connection)).fetchall()
    missing = {
        series_id
        for series_id, content_hash, rows_key in samples
        if not _sample_files(content_hash, rows_key) <= names
    }
    return Manifest(
        created_at=utc_now().isoformat(timespec="seconds"),
        files=len(names),
        series=n_series,
        corrections=corrections,
        missing_series=len(missing),
    )


def _samples_query(connection: sqlite3.Connection) -> str:
    """Return what asks for the samples of all revisions; a home not opened since has none yet."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'series_revisions'")
    if found.fetchone() is None:
        return "SELECT id, content_hash, rows_key FROM series"
    return "SELECT series_id, content_hash, rows_key FROM series_revisions"


def _sample_files(content_hash: str, rows_key: str) -> set[str]:
    blob = f"blobs/{content_hash[:2]}/{content_hash}"
    return {f"{blob}.parquet"} | ({f"{blob}.{rows_key}.npy"} if rows_key else set())


def read_tar(source: Path, target: Path) -> Manifest:
    """Unpack a backup; only plain files with names of ours are written, whatever it holds."""
    manifest: Manifest | None = None
    files = 0
    try:
        with tarfile.open(source, "r:") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                if content is None or not _is_ours(entry.name):
                    raise StoreError(
                        f"{source} holds {entry.name!r}, which no backup does, so nothing was "
                        "restored; give a file that `python -m storage.backup --to` wrote"
                    )
                if entry.name == MANIFEST:
                    manifest = Manifest.model_validate_json(content.read())
                    continue
                path = target / entry.name
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    shutil.copyfileobj(content, file)
                    file.flush()
                    os.fsync(file.fileno())
                files += entry.name != DATABASE_NAME
    except (tarfile.TarError, ValidationError) as error:
        raise StoreError(
            f"{source} is no backup of this app, or of a newer version of it ({error}), so nothing "
            "was restored; give a file that `python -m storage.backup --to` wrote"
        ) from error
    if manifest is None or files != manifest.files or not (target / DATABASE_NAME).is_file():
        raise StoreError(
            f"{source} is cut short: its end is missing, so nothing was restored; "
            "copy the file again or use an older one"
        )
    return manifest


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if name in (MANIFEST, DATABASE_NAME):
        return True
    return len(parts) > 1 and parts[0] in FOLDERS and not {"..", "."} & set(name.split("/"))
