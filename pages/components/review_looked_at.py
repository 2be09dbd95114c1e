"""The strips of what a student looked at: their button in the Examine drawer, and themselves."""

import streamlit as st

from core.answers import Answer
from core.series import SeriesData
from pages.components import session
from pages.components.chart.scores import ScoreStrip
from pages.components.marks import title_of
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.review_connections import seen_by
from pages.components.words import plain
from pages.components.workflows.looking import change_strips, strip_of
from pages.components.workflows.reviewing import Desk


def offer_looked_at(page: Page, desk: Desk, series: SeriesData, answer: Answer) -> None:
    """Offer to put what a student looked at under the plot; the drawer closes over it."""
    if answer.author.kind != "student":
        return
    asked = st.button(
        "Show what it looked at",
        icon=":material/visibility:",
        key=f"examine_looked_{answer.id}",
        help="Asks its model again on this machine, in a process of its own. It says what the "
        "answer hangs on, not whether it is true.",
    )
    if asked:
        with errors_shown(), st.spinner(f"Asking {plain(title_of(answer.author))} ..."):
            session.put(
                session.REVIEW_LOOKED_AT, (desk.item.id, _strips(page, desk, series, answer))
            )
            session.drop(session.REVIEW_EXAMINE)
            st.rerun()


def _strips(page: Page, desk: Desk, series: SeriesData, answer: Answer) -> tuple[ScoreStrip, ...]:
    if desk.question.kind != "change_point":
        return (strip_of(page.store, desk, series, answer),)
    return change_strips(seen_by(page, desk, series, answer), desk.item.start, series.n_samples)


def looked_at_strips(desk: Desk) -> tuple[ScoreStrip, ...]:
    """Return the strips that were asked for on this item; another item or a blind look has none."""
    item_id, strips = session.get(session.REVIEW_LOOKED_AT, ("", ()))
    return strips if item_id == desk.item.id and not desk.blind else ()
