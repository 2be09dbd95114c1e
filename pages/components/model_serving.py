"""What a serving student does beyond Review: answer new series by itself; download a version."""

from collections.abc import Callable

import streamlit as st

from core.evaluation import Evaluation
from pages.components.cached import learned_of
from pages.components.guard import guarded
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.workflows.exporting_version import zip_name, zip_version
from pages.components.workflows.serving import answers_new, set_answers_new
from storage.rows import ModelVersion

WORDS = (
    "When it is on, the serving student answers the windows of new and continued series, and of "
    "new batches, as soon as they are stored. Its answers are proposals in Review, marked as the "
    "student's. They are not learned from, unless a lead chooses that on Train."
)


def show_by_itself(page: Page) -> None:
    """Show whether the serving student answers new windows by itself; a lead switches it."""
    on = answers_new(page.store, page.project.id)
    serving = page.store.versions.serving(page.project.id)
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge("on" if on else "off", color="blue" if on else "gray")
        st.markdown("**Answers new series by itself**", width="content")
        if st.button(
            "Switch off" if on else "Switch on",
            icon=":material/toggle_on:" if on else ":material/toggle_off:",
            key="models_by_itself",
            disabled=page.role != "lead",
        ):
            with errors_shown():
                about = f"answers new series by itself: {'off' if on else 'on'}"
                guarded(page, "serve", _switch(not on), about)
    st.caption(WORDS if serving is not None else f"No version serves now, so none answers. {WORDS}")


def _switch(on: bool) -> Callable[[Page], object]:
    return lambda by: set_answers_new(by.store, by.project.id, on)


def download_button(page: Page, version: ModelVersion, evaluation: Evaluation) -> None:
    """Offer a version as a zip, made when it is asked for."""

    def made() -> bytes:
        return zip_version(page.store, version, evaluation, learned_of(page.store, version))

    st.download_button(
        f"Download v{version.number}",
        made,
        f"{zip_name(version.number)}.zip",
        "application/zip",
        icon=":material/download:",
        key="models_download",
        on_click="ignore",
        disabled=not version.folder.is_dir(),
        help="A folder that loads in three lines of Python, with a card that says what it is. No "
        "data of yours is in it.",
    )
