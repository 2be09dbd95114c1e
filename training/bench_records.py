"""What a bench is made of, and the files of its run folder. Knows no store and runs no method.

config.json      BenchConfig: the dataset in words, the methods, how windows are cut
questions.json   the questions that the rules and the students are asked
series.jsonl     BenchSeries: written last before measuring begins; the list never changes then
said.jsonl       Said: stored answers, per method and series
data/            samples of a folder's series, as they were measured
results.jsonl    core.bench.Row: one line per method and series, flushed
scores/          per series and method the scores, float32: what a plot shows
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.bench import Row
from core.blobs import read_parquet
from core.errors import DataError
from core.intervals import Interval
from core.labelled import LabelledSeries
from core.model import Frozen
from core.series import SeriesData
from training import files
from training.run_folder import RunFolder

MethodKind = Literal["detector", "rules", "student", "answers", "chooser"]
TruthKind = Literal["folder", "imported", "reviewed", "generated"]
Range = tuple[int, int]
READING = "reading"  # in place of a method's key, on errors about the series themselves


class BenchMethod(Frozen):
    """A method that is measured.

    Attributes:
        key: `detector:stl`, `rules`, `student:<version id>`, `answers:<author>`, `chooser`.
        version: of a student or an author; what tells two of one name apart.
        folder: of a student's model, from the run folder.
        snapshot: what the student learned from, from the run folder.
        question_id: what the rules or a student are asked.
    """

    key: str
    kind: MethodKind
    name: str
    version: str = ""
    folder: str = ""
    snapshot: str = ""
    question_id: str = ""


class BenchSeries(Frozen):
    """A series that is measured on.

    Attributes:
        name: unique within its source.
        path: of its samples, from the run folder.
        content_hash: of times and values.
        looked: samples of which the truth is known, ascending and apart; None for all.
        gold: some of it is reserved for evaluation in its project: no student learned from that.
        cautions: by method key, why its figures may be too good here.
        series_id: in the project; empty for a series of a folder.
        channels, units, zone, zone_known: for a plot; no method sees them.
    """

    name: str
    source: str = ""
    path: str
    content_hash: str
    n_samples: int
    truth: tuple[Interval, ...] = ()
    looked: tuple[Range, ...] | None = None
    gold: bool = False
    cautions: dict[str, str] = Field(default_factory=dict)
    series_id: str = ""
    channels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    zone: str = "UTC"
    zone_known: bool = False

    @property
    def key(self) -> str:
        """Source and name together: unique within the bench; as `core.bench` names series."""
        return f"{self.source}/{self.name}" if self.source else self.name

    @property
    def n_looked(self) -> int:
        """Number of samples of which the truth is known."""
        if self.looked is None:
            return self.n_samples
        return sum(stop - start for start, stop in self.looked)

    @property
    def truth_text(self) -> str:
        """What is true of it, as a text that is equal when that is."""
        return f"{[(one.start, one.stop) for one in self.truth]} {self.looked}"


class Said(Frozen):
    """What an author answered before on a series: its events, and the windows it looked at."""

    method: str
    series: str
    intervals: tuple[Interval, ...]
    covered: tuple[Range, ...]
    seconds: float = 0.0


class BenchConfig(Frozen):
    """The resolved request of a bench.

    Attributes:
        truth: where the truth comes from.
        dataset: that in words.
        folder: that is read, for the truth of a folder.
        inside: nothing outside of this folder is read, whatever links say; "" for `folder` itself.
        declared_by: who said that imported labels are truth here.
        window, overlap: how rules and students see a series, in samples.
        versions: of the programs that decide over the figures.
    """

    kind: Literal["bench"] = "bench"
    job_id: str = ""
    truth: TruthKind
    dataset: str
    folder: str = ""
    inside: str = ""
    declared_by: str = ""
    methods: tuple[BenchMethod, ...]
    window: int
    overlap: int
    versions: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class BenchFolder:
    """Reads and writes what a bench adds to its run folder."""

    path: Path

    def config(self) -> BenchConfig:
        """Return the resolved config."""
        return BenchConfig.model_validate(files.read_json(self.path / "config.json"))

    @property
    def listed(self) -> bool:
        """Whether the list of series is there."""
        return (self.path / "series.jsonl").exists()

    def write_series(self, series: Iterable[BenchSeries]) -> None:
        """Write the list of series, whole or not at all."""
        lines = "".join(f"{one.model_dump_json()}\n" for one in series)
        files.write_atomically(self.path / "series.jsonl", lines)

    def series(self) -> list[BenchSeries]:
        """Return the series in the order in which they are measured."""
        lines, _ = files.read_lines(self.path / "series.jsonl")
        return [BenchSeries.model_validate_json(line) for line in lines]

    def write_said(self, said: Iterable[Said]) -> None:
        """Write stored answers."""
        lines = "".join(f"{one.model_dump_json()}\n" for one in said)
        files.write_atomically(self.path / "said.jsonl", lines)

    def said(self) -> dict[tuple[str, str], Said]:
        """Return stored answers by method and series."""
        lines, _ = files.read_lines(self.path / "said.jsonl")
        return {(one.method, one.series): one for one in map(Said.model_validate_json, lines)}

    def append_row(self, row: Row) -> None:
        """Add a result and flush it."""
        files.append_lines(self.path / "results.jsonl", [row.model_dump_json()])

    def rows(self) -> list[Row]:
        """Return the results so far."""
        lines, _ = files.read_lines(self.path / "results.jsonl")
        return [Row.model_validate_json(line) for line in lines]

    def unread(self) -> list[str]:
        """Return what could not be read when the series were listed, each said once."""
        errors = [e for e in RunFolder(self.path).errors() if e.ask_id == READING]
        return list(dict.fromkeys(e.message for e in errors if not e.item_id))

    @property
    def n_bytes(self) -> int:
        """Size of the results: it grows with every line, so it names their state."""
        path = self.path / "results.jsonl"
        return path.stat().st_size if path.exists() else 0

    def read(self, series: BenchSeries) -> SeriesData:
        """Read the samples of a series.

        Raises:
            DataError: when they are not those that were listed.
        """
        data = read_parquet((self.path / series.path).resolve())
        if data.n_samples < series.n_samples:
            raise DataError(
                f"'{series.key}' was listed with {series.n_samples:,} samples, but its file holds "
                f"{data.n_samples:,}; start the bench again as a new one"
            )
        return data

    def write_scores(self, place: int, method: str, scores: NDArray[np.float64]) -> None:
        """Keep the scores of a method on the series at `place` of the list, for a plot."""
        path = self._scores(place, method)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npy")
        np.save(part, scores.astype(np.float32))
        part.replace(path)

    def scores(self, place: int, method: str) -> NDArray[np.float64] | None:
        """Return the scores of a method on a series; None when it gave none."""
        path = self._scores(place, method)
        return np.load(path).astype(np.float64) if path.exists() else None

    def _scores(self, place: int, method: str) -> Path:
        return self.path / "scores" / f"{place}-{re.sub(r'[^A-Za-z0-9_-]', '_', method)}.npy"


def key_of(row: Row) -> str:
    """Return the key of the series that a row is about, as `BenchSeries.key`."""
    return row.path


def labelled_of(series: BenchSeries, data: SeriesData) -> LabelledSeries:
    """Return a series as `core.bench` measures on it."""
    seconds, n = data.seconds(), series.n_samples
    return LabelledSeries(
        name=series.name,
        source=series.source,
        values=data.values[:n],
        seconds=None if seconds is None else seconds[:n],
        truth=series.truth,
    )


def dataset_hash(series: Iterable[BenchSeries]) -> str:
    """Return a hash of the samples and the truth: equal for benches that measure the same."""
    digest = hashlib.sha256()
    for line in sorted(f"{one.content_hash} {one.n_samples} {one.truth_text}" for one in series):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()
