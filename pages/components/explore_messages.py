"""What came of the last thing done in Explore, and the way back from it.

It lies over the empty head of the page, so that the plot stays where it is.
"""

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.explore_state import Looking, looking, say
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.checking import take_back

_STYLE = """<style>
.st-key-explore_said { position: fixed; top: .3rem; right: 4.5rem; z-index: 999991;
  width: min(48rem, calc(100vw - 6rem)); max-height: 40vh; overflow: auto;
  background: var(--st-background-color, Canvas); border-radius: .3rem; }
.st-key-explore_said .stAlertContainer { padding: .5rem .75rem; }
</style>"""


def show_messages(page: Page) -> None:
    """Say what came of the last thing done."""
    st.html(_STYLE)
    # The same place in the tree, also when there is nothing to say.
    with st.container(key="explore_said"):
        _say(page, looking())


def _say(page: Page, now: Looking) -> None:
    if now.error:
        st.error(plain(now.error), icon=":material/error:")
    if now.warning:
        st.warning(plain(now.warning), icon=":material/visibility_off:")
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
            take_back(page.store, page.project.id, page.person, which, page.identity)
            say(notice="The check is taken back.")
            session.put(session.EXPLORE_STALE, True)
        else:
            page.store.events.restore(page.project.id, which)
            say(notice="The entry is in the log again.")
    except AppError as error:
        say(error=str(error))
