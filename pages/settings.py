"""Settings: how this project labels. What a label may look like, types, guidelines, calibration."""

from collections.abc import Callable

import streamlit as st

from pages.components.calibration_results import show_calibrations
from pages.components.kept import kept_choice
from pages.components.page import Page, page_setup
from pages.components.settings_guidelines import show_guidelines
from pages.components.settings_policy import read_only_words, show_policy
from pages.components.settings_types import show_types

# Another part of the page is one line here. A string below would be shown on the page.
SECTIONS: dict[str, Callable[[Page], None]] = {
    "Label policy": show_policy,
    "Types": show_types,
    "Guidelines": show_guidelines,
    "Calibration": show_calibrations,
}

page = page_setup("Settings")

st.title("Settings")
st.caption(
    "How this project labels. Each change is a new version with its author; labels that are stored "
    "stay as they are."
)
if said := read_only_words(page):
    st.info(said, icon=":material/visibility:")
chosen = kept_choice("Part", list(SECTIONS), str, "settings")
SECTIONS[chosen](page)
