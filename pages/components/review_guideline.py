"""The guideline of the types, over the desk at one key: words and small plots that do not move."""

import streamlit as st

from core.policy import Guideline
from core.questions.base import EventType
from pages.components import session
from pages.components.guideline_parts import show_one
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.guiding import Examples
from pages.components.workflows.reviewing import Desk


def open_guideline(desk: Desk) -> None:
    """Have it open when the page runs."""
    session.put(session.REVIEW_GUIDELINE, desk.item.id)


def show_guideline(page: Page, desk: Desk) -> None:
    """Show it where it is open; another item closes it."""
    if session.get(session.REVIEW_GUIDELINE) == desk.item.id:
        _dialog(page, desk)
    else:
        session.drop(session.REVIEW_GUIDELINE)


def _closed() -> None:
    session.drop(session.REVIEW_GUIDELINE)


# While it is open the desk runs again, when the plot speaks: only closing it may end it.
@st.dialog("Guideline", width="large", icon=":material/menu_book:", on_dismiss=_closed)
def _dialog(page: Page, desk: Desk) -> None:
    types = {one.id: one for one in desk.question.types}
    if not types:
        st.caption("This question has no types of events, so there is no guideline for them.")
        return
    policy = page.store.policies.current(page.project.id)
    examples = Examples(page.store, page.project.id)
    chosen = st.segmented_control(
        "Type",
        list(types),
        format_func=lambda one: plain(types[one].name),
        default=first_type(desk).id,
        required=True,
        key=f"review_guideline_{desk.item.id}",
        label_visibility="collapsed",
    )
    show_one(page, examples, types[chosen], without_item(desk, policy.guideline(chosen)))
    st.caption("Esc closes this.")


def first_type(desk: Desk) -> EventType:
    """Return the type that the desk speaks of first, else the question's first one."""
    contents = [] if desk.draft is None else [desk.draft.intervals]
    contents += [answer.content.intervals for answer in desk.answers]
    used = [found.type_id for intervals in contents for found in intervals]
    types = {one.id: one for one in desk.question.types}
    return next((types[one] for one in used if one in types), desk.question.types[0])


def without_item(desk: Desk, guideline: Guideline) -> Guideline:
    """Leave out examples from the window itself where the person decides blind: they tell."""
    if not desk.blind:
        return guideline
    start, stop = desk.shown

    def elsewhere(series_id: str, first: int, last: int) -> bool:
        return series_id != desk.item.series_id or last <= start or first >= stop

    return guideline.model_copy(
        update={
            side: tuple(
                one
                for one in getattr(guideline, side)
                if elsewhere(one.series_id, one.interval.start, one.interval.stop)
            )
            for side in ("good", "near_misses")
        }
    )
