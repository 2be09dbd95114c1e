"""The runs of Train: one open in full, all of them in a list, each with what can be done with it.

The run folder is the truth of a run; the job row only says that it was asked for.
"""

import streamlit as st

from pages.components import session
from pages.components.guard import Deed, guarded
from pages.components.kept import keep, kept, kept_page
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.train_chain import show_stages
from pages.components.train_form import ask_retry
from pages.components.train_run import sentence, show_details, show_state, state_word
from pages.components.words import plain
from pages.components.workflows.chains import waits_for
from pages.components.workflows.overview import STATE_COLOURS
from pages.components.workflows.resuming import may_go_slower, resume_slower
from pages.components.workflows.running import (
    Run,
    read_run,
    resume,
    runs,
    stop_at_once,
    where_again,
    why_not_again,
)
from storage.rows import ModelVersion

REFRESH = "2s"
SHOWN = 8
LINE = 72
STOP_HELP = "Ends at the next step and saves: the run can be resumed from there."
PAUSE_HELP = "Rests at the next step with everything saved, and leaves the machine to others."
CANCEL_HELP = (
    "Ends at once and removes what this run has saved: it cannot be resumed. Its settings, curves "
    "and log stay. Models of earlier runs are not touched."
)


def show_runs(page: Page, live: bool) -> None:
    """Show the trainings; redraws itself only while one is queued or running."""
    st.fragment(_panel, run_every=REFRESH if live else None)(page, live)


def _panel(page: Page, was_live: bool) -> None:
    found = runs(page.store, page.project.id, whole=False)
    if was_live and all(run.ended for run in found):
        st.rerun()
    if not found:
        st.caption("Nothing was trained yet. Start the first run above.")
        return
    versions = {version.job_id: version for version in page.store.versions.list(page.project.id)}
    opened = _opened(found)
    with st.container(border=True, key="train_open_run"):
        run = read_run(opened.job)
        _head(page, run, versions.get(run.job.id))
        show_stages(found, run, versions)
        show_state(run, waits_for([one.job for one in found], run.job))
        show_details(page, run)
    if len(found) > 1:
        _list(page, found, opened, versions)


def _opened(found: list[Run]) -> Run:
    """Return the run that the address names, else the one at work, else the newest."""
    wanted = kept(session.TRAIN_RUN)
    named = next((run for run in found if run.job.id == wanted), None)
    working = next((run for run in found if run.state == "running"), None)
    return named or working or found[0]


def _list(page: Page, found: list[Run], opened: Run, versions: dict[str, ModelVersion]) -> None:
    n_pages = -(-len(found) // SHOWN)
    number = 1
    if n_pages > 1:
        number = kept_page(n_pages, session.TRAIN_PAGE)
    for run in found[(number - 1) * SHOWN : number * SHOWN]:
        if run.job.id == opened.job.id:
            continue
        with st.container(border=True):
            _line(run, versions.get(run.job.id))


def _line(run: Run, version: ModelVersion | None) -> None:
    """One run of the list: how it stands, what came of it, and the way to it."""
    state, said, opens = st.columns([1, 9, 1], vertical_alignment="center")
    state.badge(state_word(run), color=STATE_COLOURS[run.state])
    cause = run.cause or (f"step {run.step:,} of {run.total:,}" if run.total else "")
    made = f" · student v{version.number}" if version is not None else ""
    said.markdown(f"**{plain(run.job.title)}**{made} :small[:gray[{plain(sentence(_cut(cause)))}]]")
    opens.button(
        "Open",
        key=f"train_open_{run.job.id}",
        type="tertiary",
        on_click=keep,
        args=(session.TRAIN_RUN, run.job.id),
    )


def _cut(text: str) -> str:
    """Leave out what does not fit on a line."""
    return text if len(text) <= LINE else f"{text[: LINE - 1].rstrip()}…"


def _head(page: Page, run: Run, version: ModelVersion | None) -> None:
    head = st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    )
    name = head.container(horizontal=True, vertical_alignment="center", width="content")
    name.badge(state_word(run), color=STATE_COLOURS[run.state])
    name.markdown(f"**{plain(run.job.title)}**")
    with head.container(horizontal=True, vertical_alignment="center", width="content"):
        _actions(page, run, version)


def _actions(page: Page, run: Run, version: ModelVersion | None) -> None:
    """What can be done with a run: stop, cancel, take up again, try with changes, its verdict."""
    if not run.ended:
        _stop(page, run)
        return
    if version is not None:
        st.page_link(
            "pages/models.py",
            label=f"Verdict on student v{version.number}",
            icon=":material/leaderboard:",
            query_params={"version": version.id},
        )
    elif run.state != "done":
        _again(page, run)
    if st.button(
        "Retry with changes",
        key=f"retry_{run.job.id}",
        icon=":material/tune:",
        help="Fills the form with this run's settings; a new run learns from what there is now.",
    ):
        ask_retry(run)
        st.rerun()


def _stop(page: Page, run: Run) -> None:
    queued = run.state == "queued"
    words = "Take out of the queue" if queued else "Stop and save"
    asked = run.job.stop_requested
    if st.button(
        "Stopping ..." if asked else words,
        key=f"stop_{run.job.id}",
        disabled=asked,
        help=None if queued else STOP_HELP,
    ):
        _do(page, lambda by: by.store.jobs.request_stop(run.job.id), f"stopped: {run.job.title}")
    if not queued:
        _pause(page, run)
        with st.popover("Cancel", type="tertiary"):
            st.markdown(CANCEL_HELP)
            if st.button("Cancel the run", key=f"cancel_{run.job.id}", icon=":material/cancel:"):
                _do(page, lambda by: stop_at_once(by.store, run), f"cancelled: {run.job.title}")


def _pause(page: Page, run: Run) -> None:
    asked = run.job.pause_requested
    if st.button(
        "Pausing ..." if asked else "Pause",
        key=f"pause_{run.job.id}",
        disabled=asked or run.job.stop_requested,
        help=PAUSE_HELP,
    ):
        _do(page, lambda by: by.store.jobs.request_pause(run.job.id), f"paused: {run.job.title}")


def _again(page: Page, run: Run) -> None:
    if why := why_not_again(run):
        st.caption(f"Cannot be resumed: {plain(why)}.")
        return
    label = "Resume" if run.resumable else "Start again"
    if st.button(
        label, key=f"resume_{run.job.id}", icon=":material/replay:", help=where_again(run)
    ):
        _do(page, lambda by: resume(by.store, run), f"resumed: {run.job.title}")
    if may_go_slower(run.job) and st.button(
        "Go on with half the learning rate", key=f"slower_{run.job.id}", icon=":material/speed:"
    ):
        _do(page, lambda by: resume_slower(by.store, run.job), f"slower: {run.job.title}")


def _do(page: Page, deed: Deed, about: str) -> None:
    with errors_shown():
        guarded(page, "train", deed, about)
