# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.
"""Everything of a project's review as Parquet: one file per table in a zip, with a manifest.

`manifest.json` names the schema (`understudy.everything/1`), and of each table its rows, columns
and SHA-256. Whatever has a form of its own stands whole in `body` as canonical JSON, with the
columns that tables are filtered by beside it. Samples of series are not in it: `series_hash` says
which they were. Read back are the current labels; the rest is a record.
"""

import hashlib
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import DataError
from core.exports.model import ExportFile, Label, QuestionRef, with_keys
from core.exports.tables import TABLES, Row
from core.questions.base import Question
from core.review import Correction, current_label

SCHEMA = "understudy.everything/1"
MANIFEST = "manifest.json"
BATCH = 2_000


def write_everything(
    file: Path | BinaryIO,
    tables: dict[str, Iterable[Row]],
    report: Callable[[str, int], object] = lambda _table, _rows: None,
) -> None:
    """Write the archive; a table that is not given is empty.

    Args:
        report: told the table in work and the rows written of it so far.

    Raises:
        DataError: for a table that the schema does not know.
    """
    if strangers := [name for name in tables if name not in TABLES]:
        raise DataError(f"there is no table {strangers[0]!r} in {SCHEMA}; use {', '.join(TABLES)}")
    manifest: dict[str, Any] = {"schema": SCHEMA, "pyarrow": pa.__version__, "tables": {}}
    # Parquet is compressed already.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, schema in TABLES.items():
            sink = pa.BufferOutputStream()
            n_rows = 0
            with pq.ParquetWriter(sink, schema) as writer:
                for batch in _batches(tables.get(name, ())):
                    writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                    n_rows += len(batch)
                    report(name, n_rows)
            written = sink.getvalue()
            archive.writestr(_entry(f"{name}.parquet"), memoryview(written))
            manifest["tables"][name] = {
                "rows": n_rows,
                "columns": schema.names,
                "sha256": hashlib.sha256(written).hexdigest(),
            }
        archive.writestr(_entry(MANIFEST), json.dumps(manifest, indent=1))


def is_everything(archive: zipfile.ZipFile) -> bool:
    """Say whether an archive was written by `write_everything`."""
    if MANIFEST not in archive.namelist() or archive.getinfo(MANIFEST).file_size > 2**20:
        return False
    return SCHEMA.encode() in archive.read(MANIFEST)


def read_everything(name: str, archive: zipfile.ZipFile) -> ExportFile:
    """Read the labels that stand, each with its item, question and series.

    Raises:
        DataError: if a table is missing, or is not what the manifest says.
    """
    tables = {
        table: _table(name, archive, table)
        for table in ("series", "questions", "items", "corrections")
    }
    series = {row["id"]: row for row in tables["series"]}
    questions = {
        row["id"]: Question.model_validate_json(row["body"]) for row in tables["questions"]
    }
    items = {row["id"]: row for row in tables["items"]}
    events: dict[str, list[Correction]] = defaultdict(list)
    for row in tables["corrections"]:
        events[row["item_id"]].append(Correction.model_validate_json(row["body"]))
    labels: list[Label] = []
    problems: list[str] = []
    for item_id, said in events.items():
        label = current_label(said)
        if label is None or label.content is None:
            continue
        item = items.get(item_id)
        if item is None or item["series_id"] not in series or item["question_id"] not in questions:
            problems.append(f"item {item_id}: the tables hold no item, series or question of it")
            continue
        question, of = questions[item["question_id"]], series[item["series_id"]]
        labels.append(
            Label(
                where=f"item {item_id}",
                item_id=item_id,
                series=of["name"],
                series_hash=of["series_hash"],
                n_channels=of["n_channels"],
                start=item["start"],
                stop=item["stop"],
                question=QuestionRef(
                    id=question.id,
                    version=question.version,
                    kind=question.kind,
                    name=question.name,
                ),
                content=with_keys(label.content, question),
                person=label.event.person,
                decision=label.event.decision,
                decided_at=label.event.created_at,
            )
        )
    return ExportFile(name, "everything, as Parquet", tuple(labels), tuple(problems))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _entry(name: str) -> zipfile.ZipInfo:
    """Return an entry with a fixed date: the same tables give the same archive."""
    return zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))


def _table(name: str, archive: zipfile.ZipFile, table: str) -> list[Row]:
    said = json.loads(archive.read(MANIFEST))["tables"].get(table, {})
    path = f"{table}.parquet"
    if path not in archive.namelist():
        raise DataError(f"'{name}' holds no {path}, so its labels cannot be read; export it again")
    raw = archive.read(path)
    if hashlib.sha256(raw).hexdigest() != said.get("sha256"):
        raise DataError(
            f"{path} in '{name}' is not what its manifest says: it was changed or damaged, so "
            "nothing of it is read; export it again"
        )
    return pq.read_table(pa.BufferReader(raw)).to_pylist()
