"""Calibration: practise on windows whose label is agreed, and see at once how it went."""

import streamlit as st

from core.errors import AppError
from pages.components.calibration_desk import is_shown, show_practice
from pages.components.calibration_results import show_summary, show_table
from pages.components.messages import errors_shown
from pages.components.page import Page, page_setup
from pages.components.words import count, plain
from pages.components.workflows.calibrating import (
    FEWEST,
    agreed_items,
    learned_questions,
    n_decisions,
    open_round,
    start_round,
)
from pages.components.workflows.rounds import Round, rounds


def offer(page: Page) -> None:
    """Say what a round is and what there is for one, and start it."""
    store, project_id = page.store, page.project.id
    st.markdown(
        "You get up to 20 windows whose label is agreed: given blind, settled between people, or "
        "approved by a lead. You answer each as in Review; the agreed label follows at once. "
        "Your answers here are practice, and never labels. Gold is not among them."
    )
    own = n_decisions(store, project_id, page.person)
    st.caption(f"{plain(page.person)} has decided {count(own, 'item')} in this project so far.")
    for question in learned_questions(store, project_id):
        n = len(agreed_items(store, project_id, page.person, question))
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{plain(question.name)}**  \n{count(n, 'window')} with an agreed label that "
                f"you have neither decided nor met here"
                + ("." if n >= FEWEST else f"; a round needs {FEWEST}.")
            )
            if st.button(
                "Start a round",
                type="primary",
                key=f"calibrate_{question.id}",
                disabled=n < FEWEST,
            ):
                with errors_shown():
                    start_round(store, project_id, page.person, question)
                    st.rerun()


def last_ended(page: Page) -> Round | None:
    """Return the round that was just answered to its end and is still looked at."""
    own = rounds(page.store, page.project.id, page.person)
    return own[-1] if own and own[-1].ended is not None else None


@st.fragment
def show_round(page: Page) -> None:
    """The round itself; an answer runs this part alone."""
    one = open_round(page.store, page.project.id, page.person) or last_ended(page)
    if one is not None and (one.left or is_shown(one)):
        try:
            show_practice(page, one)
        except AppError as error:
            st.error(plain(str(error)), icon=":material/error:")
        return
    if one is not None and one.ended is not None:
        questions = page.store.types.questions(page.project.id)
        st.markdown("#### Your last round")
        show_summary(questions[one.started.question_id], one.ended)
    offer(page)
    show_table(page, rounds(page.store, page.project.id, page.person))


page = page_setup("Calibration")
st.markdown("#### Calibration")
show_round(page)
