"""What came out of a bench: tables with intervals, wins and losses. No Streamlit.

Everything is computed once per state of a run's results, which only ever grow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from core.bench import FIGURES, Row, macro, summarise
from core.errors import JobError
from core.metrics import Estimate
from storage.rows import Job
from training.bench_records import BenchConfig, BenchFolder, BenchSeries, dataset_hash, key_of

SHOWN = ("vus_pr", "interval_f1", "event_recall", "false_alarms")
"""The figures that everybody sees; the others are added when somebody asks for them."""
RUNTIME = "runtime"


@dataclass(frozen=True, eq=False)
class Results:
    """What a bench has measured so far; nothing of it ever changes.

    Attributes:
        rows: one per method and series, failed ones among them.
        unread: what of a folder's files and labels could not be read, in words.
    """

    config: BenchConfig
    series: tuple[BenchSeries, ...]
    rows: tuple[Row, ...]
    folder: BenchFolder
    unread: tuple[str, ...] = ()

    @cached_property
    def by_key(self) -> dict[str, BenchSeries]:
        """The series by key."""
        return {one.key: one for one in self.series}

    @cached_property
    def names(self) -> dict[str, str]:
        """How people call each method that has a row."""
        there = {row.method for row in self.rows}
        return {one.key: one.name for one in self.config.methods if one.key in there}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of each method."""
        return {one.key: one.kind for one in self.config.methods}

    @cached_property
    def sources(self) -> list[str]:
        """The sources that have a row."""
        return sorted({row.source for row in self.rows})

    @cached_property
    def learned_series(self) -> frozenset[str]:
        """Keys of the series that a measured student knows in some way."""
        students = {key for key, kind in self.kinds.items() if kind == "student"}
        return frozenset(one.key for one in self.series if students & set(one.cautions))

    @cached_property
    def more(self) -> tuple[str, ...]:
        """The figures that some row has beside those everybody sees, in the order of FIGURES."""
        there = {key for row in self.rows for key in row.figures}
        return tuple(key for key in FIGURES if key in there and key not in SHOWN)

    @cached_property
    def hash(self) -> str:
        """Of samples and truth; equal for benches of the same dataset."""
        return dataset_hash(self.series)

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """Why there is no answer: the series by method and reason."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            if row.error:
                name = self.names.get(row.method, row.method)
                found.setdefault(f"{name}: {row.error}", []).append(key_of(row))
        return found


def results_of(job: Job) -> Results | None:
    """Read the results of a bench; None before it has any. Read once per state of its folder."""
    folder = BenchFolder(job.folder)
    if not (job.folder / "config.json").exists() or not folder.listed or not folder.n_bytes:
        return None
    return _results(job.folder, folder.n_bytes)


@lru_cache(maxsize=8)
def _results(path: Path, _n_bytes: int) -> Results:
    folder = BenchFolder(path)
    try:
        return Results(
            folder.config(),
            tuple(folder.series()),
            tuple(folder.rows()),
            folder,
            tuple(folder.unread()),
        )
    except ValidationError as error:
        raise JobError(
            f"the results in {path.name} cannot be read ({error.error_count()} fields are not as "
            "this version writes them); start the bench again as a new one"
        ) from error


@dataclass(frozen=True)
class Cell:
    """A figure of a method: the average, its interval, what luck gets, and over how many series."""

    estimate: Estimate
    luck: float | None
    n: int


@dataclass(frozen=True)
class Line:
    """A method in the table.

    Attributes:
        cautions: series of these whose figures may be too good for this method.
        share: of the samples with known truth that it answered, where it gave an answer.
    """

    method: str
    name: str
    kind: str
    cells: Mapping[str, Cell]
    n_series: int
    n_failed: int
    cautions: int
    share: float


def lines(
    results: Results, source: str = "", unlearned: bool = False, more: tuple[str, ...] = ()
) -> list[Line]:
    """Return the table over all sources (each counts the same), or of one of them.

    Its cells are those that everybody sees, and of `more` figures.
    """
    return list(_table(results, unlearned, (*SHOWN, *more)).get(source, ()))


@lru_cache(maxsize=16)
def _table(results: Results, unlearned: bool, keys: tuple[str, ...]) -> dict[str, list[Line]]:
    """Return the lines by source; "" is the average over all of them."""
    rows = [
        row for row in results.rows if not (unlearned and key_of(row) in results.learned_series)
    ]
    slim = [
        row.model_copy(
            update={
                "figures": {key: row.figures[key] for key in keys if key in row.figures},
                "luck": {key: row.luck[key] for key in keys if key in row.luck},
            }
        )
        for row in rows
    ]
    own: dict[tuple[str, str], list[Row]] = {}
    for row in slim:
        for source in {"", row.source}:
            own.setdefault((row.method, source), []).append(row)
    table: dict[str, dict[str, Line]] = {}
    for summary in summarise(slim):
        group = own[summary.method, summary.source]
        cells = {
            key: _cell(
                key,
                summary.figures.get(key, Estimate()),
                summary.luck.get(key),
                sum(row.figures.get(key) is not None for row in group),
            )
            for key in keys
        }
        cells[RUNTIME] = Cell(_runtime(results, group), None, summary.n_series)
        whole = sum(results.by_key[key_of(row)].n_looked for row in group if not row.error)
        line = Line(
            method=summary.method,
            name=results.names[summary.method],
            kind=results.kinds[summary.method],
            cells=cells,
            n_series=summary.n_series,
            n_failed=summary.n_failed,
            cautions=sum(summary.method in results.by_key[key_of(row)].cautions for row in group),
            share=sum(row.n_samples for row in group if not row.error) / max(1, whole),
        )
        # the average over all comes last, so it is what stands under "" in any case
        table.setdefault(summary.source, {})[summary.method] = line
    return {source: list(by_method.values()) for source, by_method in table.items()}


def _cell(key: str, estimate: Estimate, luck: float | None, n: int) -> Cell:
    """Return a cell; without luck beside it a figure that flatters is not there at all."""
    if FIGURES[key].flatters and luck is None:
        return Cell(Estimate(), None, 0)
    return Cell(estimate, luck, n)


def _runtime(results: Results, rows: Sequence[Row]) -> Estimate:
    """Return CPU seconds per 10,000 samples a method saw: whole series, but for stored answers."""
    by_source: dict[str, list[float]] = {}
    for row in rows:
        whole = results.kinds[row.method] != "answers"
        seen = results.by_key[key_of(row)].n_samples if whole else row.n_samples
        if not row.error and seen:
            by_source.setdefault(row.source, []).append(1e4 * row.cpu_s / seen)
    return macro([np.array(values) for values in by_source.values()])


def better_when_higher(figure: str) -> bool:
    """Tell whether more of a figure is better."""
    return figure != RUNTIME and FIGURES[figure].higher_is_better


def ordered(table: Sequence[Line], figure: str) -> list[Line]:
    """Return the best line of a figure first; those without it last, by name."""
    sign = -1 if better_when_higher(figure) else 1

    def place(line: Line) -> tuple[bool, float, str]:
        value = line.cells[figure].estimate.value
        return (value is None, 0.0 if value is None else sign * value, line.name)

    return sorted(table, key=place)


def row_of(results: Results, method: str, series: str) -> Row | None:
    """Return the result of a method on a series; None when it is not measured yet."""
    return _rows(results).get((method, series))


@lru_cache(maxsize=8)
def _rows(results: Results) -> dict[tuple[str, str], Row]:
    return {(row.method, key_of(row)): row for row in results.rows}
