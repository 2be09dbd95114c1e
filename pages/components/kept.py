"""Choices that live in the address and in the session: a reload and Back show the same place.

The address alone does not suffice: when Back leaves a page, Streamlit carries that page's query
string along and drops the one of the page it returns to.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from pages.components import session


def kept(key: str) -> str | None:
    """Return what the address says of a choice, else what this session chose last."""
    value = st.query_params.get(key)
    return value if value is not None else session.get(session.KEPT, {}).get(key)


def keep(key: str, value: str, default: str = "") -> None:
    """Remember a choice in the session, and in the address unless it is the default.

    Every change of the address is one more step for Back, so a first visit writes nothing.
    """
    session.put(session.KEPT, {**session.get(session.KEPT, {}), key: value})
    if value == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != value:
        st.query_params[key] = value


def kept_choice(
    label: str,
    options: Sequence[str],
    words: Callable[[str], str],
    key: str,
    moved_to: str | None = None,
) -> str:
    """Let people choose one of `options`; the address holds the option, not its words.

    `moved_to` is what the program chooses in this run, whatever people chose before.
    """
    wanted = kept(key)
    if moved_to is not None:  # the browser keeps its own choice unless the session's is set
        session.put(key, moved_to)
    chosen = st.segmented_control(
        label,
        list(options),
        format_func=words,
        default=None if moved_to else wanted if wanted in options else options[0],
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    keep(key, chosen or options[0], default=options[0])
    return chosen or options[0]


def kept_page(n_pages: int, key: str) -> int:
    """Let people choose one of `n_pages` pages of a list, counted from 1."""
    wanted = kept(key) or "1"
    first = int(wanted) if wanted.isdigit() else 1
    number = st.pagination(n_pages, default=min(max(first, 1), n_pages), key=key)
    keep(key, str(number), default="1")
    return number
