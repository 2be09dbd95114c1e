"""The labelled series of a folder for a bench, and which student has learned from a series."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.blobs import write_parquet
from core.errors import JobError
from core.labelled import read_labelled
from training import files
from training.bench_records import (
    BenchConfig,
    BenchFolder,
    BenchMethod,
    BenchSeries,
)

DATA = "data"


def list_folder(bench: BenchFolder, config: BenchConfig) -> tuple[list[BenchSeries], list[str]]:
    """Read a folder's labelled series, keep their samples, and say what could not be read.

    Raises:
        JobError: when nothing in the folder can be measured on.
    """
    inside = Path(config.inside or config.folder)
    found = read_labelled(Path(config.folder), "anomaly", inside)
    if not found.series:
        why = "; ".join(found.problems[:3]) or "its label files name no file"
        raise JobError(f"no series of {config.folder} can be measured on: {why}")
    listed: list[BenchSeries] = []
    for one in found.series:
        if one.data is None or one.info is None:
            continue
        path = Path(DATA) / f"{one.data.content_hash}.parquet"
        if not (bench.path / path).exists():
            write_parquet(one.data, bench.path / path)
        listed.append(
            BenchSeries(
                name=one.name,
                source=one.source,
                path=path.as_posix(),
                content_hash=one.data.content_hash,
                n_samples=one.n,
                truth=one.truth,
                channels=one.info.channel_names,
                units=one.info.channel_units,
                zone=one.info.zone,
                zone_known=one.info.zone_known,
            )
        )
    return listed, found.problems


@dataclass
class _Learned:
    """What a student learned from: windows, and corrected ones, by whatever names a series."""

    windows: Counter[str] = field(default_factory=Counter[str])
    corrected: Counter[str] = field(default_factory=Counter[str])
    by_values: dict[str, str] = field(default_factory=dict[str, str])

    def words(self, names: Iterable[str]) -> str:
        """Say how much of a series was learned from; "" for nothing."""
        for name in (self.by_values.get(name, name) for name in names):
            if n := self.windows[name]:
                corrected = self.corrected[name]
                said = f"learned from {n:,} window{'s' * (n != 1)} of this series"
                return said + (f", {corrected:,} of them corrected by people" if corrected else "")
        return ""


def with_cautions(
    path: Path, methods: Sequence[BenchMethod], series: Sequence[BenchSeries]
) -> list[BenchSeries]:
    """Note on each series which student learned from it.

    A series is known again by its id, by its content, and by its values alone: a file that is read
    from a folder may have been given other times when it was uploaded.
    """
    students = [method for method in methods if method.kind == "student"]
    learned = {m.key: _learned((path / m.snapshot).resolve()) for m in students if m.snapshot}
    if not learned:
        return list(series)
    noted: list[BenchSeries] = []
    for one in series:
        names = [one.series_id, one.content_hash]
        if not one.series_id:
            from core.blobs import read_parquet

            names.append(_digest(read_parquet((path / one.path).resolve()).values))
        cautions = {key: said for key, of in learned.items() if (said := of.words(names))}
        noted.append(one.model_copy(update={"cautions": {**one.cautions, **cautions}}))
    return noted


def _learned(snapshot: Path) -> _Learned:
    found = _Learned()
    lines, _ = files.read_lines(snapshot / "examples.jsonl")
    if not lines:
        raise JobError(
            f"the snapshot {snapshot.name} that a student learned from is gone, so nobody can say "
            "which series it knows; restore it from a backup, or leave the student out"
        )
    hashes: set[str] = set()
    for line in lines:
        example = json.loads(line)
        hashes.add(example["content_hash"])
        for name in (example["series_id"], example["content_hash"]):
            found.windows[name] += 1
            found.corrected[name] += example["source"] == "correction"
    for one in hashes:
        array = snapshot / "arrays" / f"{one}.npy"
        if array.exists():
            found.by_values[_digest(np.load(array))] = one
    return found


def _digest(values: NDArray[np.float64]) -> str:
    digest = hashlib.sha256(repr(values.shape).encode())
    digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()
