"""What a key, a button or a drawn interval does on the desk. Runs before the page does.

An AppError becomes the message above the plot, and nothing of a draft is lost.
"""

from collections.abc import Callable

import streamlit as st

from core.errors import AppError, ConfigError, ConflictError
from core.ids import utc_now
from pages.components import session
from pages.components.chart import ChartEvent
from pages.components.detector_choice import show_detector
from pages.components.page import Page
from pages.components.review_audit import NEXT
from pages.components.review_buttons import EDIT, PROPOSE, SAVE
from pages.components.review_editor import new_fields
from pages.components.review_edits import edited
from pages.components.review_examine import open_examine
from pages.components.review_guideline import open_guideline
from pages.components.review_phrases import phrase_event
from pages.components.review_policy import tell_changed
from pages.components.review_reasons import BACK, BECAUSE, WHY, ask_why, because
from pages.components.workflows.comparing_answers import prefer
from pages.components.workflows.conflicts import contest_of
from pages.components.workflows.keymap import (
    EXAMINE,
    GUIDELINE,
    PREFER_FIRST,
    PREFER_SECOND,
    REDO,
    REPEAT,
    UNDO,
    load_keymap,
    reset_keys,
    save_key,
)
from pages.components.workflows.proposing import start_from_proposal
from pages.components.workflows.repeating import repeat_label
from pages.components.workflows.reviewing import (
    Desk,
    decide,
    draft_now,
    load_desk,
    save_edit,
    start_edit,
)
from pages.components.workflows.scoring import Proposal
from pages.components.workflows.telling import step_words

ITEM_PARAM = "item"
SKIP_CONFLICT = (
    "Somebody else did something with this item while it was on your screen. It is shown as it is "
    "now: do it again, or decide."
)


def handler(
    page: Page, desk: Desk, proposal: Proposal | None = None
) -> Callable[[ChartEvent], None]:
    """Return the function that deals with events on the picture of this desk."""

    def happened(event: ChartEvent) -> None:
        session.put(session.REVIEW_HANDLED, event.nonce)
        for told in (session.REVIEW_MESSAGE, session.REVIEW_NOTE, session.REVIEW_REFUSED):
            session.drop(told)
        try:
            _act(page, desk, event, proposal)
        except ConflictError:
            _contest(page, desk)
        except AppError as error:
            session.put(session.REVIEW_MESSAGE, str(error))

    return happened


def _contest(page: Page, desk: Desk) -> None:
    """Say why nothing was stored where there are no two versions to choose from: after a skip."""
    now = load_desk(page.store, page.project.id, page.person, desk.item.id)
    if contest_of(page.store, now, page.person) is None:
        session.put(session.REVIEW_MESSAGE, SKIP_CONFLICT)


def go_to(item_id: str | None) -> None:
    """Show an item next, or the first one waiting when None."""
    if item_id is None:
        st.query_params.pop(ITEM_PARAM, None)
    else:
        st.query_params[ITEM_PARAM] = item_id


def _act(page: Page, desk: Desk, event: ChartEvent, proposal: Proposal | None) -> None:
    store, person = page.store, page.person
    if event.rebound is not None:
        _rebind(page, *event.rebound)
    elif phrase_event(page, desk, event) or (desk.draft is not None and edited(page, desk, event)):
        return
    elif desk.draft is not None and event.action == SAVE:
        draft = draft_now(store, desk, person)
        tell_changed(save_edit(store, desk, person, draft, event.seconds, page.identity))
        _leave(desk)
    elif event.action == PROPOSE:
        _propose(page, desk, event, proposal)
    elif event.action in ACTS:
        ACTS[event.action](page, desk, event)
    elif event.action.startswith(BECAUSE):
        _leave(desk, skipped=because(page, desk, event) == "skip")
    elif event.action:
        painted = event.painted or desk.painted
        tell_changed(
            decide(store, desk, person, event.action, painted, event.seconds, page.identity)
        )
        _leave(desk)


def _start_edit(page: Page, desk: Desk, event: ChartEvent) -> None:
    start_edit(page.store, desk, page.person, event.painted or desk.painted)
    new_fields(desk)


def _propose(page: Page, desk: Desk, event: ChartEvent, proposal: Proposal | None) -> None:
    if proposal is None:
        show_detector()
    else:
        painted = event.painted or desk.painted
        start_from_proposal(page.store, desk, page.person, painted, proposal)


def _undo(page: Page, _desk: Desk, event: ChartEvent) -> None:
    undone = event.action == UNDO
    turn = page.store.undoing.undo if undone else page.store.undoing.redo
    step = turn(page.project.id, page.person, page.identity)
    keymap = load_keymap(page.store, page.project.id, page.person)
    session.put(session.REVIEW_NOTE, step_words(page.store, step, undone, keymap, utc_now()))
    go_to(step.item_id)


def _repeat(page: Page, desk: Desk, event: ChartEvent) -> None:
    painted = event.painted or desk.painted
    repeat_label(page.store, desk, page.person, painted, event.seconds, page.identity)
    _leave(desk)


def _prefer(page: Page, desk: Desk, event: ChartEvent) -> None:
    better = 0 if event.action == PREFER_FIRST else 1
    painted = event.painted or desk.painted
    prefer(page.store, desk, page.person, better, painted, page.identity)


def _examine(_page: Page, desk: Desk, _event: ChartEvent) -> None:
    open_examine(desk)


def _guideline(_page: Page, desk: Desk, _event: ChartEvent) -> None:
    open_guideline(desk)


def _ask_why(_page: Page, desk: Desk, event: ChartEvent) -> None:
    ask_why(desk, event.action, event.seconds)


def _back(_page: Page, _desk: Desk, _event: ChartEvent) -> None:
    session.drop(session.REVIEW_ASKED)


def _next(_page: Page, _desk: Desk, _event: ChartEvent) -> None:
    go_to(None)


def _rebind(page: Page, action: str, key: str) -> None:
    """Put an action on another key, or all on their first ones; the sheet says why not."""
    try:
        if action:
            save_key(page.store, page.project.id, page.person, action, key)
        else:
            reset_keys(page.store, page.project.id, page.person)
    except ConfigError as error:
        session.put(session.REVIEW_REFUSED, str(error))


Act = Callable[[Page, Desk, ChartEvent], None]
ACTS: dict[str, Act] = {
    EDIT: _start_edit,
    UNDO: _undo,
    REDO: _undo,
    REPEAT: _repeat,
    PREFER_FIRST: _prefer,
    PREFER_SECOND: _prefer,
    NEXT: _next,
    EXAMINE: _examine,
    GUIDELINE: _guideline,
    BACK: _back,
    **dict.fromkeys(WHY, _ask_why),
}
"""What an action does that is no decision; its key is one line in `keymap.ACTIONS`."""


def _leave(desk: Desk, skipped: bool = False) -> None:
    """Go on after a decision; from a blind one of an audit not before the second look at it."""
    second = desk.audit is not None and desk.audit.second_opinion
    if not desk.blind or skipped or second:
        go_to(None)
