"""Explore: find a series, look at it, see what a teacher would be shown and what was answered."""

from typing import cast

import streamlit as st

from pages.components import session
from pages.components.cached import series_data, teacher_picture
from pages.components.chart import Channel, ChartData, ChartEvent, chart
from pages.components.explore_answers import item_marks, show_items
from pages.components.messages import errors_shown
from pages.components.page import Page, page_setup
from pages.components.words import plain, shorten
from pages.components.workflows.browsing import (
    FILTERS,
    Filter,
    ItemRow,
    facts,
    items_of,
    series_table,
)
from storage.rows import StoredSeries

PICTURE_LIMIT = 4096

page = page_setup("Explore")


def choose() -> StoredSeries | None:
    """List the series with search and filter; return the one to look at."""
    search_box, filter_box = st.columns([2, 3], vertical_alignment="bottom")
    search = search_box.text_input("Search names and channels", key="explore_search")
    only = filter_box.segmented_control("Show", FILTERS, default="All", key="explore_filter")
    rows, table = series_table(page.store, page.project.id, search, cast(Filter, only or "All"))
    if not rows:
        st.info("No series matches. Clear the search or choose another filter.")
        return None
    picked = st.dataframe(
        table,
        height=min(212, 38 + 35 * len(rows)),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"explore_table_{search}_{only}",
        column_config={"Name": st.column_config.TextColumn(width="medium")},
        alt="Series of this project",
    )
    st.caption(f"{len(rows):,} series. Select a row to look at it.")
    chosen = picked["selection"]["rows"]
    if chosen:
        st.query_params["series"] = rows[chosen[0]].id
        return rows[chosen[0]]
    wanted = st.query_params.get("series")
    return page.store.series.get(page.project.id, wanted) if wanted else rows[0]


def choose_window(row: StoredSeries, items: list[ItemRow]) -> tuple[int, int]:
    """Return the window to picture: one of the series' windows, or its beginning."""
    windows = sorted({(one.item.start, one.item.stop) for one in items})
    if not windows:
        windows = [(0, min(row.n_samples, PICTURE_LIMIT))]
    if len(windows) == 1:
        return windows[0]
    return st.selectbox(
        "Window",
        windows,
        format_func=lambda window: f"samples {window[0]:,} to {window[1] - 1:,}",
        key=f"explore_window_{row.id}",
    )


@st.fragment
def show_plot(page: Page, row: StoredSeries, window: tuple[int, int], items: list[ItemRow]) -> None:
    """The plot; zooming runs this part alone and brings finer detail."""
    key = f"explore_chart_{row.id}"
    detail = session.get(f"{key}_detail")
    units = row.info.channel_units or ("",) * row.n_channels
    names = row.info.channel_names

    def zoomed(event: ChartEvent) -> None:
        """Keep what is in sight: the run that follows draws it in finer detail."""
        if event.visible is not None:
            session.put(f"{key}_detail", event.visible)

    chart(
        ChartData(
            series=series_data(page.store, row),
            channels=tuple(Channel(n, u) for n, u in zip(names, units, strict=True)),
            view=row.id,
            zone=row.info.zone,
            window=window if window != (0, row.n_samples) else None,
            detail=detail,
            marks=item_marks(items),
            height=min(900, max(320, 110 * row.n_channels)),
            resample=True,
        ),
        key=key,
        on_event=zoomed,
    )


st.title("Explore")
if not page.store.series.list(page.project.id):
    st.info(
        "There is no series yet. Upload a file, or load the example from Home.",
        icon=":material/upload_file:",
    )
    st.page_link("pages/upload.py", label="Upload series", icon=":material/upload_file:")
    st.stop()

with errors_shown():
    row = choose()
    if row is not None:
        items = items_of(page.store, page.project.id, row.id)
        st.subheader(plain(shorten(row.info.name)), divider="gray")
        st.caption(facts(row))
        plot, seen = st.columns([3, 2], gap="medium")
        with seen:
            window = choose_window(row, items)
            st.image(
                teacher_picture(row, series_data(page.store, row), *window),
                caption="What a teacher that looks at pictures is shown: no name, no title.",
                alt="The window as a teacher sees it",
            )
        with plot:
            show_plot(page, row, window, items)
        show_items(page, row, items)
        if row.info.treatments:
            with st.expander(f"How the file was read ({len(row.info.treatments)})"):
                st.markdown("\n".join(f"- {plain(sentence)}" for sentence in row.info.treatments))
