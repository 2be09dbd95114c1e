"""The Examine drawer on change points: how channels move together before and after a sample."""

import streamlit as st

from core.answers import Answer
from core.series import SeriesData
from pages.components import session
from pages.components.figure_connections import connections_figure
from pages.components.figures import CONFIG
from pages.components.marks import title_of
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.connecting import (
    SeenChanges,
    change_words,
    connections_at,
    strongest_place,
)
from pages.components.workflows.looking import changes_of
from pages.components.workflows.reviewing import Desk

CONNECTIONS = "Connections"
HELP = (
    "The student's picture of which channels move together, before a sample and from it on. A line "
    "joins two channels where what one does tells what the other does; the thicker, the surer. A "
    "dotted line is there on the other side alone: that is a change of how they move together, "
    "even where each channel by itself looks as before."
)


def has_connections(desk: Desk) -> bool:
    """Tell whether a student answered a change point question here."""
    return _student(desk) is not None


def show_connections(page: Page, desk: Desk, series: SeriesData) -> None:
    """Show the student's graph around a sample that a slider chooses."""
    answer = _student(desk)
    if answer is None:
        return
    st.caption(HELP)
    with errors_shown():
        with st.spinner(f"Asking {plain(title_of(answer.author))} ..."):
            found = seen_by(page, desk, series, answer)
        _show(desk, answer, found)


def seen_by(page: Page, desk: Desk, series: SeriesData, answer: Answer) -> SeenChanges:
    """Return how a student sees the window change; asked once for an answer of a session.

    Raises:
        JobError: when it cannot be asked, or gives no answer.
    """
    kept: tuple[str, SeenChanges] | None = session.get(session.REVIEW_CONNECTIONS)
    if kept is not None and kept[0] == answer.id:
        return kept[1]
    found = changes_of(page.store, desk, series, answer)
    session.put(session.REVIEW_CONNECTIONS, (answer.id, found))
    return found


def _show(desk: Desk, answer: Answer, found: SeenChanges) -> None:
    item = desk.item
    points = [one.start for one in answer.content.intervals if one.cause == "correlation"]
    first = next((at for at in points if at > item.start), strongest_place(found, item.start))
    at = st.slider(
        "First sample after",
        item.start + 1,
        item.stop - 1,
        first,
        key=f"connections_at_{answer.id}",
        help="25 samples before it are compared with 25 from it on.",
    )
    around = connections_at(found, item.start, int(at), desk.series.info)
    st.markdown(f":material/hub: {plain(change_words(around))}")
    st.plotly_chart(
        connections_figure(around),
        key=f"connections_figure_{answer.id}",
        config=CONFIG,
        alt=change_words(around),
    )


def _student(desk: Desk) -> Answer | None:
    if desk.question.kind != "change_point" or desk.series.n_channels < 2:
        return None
    return next((one for one in reversed(desk.answers) if one.author.kind == "student"), None)
