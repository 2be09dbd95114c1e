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
MOST_PLACES = 3
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
    if contest is None or not desk.question.eventful:
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
    # Few lines: the plot below, with both versions in it, shrinks by what stands here.
    with st.container(border=True, gap="xsmall", key="review_contest"):
        st.markdown(
            f":material/call_merge: **{_what_happened(page, contest.theirs)}** Yours is kept, not "
            "stored: choose."
        )
        mine, theirs = st.columns(2)
        edit, own = contest.edit, contest.mine
        unfinished = edit is not None and own.content is None
        said = "your edit, not finished" if unfinished else _said(desk, own.decision, own.content)
        mine.caption(f"**Yours:** {plain(said)}")
        theirs.caption(_their_version(page, desk, contest.theirs))
        _buttons(page, desk, contest)


def _what_happened(page: Page, theirs: Correction | None) -> str:
    if theirs is None:
        return "Somebody else decided on this item while it was on your screen."
    return (
        f"{plain(theirs.person)} was faster, at {_when(page, theirs.created_at)}, while this item "
        "was on your screen."
    )


def _their_version(page: Page, desk: Desk, theirs: Correction | None) -> str:
    if theirs is None:
        return "**Theirs** stays hidden: you decide without knowing what others said."
    said = plain(_said(desk, theirs.decision, theirs.content))
    return f"**Theirs, {plain(theirs.person)}, {_when(page, theirs.created_at)}:** {said}"


def _said(desk: Desk, decision: Decision, content: AnswerContent | None) -> str:
    """Say a version in one line: what was decided, and where its first events are."""
    if content is None:
        return WORDS[decision]
    head = headline_of(desk.question, content) + " (an answer accepted)" * (decision == "accept")
    found = findings_of(desk, content, OTHER)
    places = [f"({one.number}) {one.text}, {one.where}" for one in found[:MOST_PLACES]]
    if len(found) > MOST_PLACES:
        places.append(f"and {len(found) - MOST_PLACES:,} more")
    return "; ".join([head, *places])


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
    second = desk.audit is not None and desk.audit.second_opinion
    if choice is not edit_theirs and (second or not desk.blind):
        st.query_params.pop("item", None)


def _when(page: Page, moment: datetime) -> str:
    zone = ZoneInfo(page.project.zone)
    there, now = moment.astimezone(zone), utc_now().astimezone(zone)
    return f"{there:%H:%M}" if there.date() == now.date() else f"{there:%Y-%m-%d %H:%M}"
