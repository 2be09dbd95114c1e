"""`page_setup`: the first line of every page, also when it is opened first by a deep link."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.errors import AppError
from core.people import Identity, Role
from pages.components import session
from pages.components.navigation import declare_pages
from pages.components.services import services
from pages.components.words import plain
from storage import Store
from storage.rows import Project

DEFAULT_PERSON = "me"
ICON = Path(__file__).with_name("icon.png")


@dataclass(frozen=True)
class Page:
    """What every page works with.

    Attributes:
        identity: how sure the app is that it is this person.
    """

    store: Store
    project: Project
    person: str
    role: Role = "lead"
    identity: Identity = "typed"


def page_setup(title: str) -> Page:
    """Open the store and the default project, and set the page's title and layout.

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
    person = str(store.settings.get(project.id, "person", DEFAULT_PERSON))
    return Page(store=store, project=project, person=person)
