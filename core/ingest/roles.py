"""What each column is for: time, id, values, answers, row numbers. Works on a sample."""

from dataclasses import dataclass
from typing import Literal

from core.ingest.cells import TRUE_FALSE, is_integer, is_missing, is_number, looks_like_time
from core.ingest.guess_time import TimeGuess, guess_pair, guess_parts, guess_time, is_time_name
from core.ingest.names import (
    is_answer_name,
    is_channel_name,
    is_id_name,
    is_row_name,
    may_be_answer_name,
)
from core.ingest.settings import TimeAxis

# Columns that exports of well-known systems add to what was measured.
_EXPORTS = (
    (frozenset({"_time", "_value", "table"}), ("result", "table", "_start", "_stop")),
    (frozenset({"VarName", "TimeString", "VarValue"}), ("Validity", "Time_ms")),
)
Role = Literal["time", "value", "answer", "id", "row number", "left out"]
_FEW = 20  # different values that a column of classes has at most


@dataclass(frozen=True)
class Column:
    """A column's part in the series, with the reason."""

    name: str
    role: Role
    because: str


@dataclass(frozen=True, eq=False)
class Sample:
    """Cells of the first and last rows, as text; the first `head` of them follow each other.

    Attributes:
        cells: per column its sampled cells, all of equal length.
        head: how many of them stand at the start of the file without a gap.
        native: columns that a Parquet file itself declares to be times, and whether with a zone.
        nested: columns that hold lists or structures.
        lines: the cells' lines in the file, to be named in evidence.
    """

    cells: dict[str, list[str]]
    head: int
    decimal: str = "."
    thousands: str = ""
    native: dict[str, bool] | None = None
    nested: frozenset[str] = frozenset()
    lines: tuple[int, ...] = ()


@dataclass(frozen=True)
class Roles:
    """The columns' roles, and how the time column is written."""

    columns: tuple[Column, ...]
    time: TimeGuess | None
    id_together: bool

    def names(self, role: Role) -> tuple[str, ...]:
        """Return the names of the columns of a role, in the file's order."""
        return tuple(column.name for column in self.columns if column.role == role)


def assign_roles(sample: Sample) -> Roles:
    """Give every column its role."""
    taken: dict[str, Column] = {}

    def take(name: str, role: Role, because: str) -> None:
        taken.setdefault(name, Column(name, role, because))

    for mark, others in _EXPORTS:
        for name in others if mark <= sample.cells.keys() else ():
            take(name, "left out", "tells about the export, not about what was measured")
    for name, cells in sample.cells.items():
        if name in sample.nested:
            take(name, "left out", "holds lists or structures, not one number a row")
        elif _written_times(cells):
            continue  # "label" may head the times; answers are no times
        elif is_answer_name(name):
            take(name, "answer", "its name speaks of answers; models must not see it")
        elif may_be_answer_name(name) and len(_different(cells)) <= _FEW:
            found = len(_different(cells))
            take(
                name, "answer", f"its name speaks of classes and it holds {found} different values"
            )
    for position, (name, cells) in enumerate(sample.cells.items()):
        if (
            position == 0 < len(sample.cells) - 1
            and (is_row_name(name) or is_time_name(name))
            and _counts(cells[: sample.head])
        ):
            take(name, "row number", "counts the rows")
    free = {name: cells for name, cells in sample.cells.items() if name not in taken}
    time = _find_time(free, sample)
    for name in time.axis.columns if time else ():
        take(name, "time", time.because if time else "")
    free = {name: cells for name, cells in free.items() if name not in taken}
    id_name, together = _find_id(free, time, sample)
    if id_name is not None:
        found = len(_different(free[id_name]))
        take(id_name, "id", f"repeats {found} different names, one for each series or channel")
    for name, cells in free.items():
        role, because = _value(name, cells, sample)
        take(name, role, because)
    return Roles(tuple(taken[name] for name in sample.cells), time, together)


def _find_time(free: dict[str, list[str]], sample: Sample) -> TimeGuess | None:
    """Choose the time column: declared, then named, then the first that reads as time."""
    for name, aware in (sample.native or {}).items():
        if name in free:
            axis = TimeAxis(columns=(name,), format="native", zone_known=aware)
            return TimeGuess(axis, "the file declares it as time")
    parts = guess_parts(free, sample.lines)
    if parts:
        return parts
    guesses: list[tuple[bool, bool, TimeGuess]] = []
    for position, (name, cells) in enumerate(free.items()):
        # The only column of numbers is what was measured.
        alone = len(free) == 1 and _numeric(cells, sample)
        guess = None if alone else guess_time(name, cells, sample.lines)
        if guess is None or (position and _numeric(cells, sample) and not is_time_name(name)):
            continue
        # Two columns, a day and a time of day, make one time.
        pair = _find_pair(name, cells, free, sample.lines)
        elapsed = guess.axis.format.startswith(("elapsed", "clock"))
        guesses.append((elapsed, not is_time_name(name), pair or guess))
    return min(guesses, key=lambda guess: guess[:2])[2] if guesses else None


def _find_pair(
    name: str, cells: list[str], free: dict[str, list[str]], lines: tuple[int, ...]
) -> TimeGuess | None:
    if any(":" in cell for cell in cells[:20]):
        return None
    pairs = (
        guess_pair((name, other), cells, clocks, lines)
        for other, clocks in free.items()
        if other != name
    )
    return next((pair for pair in pairs if pair), None)


def _find_id(
    free: dict[str, list[str]], time: TimeGuess | None, sample: Sample
) -> tuple[str | None, bool]:
    """Choose the column that says which series a row belongs to, if there is one."""
    times: list[str] = []
    if time:
        columns = [sample.cells[name] for name in time.axis.columns]
        times = [" ".join(parts) for parts in zip(*columns, strict=True)]
    numbers = [name for name, cells in free.items() if _numeric(cells, sample)]
    for name, cells in free.items():
        different = _different(cells)
        text = not _numeric(cells, sample)
        if (
            not different
            or len(different) * 2 > len(cells)
            or (name in numbers and numbers == [name])
        ):
            continue
        repeats = bool(times) and len(set(times)) < 0.7 * len(times)
        pairs = len(set(zip(times, cells, strict=True))) if times else 0
        if text and repeats and pairs > 0.95 * len(times):
            return name, is_channel_name(name)
        whole = all(is_integer(cell) or is_missing(cell) for cell in cells)
        if is_id_name(name) and (text or (whole and (repeats or not times))) and numbers:
            return name, is_channel_name(name)
    return None, False


def _value(name: str, cells: list[str], sample: Sample) -> tuple[Role, str]:
    """Say whether a remaining column holds values."""
    filled = _different(cells)
    if not filled:
        return "value", "no value among the rows looked at"
    again = guess_time(name, cells)
    counted = again is not None and again.sure and is_time_name(name)
    if again is not None and counted and not again.axis.format.startswith(("elapsed", "clock")):
        return "left out", f"another column of times, like '{sorted(filled)[0]}'"
    if _numeric(cells, sample):
        return "value", f"numbers, like {next(c.strip() for c in cells if not is_missing(c))}"
    example = sorted(filled)[0]
    if again:
        return "left out", f"another column of times, like '{example}'"
    return "left out", f"text, not numbers, like '{example:.30}'"


def _numeric(cells: list[str], sample: Sample) -> bool:
    filled = [cell.strip() for cell in cells if not is_missing(cell)]
    marks = sample.decimal, sample.thousands
    good = sum(is_number(cell, *marks) or cell.lower() in TRUE_FALSE for cell in filled)
    return good * 2 >= len(filled)


def _written_times(cells: list[str]) -> bool:
    """Say whether most cells are written times, not numbers."""
    filled = [cell for cell in cells if not is_missing(cell)][:50]
    times = sum(looks_like_time(cell) and not is_number(cell) for cell in filled)
    return bool(filled) and times * 2 > len(filled)


def _different(cells: list[str]) -> set[str]:
    return {cell.strip() for cell in cells if not is_missing(cell)}


def _counts(cells: list[str]) -> bool:
    """Say whether the cells count up by one, from 0 or 1."""
    if len(cells) < 2 or not all(map(is_integer, cells)):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
