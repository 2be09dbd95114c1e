"""Whether the next student learns from the answers of the one that serves: only when chosen."""

import streamlit as st

from pages.components.page_value import Page
from pages.components.words import count
from pages.components.workflows.learning import may_teach

HELP = (
    "Windows that no teacher answered, with the student's answer as pseudo-label. It learned from "
    "teachers and people: its mistakes may be handed on. The snapshot names it."
)


def choose_students(page: Page) -> tuple[str, ...]:
    """Offer to learn from the serving student too; off at first, and for a lead alone.

    Returns:
        ids of the versions that were chosen, for `start_training` and `what_there_is`.
    """
    return tuple(
        version.id
        for version, n in may_teach(page.store, page.project.id)
        if st.checkbox(
            f"Learn from student v{version.number}'s answers too: {count(n, 'window')}",
            value=False,
            disabled=page.role != "lead",
            key=f"train_students_{version.id}",
            help=HELP,
        )
    )
