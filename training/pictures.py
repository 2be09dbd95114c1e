"""The folder of pictures that models were shown: by the hash of their bytes, drawn once.

    <hash>.png           a picture
    drawn/<key>          the hash of the picture of a window under settings and library versions

Drawing costs more than anything else on this side of an endpoint, so a window that was drawn for an
earlier batch, or for another teacher, is read instead.
"""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from core.errors import JobError
from core.render_settings import RenderSettings
from core.series import WindowView


@dataclass(frozen=True)
class PictureFolder:
    """Reads and writes pictures."""

    path: Path

    def keep(self, png: bytes) -> str:
        """Store a picture and return the SHA-256 of its bytes."""
        name = hashlib.sha256(png).hexdigest()
        target = self.path / f"{name}.png"
        if not target.exists() or target.stat().st_size != len(png):
            _write(target, png)
        return name

    def read(self, name: str) -> bytes:
        """Return a stored picture; raises JobError when it is gone."""
        path = self.path / f"{name}.png"
        if not path.exists():
            raise JobError(
                f"the picture {name[:12]} is not in {self.path} any more, so it cannot be shown "
                "again; restore it from a backup, or ask about the window anew"
            )
        return path.read_bytes()

    def drawn(self, key: str, draw: Callable[[], bytes]) -> bytes:
        """Return the picture of a key, drawn now when it was not before."""
        note = self.path / "drawn" / key
        with suppress(FileNotFoundError):
            name = note.read_text()
            png = (self.path / f"{name}.png").read_bytes()
            if hashlib.sha256(png).hexdigest() == name:  # a power cut may have left a part of it
                return png
        png = draw()
        _write(note, self.keep(png).encode())
        return png


def key_of(view: WindowView, settings: RenderSettings, extra: str = "") -> str:
    """Return what a picture is drawn from, as one name: numbers, place, settings and versions."""
    digest = hashlib.sha256(_drawn_how(settings.digest).encode())
    digest.update(repr((extra, view.start, view.values.shape, view.origin_s)).encode())
    digest.update(view.values.tobytes())
    if view.seconds is not None:
        digest.update(view.seconds.tobytes())
    return digest.hexdigest()


@lru_cache
def _drawn_how(settings_digest: str) -> str:
    from core.render import render_versions  # the worker reads this folder and draws nothing

    return json.dumps([settings_digest, render_versions()], sort_keys=True)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    part.write_bytes(data)
    os.replace(part, path)
