"""Settings: the types of events, as versions; what an edit means is said before it is made."""

import streamlit as st

from core.event_types import LONGEST_MEANING, LONGEST_NAME, KnownType
from pages.components.guard import guarded
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.policing import TypeUse, n_decided, type_uses

NEW_WORDS = (
    "The question gets a new version with these words. What was asked before stays as it was asked."
)


def show_types(page: Page) -> None:
    """List the types; retired ones at the end."""
    locked = page.role != "lead"
    known = page.store.types.list(page.project.id)
    uses = type_uses(page.store, page.project.id)
    st.caption(
        "Teachers are asked for these types by name and meaning, and people choose among them. "
        "Say what the values do, without a colour: a colour says who marked something."
    )
    for one in sorted(known, key=lambda one: not one.standing):
        _show_line(page, one, uses.get(one.type.id, TypeUse()), locked)
    if st.button("Add a type", icon=":material/add:", key="type_add", disabled=locked):
        _add(page)


def _show_line(page: Page, one: KnownType, use: TypeUse, locked: bool) -> None:
    event = one.type
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            retired = "" if one.standing else " :gray-badge[retired]"
            st.markdown(f"**{plain(event.name)}**{retired}  \n{plain(event.meaning)}")
            st.caption(
                f"{count(use.n_labels, 'label')} of people, {count(use.n_answers, 'answer')} of "
                f"models · models say “{plain(event.key)}” · version {event.version}"
            )
        if st.button("Edit", key=f"type_edit_{event.id}", disabled=locked):
            _edit(page, one, use)
        label = "Retire" if one.standing else "Bring back"
        if st.button(label, key=f"type_standing_{event.id}", type="tertiary", disabled=locked):
            _retire(page, one, use)


def _fields(name: str = "", meaning: str = "") -> tuple[str, str]:
    return (
        st.text_input("Name", name, max_chars=LONGEST_NAME, key="type_name"),
        st.text_area(
            "Meaning, in a line",
            meaning,
            max_chars=LONGEST_MEANING,
            height=90,
            key="type_meaning",
            help="Teachers and people read it.",
        ),
    )


@st.dialog("Add a type", icon=":material/add:")
def _add(page: Page) -> None:
    show_new(page)


def show_new(page: Page) -> None:
    """Show the fields of a new type, and what adding it means."""
    name, meaning = _fields()
    decided = n_decided(page.store, page.project.id)
    st.caption(
        f"{NEW_WORDS} Reviewers can choose the type at once, also on items asked before. A student "
        "that was trained without it answers no window that is asked with it until the next "
        f"training; the {count(decided, 'window')} labelled so far then count as "
        "holding none of it, unless somebody looks at them again."
    )
    if st.button("Add", type="primary", key="type_add_now"):
        with errors_shown():
            guarded(
                page,
                "policy",
                lambda by: by.store.types.add(by.project.id, by.person, name, meaning, by.identity),
                f"type added: {name}",
            )


@st.dialog("Edit a type", icon=":material/edit:")
def _edit(page: Page, one: KnownType, use: TypeUse) -> None:
    show_edit(page, one, use)


def show_edit(page: Page, one: KnownType, use: TypeUse) -> None:
    """Show the words of a type as fields, and what changing them means."""
    name, meaning = _fields(one.type.name, one.type.meaning)
    st.caption(
        f"{NEW_WORDS} The type itself stays: {count(use.n_labels, 'label')} and "
        f"{count(use.n_answers, 'answer')} that have it read with the new name, students go on "
        "knowing it, and a training learns from what was labelled under either name. So change "
        "words, not what is meant: for another meaning add a type."
    )
    if st.button("Save", type="primary", key="type_edit_now"):
        with errors_shown():
            guarded(
                page,
                "policy",
                lambda by: by.store.types.edit(
                    by.project.id, by.person, one.type, name, meaning, by.identity
                ),
                f"type edited: {name}",
            )


@st.dialog("Retire a type", icon=":material/archive:")
def _retire(page: Page, one: KnownType, use: TypeUse) -> None:
    show_standing(page, one, use)


def show_standing(page: Page, one: KnownType, use: TypeUse) -> None:
    """Say what retiring a type means, or bringing it back, and do it."""
    event = one.type
    if one.standing:
        st.markdown(
            f"Nobody is asked for **{plain(event.name)}** any more, and no new label has it. "
            f"{count(use.n_labels, 'label')} of people keep it and read as before; a student "
            "trained from now on does not learn them as events. It can be brought back."
        )
    else:
        st.markdown(
            f"Teachers are asked for **{plain(event.name)}** again, reviewers can choose it, and "
            f"{count(use.n_labels, 'label')} that kept it are learned from again."
        )
    label = "Retire it" if one.standing else "Bring it back"
    if st.button(label, type="primary", key="type_standing_now"):
        with errors_shown():
            guarded(
                page,
                "policy",
                lambda by: by.store.types.set_standing(
                    by.project.id, by.person, event, not one.standing, by.identity
                ),
                f"{label.lower()}: {event.name}",
            )
