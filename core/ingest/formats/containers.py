"""Files inside files: gzip, bzip2, xz, zstd, tar, zip, workbooks. Knows names and bytes, no tables.

What is inside is found by its first bytes, never by a name's ending. Nothing is written anywhere
but into the scratch folder, under names of our own.
"""

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeAlias

from core.errors import DataError
from core.ingest.formats.excel import read_workbook
from core.ingest.formats.numpy_file import split_arrays
from core.ingest.formats.unpack import Unpacker, head_of, opened, size_of

Stream: TypeAlias = gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile
MAX_DEPTH = 4  # containers within containers
MAX_MEMBERS = 20_000
_JUNK_FOLDERS = {"__MACOSX", ".git", ".ipynb_checkpoints", "__pycache__"}
_JUNK_FILES = {"thumbs.db", "desktop.ini"}
_PACKED: dict[bytes, tuple[str, str, Callable[[BinaryIO], Stream]]] = {
    b"\x1f\x8b": ("gzip", ".gz", lambda file: gzip.GzipFile(fileobj=file)),
    b"BZh": ("bzip2", ".bz2", lambda file: bz2.BZ2File(file)),
    b"\xfd7zXZ\x00": ("xz", ".xz", lambda file: lzma.LZMAFile(file)),  # noqa: SIM115 (closed where it is read)
}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGE = (
    OSError, EOFError, ValueError, RuntimeError, struct.error, zlib.error, lzma.LZMAError,
    zipfile.BadZipFile, tarfile.TarError,
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A file that may hold a table: its name (with the containers it came from) and its bytes."""

    name: str
    raw: bytes | Path


def expand(name: str, raw: bytes | Path, scratch: Path | None = None) -> list[Member]:
    """Return the files inside a file; a plain file gives itself.

    Members over 64 MB are unpacked into `scratch` (a temporary folder when not given; the caller
    removes it when done).

    Raises:
        DataError: if a container is damaged, encrypted, empty, or unpacks to more than is
            reasonable.
    """
    unpacker = Unpacker(name, size_of(raw), scratch)
    members = list(_inside(name, raw, unpacker, 0))
    if not members:
        raise DataError(
            f"'{name}' holds no file, so there is nothing to plot. Check how it was packed, or "
            "give the files themselves"
        )
    return members


def _inside(name: str, raw: bytes | Path, unpacker: Unpacker, depth: int) -> Iterator[Member]:
    """Yield the plain files of whatever this is."""
    if depth > MAX_DEPTH:
        raise DataError(
            f"'{name}' lies more than {MAX_DEPTH} archives deep, which no export does. Unpack it "
            "and give the files themselves"
        )
    head = head_of(raw)
    packed = next((how for mark, how in _PACKED.items() if head.startswith(mark)), None)
    if packed:
        inner = _without_ending(name, packed[1])
        yield from _inside(inner, _unpacked(name, raw, packed, unpacker), unpacker, depth + 1)
    elif head.startswith(_ZIP):
        yield from _zip(name, raw, unpacker, depth)
    elif head.startswith(_OLE):
        yield from _sheets(name, raw, unpacker)
    elif head[257:262] == b"ustar":
        yield from _tar(name, raw, unpacker, depth)
    else:
        yield Member(name, raw)


def _unpacked(
    name: str,
    raw: bytes | Path,
    packed: tuple[str, str, Callable[[BinaryIO], Stream]],
    unpacker: Unpacker,
) -> bytes | Path:
    what, _, reader = packed
    with opened(raw) as file, reader(file) as stream:
        try:
            return unpacker.read(name, stream)
        except _DAMAGE as error:
            raise _damaged(name, f"a {what} file", unpacker, error) from error


def _zip(name: str, raw: bytes | Path, unpacker: Unpacker, depth: int) -> Iterator[Member]:
    with opened(raw) as file:
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise _damaged(name, "a zip archive", unpacker, error) from error
        with archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            paths = {entry.filename for entry in entries}
            if _is_workbook(archive, paths):
                yield from _sheets(name, raw, unpacker)
                return
            _no_document(name, paths)
            if paths and all(path.endswith(".npy") and "/" not in path for path in paths):
                parts = split_arrays(name, raw)
                yield from (Member(part, content) for part, content in parts)
                return
            _few(name, len(entries))
            for entry in entries:
                path = _entry_name(entry)
                if not _is_junk(path):
                    full = f"{name}/{path}"
                    content = _zip_entry(full, archive, entry, unpacker)
                    yield from _inside(full, content, unpacker, depth + 1)


def _zip_entry(
    full: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, unpacker: Unpacker
) -> bytes | Path:
    if entry.flag_bits & 0x1:
        raise DataError(
            f"'{full}' is encrypted with a password, so it cannot be read. Unpack the archive "
            "with its password and give the files themselves"
        )
    try:
        with archive.open(entry) as stream:
            return unpacker.read(full, stream)
    except NotImplementedError as error:
        raise DataError(
            f"'{full}' is packed in a way that cannot be read here ({error}). Pack the files as "
            "a common zip (deflate), or give the files themselves"
        ) from error
    except _DAMAGE as error:
        raise _damaged(full, "a member of a zip archive", unpacker, error) from error


def _tar(name: str, raw: bytes | Path, unpacker: Unpacker, depth: int) -> Iterator[Member]:
    with opened(raw) as file:
        try:
            with tarfile.open(fileobj=file, mode="r:") as archive:
                for count, entry in enumerate(archive, start=1):
                    _few(name, count)
                    stream = archive.extractfile(entry) if entry.isfile() else None
                    if stream is None or _is_junk(entry.name):
                        continue
                    full = f"{name}/{entry.name.removeprefix('./')}"
                    yield from _inside(full, unpacker.read(full, stream), unpacker, depth + 1)
        except _DAMAGE as error:
            raise _damaged(name, "a tar archive", unpacker, error) from error


def _sheets(name: str, raw: bytes | Path, unpacker: Unpacker) -> Iterator[Member]:
    """Yield a workbook's sheets; a single one keeps the workbook's name."""
    sheets = read_workbook(name, raw, unpacker)
    if len(sheets) == 1:
        yield Member(name, sheets[0].text)
        return
    stem = PurePosixPath(name).stem
    for sheet in sheets:
        yield Member(f"{name}/{stem} · {sheet.name.replace('/', '_')}.tsv", sheet.text)


def _is_workbook(archive: zipfile.ZipFile, paths: set[str]) -> bool:
    """Tell a workbook from other zip archives by the parts that every workbook has."""
    if paths & {"xl/workbook.xml", "xl/workbook.bin"}:
        return True
    if "mimetype" not in paths or "content.xml" not in paths:
        return False
    try:
        return b"opendocument.spreadsheet" in archive.read("mimetype")[:100]
    except _DAMAGE:  # damaged, encrypted, or packed in an unknown way
        return False


def _no_document(name: str, paths: set[str]) -> None:
    if "[Content_Types].xml" in paths or {"mimetype", "content.xml"} <= paths:
        raise DataError(
            f"'{name}' is an office document without a sheet (a text or a presentation), so it "
            "holds no table of numbers. Give the workbook or the CSV file itself"
        )


def _few(name: str, count: int) -> None:
    if count > MAX_MEMBERS:
        raise DataError(
            f"'{name}' holds more than {MAX_MEMBERS:,} files; at most that many are opened at "
            "once. Pack fewer files together"
        )


def _is_junk(path: str) -> bool:
    """Say whether the file was put there by a system, not by a person."""
    *folders, last = PurePosixPath(path).parts or ("",)
    return (
        last.startswith(".") or last.lower() in _JUNK_FILES or not _JUNK_FOLDERS.isdisjoint(folders)
    )


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """Return the member's path; many programs write UTF-8 without saying so."""
    name = entry.filename.replace("\\", "/")
    if entry.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def _without_ending(name: str, ending: str) -> str:
    """Return `a.csv` for `a.csv.gz` and `a.tar` for `a.tgz`; other names stay."""
    lower = name.lower()
    if lower.endswith(".tgz"):
        return name[:-4] + ".tar"
    return name[: -len(ending)] if lower.endswith(ending) else name


def _damaged(name: str, what: str, unpacker: Unpacker, error: Exception) -> DataError:
    got = unpacker.last_bytes
    place = f"{got:,} bytes (line {unpacker.last_lines + 1:,})" if got else "its first byte"
    return DataError(
        f"'{name}' is {what} that cannot be unpacked beyond {place} ({error}); it is cut off or "
        "damaged. Transfer or export it again"
    )
