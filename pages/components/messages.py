"""The one place that turns an `AppError` into text on a page; everything else crashes visibly."""

from collections.abc import Generator
from contextlib import contextmanager

import streamlit as st

from core.errors import AppError
from pages.components.words import plain


@contextmanager
def errors_shown() -> Generator[None, None, None]:
    """Show an AppError raised in the block as a message; the rest of the page goes on.

    Its text quotes names of files, series and channels, so none of it is Markdown.
    """
    try:
        yield
    except AppError as error:
        st.error(plain(str(error)), icon=":material/error:")
