"""Which of the common shapes a JSON document has: records, rows, columns, or one level down.

A shape that is none of them is refused with the key or record at which it stops being a table.
"""
# pyright: basic
# What JSON holds has no static types.

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import DataError
from core.ingest.cells import is_number, looks_like_time

_MAX_LIST = 32  # a list of at most so many numbers in each record is a channel for each place
_MAX_DEPTH = 6
_WRAPPERS = (
    "data", "values", "records", "rows", "results", "result", "items", "series", "samples",
    "points", "measurements", "observations", "readings", "payload", "response", "body", "content",
)  # fmt: skip
_NAMES = ("columns", "fields", "header", "headers", "names", "column_names")


@dataclass(frozen=True)
class Place:
    """Where in a document something stands, for messages."""

    file: str
    path: str = ""

    def __str__(self) -> str:
        return f"'{self.path}' of '{self.file}'" if self.path else f"'{self.file}'"

    def down(self, key: str) -> "Place":
        """Return the place of a key here."""
        return Place(self.file, f"{self.path}.{key}" if self.path else key)


@dataclass(frozen=True)
class Columns:
    """Cells by column, all columns of equal length, with sentences about how they were found."""

    cells: dict[str, list[Any]]
    notes: list[str] = field(default_factory=list[str])


def find_columns(place: Place, document: Any, depth: int = 0) -> Columns:
    """Return the columns of a document.

    Raises:
        DataError: if it has none of the shapes that are tables.
    """
    if isinstance(document, list):
        return _of_list(place, document)
    if isinstance(document, dict):
        return _of_object(place, document, depth)
    raise DataError(
        f"{place} is JSON that holds a single value, no table. Give a list of records, like "
        '[{"time": "2024-01-01", "value": 1.5}, ...]'
    )


def _of_list(place: Place, rows: list[Any]) -> Columns:
    if not rows:
        return Columns({})
    first = rows[0]
    wanted = dict if isinstance(first, dict) else list if isinstance(first, list) else None
    if wanted is None:
        if odd := [k for k, row in enumerate(rows) if isinstance(row, (dict, list))]:
            raise _odd_record(place, odd[0], rows[odd[0]], first)
        return Columns({"value": rows})
    for k, row in enumerate(rows):
        if not isinstance(row, wanted):
            raise _odd_record(place, k, row, first)
    if wanted is list:
        return _of_rows(place, rows)
    _no_foreign(place, rows[0])
    return records(place, rows)


def _odd_record(place: Place, k: int, row: Any, first: Any) -> DataError:
    return DataError(
        f"record {k + 1:,} of {place} is {_kind(row)}, but the first is {_kind(first)}, so they "
        "are not rows of one table. Correct that record, or leave it out of the export"
    )


def records(place: Place, rows: Sequence[Mapping[str, Any]], depth: int = 0) -> Columns:
    """Put records side by side; what a record lacks is missing, objects inside become `a.b`."""
    cells: dict[str, list[Any]] = {}
    if rows and all(row.keys() == rows[0].keys() for row in rows):
        return _flat(place, Columns({key: [row[key] for row in rows] for key in rows[0]}), depth)
    for k, row in enumerate(rows):
        for key, value in row.items():
            column = cells.get(key)
            if column is None:
                column = cells[key] = []
            if len(column) < k:
                column.extend([None] * (k - len(column)))
            column.append(value)
    for column in cells.values():
        column.extend([None] * (len(rows) - len(column)))
    return _flat(place, Columns(cells), depth)


def _flat(place: Place, columns: Columns, depth: int) -> Columns:
    """Turn columns of objects, and of short lists of numbers, into columns of single values."""
    made: dict[str, list[Any]] = {}
    notes = list(columns.notes)
    for key, cells in columns.cells.items():
        kinds = {type(cell) for cell in cells} - {type(None)}
        if kinds == {dict} and depth < _MAX_DEPTH:
            rows = [{f"{key}.{k}": v for k, v in (cell or {}).items()} for cell in cells]
            inner = records(place, rows, depth + 1)
            made.update(inner.cells)
            notes.extend(inner.notes)
        elif kinds == {list} and (width := _equal_width(cells)):
            for p in range(width):
                made[f"{key}.{p + 1}"] = [None if c is None else c[p] for c in cells]
            notes.append(f"'{key}' holds {width} numbers in each record: a column for each.")
        else:
            made[key] = cells
    return Columns(made, notes)


def _equal_width(cells: list[Any]) -> int:
    """Return how many numbers every list holds; 0 when they differ or hold something else."""
    lists = [cell for cell in cells if cell is not None]
    width = len(lists[0])
    numbers = (int, float, type(None))
    if not 0 < width <= _MAX_LIST or any(len(c) != width for c in lists):
        return 0
    return width if all(isinstance(v, numbers) for c in lists for v in c) else 0


def _of_rows(place: Place, rows: list[list[Any]]) -> Columns:
    """Read lists as rows; few long lists are columns; a first row of texts alone is a header."""
    widths = {len(row) for row in rows}
    notes: list[str] = []
    head = rows[0]
    if len(widths) == 1 and len(rows) * 4 < len(head):
        notes.append(f"{len(rows)} lists of {len(head):,} values each were read as columns.")
        return Columns({f"column {k}": list(c) for k, c in enumerate(rows, start=1)}, notes)
    named = (
        len(rows) > 1
        and all(isinstance(cell, str) for cell in head)
        and not all(isinstance(cell, str) for cell in rows[1])
        and not any(is_number(cell) or looks_like_time(cell) for cell in head)
    )
    texts = [str(cell) for cell in head] if named else [""] * len(head)
    names = unique(texts)
    return rows_of(place, names, rows[1:] if named else rows, notes)


def rows_of(
    place: Place, names: Sequence[str], rows: Sequence[Any], notes: list[str] | None = None
) -> Columns:
    """Read lists as rows of named columns.

    Raises:
        DataError: if a row has another number of values; names it.
    """
    for k, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            what = f"{len(row)} values" if isinstance(row, list) else _kind(row)
            raise DataError(
                f"row {k + 1:,} of {place} holds {what} where {len(names)} are due "
                f"({', '.join(names[:6])}). Correct that row, or leave it out of the export"
            )
    columns = [list(cells) for cells in zip(*rows, strict=True)]
    made = Columns(dict(zip(names, columns, strict=False)), notes or [])
    return _flat(place, made, 0)


def _of_object(place: Place, document: dict[str, Any], depth: int) -> Columns:
    _no_foreign(place, document)
    for named in (k for k in document if k.lower() in _NAMES):
        for key in (k for k in document if k.lower() in _WRAPPERS):
            names, rows = document[named], document[key]
            if isinstance(names, list) and isinstance(rows, list) and _scalars(names):
                return _split(place.down(key), document, [str(n) for n in names], rows)
    lists = {k: v for k, v in document.items() if isinstance(v, list) and _scalars(v)}
    lengths = {len(v) for v in lists.values()}
    if lists and max(lengths) > 1 and not _nested_table(document):
        if len(lengths) > 1:
            listed = ", ".join(f"{k}: {len(v):,}" for k, v in list(lists.items())[:6])
            raise DataError(
                f"the lists of {place} have different lengths ({listed}), so they are not columns "
                "of one table. Make them equally long, with null where a value is missing"
            )
        others = [k for k in document if k not in lists]
        notes = [f"Beside the columns the file holds: {', '.join(others)}."] if others else []
        return Columns(dict(lists), notes)
    if (keyed := _keyed(place, document)) is not None:
        return keyed
    if depth < 2 and (key := _nested_table(document)):
        found = find_columns(place.down(key), document[key], depth + 1)
        others = [k for k in document if k != key]
        notes = [f"The table is '{key}' of the file; beside it: {', '.join(others[:8])}."]
        return Columns(found.cells, [*found.notes, *(notes if others else [])])
    keys = ", ".join(list(document)[:6])
    raise DataError(
        f"{place} is JSON without a table: an object with the keys {keys or '(none)'}. Give a list "
        "of records, an object of equally long lists, or one record a line"
    )


def _split(place: Place, document: dict[str, Any], names: list[str], rows: list[Any]) -> Columns:
    """Read {"columns": [...], "data": [[...], ...]}, with an "index" when there is one."""
    names = unique(names)
    if rows and isinstance(rows[0], dict):
        return _of_list(place, rows)
    index = document.get("index")
    found = rows_of(place, names, rows)
    if isinstance(index, list) and len(index) == len(rows) and "index" not in found.cells:
        return Columns({"index": index, **found.cells}, found.notes)
    return found


def _keyed(place: Place, document: dict[str, Any]) -> Columns | None:
    """Read {time: value}, {column: {row: value}} or {row: {column: value}}; None if it is none."""
    values = list(document.values())
    like_rows = all(is_number(k) or looks_like_time(k) for k in document)
    if len(values) > 1 and like_rows and _scalars(values):
        return Columns({"time": list(document), "value": values})
    objects = len(values) > 0 and all(isinstance(v, dict) and _scalars(v.values()) for v in values)
    if not objects:
        return None
    if len(values) > 1 and like_rows:
        found = records(place, values)
        return Columns({"index": list(document), **found.cells}, found.notes)
    rows = list(dict.fromkeys(row for column in values for row in column))
    if len(rows) < 2 or not all(is_number(row) or looks_like_time(row) for row in rows):
        return None
    cells = {name: [column.get(row) for row in rows] for name, column in document.items()}
    return Columns({"index": rows, **cells})


def _nested_table(document: dict[str, Any]) -> str:
    """Return the one key under which a table may lie; nothing when there is none, or several."""
    keys = [
        key for key, value in document.items()
        if (isinstance(value, list) and value and isinstance(value[0], (dict, list)))
        or (isinstance(value, dict) and any(isinstance(v, (list, dict)) for v in value.values()))
    ]  # fmt: skip
    if len(keys) == 1:
        return keys[0]
    named = [key for key in keys if key.lower() in _WRAPPERS]
    if len(named) == 1:
        return named[0]
    single = [k for k, v in document.items() if isinstance(v, list) and len(v) > 1]
    return single[0] if len(single) == 1 and not keys and single[0].lower() in _WRAPPERS else ""


def _no_foreign(place: Place, first: dict[str, Any]) -> None:
    """Refuse answers of monitoring systems, which nest series that have different times."""
    data = first.get("data")
    inner = data.get("result") if isinstance(data, dict) else first.get("result")
    what = ""
    if isinstance(inner, list) and inner and isinstance(inner[0], dict) and "metric" in inner[0]:
        what = "an answer of Prometheus: several series, each with times of its own"
    elif isinstance(first.get("metric"), dict) and ("values" in first or "value" in first):
        what = "a result of Prometheus: several series, each with times of its own"
    elif "datapoints" in first and "target" in first:
        what = "an answer of Grafana: several targets, each with times of its own"
    elif isinstance(first.get("results"), dict) and "frames" in str(first["results"])[:2000]:
        what = "an answer of Grafana: frames of several queries"
    elif first.get("type") in ("FeatureCollection", "Feature"):
        what = "GeoJSON: shapes on a map"
    if what:
        raise DataError(
            f"{place} is {what}, so it is not one table. Export it as CSV there, or write a list "
            'of records like [{"time": ..., "series": ..., "value": ...}]'
        )


def unique(names: Sequence[str]) -> list[str]:
    """Return the names with a number behind those that occur again."""
    made: list[str] = []
    for position, wanted in enumerate(names, start=1):
        base = " ".join(re.split(r"\s+", wanted)).strip() or f"column {position}"
        name, copy = base, 2
        while name in made:
            name, copy = f"{base} ({copy})", copy + 1
        made.append(name)
    return made


def _scalars(values: Any) -> bool:
    return not any(isinstance(value, (dict, list)) for value in values)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", type(None): "null"}
    return names.get(type(value), f"the single value {value!r:.20}")
