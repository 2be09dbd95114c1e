"""A version of the student asked about an item again: the stored answer and the one of now."""

import streamlit as st

from core.answers import AnswerContent
from core.questions.base import Question
from pages.components import session
from pages.components.explore_answers import summary
from pages.components.guard import require
from pages.components.messages import errors_shown
from pages.components.page_value import Page
from pages.components.words import plain
from pages.components.workflows.replaying import Replay, replay, replayable

WHAT_IT_IS = (
    "Asks a version of the student about this very window again, on this machine and in a process "
    "of its own; that takes some seconds. What it says is shown, not stored."
)


def show_replay(page: Page, item_id: str, version_id: str = "") -> None:
    """Let people choose a version and ask it again; shows both answers side by side.

    Args:
        version_id: the version chosen at first; the newest one when empty.
    """
    versions = replayable(page.store, page.project.id)
    st.caption(WHAT_IT_IS)
    if not versions:
        st.info("No student's model is on this machine, so there is none to ask again.")
        return
    by_id = {one.id: one for one in versions}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Version",
            list(by_id),
            index=list(by_id).index(version_id) if version_id in by_id else 0,
            format_func=lambda one: f"student v{by_id[one].number}, {by_id[one].state}",
            key=f"replay_version_{item_id}",
            width=260,
        )
        asked = st.button("Replay", type="primary", icon=":material/replay:", key="replay_ask")
    if asked:
        with errors_shown(), st.spinner(f"Asking student v{by_id[chosen].number} ..."):
            require(page, "ask", f"student v{by_id[chosen].number}")
            session.put(
                session.REPLAYED,
                replay(page.store, page.project.id, page.person, item_id, by_id[chosen]),
            )
    found: Replay | None = session.get(session.REPLAYED)
    if found is not None and (found.item.id, found.version.id) == (item_id, chosen):
        _show(found)


def _show(found: Replay) -> None:
    if found.same is None or found.stored is None:
        st.info(f"Student v{found.version.number} had no stored answer to this item.")
    else:
        mark = "check_circle" if found.same.sameness != "differs" else "change_circle"
        st.markdown(f":material/{mark}: **{found.same.sentence}**")
        if found.same.sameness == "differs":
            for words in found.differences:
                st.markdown(f"- {plain(words)}")
    then, now = st.columns(2)
    with then:
        when = "" if found.stored_at is None else f", {found.stored_at.astimezone():%d %b %Y %H:%M}"
        _side(f"Stored{when}", None if found.stored is None else found.stored.content, found)
    with now:
        _side(f"Now, in {found.seconds:,.1f} s", found.now, found)


def _side(title: str, content: AnswerContent | None, found: Replay) -> None:
    st.markdown(f"**{title}**")
    if content is None:
        st.caption("no answer")
        return
    sure = "" if content.confidence is None else f" · {content.confidence:.4g}"
    st.markdown(plain(summary(found.question, content) + sure))
    for line in _events(found.question, content):
        st.caption(plain(line))
    if content.rationale_text.strip():
        st.caption(plain(content.rationale_text))


def _events(question: Question, content: AnswerContent) -> list[str]:
    return [
        f"({one.number}) {question.name_of(one)}, samples "
        f"{one.start:,} to {one.stop - 1:,}"
        + ("" if one.confidence is None else f", {one.confidence:.4g}")
        for one in content.intervals
    ]
