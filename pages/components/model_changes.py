"""What the student fixed, or what it broke: each line opens its item in Review."""

from collections.abc import Sequence

import streamlit as st

from core.evaluation import Comparison
from core.metrics.luck import lopsided_by_luck
from core.questions.base import Question
from pages.components import session
from pages.components.kept import kept_page
from pages.components.model_replay import show_replay
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.comparing import item_lines
from storage.rows import ModelVersion

PER_PAGE = 8


def show_balance(against: Comparison | None) -> None:
    """Say how many items were fixed and broken, and how easily luck splits them so."""
    if against is None or against.difference is None:
        return
    fixed, broken = len(against.fixed), len(against.broken)
    both = against.difference.n
    if not fixed + broken:
        st.caption(f"Student and teacher fare alike on all {count(both, 'gold item')}.")
        return
    share = lopsided_by_luck(fixed, broken)
    luck = f"{share:.0%}" if share >= 0.01 else "less than 1%"
    st.caption(
        f"Of {count(both, 'gold item')} that both answered, {fixed:,} fixed and {broken:,} broken. "
        f"If both were equally good, luck would split {fixed + broken:,} items as unevenly "
        f"in {luck} of cases."
    )


def show_changes(
    page: Page, version: ModelVersion, question: Question, item_ids: Sequence[str], key: str
) -> None:
    """Show gold items on which student and teacher fare differently, the largest change first."""
    if not item_ids:
        st.caption("No gold item is on this list.")
        return
    place = st.container()
    n_pages = -(-len(item_ids) // PER_PAGE)
    first = (kept_page(n_pages, key) - 1) * PER_PAGE if n_pages > 1 else 0
    with place:
        for line in item_lines(page.store, version, question, item_ids[first : first + PER_PAGE]):
            where, what, again = st.columns([4, 11, 2], vertical_alignment="center")
            where.page_link(
                "pages/review.py",
                label=line.place,
                icon=":material/open_in_new:",
                query_params={"item": line.item_id},
            )
            what.markdown(
                f":small[truth **{plain(line.truth)}** · teacher: {plain(line.teacher)} · "
                f"student: {plain(line.student)}]"
            )
            if again.button(
                "Replay",
                type="tertiary",
                icon=":material/replay:",
                key=f"models_replay_{line.item_id}",
                help="Ask this version about the item again, and hold the answers side by side.",
            ):
                session.put(session.MODELS_REPLAY, line.item_id)
    if session.get(session.MODELS_REPLAY) in item_ids:
        _replay(page, version)


def _closed() -> None:
    session.drop(session.MODELS_REPLAY)


@st.dialog("Replay", width="large", on_dismiss=_closed)
def _replay(page: Page, version: ModelVersion) -> None:
    show_replay(page, str(session.get(session.MODELS_REPLAY)), version.id)
