"""Live list of jobs: progress, time left, stop. Redraws itself only while something is live."""

import streamlit as st

from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.workflows.overview import STATE_COLOURS
from storage.rows import Job, JobKind

REFRESH = "1s"
SHOWN = 8


def show_jobs(page: Page, kind: JobKind, empty: str) -> None:
    """Show the project's newest jobs of a kind; `empty` says what to do when there is none."""
    live = any(job.live for job in page.store.jobs.list(page.project.id, kind))
    st.fragment(_panel, run_every=REFRESH if live else None)(page, kind, empty, live)


def _panel(page: Page, kind: JobKind, empty: str, was_live: bool) -> None:
    jobs = page.store.jobs.list(page.project.id, kind)
    if was_live and not any(job.live for job in jobs):
        st.rerun()
    if not jobs:
        st.caption(empty)
    for job in jobs[:SHOWN]:
        with st.container(border=True):
            _job(page, job)


def _job(page: Page, job: Job) -> None:
    head = st.container(horizontal=True, vertical_alignment="center")
    head.badge(job.seen, color=STATE_COLOURS[job.state])
    head.markdown(f"**{job.title}**")
    progress_bar(job)
    # While all is well the worker's message says the same as the bar.
    if job.message and job.state != "done":
        st.caption(job.message)
    if job.state == "paused":
        if st.button("Go on", key=f"resume_{job.id}", icon=":material/play_arrow:"):
            with errors_shown():
                page.store.jobs.resume(job.id)
                st.rerun()
    elif job.live:
        label = "Stopping ..." if job.stop_requested else "Stop"
        if st.button(label, key=f"stop_{job.id}", disabled=job.stop_requested):
            with errors_shown():
                page.store.jobs.request_stop(job.id)
        st.caption("Stopping keeps everything that is done so far; start again to go on.")


def progress_bar(job: Job) -> None:
    """Show how far a job is, once there is something to count."""
    step, total = int(job.progress.get("step", 0)), int(job.progress.get("total", 0))
    if total:
        eta = job.progress.get("eta_s")
        left = f" · about {duration(float(eta))} left" if eta and job.live else ""
        errors = int(job.progress.get("errors", 0))
        failed = f" · {errors:,} could not be" if errors else ""
        done = "series screened" if job.kind == "screen" else "answered"
        said = f"{max(0, step - errors):,} of {total:,} {done}{left}{failed}"
        st.progress(min(1.0, step / total), said)


def duration(seconds: float) -> str:
    """Say a duration in the coarsest unit that still tells something."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
