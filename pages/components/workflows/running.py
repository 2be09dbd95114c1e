"""Runs of training as pages show them: read from the run folder, never guessed. No Streamlit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import JobError
from storage import Store
from storage.rows import LIVE, Job, JobKind, JobState
from training import launcher
from training.cancelling import cancel, is_cancelled
from training.pace import Pace, pace_of
from training.run_folder import RunFolder
from training.snapshot import damage
from training.status import state_of

METRICS_SHOWN = 400
LOG_LINES = 15
NO_PACE = Pace()
CANCELLED = (
    "cancelled: it ended at once and what it had saved was removed; its settings, curves and log "
    "are kept"
)


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
    pace: Pace = NO_PACE
    log: str = ""
    resumable: bool = False
    damaged: bool = False
    cancelled: bool = False

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


def runs(store: Store, project_id: str, kind: JobKind = "train", whole: bool = True) -> list[Run]:
    """Return the project's runs of a kind, by default its trainings, the newest first.

    Without `whole` their curves and logs are not read: enough for a list.
    """
    jobs = sorted(store.jobs.list(project_id, kind), key=lambda job: job.id, reverse=True)
    return [read_run(job, whole) for job in jobs]


def read_run(job: Job, whole: bool = True) -> Run:
    """Read a training's folder; a job whose folder is not there yet is what its row says."""
    if not (job.folder / "config.json").exists():
        return Run(job=job, state=job.state, cause=job.message)
    try:
        return _read_folder(job, RunFolder(job.folder), whole)
    except JobError as error:
        # one damaged folder is that run's cause; the other runs are shown all the same
        return Run(job=job, state=job.state, cause=str(error), damaged=True)


def _read_folder(job: Job, folder: RunFolder, whole: bool) -> Run:
    facts = launcher.facts(folder)
    verdict = state_of(facts)
    status = facts.status
    # An ended process is not an ended run yet: its worker still reads what came out.
    closing = verdict.cause or "the process has ended; its results are being stored"
    said = status.message if status else ""
    cancelled = is_cancelled(folder)
    metrics = folder.metrics() if whole else []
    return Run(
        job=job,
        state=job.state,
        cause=CANCELLED if cancelled else job.message or verdict.cause,
        stage=status.stage if status else "",
        step=status.step if status else 0,
        total=status.total if status else 0,
        fraction=status.fraction if status else 0.0,
        message=closing if verdict.ended else said,
        eta_s=status.eta_s if status else None,
        metrics=tuple(thinned(metrics)),
        pace=pace_of(metrics),
        log=folder.log_tail(LOG_LINES) if whole else "",
        resumable=any(path.is_file() for path in folder.checkpoints.rglob("*")),
        cancelled=cancelled,
    )


def resume(store: Store, run: Run) -> Job:
    """Queue a run that rests or ended early again, in its own folder: on from its checkpoint.

    Raises:
        JobError: when it cannot go on there.
    """
    if why := why_not_again(run):
        raise JobError(f"“{run.job.title}” cannot go on: {why}")
    return store.jobs.resume(run.job.id)


def why_not_again(run: Run) -> str:
    """Say why a run cannot go on in its own folder, and what to do instead; empty when it can."""
    if run.cancelled:
        return "it was cancelled, so nothing is saved to go on from; retry it with its settings"
    if run.damaged:
        return "its folder cannot be read; retry it with its settings, as a new run"
    config = _config(run)
    if config is None or "snapshot" not in config:
        return ""
    if problem := damage((run.job.folder / config["snapshot"]).resolve()):
        return f"its snapshot is damaged ({problem}); retry it, which makes a snapshot anew"
    return ""


def where_again(run: Run) -> str:
    """Say from where a run would go on that is started again."""
    if run.resumable:
        return "It goes on from its last checkpoint."
    return "It has no checkpoint, so it begins at its first step; what was finished is kept."


def stop_at_once(store: Store, run: Run) -> None:
    """Cancel a run: out of the queue, or ended at once with nothing of it kept.

    Raises:
        JobError: when it has come to its end meanwhile: then all of it is kept.
    """
    over = store.jobs.get(run.job.id).ended
    if not over:
        store.jobs.request_stop(run.job.id)
        if not (run.job.folder / "config.json").exists():
            return
        over = not cancel(RunFolder(run.job.folder))
    if over:
        raise JobError(
            f"“{run.job.title}” has come to its end meanwhile, so there is nothing left to cancel; "
            "what it made is kept: retire it on Models if you do not want it"
        )


def settings_of(run: Run) -> dict[str, Any]:
    """Return the settings of the recipe that a run has, or was asked for before its folder is."""
    config = _config(run) or {}
    return dict(config.get("settings") or run.job.params.get("settings") or {})


def config_of(run: Run) -> dict[str, Any]:
    """Return the resolved configuration of a run, or what it was asked for."""
    return _config(run) or {
        key: value for key, value in run.job.params.items() if key in ("recipe", "settings")
    }


def _config(run: Run) -> dict[str, Any] | None:
    if run.damaged or not (run.job.folder / "config.json").exists():
        return None
    return RunFolder(run.job.folder).config()


def thinned(metrics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return at most about 400 lines, evenly, the last one and all validations among them."""
    every = max(1, len(metrics) // METRICS_SHOWN)
    last = len(metrics) - 1
    return [
        line
        for i, line in enumerate(metrics)
        if i % every == 0 or i == last or line.get("validation") is not None
    ]
