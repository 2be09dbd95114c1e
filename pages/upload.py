"""Upload: files in, what was detected and why, problems by line, and one button that stores."""

import streamlit as st

from pages.components import session
from pages.components.messages import errors_shown
from pages.components.page import page_setup
from pages.components.upload_parts import show_empty, show_file, show_stored
from pages.components.workflows.uploading import Desk, Upload, overview, store_all

page = page_setup("Upload")


def take_files() -> dict[str, Upload]:
    """Return the files dropped here, on Home before, or not stored in the last round."""
    turn = session.get(session.UPLOAD_ROUND, 0)
    here = st.file_uploader(
        "CSV, TSV or Parquet files",
        type=["csv", "tsv", "txt", "dat", "parquet", "pq"],
        accept_multiple_files=True,
        key=f"upload_files_{turn}",
    )
    if here:
        session.drop(session.UPLOAD_STORED)  # the news of the last round is over
    files = [*session.get(session.DROPPED_FILES, []), *here]
    return {file.file_id: Upload(file.file_id, file.name, file.getvalue()) for file in files}


def choose_file(desk: Desk, uploads: list[Upload]) -> Upload:
    """List the files when there are several; return the one to look at."""
    if len(uploads) == 1:
        return uploads[0]
    bar = st.progress(0.0, "Reading ...")
    for done, upload in enumerate(uploads):
        bar.progress(done / len(uploads), f"Reading {upload.name} ...")
        desk.state(upload)
    bar.empty()
    picked = st.dataframe(
        overview(desk, uploads),
        hide_index=True,
        height=min(212, 38 + 35 * len(uploads)),
        on_select="rerun",
        selection_mode="single-row",
        key=f"upload_list_{len(uploads)}",
        alt="Files at hand",
    )
    if rows := picked["selection"]["rows"]:
        return uploads[rows[0]]
    # What needs a person comes first.
    unread = [upload for upload in uploads if desk.state(upload)[0] is None]
    return (unread or uploads)[0]


def store(desk: Desk, uploads: list[Upload]) -> None:
    """Store every readable file in one transaction; the others stay at hand."""
    states = [(upload, desk.state(upload)[0]) for upload in uploads]
    series = [one for _, built in states if built for one in built.series]
    session.put(session.UPLOAD_STORED, store_all(page.store, page.project.id, series))
    refused = {upload.key for upload, built in states if built is None}
    turn = session.get(session.UPLOAD_ROUND, 0)
    here = session.get(f"upload_files_{turn}") or []
    files = [*session.get(session.DROPPED_FILES, []), *here]
    session.put(session.DROPPED_FILES, [file for file in files if file.file_id in refused])
    # A new uploader is an empty one; its files were taken over above.
    session.put(session.UPLOAD_ROUND, turn + 1)
    st.rerun()


st.title("Upload")
news = st.container()
files = take_files()
stored = session.get(session.UPLOAD_STORED)
if stored:
    with news:
        show_stored(stored)
desk: Desk = session.get(session.UPLOAD_DESK) or Desk()
session.put(session.UPLOAD_DESK, desk)
desk.keep(files)
if not files:
    if not stored:
        show_empty()
    st.stop()

uploads = list(files.values())
upload = choose_file(desk, uploads)
button = st.container()
show_file(desk, upload)
ready = [built for built, _ in map(desk.state, uploads) if built]
n_series = sum(len(built.series) for built in ready)
with button.container(horizontal=True, vertical_alignment="center"):
    label = f"Store {n_series:,} series" if n_series else "Store"
    if st.button(label, type="primary", icon=":material/save:", disabled=not n_series):
        with errors_shown():
            store(desk, uploads)
    waiting = len(uploads) - len(ready)
    if waiting:
        what = f"{waiting} of {len(uploads)} files" if len(uploads) > 1 else "The file"
        st.caption(f"{what} cannot be stored yet: see why below.", width="content")
    if st.button("Put the files away", type="tertiary"):
        session.drop(session.DROPPED_FILES)
        session.drop(session.UPLOAD_STORED)
        session.put(session.UPLOAD_ROUND, session.get(session.UPLOAD_ROUND, 0) + 1)
        st.rerun()
