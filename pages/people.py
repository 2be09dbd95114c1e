"""People: who works in the project, in which role, and how other desks reach the app."""

from collections.abc import Callable, Mapping

import streamlit as st

from pages.components import session
from pages.components.kept import kept_choice
from pages.components.page import Page, page_setup
from pages.components.people_access import show_access
from pages.components.people_adjudication import show_adjudication
from pages.components.people_agreement import show_people_agreement
from pages.components.people_approval import show_approval
from pages.components.people_audit_log import show_audit_log
from pages.components.people_gold import show_gold_changes
from pages.components.people_list import show_people
from pages.components.people_questions import show_questions

# One line adds a part: its name in the address -> (title, what shows it).
PARTS: Mapping[str, tuple[str, Callable[[Page], None]]] = {
    "people": ("People and roles", show_people),
    "disagreements": ("Disagreements", show_adjudication),
    "approval": ("To review", show_approval),
    "questions": ("Questions", show_questions),
    "agreement": ("Agreement", show_people_agreement),
    "log": ("Audit log", show_audit_log),
    "gold": ("Changes of gold", show_gold_changes),
    "access": ("Access from other desks", show_access),
}

page = page_setup("People")
st.title("People")
part = kept_choice("Part", list(PARTS), lambda one: PARTS[one][0], session.PEOPLE_PART)
PARTS[part][1](page)
