"""Bytes to UTF-8 text: limits, file kinds that are no table, encodings. Knows no columns."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from core.errors import DataError
from core.ingest.text.filebytes import Content, FileBytes, blocks

MAX_BYTES = 512 * 1024 * 1024  # of a file that is given as bytes; one on disk may have any size
_WHOLE = 16 * 2**20  # files on disk up to this size are looked at from end to end
_UTF8 = ("utf-8", "utf-8-sig", "ascii")
_END, _PROBE, _PROBES = 2**20, 2**16, 32
# Encodings worth guessing among; charset-normalizer knows a hundred and is misled by short texts.
ENCODINGS = (
    "utf-8",
    "cp1252",
    "cp1250",
    "cp1251",
    "iso8859-15",
    "utf-16",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = (
    (b"PAR1", "a Parquet file", "let its format be detected again"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save the sheet as CSV"),
    (b"PK\x05\x06", "an empty zip archive", "give the CSV file itself"),
    (b"\x1f\x8b", "a gzip archive", "unpack it"),
    (b"BZh", "a bzip2 archive", "unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"%PDF", "a PDF document", "export the numbers as CSV"),
    (b"\x89PNG", "a picture", "give the numbers as CSV"),
    (b"\xff\xd8\xff", "a picture", "give the numbers as CSV"),
    (b"\x89HDF", "an HDF5 file", "export the table as CSV or Parquet"),
    (b"\x93NUMPY", "a NumPy file", "let its format be detected again"),
    (b"ARROW1", "an Arrow file", "let its format be detected again"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"<!DOCTYPE", "a web page", "download the table itself"),
    (b"<html", "a web page", "download the table itself"),
)  # fmt: skip


@dataclass(frozen=True)
class Encoding:
    """An encoding with the reason why it was chosen."""

    name: str
    because: str
    sure: bool = True


def load(name: str, raw: bytes | Path) -> Content:
    """Return the file's bytes after the checks that need no parsing; a file on disk stays there.

    Raises:
        DataError: if the file is empty, larger than `MAX_BYTES` in memory, or plainly no table.
    """
    content = FileBytes.open(raw) if isinstance(raw, Path) else raw
    size = len(content)
    if isinstance(content, bytes) and size > MAX_BYTES:
        raise DataError(
            f"'{name}' holds {size / 2**20:,.0f} MB; at most {MAX_BYTES / 2**20:,.0f} MB are read "
            "at once, so that the file fits into memory. Split it by time, or save it as Parquet, "
            "which is several times smaller; a file in the server's folder may have any size"
        )
    blank = b" \t\r\n\v\f\x00\xef\xbb\xbf"
    if not any(block.strip(blank) for _, block in blocks(content, 0, size, 2**16)):
        raise DataError(
            f"'{name}' is empty ({size:,} bytes, no text in it), so there is nothing to plot. "
            "Check the export and give a file with rows"
        )
    for magic, what, advice in _FOREIGN:
        if content[: len(magic)] == magic:
            raise DataError(
                f"'{name}' is {what}, whatever its name says; it cannot be read as a table of "
                f"text. Please {advice}"
            )
    return content


def detect_encoding(name: str, content: Content) -> Encoding:
    """Find the text's encoding: byte order mark, then UTF-8, then a guess.

    Raises:
        DataError: if the content is no text.
    """
    head = content[:4096]
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return Encoding(encoding, "the file starts with its byte order mark")
    if b"\x00" in head:
        return _utf16_without_mark(name, head)
    if isinstance(content, FileBytes):
        content = _looked_at(content)
    if content.isascii():
        return Encoding("utf-8", "every byte is plain ASCII")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _guess(name, content, error.start)
    return Encoding("utf-8", "every character is valid UTF-8")


def look_at_text(name: str, content: Content, encoding: str) -> Content:
    """Return a text in UTF-8 to be looked at here and there; a large file stays on disk.

    Of a very large file that is not UTF-8 only start and end are there.

    Raises:
        DataError: if the encoding is unknown or does not fit.
    """
    if isinstance(content, bytes) or len(content) <= _WHOLE:
        return to_utf8(name, content[:], encoding)
    if _codec(encoding) in _UTF8:
        assert content.path is not None
        return FileBytes.open(content.path, _mark(content))
    if len(content) <= MAX_BYTES:
        return FileBytes.write(_transcoded(name, content, encoding))
    head, tail = content[:_END], content[(len(content) - _END) // 4 * 4 :]
    if encoding == "utf-16" or encoding == "utf-32":
        # The tail has no byte order mark of its own.
        tail = head[: 2 if encoding == "utf-16" else 4] + tail
    texts = (part.decode(encoding, errors="replace") for part in (head, tail))
    return "".join(text.removeprefix("\ufeff") for text in texts).encode()


def open_text(name: str, content: Content, encoding: str) -> tuple[Content, list[str]]:
    """Return the whole text as UTF-8 and sentences about it; a file on disk stays on disk.

    Only the ends of a large file were looked at, so bytes between them may turn out to be no
    UTF-8: then the file is read in the encoding that fits, and a sentence says so.

    Raises:
        DataError: if the encoding is unknown or does not fit.
    """
    if isinstance(content, bytes):
        return to_utf8(name, content, encoding), []
    if len(content) <= _WHOLE:
        return to_utf8(name, content[:], encoding), []
    assert content.path is not None  # scratch files are made here and nowhere else
    if _codec(encoding) not in _UTF8:
        return FileBytes.write(_transcoded(name, content, encoding)), []
    strange = _no_utf8(content)
    if strange < 0:
        return FileBytes.open(content.path, _mark(content)), []
    around = content[max(0, strange - 4096) : strange + 65536]
    fits = _guess(name, around, min(strange, 4096)).name
    line = 1 + sum(block.count(b"\n") for _, block in blocks(content, 0, strange))
    note = f"Line {line:,} is not valid UTF-8, so the file was read as {fits}."
    return FileBytes.write(_transcoded(name, content, fits)), [note]


def to_utf8(name: str, content: bytes, encoding: str) -> bytes:
    """Return the text as UTF-8 bytes without a byte order mark.

    Raises:
        DataError: if the encoding is unknown or does not fit, with the line where it fails.
    """
    codec = _codec(encoding)
    try:
        if codec in ("utf-8", "ascii") and content.isascii():
            return content
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fits = _guess(name, content, error.start).name
        raise DataError(
            f"line {line:,} of '{name}' holds the byte 0x{content[error.start]:02X}, which is no "
            f"text in {encoding}. Choose another encoding ({fits} fits), "
            "or save the file as UTF-8"
        ) from error
    # A mark may also stand in a file that is read as plain UTF-8 or UTF-16LE.
    text = text.removeprefix("\ufeff")
    return content if codec == "utf-8" and len(text) == len(content) else text.encode("utf-8")


def _mark(content: Content) -> int:
    """Return the length of a byte order mark of UTF-8."""
    return len(codecs.BOM_UTF8) if content[:3] == codecs.BOM_UTF8 else 0


def _codec(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise DataError(
            f"'{encoding}' is no encoding that is known here. Choose one of {', '.join(ENCODINGS)}"
        ) from error


def _looked_at(content: FileBytes) -> bytes:
    """Return a small file whole, and whole lines from many places of a large one."""
    if len(content) <= _WHOLE:
        return content[:]
    parts = [content[:_END], content[len(content) - _END :]]
    for k in range(1, _PROBES):
        at = len(content) // _PROBES * k
        parts.append(content[at : at + _PROBE])
    return b"\n".join(
        part[part.find(b"\n") + 1 if k else 0 : part.rfind(b"\n") + 1]
        for k, part in enumerate(parts)
    )


def _no_utf8(content: FileBytes) -> int:
    """Return the offset of the first byte that is no UTF-8, or -1."""
    decoder, at = codecs.getincrementaldecoder("utf-8")(), 0
    for begin, block in blocks(content, 0, len(content)):
        waiting = len(decoder.getstate()[0])
        if not waiting and block.isascii():
            continue
        at = begin - waiting
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            return at + error.start
    return len(content) - len(decoder.getstate()[0]) if decoder.getstate()[0] else -1


def _transcoded(name: str, content: FileBytes, encoding: str) -> Iterator[bytes]:
    """Yield the text as UTF-8, block by block.

    Raises:
        DataError: if a byte is no text in this encoding, with its line.
    """
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    for begin, block in blocks(content, 0, len(content)):
        last = begin + len(block) == len(content)
        try:
            text = decoder.decode(block, last)
        except UnicodeDecodeError as error:
            line += block.count(b"\n", 0, error.start)
            raise DataError(
                f"line {line:,} of '{name}' holds the byte 0x{error.object[error.start]:02X}, "
                f"which is no text in {encoding}. Choose another encoding, or save the file as "
                "UTF-8"
            ) from error
        line += text.count("\n")
        yield (text.removeprefix("\ufeff") if begin == 0 else text).encode()


def _utf16_without_mark(name: str, head: bytes) -> Encoding:
    """Tell UTF-16 without a mark (every second byte is zero) from content that is no text."""
    halves = (head[0::2], head[1::2])
    zeros = [half.count(0) / max(1, len(half)) for half in halves]
    if zeros[1] > 0.8 and zeros[0] < 0.05:
        return Encoding("utf-16-le", "every second byte is zero, as in UTF-16", sure=False)
    if zeros[0] > 0.8 and zeros[1] < 0.05:
        return Encoding("utf-16-be", "every second byte is zero, as in UTF-16", sure=False)
    line = head.count(b"\n", 0, head.index(0)) + 1
    raise DataError(
        f"'{name}' holds zero bytes near its start (line {line:,}), so it is no text and no "
        "Parquet file. Export the numbers as CSV or Parquet"
    )


def _guess(name: str, content: bytes, first: int) -> Encoding:
    """Guess an encoding from the lines that hold something beside ASCII."""
    sample = b"\n".join(
        line for line in content[max(0, first - 4096) : first + 65536].splitlines()
        if not line.isascii()
    )  # fmt: skip
    guesses = from_bytes(sample, cp_isolation=list(ENCODINGS))
    best = guesses.best()
    if best is None:
        raise DataError(
            f"'{name}' is no text in any encoding that is known here (first strange byte at "
            f"position {first:,}). Save it as UTF-8"
        )
    # Western European exports are by far the most common, and short samples look alike.
    names = {name for guess in guesses for name in guess.could_be_from_charset}
    chosen = "cp1252" if "cp1252" in names else best.encoding
    shown = sample[:40].decode(chosen, errors="replace").strip()
    return Encoding(chosen, f"it is not UTF-8; read this way a line begins '{shown}'", sure=False)
