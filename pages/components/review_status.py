"""Where review stands, in one line; what went wrong; and what to do when nothing waits."""

import streamlit as st

from pages.components import session
from pages.components.page import Page
from pages.components.people_agreement import show_agreement
from pages.components.review_conflict import show_contest
from pages.components.words import plain
from pages.components.workflows.agreeing import people_agree
from pages.components.workflows.calibrating import needs_round
from pages.components.workflows.queue_now import QueueNow
from pages.components.workflows.review_queue import Progress, Queue
from pages.components.workflows.reviewing import Desk


def status_line(now: Progress, why: str) -> str:
    """Say counts, pace, time left and why this item comes now."""
    parts = [f"**{now.done:,} of {now.total:,}**"]
    if now.per_minute is not None and now.minutes_left is not None:
        parts += [f"{now.per_minute:.1f} a minute", f"{now.minutes_left:,.0f} min left"]
    return " · ".join([*parts, plain(why)])


def show_status(now: QueueNow, why: tuple[str, str]) -> None:
    """Show the line, when there is a queue; `why` this item, in short and at length.

    The line is cut where there is no room: its help says all of the reason.
    """
    if now.queue.order:
        told = f"{why[0][:1].upper()}{why[0][1:]}. {why[1]}"
        st.caption(status_line(now.progress, why[0]), help=plain(told))


def show_messages(page: Page, desk: Desk) -> None:
    """Say what went wrong, and what somebody else decided while this item was being edited."""
    if message := session.get(session.REVIEW_MESSAGE):
        st.error(plain(message), icon=":material/error:")
    show_contest(page, desk)


def show_round_first(page: Page) -> None:
    """Send a newcomer of a team to a calibration round, at the left, where it moves nothing."""
    store, project_id = page.store, page.project.id
    if len(store.people.current(project_id)) > 1 and needs_round(store, project_id, page.person):
        with st.sidebar:
            st.caption(
                "New at this desk? In a calibration round you decide on windows whose label is "
                "agreed, and see at once how it was."
            )
            st.page_link("pages/calibrate.py", label="Start a round", icon=":material/straighten:")


def show_empty(page: Page, queue: Queue) -> None:
    """Say why nothing waits and what to do."""
    if queue.order:
        st.success(f"All {len(queue.order):,} items are decided.", icon=":material/task_alt:")
        for question in page.store.questions.current(page.project.id):
            show_agreement(people_agree(page.store, page.project.id, question.id), question.name)
        st.page_link("pages/train.py", label="Train a student", icon=":material/model_training:")
    elif any(job.live for job in page.store.jobs.list(page.project.id, "label")):
        _wait(page)
    else:
        st.info(
            "Nothing to review yet: ask the built-in rules on Teachers. Their answers come here "
            "one by one, for you to accept or correct.",
            icon=":material/school:",
        )
        st.page_link("pages/teachers.py", label="Ask", icon=":material/school:")


@st.fragment(run_every="1s")
def _wait(page: Page) -> None:
    """Wait for the first answer of a running batch."""
    st.info("The first answers are being worked out ...", icon=":material/hourglass_top:")
    if page.store.answers.counts_by_author(page.project.id).keys() - {"import:generator"}:
        st.rerun()
