"""A file and its settings to series: sorted by time, nothing filled or dropped unsaid."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from core.errors import AppError, DataError
from core.ingest.columns.table import Progress, Table, read_text, read_typed
from core.ingest.formats.tables import open_table
from core.ingest.no_values import no_values
from core.ingest.problems import Problem, ProblemsError, Refusal
from core.ingest.propose import channel_unit
from core.ingest.settings import Settings
from core.ingest.shape import Piece, answers_of, long_pieces, wide_pieces
from core.ingest.text.grid import find_grid
from core.ingest.text.left_out import left_out
from core.ingest.text.source import load, open_text
from core.ingest.times.axis import Axis
from core.ingest.treatments import describe
from core.series import SeriesData, SeriesInfo


@dataclass(frozen=True, eq=False)
class Built:
    """What a file became.

    Attributes:
        series: data and description of each series, in the file's order.
        problems: cells and rows that could not be read and were treated as the settings allow.
        treatments: sentences about the file as a whole; each series' own are in its description.
        answers: per series its answer columns, (n,) cells in the order of its samples. They are
            for the step that offers them as labels, and never become channels.
        refusals: what is refused unless a person allows to go on without it.
    """

    series: list[tuple[SeriesData, SeriesInfo]]
    problems: list[Problem]
    treatments: list[str]
    answers: list[dict[str, pa.ChunkedArray]] = field(default_factory=list)
    refusals: tuple[Refusal, ...] = ()

    def refused(self, settings: Settings) -> ProblemsError | None:
        """Return why these settings refuse the file, the rows first; None when they do not."""
        return next((one.error() for one in self.refusals if one.stands(settings)), None)


def build(
    raw: bytes | Path,
    settings: Settings,
    progress: Callable[[float], None] | None = None,
    *,
    judged_later: bool = False,
) -> Built:
    """Read the whole file as the settings say; `progress` hears the share that is done.

    With `judged_later` the file is read as if all that does not parse were allowed to be left out:
    whoever uses the result asks it first whether it is `refused`, and reads nothing twice.

    Raises:
        ProblemsError: if cells or rows do not parse and the settings do not allow to go on.
        DataError: if the file holds no usable series.
    """
    _check(raw, settings)
    table, units, unused, read_notes = _read(raw, settings, progress)
    problems, refusals, notes = _judge(settings, table)
    refused = next((one.error() for one in refusals if one.stands(settings)), None)
    if refused and not judged_later:
        raise refused
    notes = [
        *read_notes, *_unused_notes(settings, unused), *table.notes, *notes, *table.axis.notes
    ]  # fmt: skip
    make = long_pieces if settings.layout == "long" else wide_pieces
    try:
        pieces = make(settings, table)
        answers = [answers_of(piece, table) for piece in pieces]
        axis = Axis(None, table.axis.valid[:0], table.axis.unit, table.axis.zone_known)
        # The pieces hold all that is wanted; what was read is not needed twice.
        del table
        series = [_series(piece, settings, axis, units, notes) for piece in pieces]
    except AppError as error:
        if refused:  # nothing is left of the file without them, which is said when it is allowed
            raise refused from error
        raise
    if progress is not None:
        progress(1.0)
    return Built(series, problems, notes, answers, refusals)


def _unused_notes(settings: Settings, unused: list[str]) -> list[str]:
    """Tell which columns are not part of the series."""
    answers = [name for name in unused if name in settings.answer_columns]
    others = [name for name in unused if name not in answers]
    notes = [f"Left out because they hold answers: {', '.join(answers)}."] if answers else []
    return [*notes, f"Columns not used: {', '.join(others)}."] if others else notes


def _check(raw: bytes | Path, settings: Settings) -> None:
    """Refuse settings that contradict each other."""
    values = set(settings.value_columns)
    if not values:
        raise no_values(raw, settings)
    used = {*settings.time.columns, *settings.answer_columns, settings.id_column, *settings.id_also}
    if both := sorted(values & {column for column in used if column}):
        raise DataError(
            f"'{both[0]}' is chosen as values and as time, id or answer at once. A column has one "
            "use: take it out of one of the lists"
        )
    if settings.layout == "long" and not settings.id_column:
        raise DataError(
            f"'{settings.name}' should be read as long, but no column says which series a row "
            "belongs to. Choose that column, or the wide layout"
        )


def _read(
    raw: bytes | Path, settings: Settings, progress: Progress | None
) -> tuple[Table, dict[str, str], list[str], list[str]]:
    """Parse the wanted columns; return their units, the columns not wanted, and sentences."""
    ids = [settings.id_column, *settings.id_also] if settings.id_column else []
    texts = [*settings.time.columns, *ids]
    numbers = list(settings.value_columns)
    reading = settings.reading
    if reading.format != "text":
        typed = open_table(settings.name, raw, reading.format)
        _known(settings.name, [*texts, *numbers], typed.column_names)
        unused = [column for column in typed.column_names if column not in {*texts, *numbers}]
        units = {column: channel_unit(column) for column in numbers} | settings.cell_units
        return read_typed(typed, settings, progress), units, unused, []
    content, notes = open_text(settings.name, load(settings.name, raw), reading.encoding)
    grid = find_grid(settings.name, content, reading)
    _known(settings.name, [*texts, *numbers], list(grid.names))
    named = dict(zip(grid.names, grid.units, strict=True))
    units = {column: channel_unit(column, named[column]) for column in numbers}
    units |= {column: unit for column, unit in settings.cell_units.items() if not units.get(column)}
    unused = [column for column in grid.names if column not in {*texts, *numbers}]
    return read_text(grid, settings, progress), units, unused, [*notes, *left_out(grid)]


def _known(name: str, wanted: list[str], there: list[str]) -> None:
    if missing := [column for column in wanted if column not in there]:
        listed = ", ".join(there[:12]) + (", ..." if len(there) > 12 else "")
        raise DataError(
            f"'{name}' has no column '{missing[0]}' when it is read this way (it has: {listed}). "
            "Choose the columns again"
        )


def _judge(
    settings: Settings, table: Table
) -> tuple[list[Problem], tuple[Refusal, ...], list[str]]:
    """Tell what does not parse, and what of it is refused unless it is allowed."""
    notes: list[str] = []
    rows, n_rows = table.row_problems()
    times, n_times = table.axis.problems(table.source_row, table.lines)
    cells, n_cells = table.cell_problems()
    refusals = (
        Refusal(settings.name, "row", [*rows, *times], n_rows + n_times),
        Refusal(settings.name, "cell", cells, n_cells),
    )
    if n_rows:
        notes.append(f"{_count(n_rows, 'row')} with a wrong number of cells left out.")
    if n_times:
        notes.append(f"{_count(n_times, 'row')} without a readable time left out.")
    if n_cells:
        notes.append(f"{_count(n_cells, 'cell')} without a readable number kept as missing.")
    problems = sorted([*rows, *times, *cells], key=lambda problem: problem.line)
    return problems, tuple(one for one in refusals if one.total), notes


def _series(
    piece: Piece, settings: Settings, axis: Axis, units: dict[str, str], notes: list[str]
) -> tuple[SeriesData, SeriesInfo]:
    """Leave out channels without any value, and describe the rest."""
    # One column at a time: a mask of all values would be an eighth of them.
    filled = np.array([not np.isnan(column).all() for column in piece.values.T])
    empty = [name for name, there in zip(piece.names, filled, strict=True) if not there]
    if not filled.any():
        raise DataError(
            f"'{piece.label}' holds no number in its {len(piece.values):,} rows (columns "
            f"{', '.join(piece.names[:6])}), so there is nothing to plot. Choose other columns"
        )
    data = SeriesData(
        values=np.ascontiguousarray(piece.values if filled.all() else piece.values[:, filled]),
        time=piece.time,
        unit=axis.unit,
        source_row=piece.source_row,
    )
    names = tuple(name for name, there in zip(piece.names, filled, strict=True) if there)
    sources = [source for source, there in zip(piece.sources, filled, strict=True) if there]
    info = SeriesInfo(
        name=piece.label,
        channel_names=names,
        channel_units=tuple(units.get(source, "") for source in sources),
        zone=settings.time.zone,
        zone_known=axis.zone_known,
        treatments=(*notes, *piece.notes, *describe(data, names, empty)),
        source=settings.source,
    )
    return data, info


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
