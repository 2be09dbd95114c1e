"""What each column is for: time, id, values, answers, row numbers. Works on a sample."""

from dataclasses import dataclass, field
from typing import Literal

from core.ingest.cells import is_integer, is_missing, is_number, looks_like_time
from core.ingest.columns.cell_units import common_unit
from core.ingest.find_ids import Sample, different, find_ids, numeric
from core.ingest.names import (
    is_answer_name,
    is_row_name,
    may_be_answer_name,
)
from core.ingest.settings import TimeAxis
from core.ingest.times.guess_time import (
    TimeGuess,
    guess_pair,
    guess_parts,
    guess_time,
    is_time_name,
    with_milliseconds,
)

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


@dataclass(frozen=True)
class Roles:
    """The columns' roles, and how the time column is written."""

    columns: tuple[Column, ...]
    time: TimeGuess | None
    id_together: bool
    cell_units: dict[str, str] = field(default_factory=dict[str, str])

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
    for name, why in (sample.answers or {}).items():
        take(name, "answer", why)
    for name, cells in sample.cells.items():
        if name in taken:
            continue
        if name in sample.nested:
            take(name, "left out", "holds lists or structures, not one number a row")
        elif _written_times(cells):
            continue  # "label" may head the times; answers are no times
        elif is_answer_name(name):
            take(name, "answer", "its name speaks of answers; models must not see it")
        elif may_be_answer_name(name) and len(different(cells)) <= _FEW:
            found = len(different(cells))
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
    if time is not None:
        time = with_milliseconds(time, free, sample.lines)
    for name in time.axis.columns if time else ():
        take(name, "time", time.because if time else "")
    free = {name: cells for name, cells in free.items() if name not in taken}
    ids, together = find_ids(free, time, sample)
    for name in ids:
        found = len(different(free[name]))
        take(name, "id", f"repeats {found} different names, one for each series or channel")
    units: dict[str, str] = {}
    for name, cells in free.items():
        role, because = _value(name, cells, sample)
        unit = common_unit(cells, sample.decimal, sample.thousands) if role == "left out" else ""
        if unit and name not in taken and because.startswith("text"):
            units[name] = unit
            role, because = "value", f"numbers with their unit '{unit}' in each cell"
        take(name, role, because)
    return Roles(tuple(taken[name] for name in sample.cells), time, together, units)


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
        alone = len(free) == 1 and numeric(cells, sample)
        alone = alone and not (is_time_name(name) and len(sample.cells) > 1)
        guess = None if alone else guess_time(name, cells, sample.lines)
        if guess is None or (position and numeric(cells, sample) and not is_time_name(name)):
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


def _value(name: str, cells: list[str], sample: Sample) -> tuple[Role, str]:
    """Say whether a remaining column holds values."""
    filled = different(cells)
    if not filled:
        return "value", "no value among the rows looked at"
    again = guess_time(name, cells)
    counted = again is not None and again.sure and is_time_name(name)
    if again is not None and counted and not again.axis.format.startswith(("elapsed", "clock")):
        return "left out", f"another column of times, like '{sorted(filled)[0]}'"
    if numeric(cells, sample):
        return "value", f"numbers, like {next(c.strip() for c in cells if not is_missing(c))}"
    example = sorted(filled)[0]
    if again:
        return "left out", f"another column of times, like '{example}'"
    return "left out", f"text, not numbers, like '{example:.30}'"


def _written_times(cells: list[str]) -> bool:
    """Say whether most cells are written times, not numbers."""
    filled = [cell for cell in cells if not is_missing(cell)][:50]
    times = sum(looks_like_time(cell) and not is_number(cell) for cell in filled)
    return bool(filled) and times * 2 > len(filled)


def _counts(cells: list[str]) -> bool:
    """Say whether the cells count up by one, from 0 or 1."""
    if len(cells) < 2 or not all(map(is_integer, cells)):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
