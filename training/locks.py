"""A lock that the operating system lets go when its holder dies, whatever way it dies."""

import os
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from core.errors import JobError

if os.name == "nt":  # pragma: no cover - Windows has no flock
    import msvcrt
else:
    import fcntl


class FileLock:
    """An exclusive lock on a file, among processes and within one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def acquire(self, wait_s: float = 0.0) -> bool:
        """Take the lock; False when someone else still has it after `wait_s` seconds."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + wait_s
        while True:
            file = self.path.open("ab")
            try:
                _lock(file.fileno())
            except OSError:
                file.close()
                if time.monotonic() >= until:
                    return False
                time.sleep(0.02)
            else:
                self._file = file
                return True

    def release(self) -> None:
        """Let the lock go; does nothing when it is not held here."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def held_by_anyone(self) -> bool:
        """Tell whether some process holds the lock now (this one included)."""
        if self._file is not None:
            return True
        if not self.path.exists():
            return False
        if self.acquire():
            self.release()
            return False
        return True

    def __enter__(self) -> Self:
        # a predecessor may still be closing, and `held_by_anyone` holds the lock for an instant
        if not self.acquire(wait_s=3.0):
            raise JobError(
                f"another process is at work on {self.path.parent}; two would spoil each other's "
                "files: wait until it ends, or stop it"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _lock(descriptor: int) -> None:
    if os.name == "nt":  # pragma: no cover
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined] # Windows only
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
