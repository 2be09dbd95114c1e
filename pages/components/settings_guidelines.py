"""Settings: what people are told of each type, in words and plots from this project's own items."""

from collections.abc import Sequence

import streamlit as st

from core.policy import Example, Guideline
from core.questions.base import EventType
from pages.components.guard import guarded
from pages.components.guideline_parts import show_example, show_one
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.guiding import Examples, Offer, key_of, with_guideline

MOST_GOOD, MOST_NEAR = 3, 2
LONGEST_WORDS = 1500


def show_guidelines(page: Page) -> None:
    """Show the guideline of one type as people see it, and a form to change it."""
    known = page.store.types.list(page.project.id)
    types = {one.type.id: one.type for one in known if one.standing}
    names = {key: plain(one.name) for key, one in types.items()}
    policy = page.store.policies.current(page.project.id)
    chosen = st.segmented_control(
        "Type",
        list(types),
        format_func=lambda one: names.get(one, ""),
        default=next(iter(types)),
        required=True,
        key="guideline_type",
        label_visibility="collapsed",
    )
    event = types[chosen]
    guideline, examples = policy.guideline(chosen), Examples(page.store, page.project.id)
    read, write = st.columns([2, 3], gap="large")
    with read, st.container(border=True):
        st.caption("As reviewers see it, at the key G")
        show_one(page, examples, event, guideline, beside=2)
    if page.role == "lead":
        with write:
            _form(page, examples, event, guideline, policy.version)


def _form(
    page: Page, examples: Examples, event: EventType, guideline: Guideline, version: int
) -> None:
    # A saved version has fields of its own: they show what is stored.
    prefix = f"guideline_{event.id}_{version}"
    words = st.text_area(
        "In words",
        guideline.words,
        height=140,
        max_chars=LONGEST_WORDS,
        key=f"{prefix}_words",
        placeholder="Where does it start and stop? What is it often taken for?",
    )
    names = {one.type.id: one.type.name for one in page.store.types.list(page.project.id)}
    good = _choose(
        page,
        examples,
        f"{prefix}_good",
        f"Plots of it, up to {MOST_GOOD}",
        _with_kept(guideline.good, examples.good(event.id)),
        guideline.good,
    )
    near = _choose(
        page,
        examples,
        f"{prefix}_near",
        f"Near misses, up to {MOST_NEAR}",
        _with_kept(
            guideline.near_misses,
            examples.near_misses(event.id, lambda one: names.get(one or "", "event")),
        ),
        guideline.near_misses,
    )
    problem = _too_many(good, near)
    if problem:
        st.caption(f":material/info: {problem}")
    if st.button(
        "Save the guideline",
        type="primary",
        icon=":material/save:",
        key="guideline_save",
        disabled=bool(problem),
    ):
        new = Guideline(type_id=event.id, words=words, good=good, near_misses=near)
        with errors_shown():
            guarded(page, "policy", lambda by: _save(by, new, version), f"guideline: {event.name}")


def _save(by: Page, new: Guideline, version: int) -> None:
    store, project_id = by.store, by.project.id
    policy = store.policies.current(project_id).model_copy(update={"version": version})
    store.policies.save(project_id, by.person, with_guideline(store, project_id, policy, new))
    st.toast("The guideline is stored.", icon=":material/check:")


def _too_many(good: Sequence[Example], near: Sequence[Example]) -> str:
    if len(good) > MOST_GOOD:
        return f"{len(good)} plots of it are chosen; at most {MOST_GOOD} are shown"
    if len(near) > MOST_NEAR:
        return f"{len(near)} near misses are chosen; at most {MOST_NEAR} are shown"
    return ""


def _with_kept(kept: Sequence[Example], offers: Sequence[Offer]) -> list[Offer]:
    """Return the chosen ones first, then what else is offered."""
    there = {key_of(one) for one in kept}
    return [Offer(one, "") for one in kept] + [one for one in offers if one.key not in there]


def _choose(
    page: Page,
    examples: Examples,
    prefix: str,
    title: str,
    offers: Sequence[Offer],
    kept: Sequence[Example],
) -> tuple[Example, ...]:
    st.markdown(f"**{title}**")
    usable = [one for one in offers if examples.usable(one.example)]
    if not usable:
        st.caption(
            "No decided item outside gold shows one yet: they are offered here as people review."
        )
        return ()
    notes = {key_of(one): one.note for one in kept}
    chosen: list[Example] = []
    places = [place for _ in range(0, len(usable), 3) for place in st.columns(3)]
    for place, offer in zip(places, usable, strict=False):
        with place:
            bare = offer.example.model_copy(update={"note": ""})
            show_example(page, examples, bare)
            if offer.what:
                st.caption(plain(offer.what))
            if st.checkbox("Show it", value=offer.key in notes, key=f"{prefix}_{offer.key}"):
                note = st.text_input(
                    "Note",
                    notes.get(offer.key, ""),
                    key=f"{prefix}_{offer.key}_note",
                    placeholder="what to look at",
                    max_chars=120,
                    label_visibility="collapsed",
                )
                chosen.append(bare.model_copy(update={"note": note.strip()}))
    return tuple(chosen)
