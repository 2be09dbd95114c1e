"""Look at a file and propose how to read it, with the evidence for each setting."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import numpy as np
import pandas as pd
import pyarrow as pa

from core.ingest.cells import decimal_marks, looks_like_time
from core.ingest.columns.floats import to_floats
from core.ingest.columns.table import check_width
from core.ingest.formats.facts import facts_of
from core.ingest.formats.tables import WORDS, Format, format_of, open_table
from core.ingest.formats.unpack import size_of
from core.ingest.names import unit_of
from core.ingest.roles import Column, Roles, Sample, assign_roles
from core.ingest.sentinels import find_sentinel
from core.ingest.settings import Reading, Settings, TimeAxis
from core.ingest.text.decimal_evidence import decide_comma
from core.ingest.text.grid import find_grid
from core.ingest.text.sampling import sample_rows
from core.ingest.text.sniff import Finding, detect_reading
from core.ingest.text.source import detect_encoding, load, look_at_text
from core.ingest.times.evidence import decide_days

_HOUR = re.compile(r"[hH]?\s?\d{1,2}([:.h]\d{2})?([:.]\d{2})?")
_HEAD_ROWS, _TAIL_ROWS, _PREVIEW_ROWS = 300, 100, 20


@dataclass(frozen=True, eq=False)
class Proposal:
    """How a file would be read; `settings` can be edited before `build`.

    Attributes:
        settings: what was detected.
        findings: each detected setting with its evidence, for people.
        columns: every column with its role and the reason.
        preview: the first rows as they stand in the file, all text.
        n_bytes: size of the file.
    """

    settings: Settings
    findings: tuple[Finding, ...]
    columns: tuple[Column, ...]
    preview: pd.DataFrame
    n_bytes: int


def propose(
    name: str, raw: bytes | Path, reading: Reading | None = None, zone: str | None = None
) -> Proposal:
    """Detect how to read a file; with `reading` given, only the columns' roles are detected.

    `zone` is assumed for times that do not state theirs, UTC when there is none.

    Raises:
        DataError: if the file is empty, too large, or no table at all.
    """
    kind = reading.format if reading else format_of(name, raw)
    if kind != "text":
        table = open_table(name, raw, kind)
        check_width(name, table.num_columns)
        return _propose_typed(name, table, kind, size_of(raw), zone)
    content = load(name, raw)
    findings: list[Finding] = []
    if reading is None:
        encoding = detect_encoding(name, content)
        text = look_at_text(name, content, encoding.name)
        reading, layout = detect_reading(name, text, encoding.name)
        findings = [Finding("Encoding", encoding.name, encoding.because, encoding.sure), *layout]
    else:
        text = look_at_text(name, content, reading.encoding)
    grid = find_grid(name, text, reading)
    check_width(name, len(grid.names))
    unsure = next((f for f in findings if f.setting == "Decimal mark" and not f.sure), None)
    if unsure and (decided := decide_comma(text, grid)):
        marks = (",", "") if decided[0] == "decimal" else (".", ",")
        reading = reading.model_copy(update={"decimal": marks[0], "thousands": marks[1]})
        shown = "comma" if marks[0] == "," else "point, digits grouped by ','"
        findings[findings.index(unsure)] = Finding("Decimal mark", shown, decided[1])
        grid = replace(grid, reading=reading)
    rows = sample_rows(name, text, grid, reading)
    sample = Sample(
        cells={c: [row[k] for row in rows.cells] for k, c in enumerate(grid.names)},
        head=rows.head,
        decimal=reading.decimal,
        thousands=reading.thousands,
        lines=tuple(rows.lines),
    )
    roles = assign_roles(sample)
    if roles.time is not None:
        roles = replace(roles, time=decide_days(text, grid, reading, roles.time))
    preview = pd.DataFrame(rows.cells[: min(_PREVIEW_ROWS, sample.head)], columns=list(grid.names))
    if grid.renamed and reading.header:
        findings.append(Finding("Column names", ", ".join(grid.renamed), "empty or given twice"))
    return _proposal(name, reading, findings, roles, preview, len(content), zone, sample.cells)


def _propose_typed(
    name: str, table: pa.Table, kind: Format, n_bytes: int, zone: str | None
) -> Proposal:
    ends = pa.concat_tables([
        table.slice(0, _HEAD_ROWS),
        table.slice(max(_HEAD_ROWS, table.num_rows - _TAIL_ROWS)),
    ])  # fmt: skip
    cells: dict[str, list[str]] = {}
    native: dict[str, bool] = {}
    nested: set[str] = set()
    for field, column in zip(ends.schema, ends.columns, strict=True):
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            nested.add(field.name)
        elif pa.types.is_timestamp(field.type) or pa.types.is_date(field.type):
            native[field.name] = pa.types.is_timestamp(field.type) and field.type.tz is not None
        values = column.to_pylist()
        cells[field.name] = ["" if v is None else f"{v}" for v in values]
    decimal, thousands, _ = decimal_marks([
        cell for field in ends.schema if pa.types.is_string(field.type)
        for cell in cells[field.name] if not looks_like_time(cell)
    ])  # fmt: skip
    sample = Sample(
        cells=cells,
        head=min(_HEAD_ROWS, table.num_rows),
        decimal=decimal,
        thousands=thousands,
        native=native,
        nested=frozenset(nested),
        answers=dict.fromkeys(
            facts_of(table).answers, "stands beside the samples' matrix, as labels do"
        ),
    )
    preview = pd.DataFrame({column: cells[column][:_PREVIEW_ROWS] for column in cells})
    what, because = WORDS[kind]
    notes = " ".join(facts_of(table).notes)
    findings = [Finding("Format", what, f"{because}. {notes}" if notes else because)]
    reading = Reading.model_validate({"format": kind, "decimal": decimal, "thousands": thousands})
    return _proposal(name, reading, findings, assign_roles(sample), preview, n_bytes, zone, cells)


def _proposal(
    name: str,
    reading: Reading,
    findings: list[Finding],
    roles: Roles,
    preview: pd.DataFrame,
    n_bytes: int,
    assumed: str | None,
    cells: dict[str, list[str]],
) -> Proposal:
    """Put roles and evidence together."""
    ids, values = roles.names("id"), roles.names("value")
    time, guess = (roles.time.axis, roles.time) if roles.time else (TimeAxis(), None)
    if guess:
        findings.append(Finding("Time", " + ".join(time.columns), guess.because, guess.sure))
        zone = "stated in the file" if time.zone_known else f"{assumed or 'UTC'}, assumed"
        if not time.zone_known and assumed:
            time = time.model_copy(update={"zone": assumed})
        because = (
            "times carry their offset" if time.zone_known else "the file does not say its zone"
        )
        findings.append(Finding("Zone", zone, because, time.zone_known))
    else:
        findings.append(Finding("Time", "none: row number", "no column reads as time"))
    layout = "long" if ids else "wide"
    id_words = " and ".join(f"'{name}'" for name in ids)
    shape = (
        f"one series for each {id_words}" if ids else f"{len(values)} value columns side by side"
    )
    if ids and roles.id_together:
        shape = f"one channel for each {id_words}"
    findings.append(Finding("Layout", layout, shape))
    if answers := roles.names("answer"):
        findings.append(
            Finding("Left out as answers", ", ".join(answers), "models must not see them")
        )
    hours = [name for name in values if _HOUR.fullmatch(name.strip())]
    if len(hours) > 11 and len(hours) == len(values):
        because = (
            f"the {len(hours)} columns '{hours[0]}' to '{hours[-1]}' look like times of day, so "
            "that each row is a day: they are read as channels side by side. Turn the table (one "
            "row for each time) to have one channel"
        )
        findings.append(Finding("One row a day?", f"{len(hours)} channels", because, sure=False))
    findings += _sentinels(cells, values, reading)
    settings = Settings(
        name=PurePath(name).stem or name,
        source=name,
        reading=reading,
        time=time,
        layout=layout,
        id_column=ids[0] if ids else None,
        id_also=ids[1:],
        value_columns=values,
        answer_columns=roles.names("answer"),
        cell_units=roles.cell_units,
        split="each" if ids and not roles.id_together else "together",
    )
    return Proposal(settings, tuple(findings), roles.columns, preview, n_bytes)


def _sentinels(
    cells: dict[str, list[str]], values: tuple[str, ...], reading: Reading
) -> list[Finding]:
    """Tell of numbers that may stand for missing values; nobody but a person can know."""
    found: list[Finding] = []
    for name in values:
        column = pa.array([cell or None for cell in cells[name]], pa.string())
        numbers = to_floats(column, reading.decimal, reading.thousands).values
        hit = None if np.isnan(numbers).all() else find_sentinel(numbers)
        if hit:
            because = (
                f"'{name}' holds it in {hit[1]:,} of the {len(numbers):,} rows looked at, far "
                "outside of its other values; it is kept unless you say that it means missing"
            )
            found.append(Finding("Perhaps a missing value", f"{hit[0]:g}", because, sure=False))
    return found


def channel_unit(name: str, grid_unit: str = "") -> str:
    """Return the unit of a channel: from the row of units, else from brackets in its name."""
    return re.sub(r"\s+", " ", grid_unit) or unit_of(name)
