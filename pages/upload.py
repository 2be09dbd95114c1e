"""Upload: files in, what was detected and why, problems by line, and one button that stores."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.components import session
from pages.components.guard import require
from pages.components.messages import errors_shown
from pages.components.page import page_setup
from pages.components.upload_files import desk_of, offers_here, take_files
from pages.components.upload_labels import label_step, show_label_step
from pages.components.upload_parts import choose_file, show_empty, show_file, show_stored
from pages.components.words import count, plain
from pages.components.workflows.remembering import remember
from pages.components.workflows.storing_upload import store_files
from pages.components.workflows.upload_table import Verdict, judge, store_words
from pages.components.workflows.uploading import Desk

page = page_setup("Upload")


def read_all(desk: Desk) -> list[Verdict]:
    """Read what was not read yet, under a bar, and say what each file is."""
    place = st.empty()
    if not all(desk.is_read(upload) for upload in desk.files.values()):
        bar = place.progress(0.0, "Reading ...")
        desk.read_all(lambda share, text: bar.progress(share, plain(text)))
        place.empty()
    rows = page.store.series.list(page.project.id, include_archived=True)
    return judge(desk, list(desk.files.values()), rows, partial(offers_here(), page.store, rows))


def store(desk: Desk, verdicts: Sequence[Verdict]) -> None:
    """Store every readable file in one transaction; the others stay at hand."""
    require(page, "upload", count(len(verdicts), "file"))
    stored = store_files(page.store, page.project.id, verdicts)
    session.put(session.UPLOAD_STORED, stored)
    label_step().pending.extend(stored.labels)
    done = [verdict.upload for verdict in verdicts if verdict.built is not None]
    for upload in done:
        proposal, settings = desk.propose(upload), desk.chosen(upload)
        remember(page.store, page.project.id, upload.name, proposal, settings)
    desk.put_away(verdict.upload.key for verdict in verdicts if verdict.built or verdict.is_aside)
    st.rerun()


def show_buttons(desk: Desk, verdicts: Sequence[Verdict]) -> None:
    """The one button that stores, and the way to put everything away."""
    n_series = sum(verdict.n_stored for verdict in verdicts)
    label = store_words(verdicts)
    if st.button(label, type="primary", icon=":material/save:", disabled=not n_series):
        with errors_shown():
            store(desk, verdicts)
    for state, words in (("look", "cannot be stored yet"), ("broken", "cannot be read")):
        if n := sum(verdict.state == state for verdict in verdicts):
            what = f"{n:,} of {count(len(verdicts), 'file')}" if len(verdicts) > 1 else "The file"
            st.caption(f"{what} {words}: see why below.", width="content")
    if st.button("Put the files away", type="tertiary"):
        desk.put_away(list(desk.files))
        session.drop(session.UPLOAD_STORED)
        st.rerun()


st.title("Upload")
news = st.container()
desk = desk_of(page)
take_files(desk)
if gone := desk.put_away_missing():
    st.warning(
        f"No longer in the server's folder, so put away: {plain(', '.join(gone[:3]))}"
        + (f" and {len(gone) - 3:,} more." if len(gone) > 3 else "."),
        icon=":material/folder_off:",
    )
stored = session.get(session.UPLOAD_STORED)
verdicts = read_all(desk)
with news:
    if stored:
        show_stored(stored)
    if not any(verdict.n_stored for verdict in verdicts):
        show_label_step(page, desk, verdicts)
if not verdicts:
    if not stored:
        show_empty()
    st.stop()
picked = choose_file(verdicts)
with st.container(horizontal=True, vertical_alignment="center"):
    show_buttons(desk, verdicts)
show_file(desk, picked)
