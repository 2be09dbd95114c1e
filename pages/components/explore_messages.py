"""What came of the last thing done in Explore, said above the plot, and the way back from it."""

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.explore_state import looking, say
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.checking import take_back


def show_messages(page: Page) -> None:
    """Say what came of the last thing done."""
    now = looking()
    if now.error:
        st.error(plain(now.error), icon=":material/error:")
    if now.notice:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.success(plain(now.notice), icon=":material/check:")
            if now.back is not None:
                st.button(
                    "Take it back",
                    icon=":material/undo:",
                    key="explore_take_back",
                    on_click=_take_back,
                    args=(page, *now.back),
                )


def _take_back(page: Page, kind: str, which: str) -> None:
    say()
    try:
        if kind == "check":
            take_back(page.store, page.project.id, page.person, which)
            say(notice="The check is taken back.")
            session.put(session.EXPLORE_STALE, True)
        else:
            page.store.events.restore(page.project.id, which)
            say(notice="The entry is in the log again.")
    except AppError as error:
        say(error=str(error))
