"""What a key, a button or a drawn interval does on the desk. Runs before the page does.

An AppError becomes the message above the plot, and nothing of a draft is lost.
"""

from collections.abc import Callable

import streamlit as st

from core.errors import AppError, ConflictError
from pages.components import session
from pages.components.chart import ChartEvent
from pages.components.detector_choice import show_detector
from pages.components.page import Page
from pages.components.review_audit import NEXT
from pages.components.review_buttons import (
    CANCEL,
    EDIT,
    EXAMINE,
    GUIDELINE,
    PROPOSE,
    REDO,
    SAVE,
    UNDO,
)
from pages.components.review_editor import move_interval
from pages.components.review_examine import open_examine
from pages.components.review_guideline import open_guideline
from pages.components.review_phrases import phrase_event
from pages.components.review_policy import tell_changed
from pages.components.review_reasons import BACK, BECAUSE, WHY, ask_why, because
from pages.components.review_view import DRAFT
from pages.components.workflows.conflicts import keep_choice
from pages.components.workflows.drafting import (
    merge_intervals,
    split_interval,
    with_interval,
    without_interval,
)
from pages.components.workflows.proposing import start_from_proposal
from pages.components.workflows.reviewing import (
    Desk,
    decide,
    draft_now,
    save_draft,
    save_edit,
    start_edit,
)
from pages.components.workflows.scoring import Proposal

ITEM_PARAM = "item"
SKIP_CONFLICT = (
    "Somebody else did something with this item while it was on your screen. It is shown as it is "
    "now; skip it again, or decide."
)


def handler(
    page: Page, desk: Desk, proposal: Proposal | None = None
) -> Callable[[ChartEvent], None]:
    """Return the function that deals with events on the picture of this desk."""

    def happened(event: ChartEvent) -> None:
        session.put(session.REVIEW_HANDLED, event.nonce)
        session.drop(session.REVIEW_MESSAGE)
        try:
            _act(page, desk, event, proposal)
        except ConflictError:
            _contest(page, desk, event)
        except AppError as error:
            session.put(session.REVIEW_MESSAGE, str(error))

    return happened


def _contest(page: Page, desk: Desk, event: ChartEvent) -> None:
    """Keep what met somebody else's decision; both are shown to choose from."""
    if event.action == "skip":
        session.put(session.REVIEW_MESSAGE, SKIP_CONFLICT)
    elif event.action != SAVE:
        painted = event.painted or desk.painted
        keep_choice(page.store, desk, page.person, event.action, painted, event.seconds)


def edit_in_plot(page: Page, desk: Desk, event: ChartEvent) -> bool:
    """Keep what was edited in the plot, by mouse or keys; False when nothing was."""
    store, person = page.store, page.person
    if event.moved is not None:
        ref, start, stop = event.moved
        move_interval(page, desk, ref.removeprefix(DRAFT), start, stop)
        return True
    draft = draft_now(store, desk, person)
    if event.drawn is not None:
        n_channels = desk.series.n_channels
        draft = with_interval(draft, desk.item, event.drawn, n_channels, desk.question)
    elif event.deleted:
        draft = without_interval(draft, event.deleted.removeprefix(DRAFT))
    elif event.split is not None:
        ref, sample = event.split
        draft = split_interval(draft, ref.removeprefix(DRAFT), sample)
    elif event.merged is not None:
        first, second = event.merged
        draft = merge_intervals(draft, first.removeprefix(DRAFT), second.removeprefix(DRAFT))
    else:
        return False
    save_draft(store, desk, person, draft)
    return True


def go_to(item_id: str | None) -> None:
    """Show an item next, or the first one waiting when None."""
    if item_id is None:
        st.query_params.pop(ITEM_PARAM, None)
    else:
        st.query_params[ITEM_PARAM] = item_id


def _act(page: Page, desk: Desk, event: ChartEvent, proposal: Proposal | None) -> None:
    store, person = page.store, page.person
    if phrase_event(page, desk, event):
        return
    if desk.draft is not None and edit_in_plot(page, desk, event):
        return
    match event.action:
        case "":
            return
        case action if action == UNDO:
            go_to(store.corrections.undo(page.project.id, person, page.identity).item_id)
        case action if action == REDO:
            go_to(store.corrections.redo(page.project.id, person, page.identity).item_id)
        case action if action == EXAMINE:
            open_examine(desk)
        case action if action == GUIDELINE:
            open_guideline(desk)
        case action if action == EDIT:
            start_edit(store, desk, person, event.painted or desk.painted)
        case action if action == PROPOSE and proposal is None:
            show_detector()
        case action if action == PROPOSE and proposal is not None:
            start_from_proposal(store, desk, person, event.painted or desk.painted, proposal)
        case action if action == CANCEL:
            store.drafts.delete(page.project.id, person, desk.item.id)
        case action if action == SAVE and desk.draft is not None:
            draft = draft_now(store, desk, person)
            tell_changed(save_edit(store, desk, person, draft, event.seconds, page.identity))
            _leave(desk)
        case action if action == NEXT:
            go_to(None)
        case action if action in WHY:
            ask_why(desk, action, event.seconds)
        case action if action == BACK:
            session.drop(session.REVIEW_ASKED)
        case action if action.startswith(BECAUSE):
            _leave(desk, skipped=because(page, desk, event) == "skip")
        case action:
            painted = event.painted or desk.painted
            made = decide(store, desk, person, action, painted, event.seconds, page.identity)
            tell_changed(made)
            _leave(desk)


def _leave(desk: Desk, skipped: bool = False) -> None:
    """Go on after a decision; from a blind one of an audit not before the second look at it."""
    second = desk.audit is not None and desk.audit.second_opinion
    if not desk.blind or skipped or second:
        go_to(None)
