"""The pages and their sections. A page joins the list with its first working part."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.components import session

PAGES_DIR = Path(__file__).resolve().parents[1]

# section -> (file, title); the first page of all is the default and lives at "/". No icons: the
# browser would fetch each as the tab's picture from the internet.
SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "": (("home", "Home"),),
    "Data": (("upload", "Upload"), ("explore", "Explore")),
    "Label": (("teachers", "Teachers"), ("review", "Review"), ("findings", "Findings")),
    "Learn": (("train", "Train"), ("models", "Models")),
    "Measure": (("bench", "Bench"),),
    "Team": (("people", "People"), ("calibrate", "Calibration"), ("settings", "Settings")),
}


def declare_pages() -> StreamlitPage:
    """Declare the navigation and return the page to run."""
    session.mark_navigation_declared()
    return st.navigation(
        {
            section: [
                st.Page(PAGES_DIR / f"{name}.py", title=title, default=name == "home")
                for name, title in pages
            ]
            for section, pages in SECTIONS.items()
        }
    )
