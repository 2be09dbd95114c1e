"""Why an item is skipped, or what the lead should look at: asked before either is stored.

While it is asked the desk's buttons are the reasons that people give most often, each a number key;
Enter decides without one. Own words go into the field above the plot.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from pages.components import session
from pages.components.chart import Action, ChartData, ChartEvent
from pages.components.page_value import Page
from pages.components.workflows.commenting import (
    DOUBTS,
    SKIP_REASONS,
    ask_lead,
    skip_with_reason,
)
from pages.components.workflows.reviewing import Desk

BECAUSE = "because:"
BACK = "because_back"


@dataclass(frozen=True)
class Why:
    """What is asked for a decision, and what people answer most often."""

    prompt: str
    button: str
    without: str
    reasons: tuple[str, ...]


WHY = {
    "skip": Why("Why skip it?", "Skip", "Skip without a reason", SKIP_REASONS),
    "not_sure": Why("What should the lead look at?", "Ask the lead", "Not sure, no words", DOUBTS),
}


def ask_why(desk: Desk, decision: str, seconds: float | None) -> None:
    """Ask before a decision is stored; `seconds` were taken until here."""
    session.put(session.REVIEW_ASKED, (desk.item.id, decision, seconds))


def asked_of(desk: Desk) -> str:
    """Return the decision that is asked about on this desk; empty when none is."""
    asked = session.get(session.REVIEW_ASKED)
    return asked[1] if asked is not None and asked[0] == desk.item.id and not desk.draft else ""


def with_reasons(desk: Desk, data: ChartData) -> ChartData:
    """Put the reasons in the place of the desk's buttons while one is asked for."""
    decision = asked_of(desk)
    if not decision:
        return data
    why = WHY[decision]
    actions = [
        Action(f"{BECAUSE}{reason}", reason, str(number))
        for number, reason in enumerate(why.reasons, start=1)
    ]
    without = Action(BECAUSE, why.without, "enter", primary=True)
    return replace(data, actions=(*actions, without, Action(BACK, "Back", "escape")))


def show_own_words(desk: Desk, on_event: Callable[[ChartEvent], None]) -> None:
    """Show the question, and the field for own words."""
    decision = asked_of(desk)
    if not decision:
        return
    why = WHY[decision]

    def submit() -> None:
        words = str(session.get(session.REVIEW_WORDS, ""))
        on_event(ChartEvent(action=f"{BECAUSE}{words}", painted=desk.painted))

    with st.form("review_why", border=False), st.container(horizontal=True):
        st.text_input(
            why.prompt,
            key=session.REVIEW_WORDS,
            placeholder=f"{why.prompt} Own words, or a number key for one of those below the plot",
            label_visibility="collapsed",
        )
        st.form_submit_button(why.button, on_click=submit)


def because(page: Page, desk: Desk, event: ChartEvent) -> str:
    """Store the decision that was asked about, with its reason; returns the decision."""
    decision = asked_of(desk)
    _, _, before = session.get(session.REVIEW_ASKED, ("", "", None))
    session.drop(session.REVIEW_ASKED)
    words = event.action.removeprefix(BECAUSE)
    painted = event.painted or desk.painted
    seconds = None if before is None else before + (event.seconds or 0.0)
    if decision == "skip":
        skip_with_reason(page.store, desk, page.person, painted, seconds, words, page.identity)
    elif decision == "not_sure":
        ask_lead(page.store, desk, page.person, painted, seconds, words, page.identity)
    return decision
