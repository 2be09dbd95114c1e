"""The ways in for files: the browser's files, a whole folder, or a folder of the server."""

from collections.abc import Sequence
from functools import partial
from uuid import uuid4

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.components import session
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import byte_size, count, plain, shorten
from pages.components.workflows.continuing_upload import Offers
from pages.components.workflows.remembering import recall
from pages.components.workflows.server_files import (
    FILES_VARIABLE,
    MOST_FILES,
    ServerFile,
    file_key,
    list_files,
    server_folder,
    server_path,
)
from pages.components.workflows.upload_table import FILE_CHARACTERS
from pages.components.workflows.uploading import INCOMING, Desk, Upload

WAYS = {
    "files": "Files",
    "folder": "A whole folder",
    "server": "Folder on the server",
}
_ICONS = {
    "files": ":material/upload_file:",
    "folder": ":material/drive_folder_upload:",
    "server": ":material/dns:",
}
# No list of endings: what a file is, is decided by its content.
KINDS = (
    "CSV and other text, Excel, Parquet, JSON, NumPy, zip or gzip of these, and files with labels"
)
LARGE = (
    f"Up to 1 GB each through the browser. Larger ones are read in place from a folder of the "
    f"server: name it with {FILES_VARIABLE}."
)


def desk_of(page: Page) -> Desk:
    """Return this session's desk; the first call makes it."""
    desk: Desk | None = session.get(session.UPLOAD_DESK)
    if desk is None:
        desk = Desk(
            page.store.home / INCOMING / uuid4().hex,
            page.project.zone,
            partial(recall, page.store, page.project.id),
        )
        session.put(session.UPLOAD_DESK, desk)
    return desk


def offers_here() -> Offers:
    """Return what this session found out about series that go on."""
    offers: Offers = session.get(session.UPLOAD_OFFERS) or Offers()
    session.put(session.UPLOAD_OFFERS, offers)
    return offers


def take_files(desk: Desk) -> None:
    """Offer the ways in and take what comes to the desk, so that the way in is free again."""
    way = st.segmented_control(
        "Where the files are",
        list(WAYS),
        default="files",
        format_func=lambda one: f"{_ICONS[one]} {WAYS[one]}",
        required=True,
        key="upload_way",
        label_visibility="collapsed",
    )
    if dropped := session.get(session.DROPPED_FILES, []):
        session.drop(session.DROPPED_FILES)
        _take(desk, [_upload(file) for file in dropped])
    if way == "server":
        with errors_shown():
            _offer_server(desk)
    else:
        _offer_browser(desk, folder=way == "folder")


def _offer_browser(desk: Desk, folder: bool) -> None:
    # A new turn is a new uploader: an empty one. What it held lies on the desk by then.
    turn = session.get(session.UPLOAD_ROUND, 0)
    given = st.file_uploader(
        "A folder: everything in it is looked at" if folder else KINDS,
        accept_multiple_files="directory" if folder else True,
        key=f"upload_files_{way_key(folder)}_{turn}",
        help=LARGE,
    )
    if given:
        session.put(session.UPLOAD_ROUND, turn + 1)
        _take(desk, [_upload(file) for file in given if not _is_hidden(file.name)])
        st.rerun()


def way_key(folder: bool) -> str:
    """Return what tells the two uploaders' keys apart."""
    return "folder" if folder else "files"


def _offer_server(desk: Desk) -> None:
    folder = server_folder()
    if folder is None:
        st.info(
            f"No folder is named. Start the app with {FILES_VARIABLE} set to a folder of this "
            "server; its files are then read in place, also those of several GB, without going "
            "through the browser.",
            icon=":material/dns:",
        )
        return
    search = st.text_input(
        "Search in the folder",
        key="upload_server_search",
        placeholder=f"Words of a path in {folder}",
        label_visibility="collapsed",
    )
    listing = list_files(folder, search)
    if not listing.files:
        st.caption(f"Nothing in {folder} fits." if search else f"{folder} holds no file yet.")
        return
    picked = st.dataframe(
        [_row(file) for file in listing.files],
        hide_index=True,
        height=min(212, 38 + 35 * len(listing.files)),
        column_config={
            "Size": st.column_config.NumberColumn(format="bytes"),
            "Changed": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        },
        on_select="rerun",
        selection_mode="multi-row",
        key=f"upload_server_{session.get(session.UPLOAD_ROUND, 0)}_{search}",
        alt="Files in the server's folder",
    )
    if listing.cut:
        st.caption(f"The first {MOST_FILES:,} files; search to see others.")
    chosen = [listing.files[row] for row in picked["selection"]["rows"]]
    size = byte_size(sum(file.n_bytes for file in chosen))
    label = f"Take {count(len(chosen), 'file')} ({size})" if chosen else "Take the chosen files"
    if st.button(label, icon=":material/input:", disabled=not chosen):
        paths = [(file, server_path(folder, file.path)) for file in chosen]
        session.put(session.UPLOAD_ROUND, session.get(session.UPLOAD_ROUND, 0) + 1)
        _take(desk, [Upload(file_key(path), file.path, path) for file, path in paths])
        st.rerun()


def _row(file: ServerFile) -> dict[str, object]:
    folder, _, name = file.path.rpartition("/")
    return {
        "File": shorten(name, FILE_CHARACTERS),
        "Size": file.n_bytes,
        "Changed": file.modified,
        "Folder": folder,
    }


def _take(desk: Desk, uploads: Sequence[Upload]) -> None:
    session.drop(session.UPLOAD_STORED)  # the news of the last round is over
    session.drop(session.UPLOAD_ATTACHED)
    bar = st.progress(0.0, "Unpacking ...")
    desk.add(uploads, lambda share, text: bar.progress(share, plain(text)))
    bar.empty()


def _upload(file: UploadedFile) -> Upload:
    return Upload(file.file_id, file.name, file.getvalue())


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.replace("\\", "/").split("/"))
