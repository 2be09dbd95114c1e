"""Choices that live in the address, so that a reload and Back show the same place again."""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.components import session


def kept_choice(
    label: str,
    options: Sequence[str],
    words: Callable[[str], str],
    key: str,
    *,
    labelled: bool = True,
) -> str:
    """Let people choose one of `options`; the address keeps the option, not its words.

    Streamlit's own binding keeps the words, which may hold a number that changes.
    """
    wanted = st.query_params.get(key, options[0])
    chosen = st.segmented_control(
        label,
        list(options),
        format_func=words,
        default=wanted if wanted in options else options[0],
        required=True,
        key=key,
        on_change=_keep,
        args=(key,),
        label_visibility="visible" if labelled else "collapsed",
    )
    return chosen or options[0]


def _keep(key: str) -> None:
    st.query_params[key] = str(session.get(key))
