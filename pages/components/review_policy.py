"""What the label policy changed of a label that was stored just now, said at once."""

import streamlit as st

from core.review import Correction
from pages.components.words import plain


def tell_changed(event: Correction) -> None:
    """Say it for a few seconds; the decision holds it for good."""
    for text in event.changed:
        st.toast(plain(f"By the label policy {text}."), icon=":material/rule:")
