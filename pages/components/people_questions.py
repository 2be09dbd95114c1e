"""People: what annotators ask the lead, answered and closed here or on the item itself."""

import streamlit as st

from pages.components.page_value import Page
from pages.components.people_adjudication import lead_only
from pages.components.review_comments import show_problem, show_thread, when
from pages.components.words import count, plain
from pages.components.workflows.commenting import Question, open_questions

MOST = 20


@st.fragment
def show_questions(page: Page) -> None:
    """List the open questions, the oldest first."""
    if not lead_only(page, "Answering questions"):
        return
    found = open_questions(page.store, page.project.id, page.person)
    show_problem()
    if not found:
        st.success("No question waits.", icon=":material/task_alt:")
        return
    first = f", the first {MOST} of them here" if len(found) > MOST else ""
    st.caption(
        f"**{count(len(found), 'question')}** {'waits' if len(found) == 1 else 'wait'}{first}"
    )
    for question in found[:MOST]:
        _show(page, question)


def _show(page: Page, question: Question) -> None:
    item = question.item
    series = page.store.series.get(page.project.id, item.series_id)
    asked = page.store.questions.get(item.question_id)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{plain(series.info.name)}** :gray[{plain(asked.name)}, samples "
                f"{item.start:,} to {item.stop - 1:,}]",
                width="stretch",
            )
            st.page_link(
                "pages/review.py",
                label="Open in Review",
                icon=":material/open_in_new:",
                query_params={"item": item.id},
            )
        if question.hidden:
            st.caption(
                "You owe this window a second opinion, so what is asked comes after your decision."
            )
        elif question.thread is not None:
            show_thread(page, question.thread)
        elif question.decision is not None:
            st.caption(
                f"{plain(question.person)} was not sure, {when(question.decision.created_at)}, and "
                "said no more. Decide on the window, and it is off this list."
            )
