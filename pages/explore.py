"""Explore: the series workbench. One series in a large plot, marked to the sample, by keys too."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core.errors import AppError
from core.series import display_zone
from pages.components import session
from pages.components.cached import series_data
from pages.components.explore_check import answers_in_sight, check_now, hidden_channels
from pages.components.explore_editor import show_editor
from pages.components.explore_link import show_link
from pages.components.explore_marks import Bench, scene_of
from pages.components.explore_messages import show_messages
from pages.components.explore_picker import choose
from pages.components.explore_plot import show_plot
from pages.components.explore_state import follow_link, start_at
from pages.components.explore_tabs import show_tabs
from pages.components.explore_toolbar import show_toolbar
from pages.components.messages import errors_shown
from pages.components.page import Page, page_setup
from pages.components.words import plain
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.browsing import ItemRow, items_of
from pages.components.workflows.context import log_of
from pages.components.workflows.positions import clock_of
from pages.components.workflows.scoring import stretch_marks
from storage.rows import StoredSeries


def gather(page: Page, row: StoredSeries, items: list[ItemRow]) -> Bench:
    """Read everything that stands on the series now."""
    store, project_id = page.store, page.project.id
    data = series_data(store, row)
    question = questions_by_kind(store, project_id).get("anomaly")
    drawn = store.annotations.current(project_id, row.id)
    imports = store.imports.list(project_id, row.id)
    return Bench(
        row=row,
        data=data,
        clock=clock_of(data, display_zone(page.project.zone, row.info)[0]),
        items=items,
        scene=scene_of(page.person, drawn, imports, items, question),
        log=log_of(store, row),
        question=question,
    )


@st.fragment
def show_bench(page: Page, row: StoredSeries, items: list[ItemRow], gold: bool) -> None:
    """The workbench; whatever is done in it runs this part alone."""
    if session.get(session.EXPLORE_STALE):
        session.drop(session.EXPLORE_STALE)
        st.rerun()
    bench = gather(page, row, items)
    shown = show_toolbar(page, row, bench.data, bench.scene, gold)
    if shown.proposal is not None:
        scored = stretch_marks(shown.proposal, row.n_channels)
        bench = replace(bench, scene=bench.scene.beside(scored))
    check = partial(
        check_now,
        page,
        row,
        bench.scene.own,
        hidden=hidden_channels(row, shown.rows),
        answers=answers_in_sight(items, shown.lanes),
    )
    samples = show_plot(page, bench, shown, check)
    show_messages(page)
    with shown.link:
        show_link(row, "explore_link")
    show_editor(page, row, bench.data, bench.clock, bench.scene, bench.question)
    show_tabs(page, bench, shown, samples)


def show_page(page: Page) -> None:
    """Choose the series and put it on the bench."""
    follow_link()
    try:
        row = choose(page)
    except AppError as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.page_link("pages/explore.py", label="Look at the first series")
        return
    start_at(row)
    items = items_of(page.store, page.project.id, row.id)
    ranges = page.store.gold.ranges(page.project.id)
    with errors_shown():
        show_bench(page, row, items, any(one.series_id == row.id for one in ranges))


page = page_setup("Explore")
if page.store.series.list(page.project.id):
    show_page(page)
else:
    st.title("Explore")
    st.info(
        "There is no series yet. Upload a file, or load the example from Home.",
        icon=":material/upload_file:",
    )
    st.page_link("pages/upload.py", label="Upload series", icon=":material/upload_file:")
