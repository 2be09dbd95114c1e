"""A bench as a table for files, and two benches beside each other. No Streamlit."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.bench import FIGURES, macro
from core.metrics import Estimate
from pages.components.workflows.bench_results import Results, better_when_higher
from storage.rows import Job
from training.bench_records import key_of


def export_frame(job: Job, results: Results) -> pd.DataFrame:
    """Return one row per method and series with all that a later comparison needs.

    A figure is a column of its key and, right of it, one of what luck gets; empty where undefined.
    """
    config = results.config
    methods = {method.key: method for method in config.methods}
    records: list[dict[str, Any]] = []
    for row in results.rows:
        series, method = results.by_key[key_of(row)], methods[row.method]
        records.append(
            {
                "bench": job.title,
                "bench_id": job.id,
                "started": None if job.started_at is None else job.started_at.isoformat(),
                "truth": config.truth,
                "declared_by": config.declared_by,
                "dataset_hash": results.hash,
                "source": row.source,
                "series": row.series,
                "series_hash": series.content_hash,
                "method": row.method,
                "method_name": method.name,
                "method_version": method.version,
                "window": config.window,
                "overlap": config.overlap,
                "n_samples": row.n_samples,
                "n_events": row.n_events,
                **{
                    name: value
                    for key in FIGURES
                    for name, value in (
                        (key, row.figures.get(key)),
                        (f"{key}_luck", row.luck.get(key)),
                    )
                },
                "cpu_s": row.cpu_s,
                "gold": series.gold,
                "caution": series.cautions.get(row.method, ""),
                "note": row.note,
                "error": row.error,
                "marked": " ".join(f"{start}:{stop}" for start, stop in row.intervals),
                "versions": " ".join(f"{k}={v}" for k, v in sorted(config.versions.items())),
            }
        )
    return pd.DataFrame(records)


def as_csv(frame: pd.DataFrame) -> bytes:
    """Return the table as CSV in UTF-8."""
    return frame.to_csv(index=False).encode()


def as_parquet(frame: pd.DataFrame) -> bytes:
    """Return the table as Parquet."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


@dataclass(frozen=True)
class Change:
    """A method in two benches, on the series that both measured it on.

    Attributes:
        one, other: its average in each, every source counting the same.
        gain: of `one` over `other`, in the figure's own direction.
        n: series that both have.
    """

    name: str
    one: float
    other: float
    gain: Estimate
    n: int


def beside(one: Results, other: Results, figure: str) -> list[Change]:
    """Compare the methods of two benches on the same series, known by samples and truth.

    Methods are joined by key, students thus by version; the largest gain comes first.
    """
    sign = 1 if better_when_higher(figure) else -1
    here, there = _values(one, figure), _values(other, figure)
    changes: list[Change] = []
    for method, name in one.names.items():
        shared = [place for place in here if place[0] == method and place in there]
        if not shared:
            continue
        groups: dict[str, list[tuple[float, float]]] = {}
        for place in shared:
            source, value = here[place]
            groups.setdefault(source, []).append((value, there[place][1]))
        arrays = [np.array(pairs) for pairs in groups.values()]
        changes.append(
            Change(
                name,
                float(np.mean([pairs[:, 0].mean() for pairs in arrays])),
                float(np.mean([pairs[:, 1].mean() for pairs in arrays])),
                macro([sign * (pairs[:, 0] - pairs[:, 1]) for pairs in arrays]),
                len(shared),
            )
        )
    return sorted(changes, key=lambda change: -(change.gain.value or 0.0))


def unlike(one: Results, other: Results) -> list[str]:
    """Say what makes two benches not quite comparable; empty when nothing does."""
    said: list[str] = []
    if one.hash != other.hash:
        said.append("They measured different series or truths; only what both share is compared.")
    windows = [(r.config.window, r.config.overlap) for r in (one, other)]
    if windows[0] != windows[1]:
        a, b = (f"{length:,} samples, {overlap:,} shared" for length, overlap in windows)
        said.append(f"Windows differ ({a} and {b}), which rules and students feel.")
    changed = _changed(one.config.versions, other.config.versions)
    if changed:
        said.append(f"Programs differ: {', '.join(changed)}.")
    return said


def _changed(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return [
        f"{name} {one.get(name, 'none')} and {other.get(name, 'none')}"
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    ]


Place = tuple[str, str, str]
"""Method, samples, and truth."""


def _values(results: Results, figure: str) -> dict[Place, tuple[str, float]]:
    found: dict[Place, tuple[str, float]] = {}
    for row in results.rows:
        series, value = results.by_key[key_of(row)], row.figures.get(figure)
        if value is not None:
            known = f"{series.n_samples} {series.truth_text}"
            found[row.method, series.content_hash, known] = (row.source, value)
    return found
