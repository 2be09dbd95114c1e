"""Files that lie on the server's own disk: what one folder holds, and nothing outside it.

For files too large for a browser. Knows no Streamlit and reads no file's content.
"""

import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ConfigError, DataError

FILES_VARIABLE = "UNDERSTUDY_FILES"
MOST_FILES = 5_000


@dataclass(frozen=True)
class ServerFile:
    """A file of the folder; `path` is relative to it, with forward slashes."""

    path: str
    n_bytes: int
    modified: datetime


@dataclass(frozen=True)
class Listing:
    """The files of the folder by path; `cut` when there are more than are listed."""

    files: tuple[ServerFile, ...]
    cut: bool = False


def server_folder() -> Path | None:
    """Return the folder that `UNDERSTUDY_FILES` names, or None when it names none.

    Raises:
        ConfigError: if it names something that is no folder.
    """
    named = os.environ.get(FILES_VARIABLE, "").strip()
    if not named:
        return None
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise ConfigError(
            f"{FILES_VARIABLE} names {folder}, which is no folder on this server, so no file can "
            "be taken from it. Make the folder, or name another one and start the app again"
        )
    return folder.resolve()


def list_files(folder: Path, search: str = "") -> Listing:
    """List the files below the folder; hidden ones and links are left out.

    So are names that no screen can show, such as bytes of another encoding.

    `search` keeps the paths that hold every one of its words.
    """
    words = search.casefold().split()
    found: list[ServerFile] = []
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            relative = path.relative_to(folder).as_posix()
            if name.startswith(".") or not relative.isprintable():
                continue
            if not all(word in relative.casefold() for word in words):
                continue
            try:
                status = path.lstat()
            except FileNotFoundError:  # it went while the folder was listed
                continue
            if not stat.S_ISREG(status.st_mode):
                continue
            if len(found) == MOST_FILES:
                return Listing(tuple(found), cut=True)
            modified = datetime.fromtimestamp(status.st_mtime, UTC)
            found.append(ServerFile(relative, status.st_size, modified))
    return Listing(tuple(found))


def server_path(folder: Path, relative: str) -> Path:
    """Return the file itself; a link or `..` that leads out of the folder is refused.

    Raises:
        DataError: if it lies outside the folder, or is not there any more.
    """
    root = folder.resolve()
    path = (root / relative).resolve()
    if not path.is_relative_to(root):
        raise DataError(
            f"'{relative}' does not lie inside the server's folder {folder}, and nothing outside "
            "it is read. Copy the file into the folder"
        )
    if not path.is_file():
        raise DataError(
            f"'{relative}' is not in the server's folder {folder} any more. List the folder again "
            "and choose a file that is there"
        )
    return path


def file_key(path: Path) -> str:
    """Return what tells this state of the file from any other: its place, size and age."""
    status = path.stat()
    return f"server:{path}:{status.st_size}:{status.st_mtime_ns}"
