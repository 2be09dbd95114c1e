"""Which columns say what series a row belongs to: the tags that tell rows of one time apart."""

from dataclasses import dataclass
from itertools import combinations

from core.ingest.cells import TRUE_FALSE, is_integer, is_missing, is_number
from core.ingest.names import is_channel_name, is_id_name
from core.ingest.times.guess_time import TimeGuess

_APART = 0.95  # share of rows that an id must tell apart from others of the same time


@dataclass(frozen=True, eq=False)
class Sample:
    """Cells of the first and last rows, as text; the first `head` of them follow each other.

    Attributes:
        cells: per column its sampled cells, all of equal length.
        head: how many of them stand at the start of the file without a gap.
        native: columns that a Parquet file itself declares to be times, and whether with a zone.
        nested: columns that hold lists or structures.
        answers: columns that the file's form itself makes answers, with the reason.
        lines: the cells' lines in the file, to be named in evidence.
    """

    cells: dict[str, list[str]]
    head: int
    decimal: str = "."
    thousands: str = ""
    native: dict[str, bool] | None = None
    nested: frozenset[str] = frozenset()
    lines: tuple[int, ...] = ()
    answers: dict[str, str] | None = None


def find_ids(
    free: dict[str, list[str]], time: TimeGuess | None, sample: Sample
) -> tuple[tuple[str, ...], bool]:
    """Return the columns that say which series a row belongs to, and whether ids are channels."""
    times: list[str] = []
    if time:
        columns = [sample.cells[name] for name in time.axis.columns]
        times = [" ".join(parts) for parts in zip(*columns, strict=True)]
    numbers = [name for name, cells in free.items() if numeric(cells, sample)]
    tags = {
        name: cells
        for name, cells in free.items()
        if 0 < len(different(cells)) * 2 <= len(cells) and numbers != [name]
    }
    repeats = bool(times) and len(set(times)) < 0.7 * len(times)
    texts = [name for name in tags if name not in numbers]
    if repeats:
        several = [name for name in texts if len(different(tags[name])) > 1]
        # An id by its name goes first, then the one with the fewest different cells.
        several.sort(key=lambda name: (not is_id_name(name), len(different(tags[name]))))
        for count in (1, 2):
            for names in combinations(several, count):
                keys = set(zip(times, *(tags[name] for name in names), strict=True))
                if len(keys) > _APART * len(times):
                    return names, all(map(is_channel_name, names))
    named: list[str] = []
    for name, cells in tags.items():
        whole = all(is_integer(cell) or is_missing(cell) for cell in cells)
        fits = name in texts or (whole and (repeats or not times))
        if is_id_name(name) and fits and numbers:
            named.append(name)
    # A tag with a single value tells nothing apart.
    named.sort(key=lambda name: len(different(tags[name])) < 2)
    return tuple(named[:1]), bool(named) and is_channel_name(named[0])


def numeric(cells: list[str], sample: Sample) -> bool:
    filled = [cell.strip() for cell in cells if not is_missing(cell)]
    marks = sample.decimal, sample.thousands
    good = sum(is_number(cell, *marks) or cell.lower() in TRUE_FALSE for cell in filled)
    return good * 2 >= len(filled)


def different(cells: list[str]) -> set[str]:
    return {cell.strip() for cell in cells if not is_missing(cell)}
