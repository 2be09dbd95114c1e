"""People: who works in the project, in which role, and how other desks reach the app."""

from collections.abc import Callable, Mapping

import streamlit as st

from pages.components import session
from pages.components.kept import kept_choice
from pages.components.page import Page, page_setup
from pages.components.people_access import show_access
from pages.components.people_list import show_people

# One line adds a part: its name in the address -> (title, what shows it).
PARTS: Mapping[str, tuple[str, Callable[[Page], None]]] = {
    "people": ("People and roles", show_people),
    "access": ("Access from other desks", show_access),
}

page = page_setup("People")
st.title("People")
part = kept_choice("Part", list(PARTS), lambda one: PARTS[one][0], session.PEOPLE_PART)
PARTS[part][1](page)
