"""Home: what the app is, two ways in, what to do next, and recent work."""

import streamlit as st

from core.example import N_GENERATED, N_GOLD
from core.ids import utc_now
from pages.components import session
from pages.components.cached import findings_listing
from pages.components.guard import require
from pages.components.messages import errors_shown
from pages.components.page import Page, page_setup
from pages.components.workflows.change_example import add_change_example, has_change_example
from pages.components.workflows.example import LoadedExample, load_example
from pages.components.workflows.finding import news_words
from pages.components.workflows.health import health
from pages.components.workflows.overview import Overview, overview
from pages.components.workflows.serving import who_answers

page = page_setup("Home")
project_id = page.project.id


def load(page: Page) -> LoadedExample:
    """Load the example under a progress bar."""
    bar = st.progress(0.0, "Loading the example ...")
    return load_example(page.store, page.project.id, lambda share, text: bar.progress(share, text))


def show_ways_in(first_time: bool) -> None:
    """Two ways in: the example, or a file."""
    with st.container(border=True):
        example, own = st.columns(2, gap="large")
        with example:
            st.subheader("See it work", divider=False)
            st.write(
                f"{N_GENERATED} generated series, {N_GOLD} of them reserved for measuring, and "
                "four real ones. "
                "The built-in rules answer while you review, and a first student is trained."
            )
            kind = "primary" if first_time else "secondary"
            if st.button("Load the example", type=kind, icon=":material/science:"):
                with errors_shown():
                    require(page, "train", "the example")
                    load(page)
                    st.switch_page("pages/review.py")
            if not has_change_example(page.store, page.project.id) and st.button(
                "Add the change-point example",
                type="tertiary",
                icon=":material/hub:",
                help="60 machines with several channels each: in some a channel changes by itself, "
                "in others channels part or begin to move together, which no single channel shows.",
            ):
                with errors_shown():
                    require(page, "train", "the change-point example")
                    add_change_example(page.store, page.project.id)
                    st.switch_page("pages/review.py")
        with own:
            st.subheader("Use your own data", divider=False)
            files = st.file_uploader(
                "Drop files: CSV and other text, Excel, Parquet, JSON, NumPy, archives of these",
                accept_multiple_files=True,
                key="home_files",
            )
            if files:
                session.put(session.DROPPED_FILES, files)
                st.switch_page("pages/upload.py")


def show_next(now: Overview) -> None:
    """What to do next, the most useful step first."""
    st.subheader("Next", divider="gray")
    first, *others = now.next_steps
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button(first.action, type="primary", icon=first.icon, key="home_next"):
        st.switch_page(f"pages/{first.page}.py")
    row.caption(first.reason)
    for step in others:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.page_link(f"pages/{step.page}.py", label=step.action, icon=step.icon)
        row.caption(step.reason)


def show_findings(page: Page) -> None:
    """What was found lately, as a link to the list of it; nothing when there is none."""
    listing = findings_listing(page.store, page.project.id)
    seen_until = page.store.findings.seen_until(page.project.id, page.person)
    if news := news_words(listing, seen_until, utc_now()):
        st.page_link("pages/findings.py", label=news, icon=":material/radar:")


def show_recent(now: Overview) -> None:
    """The last jobs, newest first."""
    st.subheader("Recent work", divider="gray")
    if not now.recent:
        st.caption("Nothing has run yet.")
    for job in now.recent:
        row = st.container(horizontal=True, vertical_alignment="center")
        row.badge(job.state, color=job.colour)
        row.markdown(f"{job.title}" + (f"  \n:small[:gray[{job.message}]]" if job.message else ""))


st.title("Understudy")
st.markdown(
    "Review time-series anomalies and correct the model that labelled them. "
    "From your corrections a small student is trained on this machine, until it answers better "
    "than its teacher."
)
if (by_itself := who_answers(page.store, project_id)) is not None:
    st.caption(
        f":material/model_training: Student v{by_itself.number} answers new series by itself."
    )
state = health(page.store)
st.caption(f"Health: {state.line}")
now = overview(page.store, project_id)
if now.n_series == 0:
    show_ways_in(first_time=True)
else:
    numbers = st.container(horizontal=True)
    numbers.metric("Series", f"{now.n_series:,}", border=True)
    numbers.metric(
        "Items",
        f"{now.n_items:,}",
        border=True,
        help="An item is one question about one window of a series.",
    )
    numbers.metric("Answers", f"{now.n_answers:,}", border=True)
    numbers.metric("Reviewed by people", f"{now.n_reviewed:,}", border=True)
    left, right = st.columns(2, gap="large")
    with left:
        show_next(now)
    with right:
        show_recent(now)
        show_findings(page)
    with st.expander("Add data"):
        show_ways_in(first_time=False)
