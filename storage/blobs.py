"""The samples of series on disk, by content hash, shared between projects.

`blobs/ab/<content hash>.parquet` holds times, values and the source rows of whoever stored them
first. The hash does not cover source rows, so a project whose file had its rows in another order
keeps its own in `blobs/ab/<content hash>.<rows key>.npy`.
"""

import hashlib
import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from core.blobs import hash_parquet, holds_rows, read_parquet, write_parquet
from core.errors import DataError, StoreError
from core.files import sync_folder
from core.series import SeriesData
from storage.files import write_bytes

_WRITERS = 8


class Blobs:
    """The blob folder of a home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "blobs"

    def path(self, content_hash: str) -> Path:
        """Return where the samples with this hash lie, or would lie."""
        return self._folder / content_hash[:2] / f"{content_hash}.parquet"

    def put_many(self, series: Sequence[SeriesData]) -> list[str]:
        """Store samples that are not there yet; returns a rows key for each ("": the blob's hold).

        What is written is read back and compared before it gets its name. When this returns,
        everything survives a power cut.
        """
        distinct = {data.content_hash: data for data in series}
        # Most of the time goes into waiting for the disk, which serves several files at once.
        with ThreadPoolExecutor(_WRITERS) as pool:
            list(pool.map(self._put, distinct.values()))
        for folder in {self.path(content_hash).parent for content_hash in distinct}:
            sync_folder(folder)
        return [self._rows_key(data) for data in series]

    def _put(self, data: SeriesData) -> None:
        """Store samples unless they are there intact."""
        path = self.path(data.content_hash)
        if _intact(path, data.content_hash):
            return
        part = path.with_name(f"{path.name}.{uuid4().hex}.unchecked")
        write_parquet(data, part)
        if not _intact(part, data.content_hash):
            part.unlink()
            raise StoreError(
                f"the series {data.content_hash[:12]} reads back differently from how it was "
                "written, so it was not stored; check the disk and try again"
            )
        part.replace(path)

    def _rows_key(self, data: SeriesData) -> str:
        path = self.path(data.content_hash)
        if holds_rows(path, data.source_row):
            return ""
        return self._put_rows(path, data.source_row)

    def read(self, content_hash: str, rows_key: str = "") -> SeriesData:
        """Return the samples exactly as they were stored.

        Raises:
            StoreError: if the file is missing or is not what was stored.
        """
        path = self.path(content_hash)
        try:
            data = read_parquet(path)
        except DataError as error:
            raise StoreError(str(error)) from error
        if data.content_hash != content_hash:
            raise StoreError(
                f"the stored series {path.name} holds other samples than were stored; the file is "
                "damaged: restore it from a backup, or upload the series again"
            )
        if not rows_key:
            return data
        return replace(data, source_row=_read_rows(self._rows_path(path, rows_key)))

    def _put_rows(self, path: Path, source_row: NDArray[np.int64]) -> str:
        buffer = io.BytesIO()
        np.save(buffer, source_row, allow_pickle=False)
        content = buffer.getvalue()
        key = hashlib.sha256(content).hexdigest()[:16]
        write_bytes(self._rows_path(path, key), content)
        return key

    def _rows_path(self, path: Path, rows_key: str) -> Path:
        return path.with_name(f"{path.stem}.{rows_key}.npy")


def _intact(path: Path, content_hash: str) -> bool:
    """Check a blob that may be absent; a damaged one counts as absent and is replaced."""
    try:
        return path.exists() and hash_parquet(path) == content_hash
    except DataError:
        return False


def _read_rows(path: Path) -> NDArray[np.int64]:
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the source rows {path.name} cannot be read ({error}); the file is missing or "
            "damaged: restore it from a backup, or upload the series again"
        ) from error
