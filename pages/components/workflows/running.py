"""Runs of training as pages show them: read from the run folder, never guessed. No Streamlit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import JobError
from storage import Store
from storage.rows import LIVE, Job, JobKind, JobState
from training import launcher
from training.run_folder import RunFolder
from training.status import state_of

METRICS_SHOWN = 400
LOG_LINES = 15


@dataclass(frozen=True)
class Run:
    """A training job with what its folder says now."""

    job: Job
    state: JobState
    cause: str = ""
    stage: str = ""
    step: int = 0
    total: int = 0
    fraction: float = 0.0
    message: str = ""
    eta_s: float | None = None
    metrics: tuple[Mapping[str, Any], ...] = ()
    log: str = ""
    resumable: bool = False
    damaged: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state not in LIVE

    @property
    def student_metrics(self) -> list[Mapping[str, Any]]:
        """The reports of the first stage: the student itself, not what it is compared with."""
        return [m for m in self.metrics if m.get("stage") == self.metrics[0].get("stage")]

    def latest(self, name: str) -> float | None:
        """Return the student's last value of a metric; None when it was never measured."""
        values = [m[name] for m in self.student_metrics if m.get(name) is not None]
        return float(values[-1]) if values else None


def runs(store: Store, project_id: str, kind: JobKind = "train") -> list[Run]:
    """Return the project's runs of a kind, by default its trainings, the newest first."""
    jobs = sorted(store.jobs.list(project_id, kind), key=lambda job: job.id, reverse=True)
    return [read_run(job) for job in jobs]


def read_run(job: Job) -> Run:
    """Read a training's folder; a job whose folder is not there yet is what its row says."""
    if not (job.folder / "config.json").exists():
        return Run(job=job, state=job.state, cause=job.message)
    try:
        return _read_folder(job, RunFolder(job.folder))
    except JobError as error:
        # one damaged folder is that run's cause; the other runs are shown all the same
        return Run(job=job, state=job.state, cause=str(error), damaged=True)


def _read_folder(job: Job, folder: RunFolder) -> Run:
    facts = launcher.facts(folder)
    verdict = state_of(facts)
    status = facts.status
    # An ended process is not an ended run yet: its worker still reads what came out.
    closing = verdict.cause or "the process has ended; its results are being stored"
    said = status.message if status else ""
    return Run(
        job=job,
        state=job.state,
        cause=job.message or verdict.cause,
        stage=status.stage if status else "",
        step=status.step if status else 0,
        total=status.total if status else 0,
        fraction=status.fraction if status else 0.0,
        message=closing if verdict.ended else said,
        eta_s=status.eta_s if status else None,
        metrics=tuple(thinned(folder.metrics())),
        log=folder.log_tail(LOG_LINES),
        resumable=any(path.is_file() for path in folder.checkpoints.rglob("*")),
    )


def resume(store: Store, run: Run) -> Job:
    """Queue a run that rests or ended early again, in its own folder: on from its checkpoint."""
    return store.jobs.resume(run.job.id)


def thinned(metrics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return at most about 400 lines, evenly, the last one and all validations among them."""
    every = max(1, len(metrics) // METRICS_SHOWN)
    last = len(metrics) - 1
    return [
        line
        for i, line in enumerate(metrics)
        if i % every == 0 or i == last or line.get("validation") is not None
    ]
