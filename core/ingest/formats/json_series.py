"""JSON that nests series with times of their own: unrolled to one long table.

Answers of monitoring systems (Prometheus, Grafana's targets), and lists of series with points.
"""
# pyright: basic
# What JSON holds has no static types.

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_POINTS = ("points", "values", "datapoints", "data", "samples", "history")
_NAMES = ("name", "metric", "target", "series", "id", "tag", "label", "key", "title", "channel")


@dataclass(frozen=True)
class Long:
    """One row for each point of each series."""

    cells: dict[str, list[Any]]
    note: str


def find_series(document: Any) -> Long | None:
    """Return the series of a document as a long table; None when it does not nest series."""
    for entries in _lists(document, 0):
        found = [_entry(entry, k) for k, entry in enumerate(entries, start=1)]
        if found and all(found):
            return _long([entry for entry in found if entry])
    return None


def _lists(document: Any, depth: int) -> list[list[Any]]:
    """Return the lists of objects that a document holds, the outer ones first."""
    if isinstance(document, list):
        return [document] if document and all(isinstance(e, dict) for e in document) else []
    if not isinstance(document, dict) or depth > 3:
        return []
    return [found for value in document.values() for found in _lists(value, depth + 1)]


def _entry(entry: Mapping[str, Any], number: int) -> tuple[str, list[dict[str, Any]]] | None:
    """Return a series' name and points, or None if the object is none."""
    for key in (k for k in entry if k.lower() in _POINTS):
        points = entry[key]
        if not isinstance(points, list) or not points:
            continue
        rows = [_point(point, swapped=key.lower() == "datapoints") for point in points]
        if all(rows):
            return _name(entry, key, number), [row for row in rows if row]
    return None


def _point(point: Any, *, swapped: bool) -> dict[str, Any] | None:
    """Return a point's cells: an object of single values, or a pair."""
    if isinstance(point, dict):
        single = not any(isinstance(value, (dict, list)) for value in point.values())
        return dict(point) if single and len(point) > 1 else None
    if isinstance(point, list) and len(point) == 2:
        # Grafana's targets give the value first.
        value, time = point if swapped else point[::-1]
        return {"time": time, "value": value}
    return None


def _name(entry: Mapping[str, Any], points: str, number: int) -> str:
    """Name a series by its name, else by its labels, else by its number."""
    for key in (k for k in entry if k.lower() in _NAMES and k != points):
        value = entry[key]
        if isinstance(value, dict):
            labels = {f"{k}": f"{v}" for k, v in value.items()}
            name = labels.pop("__name__", "")
            inner = ", ".join(f"{k}={v}" for k, v in labels.items())
            return f"{name}{{{inner}}}" if inner else name or f"series {number}"
        if isinstance(value, (str, int)):
            return f"{value}"
    return f"series {number}"


def _long(entries: list[tuple[str, list[dict[str, Any]]]]) -> Long:
    cells: dict[str, list[Any]] = {"series": []}
    keys = list(dict.fromkeys(key for _, rows in entries for row in rows for key in row))
    # A lone letter names a time among points only, where a table's columns have full names.
    own = {key: f"{key} (2)" if key == "series" else key for key in keys}
    own |= {"t": "time"} if "t" in own and "time" not in own else {}
    cells |= {column: [] for column in own.values()}
    for name, rows in entries:
        for row in rows:
            cells["series"].append(name)
            for key, column in own.items():
                cells[column].append(row.get(key))
    n = len(entries)
    what = "series" if n == 1 else "series, each with times of its own,"
    return Long(cells, f"The file nests {n:,} {what} which were put below each other.")
