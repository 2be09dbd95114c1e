"""Which of our exports a file is, and what it says; content decides, never the name."""

import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from core.errors import DataError
from core.exports.chat import is_chat, read_chat
from core.exports.everything import is_everything, read_everything
from core.exports.intervals_csv import is_intervals_csv, read_intervals_csv
from core.exports.label_studio import SCHEMA as LABEL_STUDIO
from core.exports.label_studio import is_exported_here, read_label_studio_export
from core.exports.model import ExportFile

CHAT_FILE = "chat.jsonl"
GOLD_FILE = "gold-never-train.jsonl"
"""The names of both files of a chat export: gold is never in one with anything else."""
MOST_BYTES = 2**30
"""What one file of an archive may unpack to: a million items without their pictures."""
_HEAD = 2**16
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)
_ZIP = b"PK\x03\x04"


def is_export_archive(raw: bytes | Path) -> bool:
    """Say whether this is an archive that was exported here; such ones are read as they are."""
    if not _head(raw).startswith(_ZIP):
        return False
    try:
        with _opened(raw) as archive:
            return bool(_chat_files(archive)) or is_everything(archive)
    except _DAMAGE:  # an encrypted one is a RuntimeError
        return False


def is_export(raw: bytes | Path) -> bool:
    """Say whether this is a file that was exported here, of whatever form."""
    head = _head(raw)
    if head.startswith(_ZIP):
        return is_export_archive(raw)
    return _reader(_start(head)) is not None


def read_export(name: str, raw: bytes | Path) -> ExportFile | None:
    """Read a file that was exported here; None for any other file.

    Raises:
        DataError: if it was exported here and is damaged.
    """
    head = _head(raw)
    if head.startswith(_ZIP):
        return _archive(name, raw) if is_export_archive(raw) else None
    read = _reader(_start(head))
    if read is None:
        return None
    try:
        return read(name, _bytes(raw).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(
            f"'{name}' was exported here but is no UTF-8 any more ({error.reason}); save it as "
            "UTF-8, or export it again"
        ) from error


def _start(head: bytes) -> str:
    return head.decode("utf-8-sig", errors="replace").lstrip()


def _reader(start: str) -> Callable[[str, str], ExportFile | None] | None:
    if start.startswith("{") and is_chat(start):
        return lambda name, text: read_chat(name, text.split("\n"))
    if start.startswith("[") and LABEL_STUDIO in start:
        return _label_studio
    if is_intervals_csv(start.split("\n", 1)[0]):
        return read_intervals_csv
    return None


def _label_studio(name: str, text: str) -> ExportFile | None:
    try:
        tasks = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"'{name}' is no whole JSON ({error}); export it again") from error
    return read_label_studio_export(name, tasks) if is_exported_here(tasks) else None


def _archive(name: str, raw: bytes | Path) -> ExportFile:
    try:
        with _opened(raw) as archive:
            for member in archive.infolist():
                if member.file_size > MOST_BYTES:
                    raise DataError(
                        f"{member.filename} in '{name}' unpacks to {member.file_size:,} bytes, and "
                        f"at most {MOST_BYTES:,} are read; export one question at a time"
                    )
            if is_everything(archive):
                return read_everything(name, archive)
            read = [
                read_chat(one, archive.read(one).decode("utf-8").split("\n"))
                for one in _chat_files(archive)
            ]
    except _DAMAGE as error:
        raise DataError(f"'{name}' is a damaged archive ({error}); export it again") from error
    return ExportFile(
        name,
        "chat lines for fine-tuning",
        tuple(label for file in read for label in file.labels),
        tuple(f"{file.name}, {problem}" for file in read for problem in file.problems),
    )


def _chat_files(archive: zipfile.ZipFile) -> list[str]:
    found = [name for name in archive.namelist() if name in (CHAT_FILE, GOLD_FILE)]
    return [name for name in found if _begins_as_chat(archive, name)]


def _begins_as_chat(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as file:
        head = file.read(200)
    # An export in which nothing was left to write has no line at all.
    return not head or is_chat(head.decode("utf-8", errors="replace"))


def _opened(raw: bytes | Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(raw) if isinstance(raw, bytes) else raw)


def _head(raw: bytes | Path) -> bytes:
    if isinstance(raw, bytes):
        return raw[:_HEAD]
    with raw.open("rb") as file:
        return file.read(_HEAD)


def _bytes(raw: bytes | Path) -> bytes:
    return raw if isinstance(raw, bytes) else raw.read_bytes()
