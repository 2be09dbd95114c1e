"""Why a file without a column of values cannot be plotted: which columns there are instead."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from pathlib import Path

from core.errors import DataError
from core.ingest.formats.tables import open_table
from core.ingest.problems import shorten
from core.ingest.settings import Settings
from core.ingest.text.grid import find_grid
from core.ingest.text.sampling import sample_rows
from core.ingest.text.source import load, look_at_text

_SHOWN = 6


def no_values(raw: bytes | Path, settings: Settings) -> DataError:
    """Return the error that names the columns, each with an example cell and its line."""
    name, answers = settings.name, settings.answer_columns
    # A whole line in one column is a wrong separator, whatever words stand in it.
    if answers and not any(sign in answer for answer in answers for sign in ",;\t|"):
        listed = ", ".join(f"'{answer}'" for answer in answers)
        return DataError(
            f"'{name}' holds labels only (column {listed}) and no column of values, so there is "
            "nothing to plot by itself. Give it together with the series it belongs to: it is "
            "offered there as labels"
        )
    columns, line = _example(raw, settings)
    listed = ", ".join(f"'{column}' like '{cell}'" for column, cell in columns[:_SHOWN])
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    return DataError(
        f"no column of '{name}' is chosen as values, so there is nothing to plot: line {line:,} "
        f"has {listed}{more}. Choose at least one column of numbers; times and texts cannot be "
        "plotted"
    )


def _example(raw: bytes | Path, settings: Settings) -> tuple[list[tuple[str, str]], int]:
    """Return each column with the cell of the first row, and that row's line."""
    reading = settings.reading
    if reading.format != "text":
        table = open_table(settings.name, raw, reading.format)
        first = table.slice(0, 1).to_pylist()[0]
        return [(column, shorten(f"{cell}", 20)) for column, cell in first.items()], 1
    text = look_at_text(settings.name, load(settings.name, raw), reading.encoding)
    grid = find_grid(settings.name, text, reading)
    rows = sample_rows(settings.name, text, grid, reading)
    cells = [shorten(cell, 20) for cell in rows.cells[0]]
    return list(zip(grid.names, cells, strict=True)), rows.lines[0]
