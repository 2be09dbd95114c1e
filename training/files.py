"""Small files that survive a crash: JSON written atomically, JSON lines with a torn end."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from core.errors import JobError


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def write_json(path: Path, value: object) -> None:
    """Write a JSON file atomically."""
    write_atomically(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file; raises JobError when it is missing or no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise JobError(
            f"{path.name} of the run folder {path.parent.name} cannot be read ({error}); the run "
            "cannot go on without it: start the job again as a new one"
        ) from error


def append_lines(path: Path, lines: Iterable[str]) -> None:
    """Append whole lines and flush them; half a line left by a crash is cut off first."""
    with path.open("ab+") as file:
        _cut_torn_line(file)
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.flush()


class Lines:
    """One file of lines that a process keeps open because it adds many, one at a time.

    Only one process may add to it. Half a line left by a crash is cut off at the first one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def add(self, line: str) -> None:
        """Append a whole line and flush it."""
        if self._file is None:
            self._file = self._path.open("ab+")
            _cut_torn_line(self._file)
        self._file.write(f"{line}\n".encode())
        self._file.flush()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def append_records(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Append JSON objects, one per line."""
    append_lines(path, (json.dumps(dict(record), ensure_ascii=False) for record in records))


def read_lines(path: Path, offset: int = 0) -> tuple[list[str], int]:
    """Return the whole lines from a byte offset on, and the offset after the last of them.

    A last line without its end is still being written, or was torn by a crash: it is left out.
    """
    if not path.exists():
        return [], offset
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read()
    whole = data[: data.rfind(b"\n") + 1]
    # not splitlines(): a text inside may hold a line separator that is no newline
    return whole.decode().split("\n")[:-1], offset + len(whole)


def read_records(path: Path, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Like `read_lines`, with each line read as a JSON object."""
    lines, after = read_lines(path, offset)
    return [json.loads(line) for line in lines], after


def _cut_torn_line(file: IO[bytes]) -> None:
    size = file.seek(0, os.SEEK_END)
    end = size
    while end > 0:
        start = max(0, end - 4096)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end < size:
        file.truncate(end)
    file.seek(0, os.SEEK_END)
