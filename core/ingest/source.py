"""Bytes to UTF-8 text: limits, file kinds that are no table, encodings. Knows no columns."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from core.errors import DataError

MAX_BYTES = 512 * 1024 * 1024
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
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save the sheet as CSV"),
    (b"PK\x05\x06", "an empty zip archive", "give the CSV file itself"),
    (b"\x1f\x8b", "a gzip archive", "unpack it"),
    (b"BZh", "a bzip2 archive", "unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save the sheet as CSV"),
    (b"%PDF", "a PDF document", "export the numbers as CSV"),
    (b"\x89PNG", "a picture", "give the numbers as CSV"),
    (b"\xff\xd8\xff", "a picture", "give the numbers as CSV"),
    (b"\x89HDF", "an HDF5 file", "export the table as CSV or Parquet"),
    (b"\x93NUMPY", "a NumPy file", "save the array as CSV or Parquet"),
    (b"ARROW1", "an Arrow file", "save the table as Parquet"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"<!DOCTYPE", "a web page", "download the table itself"),
    (b"<html", "a web page", "download the table itself"),
    (b'{"', "JSON", "save the table as CSV or Parquet"),
    (b"[{", "JSON", "save the table as CSV or Parquet"),
)  # fmt: skip
_PARQUET = b"PAR1"


@dataclass(frozen=True)
class Encoding:
    """An encoding with the reason why it was chosen."""

    name: str
    because: str
    sure: bool = True


def load(name: str, raw: bytes | Path) -> bytes:
    """Return the file's bytes after the checks that need no parsing.

    Raises:
        DataError: if the file is empty, larger than `MAX_BYTES`, or plainly no table.
    """
    size = raw.stat().st_size if isinstance(raw, Path) else len(raw)
    if size > MAX_BYTES:
        raise DataError(
            f"'{name}' holds {size / 2**20:,.0f} MB; at most {MAX_BYTES / 2**20:,.0f} MB are read "
            "at once, so that the file fits into memory. Split it by time, or save it as Parquet, "
            "which is several times smaller"
        )
    content = raw.read_bytes() if isinstance(raw, Path) else raw
    if not content.strip(b" \t\r\n\v\f\x00\xef\xbb\xbf"):
        raise DataError(
            f"'{name}' is empty ({size:,} bytes, no text in it), so there is nothing to plot. "
            "Check the export and give a file with rows"
        )
    for magic, what, advice in _FOREIGN:
        if content.startswith(magic):
            raise DataError(
                f"'{name}' is {what}, whatever its name says; it cannot be read as a table of "
                f"text. Please {advice}"
            )
    return content


def is_parquet(content: bytes) -> bool:
    """Say whether the content is a Parquet file, by its first bytes and not by its name."""
    return content.startswith(_PARQUET)


def detect_encoding(name: str, content: bytes) -> Encoding:
    """Find the text's encoding: byte order mark, then UTF-8, then a guess.

    Raises:
        DataError: if the content is no text.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return Encoding(encoding, "the file starts with its byte order mark")
    head = content[:4096]
    if b"\x00" in head:
        return _utf16_without_mark(name, head)
    if content.isascii():
        return Encoding("utf-8", "every byte is plain ASCII")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _guess(name, content, error.start)
    return Encoding("utf-8", "every character is valid UTF-8")


def to_utf8(name: str, content: bytes, encoding: str) -> bytes:
    """Return the text as UTF-8 bytes without a byte order mark.

    Raises:
        DataError: if the encoding is unknown or does not fit, with the line where it fails.
    """
    try:
        codec = codecs.lookup(encoding).name
        if codec in ("utf-8", "ascii") and content.isascii():
            return content
        text = content.decode(encoding)
    except LookupError as error:
        raise DataError(
            f"'{encoding}' is no encoding that is known here. Choose one of {', '.join(ENCODINGS)}"
        ) from error
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


def _utf16_without_mark(name: str, head: bytes) -> Encoding:
    """Tell UTF-16 without a mark (every second byte is zero) from content that is no text."""
    halves = (head[0::2], head[1::2])
    zeros = [half.count(0) / max(1, len(half)) for half in halves]
    if zeros[1] > 0.8 and zeros[0] < 0.05:
        return Encoding("utf-16-le", "every second byte is zero, as in UTF-16", sure=False)
    if zeros[0] > 0.8 and zeros[1] < 0.05:
        return Encoding("utf-16-be", "every second byte is zero, as in UTF-16", sure=False)
    raise DataError(
        f"'{name}' holds zero bytes near its start, so it is no text and no Parquet file. "
        "Export the numbers as CSV or Parquet"
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
