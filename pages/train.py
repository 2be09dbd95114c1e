"""Train: what there is to learn from, one recipe, and the live run."""

import streamlit as st

from pages.components.gold_notes import show_gold
from pages.components.guard import guarded
from pages.components.messages import errors_shown
from pages.components.page import page_setup
from pages.components.train_advice import show_advice
from pages.components.train_before import show_before
from pages.components.train_compare import show_comparison
from pages.components.train_expected import findings_of, show_expected
from pages.components.train_form import retry_of, show_retry
from pages.components.train_material import (
    WORDS,
    choose_undisputed,
    in_short,
    leaves_disputed_out,
    show_material,
)
from pages.components.train_preflight import can_load, show_preflight
from pages.components.train_runs import show_runs
from pages.components.train_stages import stage_forms, start_of
from pages.components.train_students import choose_students, chosen_students
from pages.components.train_way import choose_way
from pages.components.workflows.learning import what_there_is
from pages.components.workflows.running import runs

page = page_setup("Train")
store, project_id = page.store, page.project.id

st.title("Train", help=WORDS)
only_undisputed = leaves_disputed_out()
students = chosen_students(page)
state = what_there_is(store, project_id, only_undisputed, students)
if not any(material.n_items for material in state.questions):
    st.info(
        "There is nothing to learn from yet: a student learns from the answers of a teacher and "
        "from your corrections. Ask a teacher first, or load the example from Home.",
        icon=":material/school:",
    )
    st.page_link("pages/teachers.py", label="Ask a teacher", icon=":material/school:")
    st.stop()

retry = retry_of()
busy = any(not run.ended for run in runs(store, project_id, whole=False))
# while a run is live it is what people came to see: the rest folds away
with st.expander(in_short(state)) if busy else st.container():
    show_material(state)
    show_advice(page, state)
    show_gold(page, [material.question for material in state.questions if material.n_items])


folded = st.expander("Start another run", expanded=bool(retry.job_id)) if busy else None
with folded or st.container(border=True):
    way = choose_way(page, retry, [one.question.kind for one in state.questions if one.n_items])
    show_retry(retry)
    if way.stages and can_load():
        forms = stage_forms(way, retry)
        choose_undisputed(state)
        choose_students(page)
        if way.base is not None:
            show_before(page, forms, only_undisputed, students)
        allowed = show_preflight(page, state, forms, findings_of(way, forms))
        show_expected(way, forms)
        if st.button(
            "Start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not allowed,
            key="train_start",
            help="Makes a snapshot of what there is to learn from and queues a run.",
        ):
            with errors_shown():
                deed = start_of(way, forms, only_undisputed, students)
                guarded(page, "train", deed, way.title)

st.subheader("Runs", divider="gray")
show_runs(page, busy)
show_comparison(page)
