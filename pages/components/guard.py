"""What only some may do: refused with a reason, and a place for a lead's passphrase right there.

`require` refuses. `guarded` asks for the passphrase, does it as that lead, once, and notes it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from core.errors import NotAllowedError
from core.permissions import Act
from pages.components import session
from pages.components.messages import errors_shown
from pages.components.page_value import Page
from pages.components.words import plain
from pages.components.workflows.permitting import permit
from pages.components.workflows.whoami import prove

Deed = Callable[[Page], object]
"""Gets the page of whoever does it: the lead's, when one gave their passphrase for it."""


@dataclass(frozen=True)
class _Asked:
    act: Act
    deed: Deed
    about: str
    why: str
    title: str = ""


def require(page: Page, act: Act, about: str = "") -> None:
    """Go on when the person may do it.

    Raises:
        NotAllowedError: when they may not; the refusal is noted.
    """
    permit(page.store, page.project.id, page.actor, act, about)


def guarded(page: Page, act: Act, deed: Deed, about: str = "") -> None:
    """Do something that only some may, and run the page again; else ask for a lead's passphrase.

    Call it where a button was pressed, inside `errors_shown`, not in a callback.

    Args:
        about: what it is done to, in a few words, for the log of actions.
    """
    try:
        require(page, act, about)
    except NotAllowedError as error:
        # Asked by the whole page: a panel that redraws itself would close the dialog again.
        session.put(session.GUARDED, _Asked(act, deed, about, str(error)))
        st.rerun()
    _do(page, act, deed, about)


def ask_passphrase(page: Page, title: str) -> None:
    """Open the dialog for what was refused on the page of this title, until it is done or closed.

    It is opened in every run: a panel that found a job at its end runs the page again under it.
    """
    asked: _Asked | None = session.get(session.GUARDED)
    if asked is None:
        return
    if asked.title not in ("", title):
        _forget()
        return
    session.put(session.GUARDED, replace(asked, title=title))
    _dialog(page, asked)


def _forget() -> None:
    session.drop(session.GUARDED)


@st.dialog("This takes a lead", icon=":material/key:", on_dismiss=_forget)
def _dialog(page: Page, asked: _Asked) -> None:
    reason = asked.why[:1].upper() + asked.why[1:]
    st.markdown(plain(reason) + ".")
    people = page.store.people.current(page.project.id)
    leads = [name for name, one in people.items() if one.role == "lead" and one.secret]
    if not leads:
        return
    with st.form("guard", border=False, clear_on_submit=True):
        name = st.selectbox("Lead", leads, key="guard_name")
        passphrase = st.text_input("Passphrase", type="password", key="guard_passphrase")
        st.caption("It counts for this one action; you stay who you are.")
        if st.form_submit_button("Go on", type="primary"):
            with errors_shown():
                prove(page.store, page.project.id, people[name], passphrase)
                lead = replace(page, person=name, role="lead", identity="passphrase")
                require(lead, asked.act, asked.about)
                _forget()
                _do(lead, asked.act, asked.deed, asked.about)


def _do(page: Page, act: Act, deed: Deed, about: str) -> None:
    deed(page)
    page.store.actions.add(page.project.id, page.person, act, about, identity=page.identity)
    st.rerun()
