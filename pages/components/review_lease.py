"""Which item this browser session has on its desk: taken, renewed with every action, given back."""

from zoneinfo import ZoneInfo

import streamlit as st

from pages.components import session
from pages.components.page_value import Page
from pages.components.words import count, plain
from pages.components.workflows.queue_now import QueueNow
from storage.leases import Lease


def hold_item(page: Page, item_id: str) -> Lease:
    """Take or renew an item's lease; return the one that holds, which may be somebody else's."""
    before: tuple[str, str] | None = session.get(session.REVIEW_LEASED)
    if before is not None and before != (item_id, page.person):
        leave_item(page)
    lease = page.store.leases.take(page.project.id, item_id, page.person)
    if lease.person == page.person:
        session.put(session.REVIEW_LEASED, (item_id, page.person))
    return lease


def leave_item(page: Page) -> None:
    """Give back what this session had on its desk."""
    before: tuple[str, str] | None = session.get(session.REVIEW_LEASED)
    if before is not None:
        page.store.leases.release(page.project.id, *before)
        session.drop(session.REVIEW_LEASED)


def next_item(page: Page, left: list[str]) -> str | None:
    """Take the first waiting item that can be had; None when there is none.

    What others have on their desks is not in `left`, but somebody may take one meanwhile.
    """
    return next((one for one in left if hold_item(page, one).person == page.person), None)


def show_lease(page: Page, lease: Lease) -> None:
    """Say who else has the item on the desk; nothing when it is free."""
    if lease.person != page.person:
        since = lease.since.astimezone(ZoneInfo(page.project.zone))
        st.caption(
            f":material/group: **{plain(lease.person)} has this open since {since:%H:%M}.** You "
            "can decide too: who saves second sees both versions."
        )


def show_taken(page: Page, now: QueueNow) -> bool:
    """Say who has on the desk what still waits; False when nobody else has anything of it."""
    holders = page.store.leases.held(page.project.id)
    decided = page.store.corrections.current(page.project.id)
    waits = [one for one in now.queue.order if one in holders and one not in decided]
    names = sorted({holders[one] for one in waits} - {page.person})
    if not names:
        return False
    st.info(
        f"What still waits ({count(len(waits), 'item')}) is on the desk of "
        f"{plain(', '.join(names))} at the moment. An item that is left without a decision comes "
        "back within five minutes.",
        icon=":material/group:",
    )
    st.button("Look again", icon=":material/refresh:", key="review_look_again")
    return True
