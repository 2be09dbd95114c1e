"""Checkpoints of TRL's trainers: written whole or not at all, checked when read, two kept.

The trainers write a folder file by file, and one that was cut short looks like any other. Here such
a folder is first hashed, file by file, into `sealed.json`, flushed, and then renamed; its name
holds its step and the beginning of its hash. A folder that does not fit its name is damaged: it is
removed, and the one before is taken.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
from pathlib import Path

from core.errors import ConfigError
from core.files import sync_folder
from training import files
from training.ranks import speaks

log = logging.getLogger("training")

KEPT = 2
SEAL = "sealed.json"
AT_WORK = "at-work"
"""Where a trainer writes; nothing in it is a checkpoint before it is sealed."""
_NAME = re.compile(r"checkpoint-(\d{8})-([0-9a-f]{16})")


def at_work(folder: Path) -> Path:
    """Return an empty place for a trainer to write to; what was half written there is gone.

    Of several processes the first one makes it.
    """
    place = folder / AT_WORK
    if speaks():
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    return place


def seal(folder: Path, written: Path, step: int, tag: str) -> Path:
    """Turn what a trainer wrote into a checkpoint of `folder`, and remove all but the last two.

    Args:
        written: the folder that the trainer made, below `at_work`.
        tag: of which training it is.
    """
    hashes = {name: _digest(written / name) for name in _names(written)}
    files.write_json(written / SEAL, {"tag": tag, "files": hashes})
    for path in (one for one in written.rglob("*") if one.is_file()):
        with path.open("rb") as file:  # on the disk before its name says that it is whole
            os.fsync(file.fileno())
    final = folder / f"checkpoint-{step:08d}-{_seal_digest(written)}"
    if final.exists():  # the same step again, after a stop at the border of two
        shutil.rmtree(written)
    else:
        os.replace(written, final)
    sync_folder(folder)
    for old in found(folder)[:-KEPT]:
        shutil.rmtree(old)
    return final


def newest(folder: Path, tag: str) -> Path | None:
    """Return the newest checkpoint that is sound; None when there is none.

    Removes damaged ones, and says so in the log.

    Raises:
        ConfigError: when it belongs to another training.
    """
    for path in reversed(found(folder)):
        if not _sound(path):
            log.warning(
                "the checkpoint of step %s is damaged and not used; the one before it is, or the "
                "training begins anew where there is none",
                step_of(path),
            )
            shutil.rmtree(path)
            continue
        if json.loads((path / SEAL).read_text())["tag"] != tag:
            raise ConfigError(
                f"the checkpoint in {folder} belongs to a training with other settings or "
                "examples, so it cannot be continued with these; give an empty folder, or the old "
                "settings"
            )
        return path
    return None


def found(folder: Path) -> list[Path]:
    """Return the checkpoints in a folder, the newest last."""
    paths = [path for path in folder.glob("checkpoint-*") if _NAME.fullmatch(path.name)]
    return sorted(paths, key=lambda path: (path.name.split("-")[1], path.stat().st_mtime_ns))


def step_of(checkpoint: Path) -> int:
    """Return the step that a checkpoint was written after."""
    return int(checkpoint.name.split("-")[1])


def _sound(checkpoint: Path) -> bool:
    """Tell whether every file is there as it was sealed."""
    if not (checkpoint / SEAL).is_file() or _seal_digest(checkpoint) != checkpoint.name[-16:]:
        return False
    hashes: dict[str, str] = json.loads((checkpoint / SEAL).read_text())["files"]
    return all(
        (checkpoint / name).is_file() and _digest(checkpoint / name) == expected
        for name, expected in hashes.items()
    )


def _names(written: Path) -> list[str]:
    paths = (path for path in written.rglob("*") if path.is_file() and path.name != SEAL)
    return sorted(path.relative_to(written).as_posix() for path in paths)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seal_digest(checkpoint: Path) -> str:
    return _digest(checkpoint / SEAL)[:16]
