"""What becomes of files, and how long and how much memory reading a large one takes.

    python -m benchmarks.ingest FILE...          one line per series: rows, channels, time, labels
    python -m benchmarks.ingest --speed          1 M rows x 3 beside pandas (pyarrow) + to_parquet
    python -m benchmarks.ingest --memory         10 M rows x 3: growth of memory over the arrays
    python -m benchmarks.ingest --rows 3000000 --speed

The last line is JSON. CPU seconds count all threads, so they hold on a busy machine too; pandas and
Understudy take turns in one process, best of three each.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.label_files import label_files_of, labels_on
from core.errors import AppError
from core.ingest import Built, Settings, build, expand, propose
from core.ingest.report import report
from core.labels import LabelFile, is_label_file, labels_of_columns

SPEED_BAR, MEMORY_BAR = 4.0, 3.0
_WATCH_S = 0.002


def main() -> None:
    """Read the arguments and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--speed", action="store_true", help="measure CPU beside pandas")
    parser.add_argument("--memory", action="store_true", help="measure the peak of memory")
    parser.add_argument("--rows", type=int, default=0, help="rows of the measured file")
    parser.add_argument("--scratch", type=Path, default=None, help="folder for the measured file")
    parser.add_argument("--child", type=Path, default=None, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is not None:
        print(json.dumps(read_and_store(given.child)))
        return
    result: dict[str, Any] = {}
    if given.files:
        labels = label_files_of(given.files)
        result["files"] = [line for path in given.files for line in describe_path(path, labels)]
    with tempfile.TemporaryDirectory(dir=given.scratch, prefix="understudy-bench-") as folder:
        if given.speed:
            result["speed"] = speed(Path(folder), given.rows or 1_000_000)
        if given.memory:
            result["memory"] = memory(Path(folder), given.rows or 10_000_000)
    print(json.dumps(result))


def describe_path(path: Path, label_files: list[LabelFile]) -> Iterator[dict[str, Any]]:
    """Print and yield what each series of a file became; a folder gives all of its files.

    Labels come from the file's own answer columns, and from label files beside it or above it.
    """
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            if inner.is_file():
                yield from describe_path(inner, label_files)
        return
    try:
        members = expand(path.name, path)
    except AppError as error:
        yield _refused(path.name, error)
        return
    for member in members:
        began = time.perf_counter()
        try:
            if is_label_file(member.name, member.raw):
                print(f"{member.name}: a file of labels")
                continue
            settings = propose(member.name, member.raw).settings
            built = build(member.raw, settings)
        except AppError as error:
            yield _refused(member.name, error)
            continue
        took = time.perf_counter() - began
        yield from _series_lines(member.name, path, settings, built, took, label_files)


def _refused(name: str, error: AppError) -> dict[str, Any]:
    print(f"{name}: refused: {error}")
    return {"file": name, "refused": str(error)}


def _series_lines(
    name: str,
    path: Path,
    settings: Settings,
    built: Built,
    took: float,
    label_files: list[LabelFile],
) -> Iterator[dict[str, Any]]:
    for (data, info), answers in zip(built.series, built.answers, strict=True):
        line: dict[str, Any] = {
            "file": name,
            "series": info.name,
            "rows": data.n_samples,
            "channels": data.n_channels,
            "time": "row number" if data.time is None else settings.time.format,
            "zone": "none"
            if data.time is None
            else info.zone + ("" if info.zone_known else " (assumed)"),
            "interval": report(data, info).interval,
            "labels": [
                f"{labels.kind} {len(labels.spans)} {'complete' if labels.complete else 'partial'}"
                for labels in labels_of_columns(answers)
            ]
            + labels_on(label_files, path, data, info),
            "treatments": list(info.treatments),
            "seconds": round(took, 3),
        }
        print(
            f"{name} -> {line['series']}: {line['rows']:,} rows, {line['channels']} channels, "
            f"time {line['time']}, zone {line['zone']}, {line['interval']}, labels: "
            f"{', '.join(line['labels']) or 'none'}, {line['seconds']} s"
        )
        for sentence in line["treatments"]:
            print(f"    {sentence}")
        yield line


def speed(folder: Path, rows: int) -> dict[str, Any]:
    """Time parsing, inferring and storing beside pandas reading and writing."""
    path = write_csv(folder, rows)
    best: dict[str, float] = {}
    wall: dict[str, float] = {}
    for _ in range(3):
        works: list[tuple[str, Callable[[], object]]] = [
            ("pandas", lambda: _pandas(path, folder / "pandas.parquet")),
            ("understudy", lambda: read_and_store(path)),
        ]
        for name, work in works:
            began, clock = time.process_time(), time.perf_counter()
            work()
            best[name] = min(best.get(name, np.inf), time.process_time() - began)
            wall[name] = min(wall.get(name, np.inf), time.perf_counter() - clock)
    ratio = best["understudy"] / best["pandas"]
    found = {
        "rows": rows,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        **{f"{name}_cpu_seconds": round(seconds, 3) for name, seconds in best.items()},
        **{f"{name}_wall_seconds": round(seconds, 3) for name, seconds in wall.items()},
        "wall_ratio": round(wall["understudy"] / wall["pandas"], 2),
        "ratio": round(ratio, 2),
        "bar": SPEED_BAR,
        "held": ratio <= SPEED_BAR,
    }
    print(f"speed: {found}")
    return found


def memory(folder: Path, rows: int) -> dict[str, Any]:
    """Measure a child process that reads and stores a file."""
    path = write_csv(folder, rows)
    command = [sys.executable, "-m", "benchmarks.ingest", "--child", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    found |= {"rows": rows, "bar": MEMORY_BAR}
    for step in ("built", "stored"):
        found[f"{step}_ratio"] = round(found[f"{step}_growth_mb"] / found["arrays_mb"], 2)
    found["held"] = max(found["built_ratio"], found["stored_ratio"]) <= MEMORY_BAR
    print(f"memory: {found}")
    return found


def read_and_store(path: Path) -> dict[str, float]:
    """Read and store one file; returns how much memory that took at most, in MB."""
    from storage.blobs import Blobs

    before = _peak_mb(reset=True)
    (data, _), *_ = build(path, propose(path.name, path).settings).series
    built = _peak_mb()
    with tempfile.TemporaryDirectory(dir=path.parent) as home:
        Blobs(Path(home)).put_many([data])
    assert data.time is not None
    return {
        "arrays_mb": (data.values.nbytes + data.time.nbytes) / 1e6,
        "built_growth_mb": round(built - before, 1),
        "stored_growth_mb": round(_peak_mb() - before, 1),
    }


def _peak_mb(*, reset: bool = False) -> float:
    """Return the most memory that was resident since the last reset, from Linux itself."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) * 1024 / 1e6


def _pandas(path: Path, target: Path) -> None:
    pd.read_csv(path, engine="pyarrow").to_parquet(target)


def write_csv(folder: Path, rows: int) -> Path:
    """Write a file of a time and three channels, 79 bytes a row."""
    path = folder / f"{rows}.csv"
    if path.exists():
        return path
    random, step = np.random.default_rng(0), 500_000
    for begin in range(0, rows, step):
        n = min(step, rows - begin)
        frame = pd.DataFrame(random.normal(size=(n, 3)), columns=["flow", "head", "power"])
        start = pd.Timestamp("2024-01-01") + pd.Timedelta(begin, unit="s")
        frame.insert(0, "time", pd.date_range(start, periods=n, freq="s"))
        frame.to_csv(path, mode="a", header=begin == 0, index=False)
    return path


if __name__ == "__main__":
    main()
