"""Change one person: role, passphrase, sign-in, removal."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.people import Person, Role
from core.permissions import RANK
from pages.components import session
from pages.components.guard import guarded
from pages.components.messages import errors_shown
from pages.components.page_value import Page
from pages.components.sign_in import is_set_up
from pages.components.words import plain
from pages.components.workflows.peopling import change_person, set_passphrase
from pages.components.workflows.whoami import Known


def _close() -> None:
    session.drop(session.PEOPLE_CHANGING)


@st.dialog("Change a person", icon=":material/manage_accounts:", on_dismiss=_close)
def change_dialog(page: Page, person: Person) -> None:
    """Ask what is to be another; a lead may everything, anybody their own passphrase."""
    st.markdown(
        f"**{plain(person.name)}**. Names stay as they are: decisions are stored under them."
    )
    _passphrase(page, person)
    with st.form("people_role", border=False):
        roles: list[Role] = list(RANK)
        role = st.selectbox(
            "Role", roles, index=roles.index(person.role), key=f"people_role_{person.name}"
        )
        changes: dict[str, Any] = {"role": role}
        if is_set_up() or person.sign_in:
            signs = st.text_input("Signs in as (verified e-mail)", person.sign_in)
            changes["sign_in"] = signs.strip()
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save role")
            removed = st.form_submit_button("Remove", type="tertiary", icon=":material/person_off:")
    with errors_shown():
        if saved:
            _change(page, person, changes, f"{person.name}: {role}")
        if removed:
            _change(page, person, {"standing": False}, f"removed {person.name}")


def _passphrase(page: Page, person: Person) -> None:
    with st.form("people_passphrase", border=False):
        label = "New passphrase" if person.secret else "Passphrase"
        passphrase = st.text_input(
            label,
            type="password",
            help="At least 8 characters. Their other browser sessions have to give it.",
        )
        submitted = st.form_submit_button("Set passphrase")
    if not submitted:
        return
    with errors_shown():
        if page.person == person.name and page.identity != "typed":
            _set(page, person.name, passphrase)
            _close()
            st.rerun()
        _close()  # a lead's passphrase may be asked for in its place
        guarded(
            page,
            "people",
            lambda by: keep_known(
                page,
                person.name,
                set_passphrase(by.store, by.project.id, by.actor, person.name, passphrase),
            ),
            f"passphrase of {person.name}",
        )


def _set(page: Page, name: str, passphrase: str) -> None:
    found = set_passphrase(page.store, page.project.id, page.actor, name, passphrase)
    keep_known(page, name, found)


def _change(page: Page, person: Person, changes: Mapping[str, Any], about: str) -> None:
    _close()
    guarded(
        page,
        "people",
        lambda by: change_person(by.store, by.project.id, by.actor, person.name, dict(changes)),
        about,
    )


def keep_known(page: Page, name: str, known: Known) -> None:
    """Whoever set their own passphrase need not give it in this session."""
    if page.person == name and page.identity != "sign_in":
        session.put(session.WHO, known)
