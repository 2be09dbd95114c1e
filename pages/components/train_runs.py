"""The queue and the live run of Train: progress, curves, log, stop, resume, link to the verdict.

The run folder is the truth of a run; the job row only says that it was asked for.
"""

import streamlit as st

from pages.components import figures, marks
from pages.components.guard import guarded
from pages.components.job_panel import duration
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count
from pages.components.workflows.overview import STATE_COLOURS
from pages.components.workflows.running import Run, resume, runs
from pages.components.workflows.validating import validation_of
from storage.rows import ModelVersion
from training.run_folder import RunFolder

REFRESH = "2s"
SHOWN = 8
LOSS_HELP = "What training makes small. It compares steps of one run, and nothing else."
VALIDATION_HELP = (
    "The mean probability that the student gives to labels it did not learn from, 0 to 1. Most of "
    "them are its teacher's, so it says how well it follows the teacher and when to stop. How "
    "right it is stands on Models, measured on gold."
)


def show_runs(page: Page) -> None:
    """Show the newest trainings; redraws itself only while one is queued or running."""
    live = any(not run.ended for run in runs(page.store, page.project.id))
    st.fragment(_panel, run_every=REFRESH if live else None)(page, live)


def _panel(page: Page, was_live: bool) -> None:
    found = runs(page.store, page.project.id)
    if was_live and all(run.ended for run in found):
        st.rerun()
    if not found:
        st.caption("Nothing was trained yet. Start the first run above.")
        return
    versions = {version.job_id: version for version in page.store.versions.list(page.project.id)}
    shown = sorted(found[:SHOWN], key=lambda run: run.state != "running")
    for place, run in enumerate(shown):
        with st.container(border=True):
            _run(page, run, versions.get(run.job.id), detailed=place == 0 or not run.ended)


def _run(page: Page, run: Run, version: ModelVersion | None, detailed: bool) -> None:
    head = st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    )
    name = head.container(horizontal=True, vertical_alignment="center", width="content")
    name.badge(run.state, color=STATE_COLOURS[run.state])
    name.markdown(f"**{run.job.title}**")
    with head:
        _action(page, run, version)
    if run.damaged or run.state in ("failed", "lost"):
        st.error(_sentence(run.cause), icon=":material/error:")
    elif run.state in ("stopped", "paused"):
        st.info(_sentence(run.cause), icon=":material/pause_circle:")
    elif run.state == "running":
        st.progress(run.fraction, _where(run))
    elif run.state == "queued":
        st.caption(_sentence(run.cause) or "Waits in the queue; starts when the worker is free.")
    elif run.cause:
        # Reviews since then may have changed it; Models says how it is now.
        st.caption(f"When it ended: {_sentence(run.cause)}")
    if detailed:
        _details(page, run)


def _where(run: Run) -> str:
    left = f" · about {duration(run.eta_s)} left" if run.eta_s is not None else ""
    stage = f"{_sentence(run.stage)}: " if run.stage else ""
    if not run.total:
        return f"{_sentence(run.message or 'starting')}{left}"
    return f"{stage}step {run.step:,} of {run.total:,}{left}"


def _details(page: Page, run: Run) -> None:
    metrics = run.student_metrics
    if metrics:
        numbers, curves = st.columns([1, 5], vertical_alignment="center")
        held = validation_of(page.store, page.project.id, RunFolder(run.job.folder))
        numbers.metric("Loss", _number(run.latest("loss")), help=LOSS_HELP)
        numbers.metric("Validation score", _number(run.latest("validation")), help=VALIDATION_HELP)
        if held is not None:
            numbers.caption(f"n = {count(held.n, 'window')}; guessing (dotted) {held.luck:.3f}")
        curves.plotly_chart(
            figures.run_curves(metrics, marks.STUDENT, held.luck if held else None),
            key=f"curves_{run.job.id}",
            config=figures.CONFIG,
            alt="Loss and validation score over the steps of the run",
        )
    if run.log:
        with st.expander("Log", expanded=run.state == "failed"):
            st.code(run.log, language=None)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _action(page: Page, run: Run, version: ModelVersion | None) -> None:
    """The one thing to do with a run: stop it, take it up again, or see its verdict."""
    if version is not None:
        st.page_link(
            "pages/models.py",
            label=f"Verdict on student v{version.number}",
            icon=":material/leaderboard:",
            query_params={"version": version.id},
        )
    elif not run.ended:
        words = "Stop and save" if run.state == "running" else "Take out of the queue"
        label = "Stopping ..." if run.job.stop_requested else words
        if st.button(label, key=f"stop_{run.job.id}", disabled=run.job.stop_requested):
            with errors_shown():
                guarded(
                    page,
                    "train",
                    lambda by: by.store.jobs.request_stop(run.job.id),
                    f"stopped: {run.job.title}",
                )
    elif run.state in ("paused", "stopped", "lost", "failed"):
        label = "Resume" if run.resumable else "Start again"
        if st.button(label, key=f"resume_{run.job.id}", icon=":material/replay:"):
            with errors_shown():
                guarded(
                    page,
                    "train",
                    lambda by: resume(by.store, run),
                    f"resumed: {run.job.title}",
                )
