"""A file that is sliced like bytes: nothing of it is held in memory. Knows no tables.

It is read and not mapped, so a file that somebody cuts short meanwhile is an error to tell and not
the end of the process.
"""

import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import overload

BLOCK = 2 * 2**20


class FileBytes:
    """The bytes of a file from `skip` on, read where they are asked for."""

    def __init__(self, path: Path | None, descriptor: int, skip: int = 0) -> None:
        self.path = path
        self._descriptor = descriptor
        self._skip = skip
        self._size = os.fstat(descriptor).st_size
        weakref.finalize(self, os.close, descriptor)

    @classmethod
    def open(cls, path: Path, skip: int = 0) -> "FileBytes":
        """Open a file that stays where it is."""
        return cls(path, os.open(path, os.O_RDONLY), skip)

    @classmethod
    def write(cls, blocks: Iterable[bytes]) -> "FileBytes":
        """Put blocks into a file without a name: it is gone when nobody reads it any more."""
        with tempfile.TemporaryFile(prefix="understudy-") as file:
            for block in blocks:
                file.write(block)
            file.flush()
            return cls(None, os.dup(file.fileno()))

    def __len__(self) -> int:
        return max(0, self._size - self._skip)

    @overload
    def __getitem__(self, where: slice) -> bytes: ...
    @overload
    def __getitem__(self, where: int) -> int: ...
    def __getitem__(self, where: slice | int) -> bytes | int:
        if isinstance(where, int):
            return self[slice(where, where + 1)][0]
        begin, end, _ = where.indices(len(self))
        parts: list[bytes] = []
        while begin < end:
            part = os.pread(self._descriptor, end - begin, self._skip + begin)
            if not part:
                raise OSError(f"the file was cut short at byte {begin:,} while it was read")
            parts.append(part)
            begin += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def find(self, wanted: bytes, start: int = 0) -> int:
        """Return the first position of a single byte at or behind `start`, or -1."""
        for begin, block in blocks(self, start, len(self)):
            at = block.find(wanted)
            if at >= 0:
                return begin + at
        return -1


Content = bytes | FileBytes


def blocks(
    content: Content, start: int, stop: int, size: int = BLOCK
) -> Iterator[tuple[int, bytes]]:
    """Yield offset and bytes of one block after the other."""
    for begin in range(start, stop, size):
        yield begin, content[begin : min(stop, begin + size)]
