"""The audit log of a project: one row for everything that was ever recorded, and its files. Pure.

CSV and JSON Lines have the same columns, always in the order of `COLUMNS`. Rows form a chain: the
`hash` of each is SHA-256 over the hash of the row before it (64 zeros before the first) and the
row's own columns as JSON. A row that is changed, left out or moved afterwards breaks the chain from
there on; `first_break` says where. Rows cut off at the end leave no trace in the file: compare the
last hash with the one that was noted at the export. Whoever makes all hashes anew leaves none
either: the chain guards against accidents and careless edits, not against its owner.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from core.errors import DataError
from core.exports.spreadsheet import defused, restored
from core.model import Frozen

COLUMNS = (
    "number",
    "at",
    "person",
    "identity",
    "kind",
    "what",
    "series",
    "about",
    "series_id",
    "item_id",
    "table",
    "key",
    "details",
    "hash",
)
BEFORE_FIRST = "0" * 64

Row = dict[str, str]


class AuditEntry(Frozen):
    """One thing that was recorded.

    Attributes:
        person: empty where the app did it, or where nothing says who.
        identity: how the name was given; empty where that was not recorded.
        what: in words, by `core.audit_log_words`.
        series, about: of which series, and which part or thing of it, in words; may be empty.
        table, key: where it stands in the database.
        details: what else was recorded; never a secret, and never how long somebody took.
    """

    at: datetime
    person: str
    identity: str
    kind: str
    what: str
    series: str
    about: str
    series_id: str
    item_id: str
    table: str
    key: str
    details: dict[str, Any]


class AuditFilter(Frozen):
    """Which entries are wanted; empty conditions say nothing.

    Attributes:
        first, until: `first <= at < until`.
        text: somewhere in the person, the series' name or what was recorded; case is no matter.
    """

    person: str = ""
    kinds: tuple[str, ...] = ()
    first: datetime | None = None
    until: datetime | None = None
    series_id: str = ""
    text: str = ""


def chained(entries: Iterable[AuditEntry]) -> Iterator[Row]:
    """Turn entries into rows of text, numbered from 1 and chained."""
    before = BEFORE_FIRST
    for number, entry in enumerate(entries, start=1):
        row = {
            "number": str(number),
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            **{name: str(getattr(entry, name)) for name in COLUMNS[2:-2]},
            "details": json.dumps(entry.details, sort_keys=True, ensure_ascii=False),
        }
        before = _hash(before, row)
        yield {**row, "hash": before}


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Return the lines of a CSV file, the header first; no cell is run by a spreadsheet."""
    yield _line(COLUMNS)
    for row in rows:
        yield _line([defused(row[name]) for name in COLUMNS])


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Return the lines of a JSON Lines file."""
    for row in rows:
        yield json.dumps({name: row[name] for name in COLUMNS}, ensure_ascii=False) + "\n"


def read_rows(name: str, text: str) -> list[Row]:
    """Read an exported log, CSV or JSON Lines, as it was before it was written.

    Raises:
        DataError: when it is neither.
    """
    try:
        if text.lstrip().startswith("{"):
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            table = csv.DictReader(
                io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True
            )
            rows = [{key: restored(cell) for key, cell in row.items()} for row in table]
    except (ValueError, csv.Error, TypeError) as error:
        raise DataError(_no_log(name, str(error))) from error
    if not rows or any({*row} != {*COLUMNS} for row in rows):
        raise DataError(_no_log(name, "its columns are others"))
    return rows


def first_break(rows: Iterable[Row]) -> int | None:
    """Return the place, counted from 1, of the first row that does not follow; None for none."""
    before = BEFORE_FIRST
    for place, row in enumerate(rows, start=1):
        before = _hash(before, row)
        if row["hash"] != before or row["number"] != str(place):
            return place
    return None


def _hash(before: str, row: Row) -> str:
    said = json.dumps([row[name] for name in COLUMNS[:-1]], ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{said}".encode()).hexdigest()


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _no_log(name: str, why: str) -> str:
    return (
        f"'{name}' is no audit log as this program writes it ({why}), so it cannot be checked; "
        "give the CSV or JSON Lines file as it was exported"
    )
