"""Whether the next student learns from the answers of the one that serves: only when chosen."""

import streamlit as st

from pages.components import session
from pages.components.page_value import Page
from pages.components.words import count
from pages.components.workflows.learning import may_teach
from storage.rows import ModelVersion

HELP = (
    "Windows that no teacher answered, with the student's answer as pseudo-label. It learned from "
    "teachers and people: its mistakes may be handed on. The snapshot names it."
)


def chosen_students(page: Page) -> tuple[str, ...]:
    """Return ids of the versions that teach too, as chosen below; none at first."""
    version = page.store.versions.serving(page.project.id)
    return (version.id,) if version is not None and session.get(_key(version), False) else ()


def choose_students(page: Page) -> None:
    """Offer to learn from the serving student too; off at first, and for a lead alone."""
    for version, n in may_teach(page.store, page.project.id):
        st.checkbox(
            f"Learn from student v{version.number}'s answers too: {count(n, 'window')}",
            value=False,
            disabled=page.role != "lead",
            key=_key(version),
            help=HELP,
        )


def _key(version: ModelVersion) -> str:
    return f"{session.TRAIN_STUDENTS}{version.id}"
