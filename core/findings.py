"""Findings: what anybody says of events in series, and the table that lists of them are kept as.

`core.one_list` makes findings of what is said; `core.sensitivity` orders them.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

SaidBy = Literal["person", "student", "teacher", "rules", "detector"]
ORDER: tuple[SaidBy, ...] = ("person", "student", "teacher", "rules", "detector")
Status = Literal["new", "confirmed", "rejected", "unsure"]
"""`confirmed`: a person says it; `rejected`: a person decided on its samples and does not say it;
`unsure`: a person could not tell; `new`: nobody decided."""


@dataclass(frozen=True)
class Said:
    """One author's stretch `[start, stop)` of a series, some channels of it (all when empty).

    Attributes:
        type: name of the event's type, empty when the author named none.
        confidence: the author's own figure (a detector's score at the peak); None without one.
        quantile: share of the series that the author scores lower, in [0, 1]; see
            `core.sensitivity`, also for what replaces it.
        reported: False for a detector's stretch below the detector's own threshold.
        at: when it was said.
        item_id: the item it was said on; empty when it was said of the series itself.
        answer_id: the answer it is part of, and `number` its number there; empty and 0 otherwise.
    """

    series_id: str
    start: int
    stop: int
    kind: SaidBy
    name: str
    at: datetime
    channels: tuple[int, ...] = ()
    type: str = ""
    confidence: float | None = None
    quantile: float = 1.0
    reported: bool = True
    item_id: str = ""
    answer_id: str = ""
    number: int = 0

    @property
    def level(self) -> float:
        """The quantile, and 1 more when its author reports it: all of those come first."""
        return self.quantile + self.reported


@dataclass(frozen=True)
class Finding:
    """One event and all who say it, in the order of `ORDER`.

    `level` is the highest of those who are not people; 2 when people alone say it.
    """

    said: tuple[Said, ...]
    status: Status
    level: float
    at: datetime

    @property
    def place(self) -> Said:
        """Who says it first of all, which gives the row its range and channels."""
        return self.said[0]

    @property
    def score(self) -> float | None:
        """The quantile behind the level: of those who report it, else of hints; None for people."""
        models = [one for one in self.said if one.kind != "person"]
        return max(models, key=lambda one: one.level).quantile if models else None

    @property
    def type(self) -> str:
        """The first type that is named; empty when nobody names one."""
        return next((one.type for one in self.said if one.type), "")


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """A finding as it is exported: names instead of ids, texts instead of objects.

    Attributes:
        series: name of the series, or of the file.
        start, stop: samples `[start, stop)`.
        first_us, last_us: times of samples `start` and `stop - 1`, microseconds since 1970, UTC;
            None without times.
        channels: their names, all of them named.
        said_by: everybody who says it.
        score: share of the series that its author scores lower, in [0, 1].
        reported: False when no author reports it: a detector saw it below its threshold.
        status: what people decided on it, "muted" when a mute hides it.
        confirmed, contradicted, not_checkable: claims about it by what the data say; None when
            nobody looked.
        said: the words about it.
        item_id: an item that holds it, if there is one.
    """

    series: str
    start: int
    stop: int
    said_by: tuple[str, ...]
    first_us: int | None = None
    last_us: int | None = None
    channels: tuple[str, ...] = ()
    type: str = ""
    score: float | None = None
    reported: bool = True
    status: str = "new"
    confirmed: int | None = None
    contradicted: int | None = None
    not_checkable: int | None = None
    said: str = ""
    muted: str = ""
    series_id: str = ""
    item_id: str = ""


_TIME = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("series", pa.string()),
        ("start", pa.int64()),
        ("stop", pa.int64()),
        ("first_time", _TIME),
        ("last_time", _TIME),
        ("channels", pa.list_(pa.string())),
        ("type", pa.string()),
        ("said_by", pa.list_(pa.string())),
        ("score", pa.float64()),
        ("reported", pa.bool_()),
        ("status", pa.string()),
        ("confirmed", pa.int64()),
        ("contradicted", pa.int64()),
        ("not_checkable", pa.int64()),
        ("said", pa.string()),
        ("muted", pa.string()),
        ("series_id", pa.string()),
        ("item_id", pa.string()),
    ]
)
"""Columns of the exported table; `start`, `stop` are samples `[start, stop)`."""
_FIELDS = {"first_time": "first_us", "last_time": "last_us"}
_BETWEEN = "; "


def findings_table(rows: Iterable[FindingRow]) -> pa.Table:
    """Return findings as a table of `SCHEMA`, in the given order."""
    listed = list(rows)
    columns = [
        pa.array([_value(row, field.name) for row in listed], field.type) for field in SCHEMA
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def csv_bytes(table: pa.Table) -> bytes:
    """Return the table as CSV in UTF-8; lists are joined by "; "."""
    for place, field in enumerate(table.schema):
        if pa.types.is_list(field.type):
            texts = [_BETWEEN.join(names) for names in table.column(place).to_pylist()]
            table = table.set_column(place, field.name, pa.array(texts, pa.string()))
    sink = pa.BufferOutputStream()
    csv.write_csv(table, sink)
    return sink.getvalue().to_pybytes()


def parquet_bytes(table: pa.Table) -> bytes:
    """Return the table as a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def write_findings(folder: Path, table: pa.Table) -> tuple[Path, Path]:
    """Write `findings.parquet` and `findings.csv` into a folder, made if missing; returns them.

    A reader sees each file as it was or as it is, never a part of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kinds: tuple[tuple[str, Callable[[pa.Table], bytes]], ...] = (
        ("findings.parquet", parquet_bytes),
        ("findings.csv", csv_bytes),
    )
    for name, written in kinds:
        part = folder / f".{name}.{os.getpid()}.part"
        part.write_bytes(written(table))
        part.replace(folder / name)
    return folder / "findings.parquet", folder / "findings.csv"


def _value(row: FindingRow, column: str) -> Any:
    value = getattr(row, _FIELDS.get(column, column))
    return list(value) if isinstance(value, tuple) else value
