"""What does not parse, by line and column, and the error that lists it."""

from dataclasses import dataclass
from typing import Literal

from core.errors import DataError
from core.ingest.settings import Settings

MAX_LISTED = 200  # problems that a screen shows
MAX_KEPT = 100_000  # problems kept with their place, to be downloaded; the rest are only counted
_QUOTED = 5  # problems named inside the error text itself


@dataclass(frozen=True)
class Problem:
    """One cell or row that cannot be used.

    Attributes:
        line: 1-based line of the text file, or 1-based row of a Parquet file.
        column: the column's name, empty when the whole row is meant.
        value: the cell's text, shortened.
        reason: why it cannot be used.
    """

    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line:,}" + (f", column '{self.column}'" if self.column else "")
        return f"{where}: '{self.value}' {self.reason}" if self.value else f"{where} {self.reason}"


class ProblemsError(DataError):
    """A file was refused because of single cells or rows; `problems` lists them."""

    def __init__(self, name: str, problems: list[Problem], total: int, advice: str) -> None:
        self.problems = problems
        self.total = total
        more = f"; and {total - _QUOTED:,} more" if total > _QUOTED else ""
        listed = "; ".join(str(problem) for problem in problems[:_QUOTED])
        cells = "1 place" if total == 1 else f"{total:,} places"
        super().__init__(f"'{name}' has {cells} that cannot be read ({listed}{more}). {advice}")


@dataclass(frozen=True, eq=False)
class Refusal:
    """Rows or cells for which a file is refused, unless a person allows to go on without them."""

    name: str
    what: Literal["row", "cell"]
    problems: list[Problem]
    total: int

    def stands(self, settings: Settings) -> bool:
        """Tell whether the settings do not allow to go on."""
        allowed = settings.on_bad_row if self.what == "row" else settings.on_bad_cell
        return allowed == "refuse"

    def error(self) -> ProblemsError:
        """Return a new error, so that none that was raised keeps the file's numbers alive."""
        which = f"this {self.what}" if self.total == 1 else f"these {self.what}s"
        done = "to be left out" if self.what == "row" else "to count as missing"
        advice = f"Correct the file or the settings, or allow {which} {done}"
        return ProblemsError(self.name, self.problems, self.total, advice)


def shorten(text: str, limit: int = 40) -> str:
    """Return the text on one line, at most `limit` characters long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
