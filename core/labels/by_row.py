"""Label files with one cell for each row of a series, and lists of rows with their channels."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import re
from pathlib import Path

import pyarrow as pa

from core.errors import DataError
from core.ingest.columns.blocks import TextStream
from core.ingest.names import is_answer_name, may_be_answer_name
from core.ingest.propose import propose
from core.ingest.settings import Settings
from core.ingest.text.grid import Grid, find_grid
from core.ingest.text.source import load, look_at_text
from core.labels.columns import labels_of_columns
from core.labels.model import LabelFile, LabelSet, Span

_PATH = re.compile(r"label|annot|truth", re.IGNORECASE)
_ROWS = re.compile(r"\s*(\d+)\s*-\s*(\d+)\s*:\s*(\d+(?:\s*,\s*\d+)*)\s*")
_MARKS = {"0", "1", "0.0", "1.0", None}
_CELL = re.compile(r"[,;\t|]")


def may_be_rows(name: str, head: bytes) -> bool:
    """Say whether a file's path or header speaks of labels, or its first line lists channels."""
    first = head.split(b"\n", 1)[0].decode("utf-8", errors="replace")
    cells = [cell.strip(" \"'\r") for cell in _CELL.split(first)]
    named = any(is_answer_name(cell) or may_be_answer_name(cell) for cell in cells)
    return named or bool(_PATH.search(name)) or bool(_ROWS.fullmatch(first))


def read_by_row(name: str, raw: bytes | Path, text: str, key: str) -> LabelFile | None:
    """Read a cell for each row, or lines like `15849-16368:1,9,10`; None when it is neither.

    Rows count from 0; channels of such lines count from 1.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and all(map(_ROWS.fullmatch, lines)):
        spans = tuple(_listed(line) for line in lines)
        found = LabelSet(kind="anomaly", annotator="labels", spans=spans)
        return LabelFile(name=name, format="rows with their channels", entries={key: (found,)})
    try:
        settings = propose(name, raw).settings
    except DataError:
        return None
    if settings.reading.format != "text":
        return None
    content = look_at_text(name, load(name, raw), settings.reading.encoding)
    grid = find_grid(name, content, settings.reading)
    answers = list(settings.answer_columns)
    if settings.value_columns:
        if answers or len(grid.names) != 1 or not _PATH.search(name):
            return None
        answers = list(grid.names)
    if not answers:
        return None
    cells = _cells(name, grid, [*answers, *settings.time.columns])
    if settings.value_columns and not set(cells[answers[0]].unique().to_pylist()) <= _MARKS:
        return None
    times = _times(settings, cells)
    sets = labels_of_columns({answer: cells[answer] for answer in answers})
    placed = tuple(
        found.model_copy(update={"spans": tuple(_placed(span, times) for span in found.spans)})
        for found in sets
    )
    if not placed:
        return None
    return LabelFile(name=name, format="one label for each row", entries={key: placed})


def _listed(line: str) -> Span:
    found = _ROWS.fullmatch(line)
    assert found is not None  # checked for every line before
    channels = tuple(f"column {int(number)}" for number in found[3].split(","))
    return Span(start=int(found[1]), end=int(found[2]), channels=channels)


def _cells(name: str, grid: Grid, columns: list[str]) -> dict[str, pa.ChunkedArray]:
    """Return columns as text; a row that cannot be cut would shift all below, so none may be."""
    there = [column for column in grid.names if column in columns]
    stream = TextStream(name, grid, there)
    table = pa.Table.from_batches(list(stream))
    if stream.bad_rows:
        row, reason = stream.bad_rows[0]
        raise DataError(
            f"row {row + 1:,} of the label file '{name}' {reason}, so the labels below it would "
            "stand at other rows. Correct that row"
        )
    return {column: table.column(column) for column in there}


def _times(settings: Settings, cells: dict[str, pa.ChunkedArray]) -> list[str | None]:
    """Return the rows' times where they are written in ISO form; else rows are counted."""
    axis = settings.time
    if len(axis.columns) != 1 or axis.format != "iso":
        return []
    return cells[axis.columns[0]].to_pylist()


def _placed(span: Span, times: list[str | None]) -> Span:
    """Return a span of rows, by its times where both ends have one."""
    start, end = int(span.start), int(span.end)
    if times and times[start] and times[end]:
        return span.model_copy(
            update={"start": f"{times[start]}", "end": f"{times[end]}", "counts": "rows"}
        )
    return span.model_copy(update={"counts": "rows"})
