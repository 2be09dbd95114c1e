"""The editor of an answer: fields below the plot, every change kept as a draft at once."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.answers import Cause
from core.change_words import pair_name
from core.intervals import Interval
from core.questions.base import CAUSE_NAMES
from pages.components import session
from pages.components.page import Page
from pages.components.workflows.drafting import (
    DraftInterval,
    EditDraft,
    inside_window,
    moved_to,
    with_change,
    with_interval,
    without_interval,
)
from pages.components.workflows.reviewing import Desk, draft_now, save_draft

TEXT_PX = 120
EMPTY = {
    "anomaly": "No interval yet: drag over the plot to draw one on a channel, or add one by its "
    "samples. Saved like this it says that there is no anomaly.",
    "change_point": "No change point yet: double-click in the plot to place one, or put the cursor "
    "there and press I. Saved like this it says that nothing changes.",
}


def show_editor(page: Page, desk: Desk, draft: EditDraft) -> None:
    """Show the fields of a draft; each change is saved before the page runs again."""
    if draft.kind == "open":
        _text_field(page, desk, draft)
        return
    if draft.kind == "pattern":
        _label_field(page, desk, draft)
    else:
        if not draft.intervals:
            st.caption(EMPTY[draft.kind])
        fields = change_fields if draft.kind == "change_point" else _interval_fields
        for number, one in enumerate(draft.intervals, start=1):
            fields(page, desk, number, one)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if desk.question.eventful:
            st.button(
                "Add an interval" if draft.kind == "anomaly" else "Add a change point",
                icon=":material/add:",
                key=f"edit_{desk.item.id}_add",
                on_click=_add,
                args=(page, desk),
            )
        key = f"{_fields_of(desk)}_rationale"
        st.text_input(
            "Why, in a sentence (optional)",
            value=draft.rationale,
            key=key,
            on_change=_keep,
            args=(page, desk, {"rationale": key}),
        )


def _label_field(page: Page, desk: Desk, draft: EditDraft) -> None:
    names = {option.key: option.name for option in desk.question.options}
    key = f"{_fields_of(desk)}_label"
    st.pills(
        "Pattern",
        list(names),
        format_func=names.__getitem__,
        default=draft.label,
        key=key,
        on_change=_keep,
        args=(page, desk, {"label": key}),
    )


def _text_field(page: Page, desk: Desk, draft: EditDraft) -> None:
    key = f"{_fields_of(desk)}_text"
    st.text_area(
        "What happens here",
        value=draft.rationale,
        height=TEXT_PX,
        key=key,
        help="Words that you leave as they are keep the places they point to.",
        on_change=_keep,
        args=(page, desk, {"rationale": key}),
    )


def change_fields(page: Page, desk: Desk, number: int, one: DraftInterval) -> None:
    """One row: number, cause, sample, channels or pairs, phrase, remove."""
    item, several = desk.item, desk.series.n_channels > 1
    widths = [2.4, 1.7, *([2.6] if several else []), 4, 0.6]
    boxes = iter(st.columns(widths, vertical_alignment="bottom"))
    change = _changer(page, desk, one.id)
    causes: list[Cause] = list(CAUSE_NAMES)
    next(boxes).selectbox(
        f"{number} · cause",
        causes,
        index=None if one.cause is None else causes.index(one.cause),
        format_func=CAUSE_NAMES.__getitem__,
        placeholder="Choose: A or J",
        help="Independent: a channel changes by itself. Correlation: channels no longer move "
        "together as they did, or begin to.",
        **change("cause"),
    )
    next(boxes).number_input(
        "New from sample",
        value=one.start,
        min_value=item.start,
        max_value=item.stop - 1,
        step=1,
        **change("at"),
    )
    if several and one.cause == "correlation":
        next(boxes).multiselect(
            "Pairs",
            list(combinations(range(desk.series.n_channels), 2)),
            default=one.pairs,
            format_func=pair_name,
            placeholder="not said",
            **change("pairs"),
        )
    elif several:
        _channels_field(next(boxes), desk, one, change)
    next(boxes).text_input("What is seen there", value=one.phrase, **change("phrase"))
    _remove_button(next(boxes), page, desk, number, one)


def _interval_fields(page: Page, desk: Desk, number: int, one: DraftInterval) -> None:
    """One row: number, type, first and last sample, channels, phrase, remove."""
    item, several = desk.item, desk.series.n_channels > 1
    widths = [1.9, 1.7, 1.7, *([2.6] if several else []), 4, 0.6]
    boxes = iter(st.columns(widths, vertical_alignment="bottom"))
    change = _changer(page, desk, one.id)
    types = {event.id: event.name for event in desk.question.types}
    next(boxes).selectbox(
        f"{number} · type",
        [None, *types],
        index=0 if one.type_id not in types else 1 + list(types).index(one.type_id),
        format_func=lambda type_id: types.get(type_id, "event"),
        **change("type_id"),
    )
    limits: dict[str, Any] = {"min_value": item.start, "max_value": item.stop - 1, "step": 1}
    next(boxes).number_input("First sample", value=one.start, **limits, **change("first"))
    next(boxes).number_input("Last sample", value=one.stop - 1, **limits, **change("last"))
    if several:
        _channels_field(next(boxes), desk, one, change)
    next(boxes).text_input("What is seen there", value=one.phrase, **change("phrase"))
    _remove_button(next(boxes), page, desk, number, one)


def _channels_field(
    place: DeltaGenerator,
    desk: Desk,
    one: DraftInterval,
    change: Callable[[str], dict[str, Any]],
) -> None:
    place.multiselect(
        "Channels",
        range(desk.series.n_channels),
        default=one.channels,
        format_func=lambda channel: f"ch{channel + 1}",
        placeholder="all",
        **change("channels"),
    )


def _remove_button(
    place: DeltaGenerator, page: Page, desk: Desk, number: int, one: DraftInterval
) -> None:
    what = "change point" if desk.question.kind == "change_point" else "interval"
    place.button(
        "",
        icon=":material/delete:",
        help=f"Remove {what} {number}",
        key=f"edit_{desk.item.id}_{one.id}_remove",
        on_click=_remove,
        args=(page, desk, one.id),
    )


def _fields_of(desk: Desk) -> str:
    """Return how the keys of the fields begin: otherwise after each undo, which makes them anew."""
    turns = session.get(session.REVIEW_TURNS, {}).get(desk.item.id, 0)
    return f"edit_{desk.item.id}_{turns}"


def new_fields(desk: Desk) -> None:
    """Have the fields of an edit made anew: they would go on to show what was typed into them."""
    turns = session.get(session.REVIEW_TURNS, {})
    session.put(session.REVIEW_TURNS, {**turns, desk.item.id: turns.get(desk.item.id, 0) + 1})


def _draft_now(page: Page, desk: Desk) -> EditDraft:
    return draft_now(page.store, desk, page.person)


def _keep(page: Page, desk: Desk, fields: dict[str, str]) -> None:
    changes = {field: session.get(key) for field, key in fields.items()}
    draft = _draft_now(page, desk)
    save_draft(
        page.store, desk, page.person, EditDraft.model_validate({**draft.model_dump(), **changes})
    )


def _changer(page: Page, desk: Desk, interval_id: str) -> Callable[[str], dict[str, Any]]:
    """Return what gives a field its key and keeps what is typed into it.

    Edges have new fields after each move on the plot. The browser speaks once more of the old ones,
    with what they showed: nobody typed that.
    """

    def keep(field: str, key: str, moves: int) -> None:
        typed = session.get(key)
        match field:
            case "first" | "last" | "at" if moves != _moves(interval_id):
                return
            case "first":
                changes = {"start": int(typed)}
            case "last":
                changes = {"stop": int(typed) + 1}
            case "at":
                changes = {"start": int(typed), "stop": int(typed) + 1}
            case "channels" | "pairs":
                changes = {field: tuple(sorted(typed))}
            case _:
                changes = {field: typed}
        draft = with_change(_draft_now(page, desk), interval_id, changes)
        save_draft(page.store, desk, page.person, draft)

    def fields(field: str) -> dict[str, Any]:
        key, moves = f"{_fields_of(desk)}_{interval_id}_{field}", _moves(interval_id)
        key = f"{key}_{moves}" if field in ("first", "last", "at") else key
        return {"key": key, "on_change": keep, "args": (field, key, moves)}

    return fields


def _moves(interval_id: str) -> int:
    """Return how often the interval was moved on the plot."""
    return session.get(session.REVIEW_MOVES, {}).get(interval_id, 0)


def move_interval(page: Page, desk: Desk, interval_id: str, start: int, stop: int) -> None:
    """Keep an edge that was moved on the plot; its fields are made anew."""
    start, stop = inside_window(desk.item, start, stop)
    draft = moved_to(_draft_now(page, desk), interval_id, start, stop)
    save_draft(page.store, desk, page.person, draft)
    moved = session.get(session.REVIEW_MOVES, {})
    session.put(session.REVIEW_MOVES, {**moved, interval_id: _moves(interval_id) + 1})


def _add(page: Page, desk: Desk) -> None:
    """Add one sample in the middle of the window, to be moved by its fields."""
    middle = (desk.item.start + desk.item.stop) // 2
    one = Interval(start=middle, stop=middle + 1)
    draft = with_interval(_draft_now(page, desk), desk.item, one, 1, desk.question)
    save_draft(page.store, desk, page.person, draft)


def _remove(page: Page, desk: Desk, interval_id: str) -> None:
    save_draft(page.store, desk, page.person, without_interval(_draft_now(page, desk), interval_id))
