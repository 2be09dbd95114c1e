"""People: labels that wait for a second look by a lead, to be approved or sent back with a note."""

from collections import Counter
from collections.abc import Callable

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.cached import series_data
from pages.components.chart import ChartEvent, chart
from pages.components.guard import require
from pages.components.page_value import Page
from pages.components.people_adjudication import lead_only, next_of, put_off, show_message
from pages.components.review_buttons import UNDO
from pages.components.settling_view import (
    APPROVE,
    LATER,
    SEND_BACK,
    approving_actions,
    case_chart,
)
from pages.components.words import count, plain
from pages.components.workflows.adjudicating import (
    Case,
    approve,
    last_review,
    load_case,
    send_back,
    take_review_back,
    to_approve,
)
from pages.components.workflows.opinions import item_states

HELP = (
    "**Annotated**: somebody gave a label. **Reviewed**: somebody else approved it, or settled "
    "what two people disagreed on. What you send back comes first in its author's queue, with "
    "your note. Labels of your own, and those that you owe a second opinion, are not here."
)
STATUSES = ("annotated", "reviewed", "disputed", "returned")


@st.fragment
def show_approval(page: Page) -> None:
    """Show the next label that waits, with one key to approve it."""
    states = Counter(one.status for one in item_states(page.store, page.project.id).values())
    told = " · ".join(f"{states[status]:,} {status}" for status in STATUSES if states[status])
    if not lead_only(page, "Approving labels"):
        st.caption(told)
        return
    waiting = to_approve(page.store, page.project.id, page.person)
    left = f"**{count(len(waiting), 'label')}** to look at"
    st.caption(" · ".join([left, told] if told else [left]), help=HELP)
    show_message(session.APPROVE_MESSAGE)
    if not waiting:
        st.success("No label of others waits for you.", icon=":material/task_alt:")
        if last_review(page.store, page.project.id, page.person) is not None:
            st.button("Take back my last word", key="approve_undo", on_click=_undo, args=(page,))
        return
    item_id = next_of(waiting, session.APPROVE_LATER)
    case = load_case(page.store, page.project.id, page.person, item_id)
    if session.get(session.APPROVE_BACK) == item_id:
        _ask_note(page, case)
    data = case_chart(
        case,
        series_data(page.store, case.desk.series),
        [case.decision],
        approving_actions(case),
        page.project.zone,
        str(session.get(session.REVIEW_HANDLED, "")),
    )
    chart(data, session.APPROVE_CHART, on_event=_handler(page, case))


def _ask_note(page: Page, case: Case) -> None:
    """Ask what the annotator should look at."""

    def send() -> None:
        _done(
            page,
            lambda: send_back(
                page.store,
                case,
                page.person,
                str(session.get(session.APPROVE_NOTE, "")),
                case.desk.painted,
                page.identity,
            ),
        )

    person = plain(case.decision.person)
    with st.form("approve_back_form", border=False), st.container(horizontal=True):
        st.text_input(
            "Note",
            key=session.APPROVE_NOTE,
            placeholder=f"What should {person} look at?",
            label_visibility="collapsed",
        )
        st.form_submit_button("Send back", on_click=send, icon=":material/undo:")


def _handler(page: Page, case: Case) -> Callable[[ChartEvent], None]:
    def happened(event: ChartEvent) -> None:
        session.put(session.REVIEW_HANDLED, event.nonce)
        session.drop(session.APPROVE_MESSAGE)
        painted = event.painted or case.desk.painted
        match event.action:
            case action if action == APPROVE:
                _done(page, lambda: approve(page.store, case, page.person, painted, page.identity))
            case action if action == SEND_BACK:
                session.put(session.APPROVE_BACK, case.desk.item.id)
            case action if action == LATER:
                put_off(case.desk.item.id, session.APPROVE_LATER)
            case action if action == UNDO:
                _undo(page)
            case _:
                return

    return happened


def _undo(page: Page) -> None:
    store, project_id = page.store, page.project.id
    _done(page, lambda: take_review_back(store, project_id, page.person, page.identity))


def _done(page: Page, what: Callable[[], object]) -> None:
    """Do it before the page runs again, and keep what went wrong to be said there."""
    session.drop(session.APPROVE_MESSAGE)
    try:
        require(page, "adjudicate")
        what()
    except AppError as error:
        session.put(session.APPROVE_MESSAGE, str(error))
    else:
        session.drop(session.APPROVE_BACK)
