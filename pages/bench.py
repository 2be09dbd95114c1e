"""Bench: methods measured on series whose events are known, in a table with intervals and luck."""

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.bench_beside import show_beside
from pages.components.bench_chart import show_chart
from pages.components.bench_duel import show_duel
from pages.components.bench_export import show_export
from pages.components.bench_form import bench_form
from pages.components.bench_parts import choose_run, what_is_shown
from pages.components.bench_runs import show_live, show_problems, show_state
from pages.components.bench_table import show_by_source, show_table
from pages.components.kept import kept_choice
from pages.components.page import page_setup
from pages.components.workflows.bench_results import results_of
from pages.components.workflows.running import runs as runs_of

page = page_setup("Bench")
store, project_id = page.store, page.project.id
st.title("Bench")
runs = runs_of(store, project_id, "bench")
what = "results"
head = st.container(horizontal=True, vertical_alignment="center")
if runs:
    words = {"results": "Results", "new": "New bench"}
    with head:
        moved = "results" if session.get(session.BENCH_STARTED) else None
        what = kept_choice("What", list(words), words.__getitem__, session.BENCH_PAGE, moved)
    session.drop(session.BENCH_STARTED)
if what == "new" or not runs:
    if not runs:
        st.caption(
            "A bench measures detectors, rules, students and stored answers on series whose events "
            "are known, so that their numbers can be trusted: each with its 95 % interval, and "
            "with what luck would get."
        )
    bench_form(page)
    st.stop()

with head:
    run = choose_run(page, runs)
show_live(page, runs)
show_state(page, run)
try:
    results = results_of(run.job)
except AppError as error:
    st.error(str(error), icon=":material/error:")
    st.stop()
if results is None:
    if run.ended:
        st.caption("This bench ended before it measured anything.")
    else:
        st.caption("The first figures appear here as soon as a series is measured.")
    st.stop()

views = {"table": "All figures"}
if len(results.sources) > 1:
    views["sources"] = "By source"
views["duel"] = "Wins and losses"
if len(runs) > 1:
    views["beside"] = "Beside another bench"
n_left_out = len(results.unread) + sum(map(len, results.problems.values()))
if n_left_out:
    views["problems"] = f"Left out: {n_left_out:,}"
view = kept_choice("View", list(views), views.__getitem__, session.BENCH_VIEW)
if view == "problems":
    show_problems(results)
elif view == "beside":
    show_beside(run, runs, results)
else:
    shown = what_is_shown(results, one_method=view != "duel", sources=view != "sources")
    if view == "table":
        show_table(results, shown)
        show_chart(results, shown)
    elif view == "sources":
        show_by_source(results, shown)
    else:
        show_duel(page, run, results, shown)
show_export(run.job, results)
