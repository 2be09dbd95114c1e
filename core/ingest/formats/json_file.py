"""JSON and JSON lines to a table. Knows the common shapes of records and columns, no roles.

Numbers written as text stay text: the same machinery that reads cells of text reads them.
"""
# pyright: basic
# What JSON holds and what Arrow makes of it have no static types.

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.errors import DataError
from core.ingest.formats.facts import Facts, with_facts
from core.ingest.formats.json_series import find_series
from core.ingest.formats.json_shapes import Columns, Place, find_columns
from core.ingest.formats.json_values import to_arrow
from core.ingest.text.source import detect_encoding, to_utf8

MAX_BYTES = 1024 * 1024 * 1024  # a document must be read as a whole; lines need not
_START = re.compile(
    rb"\s*(\{\s*(\"|\}|$)|\[\s*(\{|\[|\"|\]|$|(-?\d[\d.eE+-]*|null|NaN)\s*(,|\]\s*$)))"
)
_SURROGATE = r"\ud"
_HALF = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_ENDINGS = (".json", ".jsonl", ".ndjson")


def is_json(name: str, head: bytes) -> bool:
    """Say whether a file is JSON: by its first characters, which no table of text has."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in text[:4]:
        text = text.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    if name.lower().endswith(_ENDINGS):
        return text.lstrip()[:1] in (b"{", b"[", b'"')
    return _START.match(text) is not None


def read_json(name: str, raw: bytes | Path) -> pa.Table:
    """Return a JSON document, or JSON lines, as columns.

    Raises:
        DataError: if the text is no JSON, or holds no table; names line, column, record or key.
    """
    size = raw.stat().st_size if isinstance(raw, Path) else len(raw)
    if size > MAX_BYTES:
        raise DataError(
            f"'{name}' holds {size / 2**20:,.0f} MB of JSON; at most {MAX_BYTES / 2**20:,.0f} MB "
            "are read, because it must be in memory as a whole. Export it as CSV or Parquet"
        )
    content = raw.read_bytes() if isinstance(raw, Path) else raw
    text = json_text(name, content)
    del content
    reader = Reader(name)
    found, bad = reader.read(text)
    nested = find_series(found)
    if nested:
        columns = Columns(nested.cells, [nested.note])
    else:
        columns = found if isinstance(found, Columns) else find_columns(Place(name), found)
    notes = [*reader.notes, *columns.notes]
    arrays: dict[str, pa.Array] = {}
    for key in list(columns.cells):
        arrays[key], note = to_arrow(columns.cells.pop(key))
        if note:
            notes.append(f"'{key}' {note}.")
    if not arrays or not len(next(iter(arrays.values()))):
        raise DataError(
            f"'{name}' is JSON without a single record, so there is nothing to plot. Check the "
            "export"
        )
    facts = Facts(notes=tuple(notes), bad_rows=tuple(bad))
    return with_facts(pa.table(arrays), facts)


def json_text(name: str, content: bytes) -> str:
    """Return the text of a JSON file; halves of characters, which no text can hold, are marked.

    Raises:
        DataError: if the content is no text.
    """
    text = to_utf8(name, content, detect_encoding(name, content).name).decode("utf-8")
    return _HALF.sub(r"\\ufffd", text) if _SURROGATE in text.lower() else text


class Reader:
    """Parses a text as one document, else as a document on each line."""

    def __init__(self, name: str) -> None:
        self.notes: list[str] = []
        self._name = name
        self._repeated = ""
        self._decoder = json.JSONDecoder(object_pairs_hook=self._object)

    def read(self, text: str) -> tuple[Any, list[tuple[int, str]]]:
        """Return the document (of lines: the list of their values), and the lines that fail."""
        try:
            document: Any = self._decoder.decode(text)
            bad: list[tuple[int, str]] = []
        except json.JSONDecodeError as error:
            # Not `splitlines`: a text inside a record may hold other signs that end lines.
            lines = text.split("\n")
            if not self._is_lines(lines):
                several = self._one_after_another(text)
                if several is None:
                    raise self._broken(text, error) from error
                document, bad = several, []
            else:
                document, bad = self._lines(lines)
        except RecursionError as error:
            raise DataError(
                f"'{self._name}' is JSON with values inside values without end; a table is at "
                "most a few levels deep. Export the records as a flat list, or as CSV"
            ) from error
        if self._repeated:
            self.notes.append(
                f"A record gives the name '{self._repeated}' twice; the last value counts."
            )
        return document, bad

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs) and not self._repeated:
            names = [key for key, _ in pairs]
            self._repeated = next(key for key in names if names.count(key) > 1)
        return made

    def _is_lines(self, lines: list[str]) -> bool:
        """Say whether most of the first lines are documents of their own."""
        filled = [line for line in lines if line.strip()][:20]
        good = sum(self._parses(line) for line in filled)
        return len(filled) > 1 and good * 2 > len(filled)

    def _parses(self, line: str) -> bool:
        try:
            return isinstance(self._decoder.decode(line), (dict, list))
        except json.JSONDecodeError:
            return False

    def _lines(self, lines: list[str]) -> tuple[list[Any], list[tuple[int, str]]]:
        """Parse each line; what is no JSON is listed by its line, counted from 0."""
        while lines and not lines[-1].strip():
            lines.pop()
        if (values := self._at_once(lines)) is not None:
            return values, []
        values = []
        bad: list[tuple[int, str]] = []
        kind: type | None = None
        for row, line in enumerate(lines):
            try:
                value = self._decoder.decode(line)
            except json.JSONDecodeError as error:
                empty = not line.strip()
                what = "is empty" if empty else f"is no JSON ({error.msg}, column {error.colno})"
                bad.append((row, what))
                continue
            kind = kind or type(value)
            if type(value) is not kind:
                bad.append((row, f"holds {_kind(value)} where the lines before hold others"))
                continue
            values.append(value)
        return values, bad

    def _at_once(self, lines: list[str]) -> list[Any] | None:
        """Parse good lines in one fast pass; None when some line is not one value of one kind."""
        try:
            values = self._decoder.decode(f"[{','.join(lines)}]")
        except json.JSONDecodeError:
            return None
        one_kind = len({type(value) for value in values}) == 1
        return values if one_kind and len(values) == len(lines) else None

    def _one_after_another(self, text: str) -> list[Any] | None:
        """Return documents that follow each other over several lines, or None when it is not so."""
        values: list[Any] = []
        position = 0
        try:
            while position < len(text):
                value, position = self._decoder.raw_decode(text, position)
                values.append(value)
                position += len(text[position:]) - len(text[position:].lstrip(" \t\r\n,"))
        except json.JSONDecodeError:
            return None
        return values if all(isinstance(value, dict) for value in values) else None

    def _broken(self, text: str, error: json.JSONDecodeError) -> DataError:
        there = " ".join(text[max(0, error.pos - 15) : error.pos + 15].split())
        cut = error.pos >= len(text.rstrip())
        what = "ends in the middle" if cut else f"is no JSON there ({error.msg}, near '{there}')"
        advice = "it is cut off. Export it again" if cut else "Correct that place, or export CSV"
        return DataError(
            f"line {error.lineno:,}, column {error.colno:,} of '{self._name}': the file begins as "
            f"JSON but {what}{'; ' if cut else '. '}{advice}"
        )


def _kind(value: Any) -> str:
    names = {dict: "a record", list: "a list", str: "a text", type(None): "null"}
    return names.get(type(value), "a single value")
