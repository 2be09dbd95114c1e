"""Who is at the page: found at the start of every run, asked where unknown, shown at the left."""

import streamlit as st

from core.errors import NotAllowedError
from core.people import Identity, Person, subject_of
from pages.components import session
from pages.components.messages import errors_shown
from pages.components.page_value import Page
from pages.components.sign_in import (
    claims,
    is_set_up,
    shown_name,
    sign_in_buttons,
    sign_out_button,
)
from pages.components.words import plain
from pages.components.workflows.peopling import begin
from pages.components.workflows.whoami import (
    Desk,
    Known,
    at_start,
    desk_of,
    enter,
    holds,
    signed_in,
)
from storage import Store
from storage.rows import Project

ICONS: dict[Identity, str] = {
    "typed": ":material/person:",
    "passphrase": ":material/key:",
    "sign_in": ":material/verified_user:",
}
HOW: dict[Identity, str] = {
    "typed": "by name alone",
    "passphrase": "by passphrase",
    "sign_in": "by sign-in",
}


def desk_here() -> Desk:
    """Say where this browser is."""
    address: object = st.context.ip_address
    # A page that is run by a test has no connection, and so no address that is a text.
    given = address if isinstance(address, str) else None
    return desk_of(given, st.context.headers.to_dict())


def who_is_here(store: Store, project: Project) -> Page:
    """Return the page's values with who is there; asks, and goes no further, when that is open."""
    people = store.people.current(project.id)
    desk = desk_here()
    known = _signed_in(store, project)
    before: Known | None = session.get(session.WHO)
    if known is None and before is not None and before.identity != "sign_in":
        known = before
    if known is None or not holds(people, known, desk):
        known = at_start(store, project.id, people, desk)
    if not known.name:
        _gate(store, project, people, desk)
        st.stop()
    session.put(session.WHO, known)
    role = people[known.name].role if people else "lead"
    return Page(store, project, known.name, role, known.identity, desk.local)


def show_who(page: Page) -> None:
    """Say at the left who is there, and let somebody else take over."""
    people = page.store.people.current(page.project.id)
    with st.sidebar:
        label = f"{plain(page.person)} · {page.role}" if people else plain(page.person)
        with st.popover(label, icon=ICONS[page.identity], type="tertiary"):
            if not people:
                _name_yourself(page)
            else:
                st.markdown(
                    f"**{plain(page.person)}** works here as **{page.role}**, known "
                    f"{HOW[page.identity]}."
                )
                if page.identity == "sign_in":
                    sign_out_button()
                elif len(people) > 1:
                    _switch(page.store, page.project, people, desk_here(), page.person)
            st.page_link("pages/people.py", label="People", icon=":material/group:")


def _name_yourself(page: Page) -> None:
    """Whoever works alone gives a name; decisions made before stay under the name before."""
    st.markdown("What you decide is stored under this name. Alone, you may do everything.")
    with st.form("who_begin", border=False):
        name = st.text_input("Your name", max_chars=60, key="who_begin_name")
        if st.form_submit_button("Use this name"):
            with errors_shown():
                session.put(session.WHO, begin(page.store, page.project.id, page.actor, name))
                st.rerun()


def _switch(
    store: Store, project: Project, people: dict[str, Person], desk: Desk, person: str = ""
) -> None:
    """Let somebody be one of the people: by name, or with their passphrase."""
    name = st.selectbox(
        "Somebody else" if person else "Name",
        [one for one in people if one != person],
        index=None,
        accept_new_options=True,
        placeholder="Pick or type a name",
        key=f"who_name_{person}",  # empty again once somebody took over
    )
    if not name:
        return
    picked = people.get(name)
    with st.form("who_enter", border=False, clear_on_submit=True):
        passphrase = ""
        if picked is not None and picked.provable:
            passphrase = st.text_input("Passphrase", type="password", key="who_passphrase")
        if st.form_submit_button(f"Go on as {plain(name)}", type="primary"):
            with errors_shown():
                session.put(session.WHO, enter(store, project.id, name, passphrase, desk))
                st.rerun()


def _gate(store: Store, project: Project, people: dict[str, Person], desk: Desk) -> None:
    """Ask who is there, before anything is shown."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle, st.container(border=True):
        st.subheader("Who are you?", divider=False)
        st.markdown(
            "Several people work in this project. What you decide is stored under your name."
        )
        if is_set_up():
            _sign_in(store, project)
        if desk.local or not is_set_up() or any(one.secret for one in people.values()):
            _switch(store, project, people, desk)


def _sign_in(store: Store, project: Project) -> None:
    """Offer the sign-in; one who is signed in and is nobody here is told so."""
    found = claims()
    if found is None:
        sign_in_buttons()
        return
    with errors_shown():
        signed_in(store, project.id, subject_of(found), shown_name(found), first=False)
    sign_out_button()


def _signed_in(store: Store, project: Project) -> Known | None:
    """Return who is signed in; None when nobody is, or nobody of this project."""
    found = claims()
    if found is None:
        return None
    before: Known | None = session.get(session.WHO)
    subject, shown = subject_of(found), shown_name(found)
    noted = session.get(session.SIGNED_IN) == subject
    session.put(session.SIGNED_IN, subject)
    first = not noted and (before is None or before.identity != "sign_in")
    try:
        return signed_in(store, project.id, subject, shown, first)
    except NotAllowedError:
        return None  # the gate says so, or somebody at this machine works on by name
