"""Teachers: who is asked, what a batch asks and costs, and how far its answers can be trusted."""

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.page import page_setup
from pages.components.teacher_batch import choose_who, show_start
from pages.components.teacher_batches import show_batches
from pages.components.teacher_list import show_report, show_teachers
from pages.components.teacher_windows import choose_windows
from pages.components.words import plain

page = page_setup("Teachers")

st.title("Teachers")
st.caption(
    "A teacher answers a question about each window; its answers are the pseudo-labels that you "
    "review and that a student learns from."
)
report = session.get(session.TEACHER_REPORT)
if report is not None:
    show_report(report)
    session.drop(session.TEACHER_REPORT)

people, builder = st.columns([2, 3], gap="large")
with people:
    lines = show_teachers(page)

stored = page.store.series.list(page.project.id)
with builder, st.container(border=True):
    st.markdown("**Ask a batch**")
    if not stored:
        st.info(
            "There is no series to ask about yet. Upload a file, or load the example from Home.",
            icon=":material/upload_file:",
        )
        st.page_link("pages/upload.py", label="Upload series", icon=":material/upload_file:")
    else:
        try:
            plan = choose_windows(page, stored)
        except AppError as error:
            st.error(plain(str(error)), icon=":material/error:")
        else:
            show_start(page, plan, choose_who(lines), lines)

if stored:
    st.subheader("Batches")
    show_batches(page)
