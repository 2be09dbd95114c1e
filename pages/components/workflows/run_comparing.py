"""Several runs side by side: curves, final figures, their verdicts on gold, how they differ.

No Streamlit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.evaluation import Evaluation, Verdict
from pages.components.workflows.running import Run, config_of
from storage import Store
from storage.rows import ModelVersion
from training.config_diff import Differing, config_diff
from training.pace import Pace

MOST = 4
"""Runs side by side: more lines over each other are not told apart."""


@dataclass(frozen=True)
class Compared:
    """One run among others.

    Attributes:
        validation: the best score; None where none was measured.
        n_examples, n_corrections: windows it learned from or chose by, of these reviewed ones.
        seconds: from its start to its end; None while it runs.
        verdicts: per question its name, the outcome and the sentence, as last measured.
    """

    title: str
    job_id: str
    state: str
    metrics: Sequence[Mapping[str, Any]]
    steps: int
    loss: float | None
    validation: float | None
    pace: Pace
    n_examples: int | None
    n_corrections: int | None
    seconds: float | None
    version: int | None
    verdicts: tuple[tuple[str, Verdict | None, str], ...]


@dataclass(frozen=True)
class Comparison:
    """Runs in the order chosen, and the settings in which they differ."""

    runs: tuple[Compared, ...]
    differing: tuple[Differing, ...]


def compare_runs(store: Store, project_id: str, chosen: Sequence[Run]) -> Comparison:
    """Put runs side by side; at most `MOST` are looked at."""
    versions = {one.job_id: one for one in store.versions.list(project_id)}
    some = chosen[:MOST]
    return Comparison(
        runs=tuple(_compared(store, run, versions.get(run.job.id)) for run in some),
        differing=tuple(config_diff([config_of(run) for run in some])),
    )


def _compared(store: Store, run: Run, version: ModelVersion | None) -> Compared:
    job, metrics = run.job, run.student_metrics
    held = [float(m["validation"]) for m in metrics if m.get("validation") is not None]
    counts = _counts(store, run)
    began, ended = job.started_at, job.ended_at
    return Compared(
        title=job.title,
        job_id=job.id,
        state=run.state,
        metrics=metrics,
        steps=int(metrics[-1]["step"]) if metrics else 0,
        loss=run.latest("loss"),
        validation=max(held, default=None),
        pace=run.pace,
        n_examples=None if counts is None else sum(counts.values()),
        n_corrections=None if counts is None else counts.get("correction", 0),
        seconds=(ended - began).total_seconds() if began and ended else None,
        version=None if version is None else version.number,
        verdicts=_verdicts(version),
    )


def _counts(store: Store, run: Run) -> dict[str, int] | None:
    """Return the examples of a run's snapshot by their source; None before it is made."""
    snapshot_hash = config_of(run).get("snapshot_hash")
    if snapshot_hash is None:
        return None
    rows = store.snapshots.get(run.job.project_id, snapshot_hash).summary.get("counts", ())
    found: dict[str, int] = {}
    for row in rows:
        found[row["source"]] = found.get(row["source"], 0) + row["n"]
    return found


def _verdicts(version: ModelVersion | None) -> tuple[tuple[str, Verdict | None, str], ...]:
    if version is None or version.evaluation is None:
        return ()
    evaluation = Evaluation.model_validate(version.evaluation)
    return tuple((one.name, one.outcome, one.verdict) for one in evaluation.questions)
