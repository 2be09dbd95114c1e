"""Benches at work with progress and time left, how one ended, and what has no answer."""

import time

import streamlit as st

from pages.components.job_panel import duration
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import plain, shorten
from pages.components.workflows.bench_results import Results
from pages.components.workflows.overview import STATE_COLOURS
from pages.components.workflows.running import Run, read_run, resume
from storage.rows import Job
from training.bench_records import BenchFolder

REFRESH = "2s"
FIGURES_EVERY_S = 15.0
NAMED = 5
MOST_UNREAD = 50


def show_live(page: Page, runs: list[Run]) -> None:
    """Show benches that are queued or at work; redraws itself while there are any."""
    live = [run.job for run in runs if not run.ended]
    if live:
        measured = sum(BenchFolder(job.folder).n_bytes for job in live)
        panel = st.fragment(_panel, run_every=REFRESH)
        panel(page, [job.id for job in live], measured, time.monotonic())


def _panel(page: Page, job_ids: list[str], measured: int, since: float) -> None:
    jobs = [page.store.jobs.get(job_id) for job_id in job_ids]
    new = sum(BenchFolder(job.folder).n_bytes for job in jobs) > measured
    # The figures below follow, but not at every line: they cost more than the bar.
    if not all(job.live for job in jobs) or (
        new and (not measured or time.monotonic() - since > FIGURES_EVERY_S)
    ):
        st.rerun()
    for job in jobs:
        _live(page, job)


def _live(page: Page, job: Job) -> None:
    run = read_run(job)
    with st.container(border=True):
        head = st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        )
        name = head.container(horizontal=True, vertical_alignment="center", width="content")
        name.badge(run.state, color=STATE_COLOURS[run.state])
        name.markdown(f"**{plain(shorten(job.title))}**")
        label = "Stopping ..." if job.stop_requested else "Stop"
        help_text = "What is measured is kept; the bench can go on later."
        if head.button(
            label, key=f"bench_stop_{job.id}", disabled=job.stop_requested, help=help_text
        ):
            with errors_shown():
                page.store.jobs.request_stop(job.id)
                st.rerun()
        if run.state == "queued":
            st.caption("Waits in the queue; starts when the worker is free.")
        elif not run.total:
            st.progress(0.0, _sentence(run.message or "starting"))
        else:
            left = f" · about {duration(run.eta_s)} left" if run.eta_s is not None else ""
            st.progress(run.fraction, f"{run.step:,} of {run.total:,} measured{left}")


def show_state(page: Page, run: Run) -> None:
    """Say how the chosen bench ended, when it did not end well, and let people go on."""
    if run.state not in ("failed", "lost", "stopped", "paused"):
        return
    rests = run.state in ("stopped", "paused")
    show = st.info if rests else st.error
    icon = ":material/pause_circle:" if rests else ":material/error:"
    show(plain(_sentence(run.cause or run.state)), icon=icon)
    if st.button("Go on", icon=":material/replay:", key=f"bench_resume_{run.job.id}"):
        with errors_shown():
            resume(page.store, run)
            st.rerun()
    if run.log and run.state == "failed":
        with st.expander("Log"):
            st.code(run.log, language=None)


def show_problems(results: Results) -> None:
    """List what could not be read, and by method and reason the series without an answer."""
    if results.unread:
        st.markdown(f"**Files and labels that could not be read: {len(results.unread):,}**")
        with st.container(border=True):
            for text in results.unread[:MOST_UNREAD]:
                st.markdown(plain(text))  # it may begin with a file's name
            if len(results.unread) > MOST_UNREAD:
                st.caption(f"and {len(results.unread) - MOST_UNREAD:,} more")
    if not results.problems:
        return
    st.markdown("**Series without an answer**")
    st.caption("These series count for no figure of that method; the others are measured.")
    for why, series in results.problems.items():
        names = ", ".join(shorten(name, 48) for name in series[:NAMED])
        more = f" and {len(series) - NAMED:,} more" if len(series) > NAMED else ""
        with st.container(border=True):
            st.markdown(plain(_sentence(why)))
            st.caption(f"{len(series):,} series: {plain(names)}{more}")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
