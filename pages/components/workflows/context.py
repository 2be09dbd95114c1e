"""What happened around a series: the event log, typed or from a file of times and texts.

No Streamlit. A file is read whole before anything is stored: rows that cannot be read are listed
with their line, and the rest is stored only when a person says so.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.annotations import LogEntry
from core.errors import DataError
from core.ids import new_id
from core.ingest.cells import is_missing
from core.ingest.settings import TimeAxis
from core.ingest.times.clock import format_name, to_ticks
from core.ingest.times.guess_time import guess_time, is_time_name
from core.series import TICKS_PER_SECOND, SeriesData, TimeUnit
from pages.components.workflows.positions import Clock, parse_position, parse_tick
from storage import Store
from storage.rows import StoredSeries

MOST_BYTES = 20_000_000
_SEPARATORS = ",;\t|"
_TEXT_WORDS = ("text", "message", "event", "what", "description", "comment", "note", "ereignis")
_END_WORDS = ("end", "stop", "until", "to", "ende", "bis")
_KIND_WORDS = ("kind", "type", "category", "class", "art", "typ")
_TICKS_NS = {"ns": 1, "us": 1000}


@dataclass(frozen=True)
class LogRow:
    """One readable row of a log file: nanoseconds since 1970 (UTC), and what happened."""

    tick: int
    text: str
    end: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class LogFile:
    """What a log file says.

    Attributes:
        problems: one sentence per row that cannot be read, with its line.
        how: how the times were read.
    """

    rows: tuple[LogRow, ...]
    problems: tuple[str, ...]
    how: str


def read_log(name: str, raw: bytes, zone: str) -> LogFile:
    """Read a text file with a column of times and one of texts; end and kind may follow.

    Times without an offset are in `zone`.

    Raises:
        DataError: when no column of times or no column of texts is found.
    """
    if len(raw) > MOST_BYTES:
        raise DataError(
            f"{name} has {len(raw):,} bytes, and an event log has at most {MOST_BYTES:,}; a file "
            "of measurements belongs on the page Upload"
        )
    header, body, lines, times = _table(name, raw)
    end = _named(header, _END_WORDS, {times})
    kind = _named(header, _KIND_WORDS, {times, end})
    texts = _text_column(name, header, body, {times, end, kind})
    ticks, axis = _read_times([row[times] for row in body], header[times], zone)
    ends = [None] * len(body) if end is None else _ticks([r[end] for r in body], axis)
    rows: list[LogRow] = []
    problems: list[str] = []
    for number, row, tick, last in zip(lines, body, ticks, ends, strict=True):
        text = row[texts].strip()
        if tick is None:
            problems.append(f"line {number}: {row[times]!r} is no time like the others")
        elif not text:
            problems.append(f"line {number}: there is no text")
        elif last is not None and last < tick:
            problems.append(f"line {number}: the end lies before the start")
        else:
            rows.append(LogRow(tick, text, last, "" if kind is None else row[kind].strip()))
    return LogFile(
        tuple(rows),
        tuple(problems),
        f"times read as {format_name(axis.format)}, in {zone} where the line does not say",
    )


def log_of(store: Store, stored: StoredSeries) -> list[LogEntry]:
    """Return what the log says of the time of a series, or of its samples when it has no times."""
    here = (stored.project_id, stored.id)
    if stored.first_tick is None or stored.last_tick is None:
        return [entry for entry in store.events.list(*here) if entry.series_id is not None]
    first, last = (to_ns(tick, stored.unit) for tick in (stored.first_tick, stored.last_tick))
    return store.events.list(*here, first, last)


def store_log(
    store: Store, stored: StoredSeries, person: str, rows: Sequence[LogRow], source: str, all_: bool
) -> int:
    """Store log rows for one series, or for all of the project; return how many are new.

    Raises:
        DataError: when what stands at a sample of a series without times is to hold for all.
    """
    if all_ and not stored.has_time:
        raise DataError(
            f"{stored.info.name} has no times, so what happened at one of its samples has no place "
            "in other series; nothing was stored: note it for this series alone"
        )
    entries = [
        LogEntry(
            id=new_id(),
            series_id=None if all_ else stored.id,
            tick=row.tick,
            end=row.end,
            text=row.text,
            kind=row.kind,
            source=source,
            person=person,
        )
        for row in rows
    ]
    return len(store.events.add_many(stored.project_id, entries))


def log_tick(written: str, data: SeriesData, clock: Clock | None) -> int:
    """Return what the log keeps of a typed place: nanoseconds, or a sample without times.

    Unlike an edge of an interval, an event may lie before or after the series.
    """
    if clock is None or data.time is None:
        return parse_position(written, data, None, "first")
    if not any(mark in written for mark in ":-."):
        sample = parse_position(written, data, clock, "first")
        return to_ns(int(data.time[sample]), data.unit)
    return to_ns(parse_tick(written, clock, int(data.time[0])), data.unit)


def log_position(entry: LogEntry, data: SeriesData) -> tuple[int, int]:
    """Return the samples `[start, stop)` of a log entry, the nearest ones when it lies outside."""
    last = data.n_samples - 1
    if data.time is None:
        start = min(max(entry.tick, 0), last)
        return start, start + 1
    first_tick = from_ns(entry.tick, data.unit)
    last_tick = first_tick if entry.end is None else from_ns(entry.end, data.unit)
    start = min(int(np.searchsorted(data.time, first_tick)), last)
    stop = int(np.searchsorted(data.time, last_tick, side="right"))
    return start, min(max(stop, start + 1), last + 1)


def to_ns(tick: int, unit: TimeUnit) -> int:
    """Return a tick of a series as the nanoseconds the log counts in."""
    return tick * _TICKS_NS[unit]


def from_ns(tick: int, unit: TimeUnit) -> int:
    """Return nanoseconds of the log as a tick of a series."""
    return tick // _TICKS_NS[unit]


def seconds_of(data: SeriesData) -> float | None:
    """Return how long a series lasts; None on a sample index."""
    if data.time is None:
        return None
    return (int(data.time[-1]) - int(data.time[0])) / TICKS_PER_SECOND[data.unit]


def _table(name: str, raw: bytes) -> tuple[list[str], list[list[str]], list[int], int]:
    """Return column names, rows, the line of each row, and which column holds the times.

    The separator is the one that leaves a column of times beside another one.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    sample = [line for line in text.splitlines() if line.strip()][:50]
    marks = sorted(_SEPARATORS, key=lambda mark: -sum(mark in line for line in sample))
    for separator in marks:
        reader = csv.reader(io.StringIO(text), delimiter=separator)
        numbered = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
        width = max((len(row) for _, row in numbered), default=0)
        table = [[*row, *[""] * (width - len(row))] for _, row in numbered]
        if width < 2:
            continue
        lines = [line for line, _ in numbered]
        header, body = _header(table)
        times = _time_column(header, body)
        if times is not None:
            return header, body, lines[len(lines) - len(body) :], times
    raise DataError(
        f"{name} has no column that reads as times beside one of texts, so its lines cannot be "
        "placed; give lines like 2024-01-31 23:59:59, pump replaced"
    )


def _header(table: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Split off the column names; without any the columns have none."""
    if len(table) > 1 and any(is_time_name(cell) for cell in table[0]):
        return table[0], table[1:]
    if any(tick is not None for tick in _as_iso(table[0])):
        return [""] * len(table[0]), table
    for column in zip(*table, strict=True):
        whole, rest = guess_time("", list(column)), guess_time("", list(column[1:]))
        if rest is not None and (whole is None or _share(column, rest.axis) < 1):
            return table[0], table[1:]
    return [""] * len(table[0]), table


def _share(column: Sequence[str], axis: TimeAxis) -> float:
    return float(to_ticks(pa.chunked_array([list(column)]), axis).valid.mean())


def _time_column(header: list[str], body: list[list[str]]) -> int | None:
    columns = [list(column) for column in zip(*body, strict=True)]
    order = sorted(range(len(columns)), key=lambda c: (not is_time_name(header[c]), c))
    for column in order:
        if guess_time(header[column] or "time", columns[column]) is not None:
            return column
        if any(tick is not None for tick in _as_iso(columns[column])):
            return column
    return None


def _text_column(
    name: str, header: list[str], body: list[list[str]], taken: set[int | None]
) -> int:
    named = _named(header, _TEXT_WORDS, taken)
    if named is not None:
        return named
    lengths = {
        column: sum(len(row[column].strip()) for row in body)
        for column in range(len(header))
        if column not in taken
    }
    if not lengths or not max(lengths.values()):
        raise DataError(
            f"{name} has times but no text beside them, so nothing is known to have happened; "
            "give lines like 2024-01-31 23:59:59, pump replaced"
        )
    return max(lengths, key=lambda column: (lengths[column], -column))


def _named(header: list[str], words: Sequence[str], taken: set[int | None]) -> int | None:
    names = [name.strip().casefold() for name in header]
    for word in words:
        if word in names and names.index(word) not in taken:
            return names.index(word)
    return None


def _read_times(cells: list[str], name: str, zone: str) -> tuple[list[int | None], TimeAxis]:
    guess = guess_time(name or "time", cells)
    axis = TimeAxis(format="iso") if guess is None else guess.axis
    axis = axis.model_copy(update={"zone": zone})
    return _ticks(cells, axis), axis


def _as_iso(cells: list[str]) -> list[int | None]:
    wanted = [cell if any(mark in cell for mark in "-:/.") else "" for cell in cells]
    return _ticks(wanted, TimeAxis(format="iso"))


def _ticks(cells: list[str], axis: TimeAxis) -> list[int | None]:
    filled = ["" if is_missing(cell) else cell.strip() for cell in cells]
    found = to_ticks(pa.chunked_array([pa.array(filled, pa.string())]), axis)
    inside = found.valid & (np.abs(found.ticks) < 2**63 // _TICKS_NS[found.unit])
    return [
        int(tick) * _TICKS_NS[found.unit] if valid else None
        for tick, valid in zip(found.ticks, inside, strict=True)
    ]
