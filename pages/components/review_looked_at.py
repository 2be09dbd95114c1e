"""The strip of what a student looked at: its button in the Examine drawer, and the strip itself."""

import streamlit as st

from core.answers import Answer
from core.series import SeriesData
from pages.components import session
from pages.components.chart.scores import ScoreStrip
from pages.components.marks import title_of
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.looking import strip_of
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
            strip = strip_of(page.store, desk, series, answer)
            session.put(session.REVIEW_LOOKED_AT, (desk.item.id, strip))
            session.drop(session.REVIEW_EXAMINE)
            st.rerun()


def looked_at_strips(desk: Desk) -> tuple[ScoreStrip, ...]:
    """Return the strip that was asked for on this item; another item or a blind look has none."""
    item_id, strip = session.get(session.REVIEW_LOOKED_AT, ("", None))
    return (strip,) if strip is not None and item_id == desk.item.id and not desk.blind else ()
