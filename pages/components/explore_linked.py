"""Channels of other series below a series' own: chosen here, kept for everybody, read-only."""

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.cached import series_data
from pages.components.chart import LinkedChannel
from pages.components.page import Page
from pages.components.words import plain, shorten
from pages.components.workflows.linked_channels import (
    MOST,
    Found,
    Link,
    Lost,
    candidates,
    change_links,
    linked_to,
    look_up,
    zones_differ,
)
from storage.rows import StoredSeries

MOST_LISTED = 200
SEARCHED = 40
"""Channels that are listed at most, and from which on they can be searched before."""


def choose_linked(page: Page, row: StoredSeries) -> tuple[LinkedChannel, ...]:
    """Let people choose channels of other series; return those that can be drawn."""
    if not row.has_time:
        return ()
    found, lost = look_up(page.store, row, linked_to(page.store, row))
    drawn: list[LinkedChannel] = []
    for one in found:
        try:
            drawn.append(_drawn(page, one))
        except AppError as error:
            lost.append(Lost(one.link, f"{one.row.info.name} cannot be read: {error}"))
    words = f"Also show {len(drawn)}" if drawn else "Also show"
    if lost:
        words = f"{words} · {len(lost)} missing"
    box = st.popover(
        words, icon=":material/add_chart:", key=session.EXPLORE_LINKED, on_change="rerun"
    )
    if box.open:  # else all series would be read at every zoom
        with box:
            _choice(page, row, found)
            _show_doubts(row, found)
            _show_lost(page, row, lost)
    return tuple(drawn)


def _drawn(page: Page, one: Found) -> LinkedChannel:
    return LinkedChannel(
        series=series_data(page.store, one.row),
        channel=one.link.channel,
        name=one.channel_name,
        source=shorten(one.row.info.name),
        unit=one.unit,
    )


def _choice(page: Page, row: StoredSeries, found: list[Found]) -> None:
    """The channels to choose from; what is chosen is always among them."""
    search_key = f"explore_linked_search_{row.id}"
    possible = candidates(page.store, row, str(session.get(search_key, "")))
    if not possible and not found and not session.get(search_key):
        st.caption("No other series has a time in common with this one.")
        return
    if len(possible) > SEARCHED or session.get(search_key):
        st.text_input(
            "Search series and channels",
            key=search_key,
            help=f"The first {MOST_LISTED} that match can be chosen.",
        )
    listed = {one.link: one for one in [*found, *possible[:MOST_LISTED]]}
    shown = [one.link for one in found]
    key = f"explore_linked_{row.id}"
    session.put(key, shown)  # what is stored counts: somebody else may have changed it
    st.multiselect(
        "Also show",
        list(listed),
        format_func=lambda link: f"{listed[link].row.info.name} · {listed[link].channel_name}",
        key=key,
        max_selections=max(MOST, len(shown)),
        placeholder="Channels of other series",
        help="Below the series' own channels, on the same time axis; for everybody who looks.",
        on_change=_changed,
        args=(page, row, shown, key),
    )
    if len(possible) > MOST_LISTED:
        st.caption(f"{len(possible):,} channels match, {MOST_LISTED} are listed: search by name.")


def _show_doubts(row: StoredSeries, found: list[Found]) -> None:
    """Say where the join by time stands on an assumption."""
    names = {one.row.info.name for one in found if zones_differ(row.info, one.row.info)}
    for name in sorted(names):
        st.caption(
            f"{plain(name)}: not both files say their zone, so its times may lie whole hours "
            "beside these."
        )


def _show_lost(page: Page, row: StoredSeries, lost: list[Lost]) -> None:
    for one in lost:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(plain(one.why), icon=":material/link_off:")
            st.button(
                "Take it off",
                key=f"explore_unlink_{row.id}_{one.link.series_id}_{one.link.channel}",
                on_click=change_links,
                args=(page.store, row, [one.link], []),
            )


def _changed(page: Page, row: StoredSeries, before: list[Link], key: str) -> None:
    change_links(page.store, row, before, session.get(key, []))
