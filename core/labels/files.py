"""Label files: JSON by file name, Label Studio's export, lists of stretches in JSON or CSV."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from core.errors import DataError
from core.ingest.formats.json_file import json_text
from core.ingest.formats.unpack import head_of, size_of
from core.ingest.text.source import detect_encoding, to_utf8
from core.labels.by_name import read_by_name
from core.labels.by_row import may_be_rows, read_by_row
from core.labels.label_studio import is_label_studio, read_label_studio
from core.labels.model import LabelFile
from core.labels.stretches import is_stretch, read_stretches

MAX_BYTES = 64 * 2**20
_BINARY = (b"PAR1", b"PK", b"\x93NUMPY", b"ARROW1", b"\x1f\x8b", b"BZh")
_TABLE_ROWS = 8
_WORDS = re.compile(r"label|annot|anomal|change.?point|window|truth|event", re.IGNORECASE)
_STRETCH = re.compile(rb"start|begin|from|onset")
_FILE = re.compile(
    r"\.(csv|tsv|txt|dat|parquet|json|npy|npz|xlsx?|out|gz|zip|bz2|xz)$", re.IGNORECASE
)
_SUFFIX = re.compile(
    r"[ ._-]*(labels?|annotations?|anomal\w+|change_?points?|windows?|truth|events?)$",
    re.IGNORECASE,
)


def is_label_file(name: str, raw: bytes | Path) -> bool:
    """Say whether a file holds labels of series rather than a series."""
    if size_of(raw) > MAX_BYTES:
        return False
    try:
        return bool(_read(name, raw).entries)
    except DataError:
        return False


def read_labels(name: str, raw: bytes | Path) -> LabelFile:
    """Read a label file.

    Raises:
        DataError: if it holds no labels in a form that is known.
    """
    if size_of(raw) > MAX_BYTES:
        raise DataError(
            f"'{name}' holds {size_of(raw) / 2**20:,.0f} MB; a label file has at most "
            f"{MAX_BYTES / 2**20:,.0f} MB. Split it by series"
        )
    return _read(name, raw)


def _read(name: str, raw: bytes | Path) -> LabelFile:
    head = head_of(raw, 4096).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    if head[:1] not in (b"{", b"["):
        # A header without these words is no table of stretches: a large series is not read for it.
        header = re.split(rb"[\r\n]", head, maxsplit=1)[0].replace(b"\x00", b"").lower()
        by_row = None
        if not head.startswith(_BINARY) and may_be_rows(name, head):
            by_row = read_by_row(name, raw, _text(name, raw), own_key(name))
        if by_row is not None:
            return by_row
        if not _STRETCH.search(header):
            raise _unknown(name)
        return _csv(name, _text(name, raw))
    text = json_text(name, raw.read_bytes() if isinstance(raw, Path) else raw)
    try:
        document: Any = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"line {error.lineno:,}" if isinstance(error, json.JSONDecodeError) else "it"
        raise DataError(
            f"'{name}' should be a label file but {where} is no JSON ({error}). Export it again"
        ) from error
    own = own_key(name)
    if isinstance(document, dict) and is_label_studio([document]):
        document = [document]
    if isinstance(document, list):
        if is_label_studio(document):
            return read_label_studio(name, document, own)
        if document and all(is_stretch(entry) for entry in document):
            return read_stretches(name, document, own)
        if _WORDS.search(PurePosixPath(name).name):
            return read_by_name(name, {own: document})
    elif isinstance(document, dict) and _may_be_labels(name, document):
        return read_by_name(name, document)
    raise _unknown(name)


def own_key(name: str) -> str:
    """Return the series that labels of one series speak of: `a` for `a_labels.json`."""
    stem = PurePosixPath(name).stem
    return _SUFFIX.sub("", stem) or stem


def _may_be_labels(name: str, document: dict[str, Any]) -> bool:
    """Tell labels from a table in JSON: by names of files as keys, or the file's own name."""
    named = sum(bool(_FILE.search(key)) for key in document)
    if named * 2 > len(document):
        return True
    return bool(_WORDS.search(PurePosixPath(name).name)) and not _is_table(document)


def _is_table(document: dict[str, Any]) -> bool:
    """Tell columns from points by series: of those hardly all have the same number, and many."""
    columns = list(document.values())
    if len(columns) < 2 or not all(isinstance(column, list) for column in columns):
        return False
    flat = not any(isinstance(cell, (list, dict)) for column in columns for cell in column)
    lengths = {len(column) for column in columns}
    return flat and len(lengths) == 1 and min(lengths) >= _TABLE_ROWS


def _csv(name: str, text: str) -> LabelFile:
    """Read a table of stretches: columns start and end, perhaps type, file, annotator."""
    sample = text[:4096]
    separator = max(",;\t|", key=sample.split("\n", 1)[0].count)
    rows = csv.DictReader(io.StringIO(text), delimiter=separator)
    if not rows.fieldnames or not is_stretch(dict.fromkeys(rows.fieldnames)):
        raise _unknown(name)
    return read_stretches(name, list(_records(rows)), own_key(name))


def _records(rows: "csv.DictReader[str]") -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {f"{key}": value for key, value in row.items() if key is not None}


def _text(name: str, raw: bytes | Path) -> str:
    content = raw.read_bytes() if isinstance(raw, Path) else raw
    return to_utf8(name, content, detect_encoding(name, content).name).decode("utf-8")


def _unknown(name: str) -> DataError:
    return DataError(
        f"'{name}' holds no labels in a form that is known: JSON of file names with [start, end] "
        "pairs or with rows by annotator, a JSON export of Label Studio, or a table with the "
        "columns start and end. Bring it into one of these forms"
    )
