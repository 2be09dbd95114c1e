"""Which series is looked at: one line that says so, and opens to a list with search and filter."""

from typing import cast

import streamlit as st

from pages.components import session
from pages.components.explore_state import looking, open_series
from pages.components.page import Page
from pages.components.words import plain, shorten
from pages.components.workflows.browsing import FILTERS, Filter, facts, series_table
from storage.rows import StoredSeries

TABLE_PX = 282
# The plot is what people come for: the page gives it its margins.
_STYLE = """<style>
.stMainBlockContainer:has(.st-key-explore_picker) { padding: 4rem 2rem 1rem; }
.st-key-explore_picker p { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
</style>"""


def choose(page: Page) -> StoredSeries:
    """Show which series is looked at, and let people choose another one.

    Raises:
        StoreError: when the address names a series that is not there.
    """
    everything = page.store.series.list(page.project.id)
    wanted = looking().series
    row = page.store.series.get(page.project.id, wanted) if wanted else everything[0]
    place = next((n for n, one in enumerate(everything, start=1) if one.id == row.id), None)
    words = f"series {place:,} of {len(everything):,}" if place else "archived series"
    if session.get(session.EXPLORE_PICKER) is None:
        session.put(session.EXPLORE_PICKER, not wanted and len(everything) > 1)
    said = f"**{plain(shorten(row.info.name))}** · {plain(facts(row, page.project.zone))} · {words}"
    st.html(_STYLE)
    with st.expander(said, key=session.EXPLORE_PICKER, on_change="rerun") as box:
        if box.open:
            _show_list(page)
    return row


def _show_list(page: Page) -> None:
    # One row of two boxes whose labels stand on the same line.
    search_box, filter_box = st.columns([2, 3], vertical_alignment="top")
    search = search_box.text_input("Search names and channels", key="explore_search")
    only = filter_box.segmented_control("Show", FILTERS, default="All", key="explore_filter")
    rows, table = series_table(page.store, page.project, search, cast(Filter, only or "All"))
    if not rows:
        st.info("No series matches. Clear the search or choose another filter.")
        return
    key = f"explore_table_{search}_{only}"
    st.dataframe(
        table,
        height=min(TABLE_PX, 38 + 35 * len(rows)),
        hide_index=True,
        on_select=_chosen,
        selection_mode="single-row",
        key=key,
        column_config={"Name": st.column_config.TextColumn(width="medium")},
        alt="Series of this project",
    )
    session.put(session.EXPLORE_LISTED, (key, [row.id for row in rows]))
    st.caption(f"{len(rows):,} series. Select a row to look at it.")


def _chosen() -> None:
    """Look at the row that was selected just now, and close the list."""
    key, ids = session.get(session.EXPLORE_LISTED, ("", []))
    chosen = (session.get(key) or {}).get("selection", {}).get("rows", [])
    if chosen and chosen[0] < len(ids):
        open_series(ids[chosen[0]])
        session.put(session.EXPLORE_PICKER, False)
