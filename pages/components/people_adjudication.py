"""People: items on which two people disagree, both labels side by side, for a lead to settle."""

from collections.abc import Callable

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.cached import series_data
from pages.components.chart import ChartEvent, chart
from pages.components.guard import require
from pages.components.page_value import Page
from pages.components.review_actions import handler
from pages.components.review_buttons import SAVE, UNDO
from pages.components.review_editor import show_editor
from pages.components.settling_view import (
    EDIT_OF,
    LATER,
    TAKE,
    UNCLEAR,
    case_chart,
    settling_actions,
)
from pages.components.words import count, plain
from pages.components.workflows.adjudicating import (
    Case,
    disputes,
    load_case,
    settle,
    settle_edited,
    start_from,
    unsettle,
)
from pages.components.workflows.permitting import may

HELP = (
    "Two people disagree where one marked an event that the other did not (they share less than "
    "half of it), called the same event by another type, or chose another pattern. Training leaves "
    "such a window out until somebody settles it. Both labels stay on record whatever you decide."
)


def lead_only(page: Page, what: str) -> bool:
    """Tell whether the person may settle things; say who may when not."""
    allowed = may(page.store.people.current(page.project.id), page.actor, "adjudicate")
    if not allowed:
        st.info(
            f"{what} takes a lead who is known by a passphrase or a sign-in. Say who you are at "
            "the left.",
            icon=":material/lock:",
        )
    return allowed


def next_of(waiting: list[str], key: str) -> str:
    """Return the first item that was not put off in this session, else the one put off first."""
    later: list[str] = session.get(key, [])
    return min(waiting, key=lambda one: later.index(one) + 1 if one in later else 0)


def put_off(item_id: str, key: str) -> None:
    """Let an item come after the others in this session."""
    later: list[str] = session.get(key, [])
    session.put(key, [*(one for one in later if one != item_id), item_id])


def show_message(key: str) -> None:
    """Say what went wrong with the last action."""
    if message := session.get(key):
        st.error(plain(message), icon=":material/error:")


@st.fragment
def show_adjudication(page: Page) -> None:
    """Show the next dispute, with one key for each way to settle it."""
    if not lead_only(page, "Settling what people disagree on"):
        return
    waiting = disputes(page.store, page.project.id)
    st.caption(f"**{count(len(waiting), 'window')}** to settle", help=HELP)
    show_message(session.REVIEW_MESSAGE)
    if not waiting:
        st.success("People agree wherever two of them decided.", icon=":material/task_alt:")
        st.button("Take back what I settled last", key="settle_undo", on_click=_undo, args=(page,))
        return
    case = load_case(
        page.store, page.project.id, page.person, next_of(waiting, session.SETTLE_LATER)
    )
    _show(page, case)


def _show(page: Page, case: Case) -> None:
    desk, sides = case.desk, case.state.sides
    if page.person in {side.person for side in sides}:
        st.caption(":material/info: One of the two labels is your own.")
    data = case_chart(
        case,
        series_data(page.store, desk.series),
        sides,
        settling_actions(case),
        page.project.zone,
        str(session.get(session.REVIEW_HANDLED, "")),
    )
    chart(data, session.SETTLE_CHART, on_event=_handler(page, case))
    if desk.draft is not None:
        show_editor(page, desk, desk.draft)


def _handler(page: Page, case: Case) -> Callable[[ChartEvent], None]:
    on_desk = handler(page, case.desk)

    def happened(event: ChartEvent) -> None:
        if not event.action or event.action not in _own(case):
            on_desk(event)  # drawing, moving and leaving an edit are those of the desk
            return
        session.put(session.REVIEW_HANDLED, event.nonce)
        session.drop(session.REVIEW_MESSAGE)
        try:
            require(page, "adjudicate", case.desk.series.info.name)
            _act(page, case, event)
        except AppError as error:
            session.put(session.REVIEW_MESSAGE, str(error))

    return happened


def _own(case: Case) -> set[str]:
    if case.desk.draft is not None:
        return {SAVE}
    return {action.id for action in settling_actions(case)}


def _act(page: Page, case: Case, event: ChartEvent) -> None:
    store, person, identity = page.store, page.person, page.identity
    painted = event.painted or case.desk.painted
    match event.action:
        case action if action.startswith(TAKE):
            content = case.side(action.removeprefix(TAKE)).content
            settle(store, case, person, content, painted, seconds=event.seconds, identity=identity)
        case action if action.startswith(EDIT_OF):
            start_from(store, case, person, case.side(action.removeprefix(EDIT_OF)), painted)
        case action if action == UNCLEAR:
            settle(store, case, person, None, painted, seconds=event.seconds, identity=identity)
        case action if action == SAVE:
            settle_edited(store, case, person, event.seconds, identity)
        case action if action == UNDO:
            unsettle(store, page.project.id, person, identity)
        case action if action == LATER:
            put_off(case.desk.item.id, session.SETTLE_LATER)
        case _:
            return


def _undo(page: Page) -> None:
    session.drop(session.REVIEW_MESSAGE)
    try:
        require(page, "adjudicate")
        unsettle(page.store, page.project.id, page.person, page.identity)
    except AppError as error:
        session.put(session.REVIEW_MESSAGE, str(error))
