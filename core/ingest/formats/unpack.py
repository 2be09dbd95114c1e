"""Streams to bytes or scratch files, with limits against archives that unpack without end."""

import errno
import io
import os
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, TypeAlias

from core.errors import DataError

IN_MEMORY = 64 * 2**20  # larger members go to disk
MAX_UNPACKED = 64 * 2**30
# Numbers as text shrink 3 to 30 times; a column that never changes up to about 1,000.
MAX_RATIO = 200
_FREELY = 2**30  # below this size the ratio does not matter
_CHUNK = 2**20
Readable: TypeAlias = IO[bytes] | io.BufferedIOBase


class Unpacker:
    """Unpacks the members of one file; counts all of them together against the limits."""

    def __init__(self, name: str, packed_size: int, scratch: Path | None) -> None:
        self.last_bytes = 0
        self.last_lines = 0
        self._name = name
        self._limit = min(MAX_UNPACKED, max(_FREELY, packed_size * MAX_RATIO))
        self._scratch = scratch
        self._made: Path | None = None
        self._total = 0

    def read(self, name: str, stream: Readable) -> bytes | Path:
        """Return what the stream holds, as bytes or as a file in the scratch folder.

        Raises:
            DataError: if all members together pass the limit.
        """
        self.last_bytes = self.last_lines = 0
        buffer = io.BytesIO()
        for chunk in self._chunks(name, stream):
            buffer.write(chunk)
            if buffer.tell() > IN_MEMORY:
                return self._to_disk(name, buffer, stream)
        return buffer.getvalue()

    def _to_disk(self, name: str, begun: io.BytesIO, stream: Readable) -> Path:
        if self._scratch is None:
            self._scratch = self._made = Path(tempfile.mkdtemp(prefix="understudy-"))
        self._scratch.mkdir(parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=self._scratch, prefix="member-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(begun.getbuffer())
                for chunk in self._chunks(name, stream):
                    file.write(chunk)
        except BaseException as error:
            os.unlink(path)
            if self._made is not None and not any(self._made.iterdir()):
                self._made.rmdir()
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise DataError(
                    f"'{name}' does not fit on the disk when it is unpacked into {self._scratch}. "
                    "Free some space there, or unpack the file elsewhere"
                ) from error
            raise
        return Path(path)

    def _chunks(self, name: str, stream: Readable) -> Iterator[bytes]:
        # `read1` gives what is there before it fails on what is not.
        read = getattr(stream, "read1", stream.read)
        while chunk := read(_CHUNK):
            self._total += len(chunk)
            self.last_bytes += len(chunk)
            self.last_lines += chunk.count(b"\n")
            if self._total > self._limit:
                raise DataError(
                    f"'{self._name}' unpacks to more than {self._limit / 2**30:,.0f} GB (it got "
                    f"so far in '{name}'), far more than its size lets expect. Unpack it yourself "
                    "and give the files that you need"
                )
            yield chunk


@contextmanager
def opened(raw: bytes | Path) -> Generator[BinaryIO]:
    """Open bytes or a file for reading."""
    with raw.open("rb") if isinstance(raw, Path) else io.BytesIO(raw) as file:
        yield file


def head_of(raw: bytes | Path, length: int = 512) -> bytes:
    """Return the first bytes."""
    with opened(raw) as file:
        return file.read(length)


def size_of(raw: bytes | Path) -> int:
    """Return the number of bytes."""
    return raw.stat().st_size if isinstance(raw, Path) else len(raw)
