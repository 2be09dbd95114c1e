"""What stands below Explore's plot, one tab each; a tab is filled when it is open."""

import pandas as pd
import streamlit as st

from pages.components import session
from pages.components.cached import teacher_picture
from pages.components.explore_answers import show_items
from pages.components.explore_check import answers_in_sight, show_check
from pages.components.explore_editor import show_interval
from pages.components.explore_log import show_log
from pages.components.explore_marks import Bench
from pages.components.explore_report import show_report
from pages.components.explore_state import looking
from pages.components.explore_toolbar import Shown
from pages.components.page import Page
from pages.components.series_views import show_views
from pages.components.workflows.positions import interval_words
from storage.rows import StoredSeries

PICTURE_LIMIT = 4096
TABS = ("Marks", "Event log", "Check", "Views", "Answers", "What a teacher sees", "Report")


def show_tabs(page: Page, bench: Bench, shown: Shown, samples: tuple[int, int]) -> None:
    """Show the tabs; `samples` are in sight in the plot."""
    row = bench.row
    for name, tab in zip(TABS, st.tabs(TABS, key="explore_tabs", on_change="rerun"), strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "Marks":
                _show_marks(bench, shown)
            elif name == "Event log":
                show_log(page, row, bench.data, bench.clock, bench.log)
            elif name == "Check":
                answers = answers_in_sight(bench.items, shown.lanes)
                show_check(page, bench, shown.rows, samples, answers)
            elif name == "Views":
                show_views(page, row, bench.data, shown.rows, _stretch(bench, samples), shown.zone)
            elif name == "Answers":
                show_items(page, row, list(bench.items))
            elif name == "What a teacher sees":
                _show_picture(bench)
            else:
                show_report(page, row, bench.data)


def _stretch(bench: Bench, samples: tuple[int, int]) -> tuple[int, int]:
    """Return the selected interval, or what is in sight."""
    ref = looking().selected
    mark = bench.scene.own_mark(ref) or bench.scene.other_mark(ref)
    return samples if mark is None else (mark.start, mark.stop)


def _show_marks(bench: Bench, shown: Shown) -> None:
    """List the marks in the lanes shown; the one selected here is shown in the plot."""
    marks = sorted(bench.scene.shown(shown.lanes), key=lambda one: (one.start, one.stop))
    if not marks:
        st.caption("No mark stands on this series. Draw one in the plot, or type one above.")
        return
    names = bench.row.info.channel_names
    notes = {mark.id: mark.note for mark in bench.scene.own}
    table = pd.DataFrame(
        {
            "Whose": [mark.lane for mark in marks],
            "No.": [mark.number for mark in marks],
            "Type": [mark.text or "event" for mark in marks],
            "Samples": [f"{mark.start:,} to {mark.stop - 1:,}" for mark in marks],
            "When": [interval_words(bench.data, bench.clock, m.start, m.stop) for m in marks],
            "Channels": [", ".join(names[c] for c in m.channels) or "all" for m in marks],
            "Note": [notes.get(mark.ref, "") for mark in marks],
        }
    )
    key = f"explore_marks_{bench.row.id}"
    refs = [(mark.ref, mark.start, mark.stop) for mark in marks]
    st.dataframe(
        table,
        hide_index=True,
        on_select=lambda: _picked(bench.row, key, refs),
        selection_mode="single-row",
        key=key,
        height="content" if len(marks) <= 8 else 320,
        alt="Marks on this series",
    )
    st.caption("Select one to see it in the plot.")


def _picked(row: StoredSeries, key: str, refs: list[tuple[str, int, int]]) -> None:
    chosen = (session.get(key) or {}).get("selection", {}).get("rows", [])
    if chosen and chosen[0] < len(refs):
        show_interval(row, *refs[chosen[0]])


def _show_picture(bench: Bench) -> None:
    """Show a window as a teacher that looks at pictures is shown it."""
    row = bench.row
    windows = sorted({(one.item.start, one.item.stop) for one in bench.items})
    if not windows:
        windows = [(0, min(row.n_samples, PICTURE_LIMIT))]
    window = st.selectbox(
        "Window",
        windows,
        format_func=lambda window: f"samples {window[0]:,} to {window[1] - 1:,}",
        key=f"explore_window_{row.id}",
    )
    st.image(
        teacher_picture(row, bench.data, *window),
        caption="What a teacher that looks at pictures is shown: no name, no title.",
        alt="The window as a teacher sees it",
    )
