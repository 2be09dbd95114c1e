"""Good tables and the many ways to write them down; the start of every broken file."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

START = datetime(2024, 2, 13, 10, 0, 0)
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Good:
    """A table as it should be read: times (None: a row-number axis) and columns."""

    times: tuple[datetime, ...] | None
    names: tuple[str, ...]
    columns: tuple[tuple[float | None, ...], ...]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.columns[0])


@dataclass(frozen=True)
class Style:
    """How a table is written."""

    separator: str = ","
    decimal: str = "."
    grouped: str = ""
    digits: int = 2
    time: Callable[[datetime], str] = lambda t: t.isoformat(" ")
    time_name: str = "time"
    quote: str = ""
    header: bool = True
    newline: str = "\n"
    missing: str = ""
    above: str = ""
    below: str = ""


def table(
    n: int = 40,
    columns: int = 2,
    step: timedelta = timedelta(minutes=15),
    start: datetime = START,
    *,
    timed: bool = True,
) -> Good:
    """Return a deterministic table: each column is a saw tooth of its own period."""
    times = tuple(start + k * step for k in range(n)) if timed else None
    names = tuple(("flow", "pressure", "heat", "speed", "level")[k] for k in range(columns))
    values = tuple(
        tuple(round(((r * (7 + 3 * c)) % 101) * 1.37 + c + 0.25, 2) for r in range(n))
        for c in range(columns)
    )
    return Good(times, names, values)


def number(value: float | None, style: Style) -> str:
    """Write a number in a style."""
    if value is None:
        return style.missing
    text = f"{value:,.{style.digits}f}".replace(",", "\0").replace(".", style.decimal)
    return text.replace("\0", style.grouped)


def rows(good: Good, style: Style) -> list[list[str]]:
    """Return the table as cells: the header first, when the style has one."""
    found: list[list[str]] = []
    if style.header:
        found.append([*([style.time_name] if good.times else []), *good.names])
    for k in range(good.n):
        cells = [number(column[k], style) for column in good.columns]
        found.append([*([style.time(good.times[k])] if good.times else []), *cells])
    return found


def write(cells: list[list[str]], style: Style) -> str:
    """Join cells to a text."""
    quote = style.quote
    lines = (style.separator.join(f"{quote}{c}{quote}" for c in row) for row in cells)
    return style.above + "".join(line + style.newline for line in lines) + style.below


def text(good: Good, style: Style = Style()) -> str:
    """Write a table in a style."""
    return write(rows(good, style), style)


def german(**changes: object) -> Style:
    """Return the style of a German spreadsheet."""
    style = Style(separator=";", decimal=",", time=lambda t: f"{t:%d.%m.%Y %H:%M:%S}")
    return replace(style, **changes)  # pyright: ignore[reportArgumentType] names of fields


def seconds(time: datetime) -> int:
    """Return the seconds since 1970."""
    return int(time.replace(tzinfo=UTC).timestamp())
