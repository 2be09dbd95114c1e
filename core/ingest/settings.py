"""What is decided about a file before it is read: frozen, editable, JSON. Knows no parser."""

from typing import Literal

from core.model import Frozen

# One column only: nothing separates cells. Any run of blanks separates cells.
ONE_COLUMN = ""
BLANKS = " "
# Two blanks or more, or a tab, separate cells; a single blank belongs to the cell.
WIDE_BLANKS = "  "
# Cells stand at fixed positions of each line.
FIXED = "fixed"
# Behind a time's format: the last of its columns holds milliseconds, to be added.
MILLISECONDS = "+ms"
# In front of a separator: all samples stand in one line; each line is quoted as a whole.
ROW_OF, QUOTED_LINES = "row:", "line:"


class Reading(Frozen):
    """How the bytes become a table of cells."""

    format: Literal["text", "parquet", "json", "numpy", "arrow", "arff"] = "text"
    encoding: str = "utf-8"
    separator: str = ","
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    header: bool = True
    skip_lines: int = 0
    # Lines above the header (a title, a comment) that are no data.
    units_row: bool = False
    # The line below the header names units.
    units_line: int = 1
    # How many lines below the names the units stand.
    header_lines: int = 1
    # Lines of names that belong together (a group above, a name below); only with a header.
    skip_below: int = 0
    # Lines between header (and units) and the first row that are no data: rulers, descriptions.
    skip_end: int = 0
    # Lines below the table (totals, footnotes) that are no data.
    remarks: tuple[str, ...] = ()
    # Lines that begin with one of these are remarks, wherever they stand, and are left out.
    quote: Literal['"', "'", ""] = '"'
    # What stands around cells that hold separators or line ends; empty: nothing does.
    starts: tuple[int, ...] = ()
    # Where the columns of a fixed-width table begin; only with the separator FIXED.


class TimeAxis(Frozen):
    """Which columns say when a row was measured, and how they are written."""

    columns: tuple[str, ...] = ()
    # Empty: the series has no time, the row number is its axis. Two: a date and a time of day.
    format: str = "iso"
    # "iso", "native" (Parquet timestamps), "epoch_s|ms|us|ns", "elapsed_s|ms|us|min|h",
    # "excel_days", or a strptime pattern.
    zone: str = "UTC"
    # The zone of times that state no offset, and the zone times are shown in.
    zone_known: bool = False
    # False: the file does not say its zone and `zone` is an assumption.


class Settings(Frozen):
    """Everything `build` needs beside the bytes. A column in no list is left out, and listed."""

    name: str
    source: str = ""
    # The file's name as it was given, folders and all.
    reading: Reading = Reading()
    time: TimeAxis = TimeAxis()
    layout: Literal["wide", "long"] = "wide"
    id_column: str | None = None
    # Long layout: the column that says which series or channel a row belongs to.
    value_columns: tuple[str, ...] = ()
    cell_units: dict[str, str] = {}
    # Columns whose cells carry their unit behind (or a currency before) the number.
    missing_numbers: tuple[float, ...] = ()
    # Numbers that stand for "no value", like -999; none is taken so unless it is chosen here.
    id_also: tuple[str, ...] = ()
    # Further columns that only together with `id_column` say which series a row belongs to.
    answer_columns: tuple[str, ...] = ()
    # Columns that give the answer away (labels, classes); they never become channels.
    split: Literal["together", "each"] = "together"
    # One series of many channels, or one series for each channel (wide) or id (long).
    on_bad_cell: Literal["refuse", "missing"] = "refuse"
    # A cell that is no number: refuse the file, or keep the sample as missing.
    on_bad_row: Literal["refuse", "leave_out"] = "refuse"
    # A row without a usable time or with the wrong number of cells: refuse, or leave it out.
