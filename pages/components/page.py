"""`page_setup`: the first line of every page, also when it is opened first by a deep link."""

from pathlib import Path

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.guard import ask_passphrase
from pages.components.navigation import declare_pages
from pages.components.page_value import Page as Page
from pages.components.review_lease import leave_item
from pages.components.services import services
from pages.components.who import show_who, who_is_here
from pages.components.words import plain

ICON = Path(__file__).with_name("icon.png")


def page_setup(title: str) -> Page:
    """Open the store and the default project, say who is there, set the page's title and layout.

    With a `pages/` folder beside `app.py`, the first deep link after a server start runs the page
    without `app.py`; then the navigation is declared here and the run starts over.
    """
    if not session.navigation_declared():
        declare_pages()
        st.rerun()
    # An icon of our own: a named one would be fetched from the internet as the tab's picture.
    st.set_page_config(page_title=f"{title} · Understudy", page_icon=ICON, layout="wide")
    try:
        store = services().store
        project = store.projects.default()
    except AppError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.stop()
    page = who_is_here(store, project)
    show_who(page)
    ask_passphrase(page, title)
    if title != "Review":
        leave_item(page)
    return page
