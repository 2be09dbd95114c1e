"""Who works in the project: a line each, add, change, remove; and what the roles are."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from core.people import LONGEST_NAME, Role
from pages.components import session
from pages.components.guard import guarded
from pages.components.messages import errors_shown
from pages.components.page_value import Page
from pages.components.people_change import change_dialog, keep_known
from pages.components.sign_in import is_set_up
from pages.components.words import plain
from pages.components.workflows.peopling import (
    Row,
    add_person,
    begin,
    change_person,
    effort_words,
    rows,
    set_passphrase,
    strangers,
)

ROLES: dict[Role, str] = {
    "annotator": "decides on items in Review, marks and comments.",
    "analyst": "also uploads series, asks teachers and students, and exports labels.",
    "lead": "also trains, promotes and rolls back students, draws audits, settles disagreements, "
    "and sets the label policy and the people.",
}
WIDTHS = (3, 2, 3, 2, 1.4)


def show_people(page: Page) -> None:
    """Show who is here; with nobody yet, say what people and roles are for."""
    everybody = rows(page.store, page.project.id)
    here = [row for row in everybody if row.person.standing]
    if not here:
        st.info(
            "You work alone, as a lead who may do everything, and nobody asks for a passphrase. "
            "Add the people who work with you: from then on every decision and every change of "
            "a student says who it was, and what a lead does needs a lead's passphrase or sign-in.",
            icon=":material/group:",
        )
    else:
        _table(page, here)
        if said := effort_words(page.store, page.project.id):
            st.caption(f"In the whole project {said}.")
    if any(row.person.role == "lead" and row.person.provable for row in here):
        _add(page, len(everybody))
    else:
        _begin(page, here)
    _strangers(page)
    _removed(page, [row for row in everybody if not row.person.standing])
    with st.expander("What the roles may do", icon=":material/badge:", expanded=not here):
        for role, words in ROLES.items():
            st.markdown(f"**{role.capitalize()}** {words}")


def _table(page: Page, here: list[Row]) -> None:
    with st.container(border=True, gap="xsmall"):
        for place, title in zip(
            st.columns(WIDTHS), ("Name", "Role", "Known by", "Since", ""), strict=True
        ):
            place.caption(title)
        for row in here:
            _line(page, row)
    changing = next(
        (r for r in here if r.person.name == session.get(session.PEOPLE_CHANGING)), None
    )
    if changing is not None:
        change_dialog(page, changing.person)


def _line(page: Page, row: Row) -> None:
    name, role, known, since, change = st.columns(WIDTHS, vertical_alignment="center")
    you = " :gray[(you)]" if row.person.name == page.person else ""
    name.markdown(f"**{plain(row.person.name)}**{you}")
    role.markdown(row.person.role)
    known.markdown(row.known_by)
    since.markdown(_day(page, row.since))
    if change.button("Change", key=f"people_change_{row.person.name}", type="tertiary"):
        session.put(session.PEOPLE_CHANGING, row.person.name)


def _add(page: Page, round_number: int) -> None:
    """Add somebody; fields of another number are empty again."""
    with st.form(f"people_add_{round_number}"):
        st.markdown("**Add a person**")
        fields = st.columns([3, 2, 3, 3] if is_set_up() else [3, 2, 3])
        name = fields[0].text_input("Name", max_chars=LONGEST_NAME)
        role: Role = fields[1].selectbox("Role", list(ROLES))
        passphrase = fields[2].text_input(
            "Passphrase, to hand over",
            type="password",
            help="At least 8 characters. Without one the name alone is enough, also for somebody "
            "else; a lead without one cannot lead.",
        )
        sign_in = fields[3].text_input("Signs in as (e-mail)") if is_set_up() else ""
        if st.form_submit_button("Add", icon=":material/person_add:"):
            with errors_shown():
                guarded(
                    page,
                    "people",
                    lambda by: add_person(
                        by.store,
                        by.project.id,
                        by.actor,
                        name,
                        role,
                        passphrase=passphrase,
                        sign_in=sign_in,
                    ),
                    f"added {name.strip()} as {role}",
                )


def _begin(page: Page, here: list[Row]) -> None:
    """Before others join, whoever leads gets a passphrase: then nobody else can pass for them."""
    lead = next((row.person.name for row in here if row.person.role == "lead"), "")
    with st.form("people_begin"):
        st.markdown(
            "**Before others join: you.** You stay the lead. The passphrase shows that it is you, "
            "in every new browser session."
        )
        fields = st.columns(2)
        name = lead or fields[0].text_input("Your name", max_chars=LONGEST_NAME)
        passphrase = fields[1 - bool(lead)].text_input(
            f"Passphrase of {plain(lead)}" if lead else "Your passphrase",
            type="password",
            help="At least 8 characters: three or four words.",
        )
        if st.form_submit_button("Set it", type="primary", icon=":material/key:"):
            with errors_shown():
                guarded(
                    page,
                    "people",
                    lambda by: _become(by, name, passphrase, there=bool(lead)),
                    "passphrase of the lead",
                )


def _become(page: Page, name: str, passphrase: str, *, there: bool) -> None:
    do = (page.store, page.project.id, page.actor, name, passphrase)
    if there:
        keep_known(page, name, set_passphrase(*do))
    elif not passphrase:
        keep_known(page, page.person, begin(*do))
    else:
        session.put(session.WHO, begin(*do))


def _strangers(page: Page) -> None:
    """Who signed in and is nobody here yet: a lead lets them in with one click."""
    for one in strangers(page.store, page.project.id):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/person_alert: {plain(one.shown)} signed in on "
                f"{_day(page, one.created_at)} and is nobody here."
            )
            if st.button("Add as annotator", key=f"people_let_in_{one.subject}"):
                name = one.shown.split(",")[0][:LONGEST_NAME]
                with errors_shown():
                    guarded(
                        page,
                        "people",
                        lambda by, name=name, subject=one.subject: add_person(
                            by.store, by.project.id, by.actor, name, "annotator", sign_in=subject
                        ),
                        f"added {name} as annotator",
                    )


def _removed(page: Page, gone: list[Row]) -> None:
    if not gone:
        return
    with st.expander(f"Removed: {len(gone):,}", icon=":material/person_off:"):
        st.caption("What they decided stays theirs.")
        for row in gone:
            with st.container(horizontal=True, vertical_alignment="center"):
                name = row.person.name
                st.markdown(f"{plain(name)}, {row.person.role}")
                if st.button("Bring back", key=f"people_restore_{name}", type="tertiary"):
                    with errors_shown():
                        guarded(
                            page,
                            "people",
                            lambda by, name=name: change_person(
                                by.store, by.project.id, by.actor, name, {"standing": True}
                            ),
                            f"brought back {name}",
                        )


def _day(page: Page, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(page.project.zone)):%Y-%m-%d}"
