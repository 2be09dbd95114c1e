"""Changes of gold labels that wait for a second person: a list for People."""

from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.gold_changes import GoldChange, answer_change, gold_changes

WHY = (
    "Gold measures the models. A change of its label after a model's answer was shown counts once "
    "a second person stands behind it: who approves it here, or decides the same in Review. Until "
    "then the label before it counts."
)


def show_gold_changes(page: Page) -> None:
    """List the changes that wait, each with the word of a person other than its author."""
    st.caption(WHY)
    waiting = gold_changes(page.store, page.project.id)
    if not waiting:
        st.info(
            "No change of a gold label waits. Where one does, it stands here with what counts now.",
            icon=":material/task_alt:",
        )
    for change in waiting:
        with st.container(border=True):
            _change(page, change)
    returned = gold_changes(page.store, page.project.id, returned=True)
    if returned:
        with st.expander(f"Turned down: {count(len(returned), 'change')}"):
            for change in returned:
                st.caption(f"{_what(page, change)} Turned down by {plain(change.returned_by)}.")


def _change(page: Page, change: GoldChange) -> None:
    st.markdown(f"{plain(change.before)} :material/arrow_forward: **{plain(change.after)}**")
    st.caption(_what(page, change))
    own = change.person == page.person
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        st.page_link(
            "pages/review.py",
            label="Look at it",
            icon=":material/rate_review:",
            query_params={"item": change.item_id},
        )
        for words, icon, approve in (
            ("Approve", ":material/check:", True),
            ("Turn down", ":material/undo:", False),
        ):
            if st.button(
                words,
                icon=icon,
                key=f"gold_{'approve' if approve else 'return'}_{change.correction_id}",
                disabled=own,
                help="Your own change needs somebody else" if own else None,
            ):
                with errors_shown():
                    answer = partial(answer_change, page.store, page.project.id, change)
                    answer(page.person, approve=approve, identity=page.identity)
                    st.rerun()
        if own:
            st.caption("It is yours: it waits for somebody else, and is not lost.")


def _what(page: Page, change: GoldChange) -> str:
    when = change.at.astimezone(ZoneInfo(page.project.zone)).strftime("%Y-%m-%d %H:%M")
    return f"{plain(change.question)} · {plain(change.place)} · by {plain(change.person)}, {when}."
