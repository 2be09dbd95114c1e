"""The pages and their sections. A page joins the list with its first working part."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.components import session

PAGES_DIR = Path(__file__).resolve().parents[1]

# section -> (file, title, icon); the first page of all is the default and lives at "/".
SECTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "": (("home", "Home", ":material/home:"),),
    "Data": (
        ("upload", "Upload", ":material/upload_file:"),
        ("explore", "Explore", ":material/monitoring:"),
    ),
    "Label": (
        ("teachers", "Teachers", ":material/school:"),
        ("review", "Review", ":material/rate_review:"),
    ),
    "Learn": (
        ("train", "Train", ":material/model_training:"),
        ("models", "Models", ":material/leaderboard:"),
    ),
}


def declare_pages() -> StreamlitPage:
    """Declare the navigation and return the page to run."""
    session.mark_navigation_declared()
    return st.navigation(
        {
            section: [
                st.Page(
                    PAGES_DIR / f"{name}.py",
                    title=title,
                    icon=icon,
                    default=name == "home",
                )
                for name, title, icon in pages
            ]
            for section, pages in SECTIONS.items()
        }
    )
