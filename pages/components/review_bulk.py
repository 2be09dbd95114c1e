"""Many windows at once: small plots of one predicted label, and those like a corrected one."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.cached import queue_memo, series_data, small_window
from pages.components.kept import keep, kept
from pages.components.marks import author_colour
from pages.components.page import Page
from pages.components.review_actions import go_to
from pages.components.words import count, plain, shorten
from pages.components.workflows.bulk import (
    AT_ONCE,
    BulkGroup,
    BulkWindow,
    accept_in_bulk,
    bulk_groups,
)
from pages.components.workflows.neighbours import Offer, give_label, nearest, offer_after, offer_of
from pages.components.workflows.queue_now import queue_now
from storage.corrections import BulkRecord

BULK = "bulk"
COLUMNS = 6


def in_bulk() -> bool:
    """Tell whether the address asks for many at once."""
    return kept(session.REVIEW_VIEW) == BULK


def open_bulk(like: str = "") -> None:
    """Show many at once; those like the item of a decision when its id is given."""
    keep(session.REVIEW_VIEW, BULK)
    keep(session.REVIEW_LIKE, like)


def leave_bulk() -> None:
    """Show one item at a time again, the first that waits."""
    keep(session.REVIEW_VIEW, "")
    keep(session.REVIEW_LIKE, "")
    go_to(None)


def offer_button(page: Page) -> None:
    """Offer to look at windows like the one just corrected; nothing is applied by itself."""
    offer = offer_of(
        page.store, page.project.id, page.person, queue_memo(page.store, page.project.id)
    )
    if offer is None:
        return
    st.button(
        f"{offer.n} alike",
        icon=":material/content_copy:",
        key="review_offer",
        help=f"You changed {plain(offer.before)} to {plain(offer.after)}. "
        f"{count(len(offer.item_ids), 'undecided window')} with the same proposal: look at the "
        f"{offer.n} most alike. None is changed before you say so.",
        on_click=open_bulk,
        args=(offer.event.id,),
    )


def show_bulk(page: Page) -> None:
    """Show the view with its head; whatever is done in it runs this part alone."""
    with st.container(horizontal=True, vertical_alignment="center", key="bulk_head"):
        st.markdown("#### Review", width="content")
        st.button(
            "One at a time", icon=":material/arrow_back:", key="bulk_back", on_click=leave_bulk
        )
        _undo_button(page)
    if said := session.get(session.REVIEW_BULK_SAID):
        st.info(plain(said), icon=":material/task_alt:")
    like = kept(session.REVIEW_LIKE)
    if like:
        _show_alike(page, like)
    else:
        _show_groups(page)


def _show_groups(page: Page) -> None:
    store, project_id = page.store, page.project.id
    memo = queue_memo(store, project_id)
    now = queue_now(store, project_id, page.person, memo)
    groups = {group.key: group for group in bulk_groups(store, project_id, now, memo)}
    least = store.policies.current(project_id).bulk_confidence
    if not groups:
        st.info(
            f"No undecided window has an answer that is sure by {least:.2f} or more, so none can "
            "be decided in bulk. Gold, and what is to be decided blind, is never offered here.",
            icon=":material/grid_view:",
        )
        return
    chosen = st.selectbox(
        "Predicted label",
        list(groups),
        format_func=lambda key: _group_words(groups[key]),
        key=session.REVIEW_BULK_GROUP,
        label_visibility="collapsed",
    )
    group = groups[chosen]
    some = group.windows[:AT_ONCE]
    mark = some[0].item.id
    with st.form(f"bulk_{mark}_{len(some)}", border=False):
        with st.container(horizontal=True, vertical_alignment="center"):
            send = st.form_submit_button(
                f"Accept the checked ones as {plain(group.label)}",
                type="primary",
                shortcut="a",
                key="bulk_accept",
            )
            st.caption(
                f"{len(some)} of {count(len(group.windows), 'window')}, the surest first, none "
                f"below {least:.2f}. Uncheck what is wrong: it comes first in your queue."
            )
        checked = _grid(page, some, checked=True)
    if send:
        wrong = [one.item.id for one in some if one.item.id not in checked]
        _decide(
            page,
            lambda: accept_in_bulk(store, project_id, page.person, some, wrong, page.identity),
            len(wrong),
        )


def _show_alike(page: Page, event_id: str) -> None:
    store, project_id = page.store, page.project.id
    memo = queue_memo(store, project_id)
    event = next((one for one in store.corrections.events(project_id) if one.id == event_id), None)
    offer = None if event is None else offer_after(store, memo, event)
    some = [] if offer is None else nearest(store, memo, offer, lambda row: series_data(store, row))
    if offer is None or not some:
        st.info(
            "No undecided window with the same proposal is left that may be changed this way.",
            icon=":material/content_copy:",
        )
        return
    with st.form(f"alike_{event_id}_{len(some)}", border=False):
        with st.container(horizontal=True, vertical_alignment="center"):
            send = st.form_submit_button(
                f"Give the checked ones {plain(offer.after)}", type="primary", key="alike_give"
            )
            st.caption(
                f"You changed {plain(offer.before)} to {plain(offer.after)}. These "
                f"{count(len(some), 'window')} look most like it and have the same proposal. Check "
                "those of which your label is true; the others wait as before."
            )
        checked = _grid(page, some, checked=False)
    if send:
        _decide(page, lambda: _give(page, offer, some, checked))


def _decide(page: Page, record: Callable[[], BulkRecord], n_aside: int = 0) -> None:
    """Store what was decided, say so, and show what is next."""
    try:
        done = record()
    except AppError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    parts = [f"{count(len(done.events), 'window')} decided in bulk; one undo takes all back."]
    if n_aside:
        parts.append(f"{count(n_aside, 'window')} set aside to the front of your queue.")
    if done.conflicts:
        parts.append(
            f"{count(len(done.conflicts), 'window')} left as somebody else decided meanwhile."
        )
    session.put(session.REVIEW_BULK_SAID, " ".join(parts))
    keep(session.REVIEW_LIKE, "")
    st.rerun()


def _undo_button(page: Page) -> None:
    """Offer to take the person's latest decisions in bulk back, while nothing came after them."""
    state = queue_memo(page.store, page.project.id).state(page.store)
    latest = state.latest.get(page.person)
    if latest is not None and latest.how == "bulk":
        st.button(
            "Undo",
            icon=":material/undo:",
            shortcut="u",
            key="bulk_undo",
            help="Take back all that was decided with the last key",
            on_click=_undo,
            args=(page,),
        )


def _undo(page: Page) -> None:
    page.store.undoing.undo(page.project.id, page.person, page.identity)
    session.put(session.REVIEW_BULK_SAID, "Taken back: these windows wait as before.")


def _group_words(group: BulkGroup) -> str:
    n = count(len(group.windows), "window")
    return f"{group.label}, says {group.author_name} ({n}, {group.question.name})"


def _give(page: Page, offer: Offer, some: Sequence[BulkWindow], checked: set[str]) -> BulkRecord:
    return give_label(page.store, page.project.id, page.person, offer, some, checked, page.identity)


def _grid(page: Page, windows: Sequence[BulkWindow], checked: bool) -> set[str]:
    """Show small plots with a box each; return the items whose box is checked."""
    found: set[str] = set()
    columns = st.columns(COLUMNS, gap="small")
    for place, one in enumerate(windows):
        with columns[place % COLUMNS]:
            stored = page.store.series.get(page.project.id, one.item.series_id)
            st.image(
                _picture(page, one),
                width="stretch",
                alt=f"Samples {one.item.start:,} to {one.item.stop - 1:,} of {stored.info.name}",
            )
            place_words = f"{one.item.start:,} to {one.item.stop - 1:,}"
            if st.checkbox(
                f"{one.sure:.2f}" if one.sure else plain(shorten(stored.info.name, 16)),
                value=checked,
                key=f"bulk_{'on' if checked else 'off'}_{one.item.id}",
                help=f"{plain(stored.info.name)}, samples {place_words}",
            ):
                found.add(one.item.id)
    return found


def _picture(page: Page, one: BulkWindow) -> str:
    data = series_data(page.store, page.store.series.get(page.project.id, one.item.series_id))
    events = one.answer.content.intervals
    channel = next((c for event in events for c in event.channels), 0)
    bands = tuple((event.start, event.stop) for event in events)
    window = (one.item.start, one.item.stop)
    return small_window(data, window, channel, bands, author_colour(one.answer.author))
