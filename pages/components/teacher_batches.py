"""Batches asked of teachers: progress, cost, errors by kind; pause, go on, ask again, audit."""

import streamlit as st

from pages.components.guard import require
from pages.components.job_panel import REFRESH, SHOWN, progress_bar
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.services import hand_keys_on
from pages.components.teacher_audit import show_audit
from pages.components.teacher_choices import show_choices
from pages.components.words import plain
from pages.components.workflows.batch_results import (
    BatchFacts,
    batch_facts,
    failure_rows,
    go_on,
    key_names,
    problem_words,
    retry_failed,
)
from pages.components.workflows.overview import STATE_COLOURS
from storage.rows import Job


def show_batches(page: Page) -> None:
    """Show the project's newest batches: those at work redraw themselves, above those at rest.

    What rests is drawn once: its audit and its choices cost more than a look at a job.
    """
    jobs = page.store.jobs.list(page.project.id, "label")[:SHOWN]
    if not jobs:
        st.caption("No batch has been asked yet. Build one above.")
    if live := [job.id for job in jobs if job.live]:
        st.fragment(_at_work, run_every=REFRESH)(page, live)
    for job in jobs:
        if not job.live:
            with st.container(border=True):
                _batch(page, batch_facts(page.store, job))


def _at_work(page: Page, job_ids: list[str]) -> None:
    """Show batches at work; when one has come to rest the page is drawn anew."""
    jobs = [page.store.jobs.get(job_id) for job_id in job_ids]
    if not all(job.live for job in jobs):
        st.rerun()
    for job in jobs:
        with st.container(border=True):
            _batch(page, batch_facts(page.store, job))


def _batch(page: Page, facts: BatchFacts) -> None:
    job = facts.job
    head = st.container(horizontal=True, vertical_alignment="center")
    head.badge(job.seen, color=STATE_COLOURS[job.state])
    head.markdown(f"**{plain(job.title)}**")
    progress_bar(job)
    if words := _spent(facts):
        st.caption(words)
    # While a batch is at work, and when it has come to its end, the bar says as much.
    if job.message and not (job.progress and (job.live or job.state == "done")):
        st.caption(plain(job.message))
    if facts.unreadable:
        st.caption(plain(facts.unreadable))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _buttons(page, facts)
    if facts.n_open:
        _failures(page, facts)
    if facts.models is not None and facts.models.several and not job.live:
        show_choices(page, job)
    if job.state == "done" or (facts.models is not None and not job.live):
        show_audit(page, job)


def _spent(facts: BatchFacts) -> str:
    parts: list[str] = []
    if facts.models is not None:
        parts.append(_paid(facts))
    if facts.n_cached:
        parts.append(f"{facts.n_cached:,} were said before, at no cost")
    if facts.judged[1]:
        parts.append(f"the judge scored {facts.judged[0]:,} of {facts.judged[1]:,} explanations")
    if facts.again:
        parts.append(f"sent again: {problem_words(facts.again)}")
    if facts.failed:
        parts.append(f"no answer: {problem_words(facts.failed)}")
    return " · ".join(parts)


def _paid(facts: BatchFacts) -> str:
    if facts.cost_usd is None:
        return "cost unknown"
    said = f"\\${facts.cost_usd:,.4f}" if facts.cost_usd else "no cost"
    return f"{said} so far" if facts.job.live else said


def _buttons(page: Page, facts: BatchFacts) -> None:
    job, store = facts.job, page.store
    with errors_shown():
        if job.live:
            pausing = "Pausing ..." if job.pause_requested else "Pause"
            off = job.pause_requested or job.stop_requested
            if st.button(pausing, key=f"pause_{job.id}", icon=":material/pause:", disabled=off):
                store.jobs.request_pause(job.id)
                st.rerun(scope="fragment")
            stopping = "Stopping ..." if job.stop_requested else "Stop"
            if st.button(stopping, key=f"stop_{job.id}", disabled=job.stop_requested):
                store.jobs.request_stop(job.id)
                st.rerun(scope="fragment")
        elif job.state != "done":
            budget = _budget(facts)
            if st.button("Go on", key=f"resume_{job.id}", icon=":material/play_arrow:"):
                require(page, "ask", job.title)
                if facts.models is None:
                    store.jobs.resume(job.id)
                else:
                    hand_keys_on(key_names(store, job))
                    go_on(store, job, budget)
                st.rerun()
            if job.state == "paused" and st.button("Stop", key=f"stop_{job.id}"):
                store.jobs.request_stop(job.id)
                st.rerun()


def _budget(facts: BatchFacts) -> float | None:
    """Offer another budget to a batch that has one."""
    if facts.models is None or facts.models.budget_usd is None:
        return None
    return st.number_input(
        "Budget (USD)",
        0.01,
        value=float(facts.models.budget_usd),
        key=f"budget_{facts.job.id}",
        width=160,
    )


def _failures(page: Page, facts: BatchFacts) -> None:
    job: Job = facts.job
    with st.expander(f"{facts.n_open:,} gave no answer"):
        st.dataframe(failure_rows(page.store, job), hide_index=True)
        st.caption("What was said is kept. Asking again sends new requests.")
        off = job.live
        with errors_shown():
            if st.button("Ask these again", key=f"retry_{job.id}", disabled=off):
                require(page, "ask", job.title)
                hand_keys_on(key_names(page.store, job))
                again = retry_failed(page.store, job)
                st.toast(f"Queued: {plain(again.title)}", icon=":material/check:")
                st.rerun()
