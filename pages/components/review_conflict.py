"""Two versions of one item side by side, and the choice between them, over the plot's lanes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from core.answers import AnswerContent
from core.errors import AppError
from core.ids import utc_now
from core.review import Correction, Decision
from pages.components import session
from pages.components.chart import ChartData
from pages.components.marks import PEOPLE
from pages.components.page_value import Page
from pages.components.review_panels import findings_of, headline_of
from pages.components.review_view import LABEL_LANE, content_marks
from pages.components.words import plain
from pages.components.workflows.conflicts import (
    Contest,
    contest_of,
    edit_theirs,
    keep_theirs,
    save_mine,
)
from pages.components.workflows.reviewing import Desk

MINE_LANE = "yours, not saved"
OTHER = "other version"
MOST_LINES = 4
WORDS: dict[Decision, str] = {
    "accept": "accepted an answer",
    "fix": "gave a label",
    "no_anomaly": "no anomaly",
    "reject": "no answer is right",
    "not_sure": "not sure",
    "skip": "skipped it",
    "undo": "took a decision back",
}


def with_mine(page: Page, desk: Desk, data: ChartData) -> ChartData:
    """Draw both versions: in a lane of its own what was chosen, or theirs beside an open edit."""
    contest = contest_of(page.store, desk, page.person)
    if contest is None or desk.question.kind != "anomaly":
        return data
    if contest.edit is not None:
        lane, content = LABEL_LANE, desk.label.content if desk.label is not None else None
    else:
        lane, content = MINE_LANE, contest.mine.content
    marks = () if content is None else content_marks(desk.question, content, OTHER, lane, PEOPLE)
    return replace(
        data,
        marks=(*data.marks, *marks),
        lanes=tuple(dict.fromkeys((*data.lanes, (lane, PEOPLE)))),
    )


def show_contest(page: Page, desk: Desk) -> None:
    """Show both versions and let the person choose; nothing when there is only one."""
    contest = contest_of(page.store, desk, page.person)
    if contest is None:
        return
    with st.container(border=True, gap="small", key="review_contest"):
        st.markdown(
            f":material/call_merge: **{_what_happened(page, contest.theirs)}** Yours is kept, and "
            "not stored yet: choose."
        )
        mine, theirs = st.columns(2)
        with mine:
            _version("Yours", desk, contest.mine.decision, contest.mine.content, contest)
        with theirs:
            _their_version(page, desk, contest)
        _buttons(page, desk, contest)


def _what_happened(page: Page, theirs: Correction | None) -> str:
    if theirs is None:
        return "Somebody else decided on this item while it was on your screen."
    return (
        f"{plain(theirs.person)} was faster: {_when(page, theirs.created_at)}, while this item "
        "was on your screen."
    )


def _their_version(page: Page, desk: Desk, contest: Contest) -> None:
    theirs = contest.theirs
    if theirs is None:
        st.markdown("**Theirs**")
        st.caption("Stays hidden: you decide on this item without knowing what others said.")
        return
    title = f"Theirs: {plain(theirs.person)}, {_when(page, theirs.created_at)}"
    _version(title, desk, theirs.decision, theirs.content)


def _version(
    title: str,
    desk: Desk,
    decision: Decision,
    content: AnswerContent | None,
    contest: Contest | None = None,
) -> None:
    st.markdown(f"**{title}**")
    if contest is not None and contest.edit is not None and content is None:
        st.caption("Your edit, not finished yet: see the fields below.")
        return
    said = headline_of(desk.question, content) if content is not None else WORDS[decision]
    lines = [said] if decision != "accept" else [f"{said} (an answer accepted)"]
    found = [] if content is None else findings_of(desk, content, OTHER)
    lines += [f"{one.number}. {one.text}, {one.where}" for one in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        lines.append(f"and {len(found) - MOST_LINES:,} more, in the plot")
    st.caption("  \n".join(plain(line) for line in lines))


def _buttons(page: Page, desk: Desk, contest: Contest) -> None:
    with st.container(horizontal=True):
        st.button(
            "Drop mine" if contest.theirs is None else "Keep theirs",
            key="review_keep_theirs",
            on_click=_chosen,
            args=(page, desk, contest, keep_theirs),
        )
        st.button(
            "Save mine on top",
            key="review_save_mine",
            on_click=_chosen,
            args=(page, desk, contest, save_mine),
            help="Theirs stays in the history; undo brings it back.",
        )
        if desk.label is not None and desk.label.content is not None:
            st.button(
                "Edit on from theirs",
                key="review_edit_theirs",
                on_click=_chosen,
                args=(page, desk, contest, edit_theirs),
            )


def _chosen(page: Page, desk: Desk, contest: Contest, choice: Callable[..., object]) -> None:
    """Do what was chosen; after an error both versions are shown again, as they are then."""
    session.drop(session.REVIEW_MESSAGE)
    try:
        choice(page.store, desk, page.person, contest, page.identity)
    except AppError as error:
        session.put(session.REVIEW_MESSAGE, str(error))
        return
    if choice is not edit_theirs and not desk.blind:
        st.query_params.pop("item", None)


def _when(page: Page, moment: datetime) -> str:
    zone = ZoneInfo(page.project.zone)
    there, now = moment.astimezone(zone), utc_now().astimezone(zone)
    return f"{there:%H:%M}" if there.date() == now.date() else f"{there:%Y-%m-%d %H:%M}"
