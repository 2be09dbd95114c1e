"""Review: take labels away as a file, and the item at hand as a case file."""

from collections.abc import Mapping

import streamlit as st

from core.errors import AppError
from core.exports.chat_writing import Pictures
from core.exports.read import GOLD_FILE
from core.series import SeriesData
from pages.components import session
from pages.components.guard import require
from pages.components.page import Page
from pages.components.words import byte_size, count, plain
from pages.components.workflows.case_files import case_file, case_name
from pages.components.workflows.export_sides import decided_items
from pages.components.workflows.exporting import (
    Format,
    Made,
    Wish,
    discard,
    export,
)
from pages.components.workflows.reviewing import Desk

FORMATS: Mapping[Format, tuple[str, str]] = {
    "intervals": (
        "CSV of intervals",
        "One row per event, and one for every window without any. Opens in a spreadsheet.",
    ),
    "chat": (
        "JSON lines for fine-tuning",
        "What was asked, the picture, and the reviewed answer as a chat. Gold is left out.",
    ),
    "label_studio": (
        "Label Studio",
        "One task per item, with its regions. Show the series there without a time column.",
    ),
    "everything": (
        "Everything, as Parquet",
        "All items, answers, decisions, questions and gold of the project, one table each.",
    ),
}


def show_export(
    page: Page, desk: Desk | None = None, data: SeriesData | None = None, rows: tuple[int, ...] = ()
) -> None:
    """Offer both behind one button.

    Args:
        desk, data, rows: the item at hand, its series and the channels drawn; none when none waits.
    """
    # An icon alone: beside the detector's button a word would break the line and move the plot.
    told = "Export labels, or this item as a case file"
    if st.button(":material/download:", type="tertiary", key="review_export", help=told):
        _forget(page)
        _show_dialog(page, desk, data, rows)


@st.dialog("Export", icon=":material/download:")
def _show_dialog(
    page: Page, desk: Desk | None, data: SeriesData | None, rows: tuple[int, ...]
) -> None:
    if desk is not None and data is not None:
        _offer_case(page, desk, data, rows)
    show_form(page)


def show_form(page: Page) -> None:
    """Ask which labels in which form, write them, hand them over."""
    form: Format = st.selectbox(
        "Labels that people gave",
        list(FORMATS),
        format_func=lambda one: FORMATS[one][0],
        key="export_form",
    )
    st.caption(FORMATS[form][1])
    wish = Wish(form, *_choices(page, form))
    made: tuple[Wish, Made] | None = session.get(session.REVIEW_EXPORT)
    place = st.empty()
    if made is not None and made[0] == wish:
        with place.container():
            _show_made(made[1])
    elif place.button("Write the file", type="primary", key="export_write"):
        with place.container():
            _write(page, wish)


def _offer_case(page: Page, desk: Desk, data: SeriesData, rows: tuple[int, ...]) -> None:
    st.download_button(
        "Case file of this item",
        lambda: case_file(page.store, desk, data, rows, page.project.zone),
        case_name(desk),
        "text/html",
        icon=":material/description:",
        key="review_case",
        disabled=desk.blind,
        on_click="ignore",
    )
    st.caption(
        "It tells what others said: after your decision."
        if desk.blind
        else "One HTML file: plot, answers, checks, decisions, hashes. Opens offline."
    )


def _choices(page: Page, form: Format) -> tuple[str | None, bool, Pictures]:
    """Ask for question, gold and pictures, where they matter."""
    if form == "everything":
        return None, False, "beside"
    questions = page.store.questions.current(page.project.id)
    names = {question.id: plain(question.name) for question in questions}
    question_id = st.selectbox(
        "Question",
        [None, *names],
        format_func=lambda one: names.get(one or "", "all"),
        key="export_question",
    )
    n = len(decided_items(page.store, page.project.id, question_id))
    st.caption(f"{count(n, 'label')} that people gave.")
    if form != "chat":
        return question_id, False, "beside"
    with st.container(horizontal=True):
        inside = st.toggle(
            "Pictures inside", key="export_inside", help="As data URLs, not as files beside"
        )
        gold = st.toggle("Gold too", key="export_gold", help=f"In a file of its own, {GOLD_FILE}")
    return question_id, gold, "inside" if inside else "beside"


def _write(page: Page, wish: Wish) -> None:
    _forget(page)
    bar = st.progress(0.0, "Looking at the labels ...")
    try:
        require(page, "export", FORMATS[wish.format][0])
        made = export(
            page.store, page.project.id, wish, lambda share, said: bar.progress(share, plain(said))
        )
    except AppError as error:
        bar.empty()
        st.error(plain(str(error)), icon=":material/error:")
        return
    bar.empty()
    session.put(session.REVIEW_EXPORT, (wish, made))
    _show_made(made)


def _show_made(made: Made) -> None:
    if not made.path.exists():
        st.info("The file was cleared away. Close this and write it again.")
        return
    size = byte_size(made.path.stat().st_size)
    left_out = "".join(f" Left out: {plain(why)}." for why in made.left_out)
    st.markdown(f":material/check: {made.words}, {size}.{left_out}")
    st.download_button(
        f"Download {made.path.name}",
        made.path.read_bytes,
        made.path.name,
        made.mime,
        type="primary",
        icon=":material/download:",
        key="export_download",
        on_click="ignore",
    )


def _forget(page: Page) -> None:
    """Remove what this session wrote before."""
    made: tuple[Wish, Made] | None = session.get(session.REVIEW_EXPORT)
    if made is not None:
        discard(page.store, made[1])
        session.drop(session.REVIEW_EXPORT)
