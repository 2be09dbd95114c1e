"""One run in full: progress, curves, pace, memory, log, what its labels said, its settings."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from core.errors import DataError
from core.job_states import seen
from pages.components import figures, marks
from pages.components.cached import queue_memo
from pages.components.job_panel import duration
from pages.components.page import Page
from pages.components.train_labels import show_labels
from pages.components.train_probes import show_probes
from pages.components.train_reasoning import show_reasoning
from pages.components.words import count, plain
from pages.components.workflows.labels_said import labels_said
from pages.components.workflows.measured import is_reasoning, reads_labels
from pages.components.workflows.running import Run, settings_of
from pages.components.workflows.validating import Held, validation_of
from training.run_folder import RunFolder

LOSS_HELP = "What training makes small. It compares steps of one run, and nothing else."
VALIDATION_HELP = (
    "The mean probability that the student gives to labels it did not learn from, 0 to 1. Most of "
    "them are its teacher's, so it says how well it follows the teacher and when to stop. How "
    "right it is stands on Models, measured on gold."
)
PACE_HELP = "Windows that the student learns from in a second, over the latest steps."
MEMORY_HELP = "The most memory that the run's process held at a step."
NOT_SAID = "–"


def state_word(run: Run) -> str:
    """Return the word for how a run stands: "stopping" and "pausing" until it has come to rest."""
    return seen(run.state, run.job.stop_requested, run.job.pause_requested)


def show_state(run: Run, waits_for: str = "") -> None:
    """Say how a run stands, in one line or bar; `waits_for` is the stage before it."""
    if run.cancelled:
        st.info(plain(sentence(run.cause)), icon=":material/cancel:")
    elif run.damaged or run.state in ("failed", "lost"):
        st.error(plain(sentence(run.cause)), icon=":material/error:")
    elif run.state in ("stopped", "paused"):
        st.info(plain(sentence(run.cause)), icon=":material/pause_circle:")
    elif run.state == "running":
        st.progress(run.fraction, _where(run))
    elif run.state == "queued":
        waits = "Waits in the queue; starts when the worker is free."
        if waits_for:
            waits = f"Starts when “{plain(waits_for)}” is done, with the student that it makes."
        st.caption(plain(sentence(run.cause)) or waits)
    elif run.cause:
        # Reviews since then may have changed it; Models says how it is now.
        st.caption(f"When it ended: {plain(sentence(run.cause))}")


def _where(run: Run) -> str:
    left = f" · about {duration(run.eta_s)} left" if run.eta_s is not None else ""
    stage = f"{sentence(run.stage)}: " if run.stage else ""
    if not run.total:
        return f"{sentence(run.message or 'starting')}{left}"
    return f"{stage}step {run.step:,} of {run.total:,}{left}"


def show_details(page: Page, run: Run) -> None:
    """Show the numbers and curves of a run, and its parts in tabs."""
    if run.student_metrics and is_reasoning(run):
        show_reasoning(run)
        show_probes(page, run)
    elif run.student_metrics:
        held = validation_of(page.store, page.project.id, RunFolder(run.job.folder))
        _numbers(run, held)
        st.plotly_chart(
            figures.run_curves(run.student_metrics, marks.STUDENT, held.luck if held else None),
            key=f"curves_{run.job.id}",
            config=figures.CONFIG,
            alt="Loss and validation score over the steps of the run",
        )
    settings = settings_of(run)
    if not (run.log or settings):
        return
    parts: dict[str, Callable[[], None]] = {
        "Log": lambda: _log(run),
        "What the labels said": lambda: _labels(page, run),
        "Settings": lambda: _settings(settings),
        "What it went through": lambda: _events(page, run),
    }
    if not reads_labels(run):
        del parts["What the labels said"]
    tabs = st.tabs(list(parts), default="Log", key=f"train_tabs_{run.job.id}")
    for tab, show in zip(tabs, parts.values(), strict=True):
        with tab:
            show()


def _numbers(run: Run, held: Held | None) -> None:
    pace = run.pace
    validation = run.latest("validation")
    columns = iter(st.columns(5 if held or validation is not None else 4))
    next(columns).metric("Step", f"{run.student_metrics[-1]['step']:,}", help=_ended_early(run))
    next(columns).metric("Loss", _number(run.latest("loss")), help=LOSS_HELP)
    if held or validation is not None:
        next(columns).metric("Validation score", _number(validation), help=VALIDATION_HELP)
    speed = NOT_SAID if pace.windows_per_s is None else f"{pace.windows_per_s:,.0f}/s"
    next(columns).metric("Windows", speed, help=PACE_HELP)
    memory = NOT_SAID if pace.memory_mb is None else f"{pace.memory_mb / 1000:.2f} GB"
    next(columns).metric("Memory", memory, help=MEMORY_HELP)
    told = [f"n = {count(held.n, 'window')}; guessing (dotted) {held.luck:.3f}"] if held else []
    if pace.device_mb is not None:
        told.append(f"{pace.device_mb / 1000:.2f} GB of the card's memory")
    if told:
        st.caption(" · ".join(told))


def _ended_early(run: Run) -> str:
    total = int(run.student_metrics[-1]["total"])
    if not reads_labels(run):
        return (
            f"Of {total:,} steps; where minutes are given and no steps, as many as will probably "
            "fit into them."
        )
    return (
        f"Of {total:,} steps of the student itself; it ends early when "
        "the validation score has not grown for some looks. What it is compared with comes after."
    )


def _log(run: Run) -> None:
    path = RunFolder(run.job.folder).log_path
    if not run.log:
        st.caption("It has printed nothing yet.")
        return
    st.code(run.log, language=None)
    st.download_button(
        "Download the whole log",
        data=path.read_bytes,
        file_name=f"{run.job.title.replace(' ', '_').lower()}_log.txt",
        mime="text/plain",
        icon=":material/download:",
        type="tertiary",
        key=f"train_log_{run.job.id}",
        on_click="ignore",
    )


def _labels(page: Page, run: Run) -> None:
    try:
        memo = queue_memo(page.store, page.project.id)
        said = labels_said(page.store, page.project.id, memo, run)
    except DataError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    show_labels(said, run)


def _settings(settings: dict[str, object]) -> None:
    if not settings:
        st.caption("The defaults; they are written down when the run starts.")
        return
    rows = [(name.replace("_", " "), str(value)) for name, value in settings.items()]
    st.dataframe(
        pd.DataFrame(rows, columns=["Setting", "Value"]), hide_index=True, height=240, width=520
    )


def _events(page: Page, run: Run) -> None:
    zone = ZoneInfo(page.project.zone)
    for event in reversed(page.store.jobs.events(run.job.id)):
        when = event.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        why = f": {plain(event.cause)}" if event.cause else ""
        st.caption(f"{when} · **{seen(event.after)}**{why}")


def _number(value: float | None) -> str:
    return NOT_SAID if value is None else f"{value:.3f}"


def sentence(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]
