"""Renders: the pictures that teachers saw, by hash of their bytes."""

import hashlib
from pathlib import Path

from core.errors import StoreError
from storage.files import write_bytes


class Renders:
    """The render folder of a home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "renders"

    def put(self, png: bytes) -> str:
        """Store a picture and return the SHA-256 of its bytes."""
        render_hash = hashlib.sha256(png).hexdigest()
        path = self._path(render_hash)
        if not path.exists():
            write_bytes(path, png)
        return render_hash

    def path(self, render_hash: str) -> Path:
        """Return the file of a stored picture, or raise StoreError."""
        path = self._path(render_hash)
        if not path.exists():
            raise StoreError(
                f"there is no picture {render_hash[:12]}; it was never stored or its file was "
                "removed; restore it from a backup, or ask again"
            )
        return path

    def _path(self, render_hash: str) -> Path:
        return self._folder / f"{render_hash}.png"
