"""The queue on the desk: order, filter, saved filters and differences in one popover."""

import zlib
from collections.abc import Collection

import streamlit as st
from pydantic import ValidationError

from core.queue_filter import QueueFilter
from core.queue_order import ORDERS
from pages.components import session
from pages.components.cached import queue_memo, series_data
from pages.components.kept import keep, kept
from pages.components.page import Page
from pages.components.review_actions import go_to
from pages.components.review_audit import audit_words
from pages.components.review_bulk import offer_button, open_bulk
from pages.components.review_filter import ask_filter, filter_words, show_saved
from pages.components.words import count, plain
from pages.components.workflows.differing import Differences, find_differences
from pages.components.workflows.labels_said import group_reason, is_labels_group, items_of_group
from pages.components.workflows.opinions import second_opinions_waiting
from pages.components.workflows.queue_now import QueueNow, Wish, queue_now
from pages.components.workflows.queue_reasons import ORDER_HELP, ORDER_NAMES, reason_words
from pages.components.workflows.reviewing import Desk

MEASURE_S = 1.0
MOST_GROUPS = 12


def wish_of(question_id: str | None) -> Wish:
    """Return what this person asked for: the address remembers it over a reload."""
    wanted = kept(session.REVIEW_ORDER)
    by = wanted if wanted in ORDERS else "value"
    try:
        asked = QueueFilter.model_validate_json(kept(session.REVIEW_FILTER) or "{}")
    except ValidationError:  # an address that was cut or typed by hand
        asked = QueueFilter()
    return Wish(by, asked.model_copy(update={"question_id": question_id or ""}))


def keep_filter(asked: QueueFilter) -> None:
    """Remember a filter and go to the first item that it shows."""
    body = asked.model_dump_json(exclude_defaults=True, exclude={"question_id"})
    keep(session.REVIEW_FILTER, "" if body == "{}" else body)
    go_to(None)


def queue_for(page: Page, question_id: str | None) -> QueueNow:
    """Return the queue as it is now."""
    store, project_id = page.store, page.project.id
    memo, wish = queue_memo(store, project_id), wish_of(question_id)
    groups: dict[str, Collection[str]] = {}
    if is_labels_group(wish.filter.group):
        groups = {wish.filter.group: items_of_group(store, memo, wish.filter.group)}
    elif wish.filter.group:
        found = _differences(page)
        groups = {one.key: one.item_ids for one in found.groups}
    return queue_now(
        store,
        project_id,
        page.person,
        memo,
        wish,
        data_of=lambda row: series_data(store, row),
        second_opinions=second_opinions_waiting(store, project_id, page.person),
        groups=groups,
    )


def _differences(page: Page) -> Differences:
    store = page.store
    memo = queue_memo(store, page.project.id)
    return find_differences(
        store, page.project.id, memo, lambda row: series_data(store, row), MEASURE_S
    )


def why_of(page: Page, now: QueueNow, desk: Desk | None = None) -> tuple[str, str]:
    """Say why this item is on the desk, or in which order items come."""
    if desk is None:
        return ORDER_NAMES[now.queue.by].lower(), ORDER_HELP[now.queue.by]
    if desk.audit is not None:
        return audit_words(desk)
    if is_labels_group(now.wish.filter.group):
        return group_reason(page.store, now.wish.filter.group)
    memo = queue_memo(page.store, page.project.id)
    return reason_words(now, memo, desk.item, desk.question)


def show_queue_panel(page: Page, now: QueueNow) -> None:
    """Show what waits and how it is chosen, behind one button of the desk's head."""
    if now.wants_retrain:
        st.page_link(
            "pages/train.py",
            label=f"Retrain: {now.since_training:,} decided since",
            icon=":material/model_training:",
            help="A retrain now would order the rest anew, by what the student is unsure of then.",
        )
    offer_button(page)
    asked = now.wish.filter
    narrow = not asked.model_copy(update={"question_id": ""}).empty
    icon = ":material/filter_alt:" if narrow else ":material/format_list_bulleted:"
    panel = st.popover(
        f"{icon} {count(now.progress.total, 'item')}" if narrow else icon,
        key=session.REVIEW_QUEUE_PANEL,
        on_change="rerun",
        help="Order, filters, differences, and many at once",
    )
    if not panel.open:
        return
    with panel:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _choose_order(now)
            st.button(
                "Many at once",
                icon=":material/grid_view:",
                help="Small plots of one predicted label: uncheck the wrong ones, accept the rest",
                key="review_open_bulk",
                on_click=open_bulk,
            )
        if now.unread:
            st.caption(f"Claims of {count(now.unread, 'answer')} are still to be looked at.")
        wanted = _show_tabs(page, asked)
        if wanted is not None:
            keep_filter(wanted)
            st.rerun()


def _show_tabs(page: Page, asked: QueueFilter) -> QueueFilter | None:
    """Show the open tab alone; return the filter that was chosen in it."""
    mark = f"{zlib.crc32(asked.model_dump_json().encode()):08x}"
    filters, saved, differences = st.tabs(
        ["Filter", "Saved", "Differences"], key="review_queue_tabs", on_change="rerun"
    )
    if filters.open:
        with filters:
            return ask_filter(page, asked, mark)
    if saved.open:
        with saved:
            return show_saved(page, asked)
    with differences:
        _show_differences(page)
    return None


def _choose_order(now: QueueNow) -> None:
    chosen = st.selectbox(
        "Order",
        list(ORDERS),
        index=list(ORDERS).index(now.wish.by),
        format_func=ORDER_NAMES.__getitem__,
        key="review_order",
        help=ORDER_HELP[now.wish.by],
    )
    if chosen != now.wish.by:
        keep(session.REVIEW_ORDER, chosen, default="value")
        go_to(None)
        st.rerun()


def _show_differences(page: Page) -> None:
    found = _differences(page)
    if not found.groups:
        st.caption(
            "Nothing that one of teacher, student and people misses twice or more in the same way."
        )
    with st.container(gap="xxsmall"):
        for one in found.groups[:MOST_GROUPS]:
            st.button(
                f"{plain(one.words)} ({one.n} of {one.total})",
                key=f"review_group_{one.key}",
                type="tertiary",
                help=f"{one.low:.0%} to {one.high:.0%} missed; opens these items",
                on_click=keep_filter,
                args=(QueueFilter(group=one.key, statuses=EVERY),),
            )
    if found.unread:
        st.caption(f"{count(found.unread, 'item')} are still to be measured; open this again.")


EVERY = ("undecided", "annotated", "not sure", "none right")
"""A group of differences is looked at whether or not its items are decided."""


def show_filtered_empty(now: QueueNow) -> bool:
    """Say that a filter shows nothing, or nothing more; False when it is not the filter."""
    asked = now.wish.filter.model_copy(update={"question_id": ""})
    if asked.empty:
        return False
    words, total = plain(filter_words(asked)), len(now.queue.order)
    if now.progress.total == 0:
        st.info(f"0 of {count(total, 'item')} match: {words}.", icon=":material/filter_alt:")
    else:
        st.success(
            f"All {count(now.progress.total, 'item')} that match are decided: {words}.",
            icon=":material/task_alt:",
        )
    st.button("Clear the filter", key="review_clear", on_click=keep_filter, args=(QueueFilter(),))
    return True
