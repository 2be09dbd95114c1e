"""Checkpoints of a training: written whole or not at all, checked when read, the last two kept.

A file's name holds its step and the beginning of its SHA-256, so that a file and its checksum
cannot come apart. One that does not fit its name is damaged: it is removed, and the one before is
taken.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from core.files import sync_folder

log = logging.getLogger("training")

KEPT = 2
_NAME = re.compile(r"checkpoint-(\d{8})-([0-9a-f]{16})\.pt")
_UNCHECKED = "checkpoint.pt"
"""What earlier versions wrote: one file without a checksum."""
_FRESH = "checkpoint.new"


def write(folder: Path, step: int, state: Mapping[str, Any]) -> Path:
    """Write a checkpoint beside the earlier ones, and remove all but the last two."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / _FRESH
    torch.save(dict(state), fresh)
    with fresh.open("rb+") as file:  # on the disk before its name says that it is whole
        os.fsync(file.fileno())
    final = folder / f"checkpoint-{step:08d}-{_digest(fresh)}.pt"
    os.replace(fresh, final)
    sync_folder(folder)
    for old in found(folder)[:-KEPT]:
        old.unlink()
    (folder / _UNCHECKED).unlink(missing_ok=True)
    return final


def newest(folder: Path) -> dict[str, Any] | None:
    """Return the state of the newest checkpoint that is sound; None when there is none.

    Removes damaged ones, and says so in the log.
    """
    for path in reversed(found(folder)):
        if _digest(path) == path.stem.rsplit("-", 1)[1]:
            return torch.load(path, weights_only=True)
        log.warning(
            "the checkpoint of step %s is damaged and not used; the one before it is, or the "
            "training begins anew where there is none",
            int(path.stem.split("-")[1]),
        )
        path.unlink()
    unchecked = folder / _UNCHECKED
    return torch.load(unchecked, weights_only=True) if unchecked.is_file() else None


def found(folder: Path) -> list[Path]:
    """Return the checkpoints in a folder, the newest last."""
    paths = [path for path in folder.glob("checkpoint-*.pt") if _NAME.fullmatch(path.name)]
    return sorted(paths, key=lambda path: (path.stem.split("-")[1], path.stat().st_mtime_ns))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
