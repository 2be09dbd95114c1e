"""What a key, a button or the mouse does to an open edit of the desk. Runs before the page does."""

from core.answers import Cause
from pages.components.chart import ChartEvent
from pages.components.page import Page
from pages.components.review_buttons import CANCEL, CAUSE
from pages.components.review_editor import move_interval, new_fields
from pages.components.review_view import DRAFT
from pages.components.workflows.drafting import (
    merge_intervals,
    split_interval,
    with_cause,
    with_interval,
    without_interval,
)
from pages.components.workflows.keeping_drafts import drop_draft, step_draft
from pages.components.workflows.keymap import REDO, REPEAT, UNDO
from pages.components.workflows.repeating import repeat_type
from pages.components.workflows.reviewing import (
    Desk,
    draft_now,
    save_draft,
)


def edited(page: Page, desk: Desk, event: ChartEvent) -> bool:
    """Do what an event does to the open edit; False when it is none of the edit's, or its end."""
    return edit_in_plot(page, desk, event) or _acted(page, desk, event)


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
    elif desk.question.kind == "change_point" and (event.split or event.merged):
        return True  # a change point has no two halves, and two of them make none
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


def _acted(page: Page, desk: Desk, event: ChartEvent) -> bool:
    """Do what an action does while an edit is open; False when it is none of the edit's."""
    store, person = page.store, page.person
    match event.action:
        case action if action == CANCEL:
            drop_draft(store, desk.item, person)
        case action if action in (UNDO, REDO):
            step_draft(store, desk.item, person, "back" if action == UNDO else "forth")
            new_fields(desk)
        case action if action.startswith(CAUSE):
            cause: Cause = "correlation" if action.endswith("correlation") else "independent"
            draft, interval_id = draft_now(store, desk, person), event.on.removeprefix(DRAFT)
            save_draft(store, desk, person, with_cause(draft, interval_id, cause))
            new_fields(desk)
        case action if action == REPEAT:
            draft, interval_id = draft_now(store, desk, person), event.on.removeprefix(DRAFT)
            save_draft(store, desk, person, repeat_type(store, desk, person, draft, interval_id))
            new_fields(desk)
        case _:
            return False
    return True
