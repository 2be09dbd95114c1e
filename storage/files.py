"""Files that are whole or absent: written beside their place, flushed to disk, then renamed."""

import os
from pathlib import Path
from uuid import uuid4

from core.files import sync_folder


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` atomically and durably; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    sync_folder(path.parent)


def relative_to_home(home: Path, folder: Path | str) -> str:
    """Return a folder as kept in the database: relative to the home when it lies inside it."""
    path = Path(folder)
    if path.is_absolute() and path.is_relative_to(home):
        path = path.relative_to(home)
    return path.as_posix()
