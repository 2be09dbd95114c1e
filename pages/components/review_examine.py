"""The Examine drawer: everything behind the answers of an item, and the what-if. Closed at first.

Nothing of it is read before it is opened, and on a blind look it does not open.
"""

import pandas as pd
import streamlit as st

from core.answers import Answer, Call, FailedAnswer
from core.render_presets import PRESETS
from core.series import SeriesData
from pages.components import session
from pages.components.cached import teacher_picture
from pages.components.marks import title_of
from pages.components.messages import errors_shown
from pages.components.model_lineage import show_learned_by
from pages.components.model_replay import show_replay
from pages.components.page import Page
from pages.components.review_connections import (
    CONNECTIONS,
    has_connections,
    show_connections,
)
from pages.components.review_credit import TAB, has_credit, show_credit
from pages.components.review_examine_probe import show_probes
from pages.components.review_looked_at import offer_looked_at
from pages.components.words import plain
from pages.components.workflows.examining import Evidence, evidence_of
from pages.components.workflows.reviewing import Desk

TABS = ("Answers", "Another rendering", "What if", "Replay")


def open_examine(desk: Desk) -> None:
    """Have the drawer open when the page runs."""
    session.put(session.REVIEW_EXAMINE, desk.item.id)


def show_examine(page: Page, desk: Desk, series: SeriesData) -> None:
    """Show the drawer where it is open; another item closes it."""
    if session.get(session.REVIEW_EXAMINE) == desk.item.id and not desk.blind:
        _drawer(page, desk, series)
    else:
        session.drop(session.REVIEW_EXAMINE)


def _closed() -> None:
    session.drop(session.REVIEW_EXAMINE)


@st.dialog("Examine", width="large", position="right", on_dismiss=_closed)
def _drawer(page: Page, desk: Desk, series: SeriesData) -> None:
    names = (*TABS, TAB) if has_credit(page, desk) else TABS
    names = (CONNECTIONS, *names) if has_connections(desk) else names
    for name, tab in zip(names, st.tabs(names, key="examine_tabs", on_change="rerun"), strict=True):
        if not tab.open:
            continue
        with tab:
            if name == "Answers":
                _show_answers(page, desk, series)
            elif name == "Another rendering":
                _show_rendering(desk, series)
            elif name == "Replay":
                show_replay(page, desk.item.id)
            elif name == CONNECTIONS:
                show_connections(page, desk, series)
            elif name == TAB:
                show_credit(page, desk)
            else:
                show_probes(page, desk, series)


# -- answers


def _show_answers(page: Page, desk: Desk, series: SeriesData) -> None:
    show_learned_by(page, desk.item.id)
    found = evidence_of(page.store, desk)
    if not found.answers and not found.failed:
        st.caption("Nobody but people has said anything of this item.")
        return
    if found.scores:
        st.markdown("**Why this one of several answers**")
        st.caption(plain(found.why))
        st.dataframe(pd.DataFrame(found.scores), hide_index=True, key="examine_scores")
    for place, answer in enumerate(found.answers):
        label, key = plain(_name(found, answer)), f"examine_{answer.id}"
        with st.expander(label, expanded=place == 0, key=key):
            _show_answer(page, answer)
            offer_looked_at(page, desk, series, answer)
    for failed in found.failed:
        label = f"{title_of(failed.author)}: no answer, {failed.problem.replace('_', ' ')}"
        with st.expander(plain(label), key=f"examine_{failed.id}", icon=":material/error:"):
            _show_failure(page, failed)


def _name(found: Evidence, answer: Answer) -> str:
    sample = f", answer {answer.sample + 1}" if answer.sample or found.several else ""
    number = found.numbers.get(answer.author.version)
    version = f" v{number}" if answer.author.kind == "student" and number else ""
    return f"{title_of(answer.author)}{version}{sample}"


def _show_answer(page: Page, answer: Answer) -> None:
    st.caption(plain(facts_of(answer)))
    if answer.raw_text:
        st.markdown("**What it said, letter by letter**")
        st.code(answer.raw_text, language=None, wrap_lines=True)
    if not answer.calls:
        st.caption("It reads the numbers themselves: no prompt and no picture was sent.")
    _show_calls(page, answer.id, answer.calls)


def _show_failure(page: Page, failed: FailedAnswer) -> None:
    st.markdown(plain(failed.message))
    _show_calls(page, failed.id, failed.calls)


def facts_of(answer: Answer) -> str:
    """Say where an answer comes from: version, prompt, time, cost."""
    parts = [f"version {answer.author.version}" if answer.author.version else ""]
    parts += [f"prompt {answer.prompt_version}" if answer.prompt_version else ""]
    parts += [f"{answer.created_at.astimezone():%d %b %Y %H:%M:%S}"]
    parts += ["" if answer.seconds is None else f"{answer.seconds:,.2f} s"]
    parts += ["" if answer.cost_usd is None else f"${answer.cost_usd:,.6f}"]
    parts += [f"options shown as {', '.join(answer.option_order)}" if answer.option_order else ""]
    return " · ".join(part for part in parts if part)


def _show_calls(page: Page, owner: str, calls: tuple[Call, ...]) -> None:
    """Show every exchange: what was sent, word by word and pixel by pixel, and what came back."""
    for number, call in enumerate(calls, start=1):
        st.markdown(f"**Request {number} of {len(calls)}: {call.purpose}**")
        st.caption(plain(_call_facts(call)))
        for digest in call.render_hashes:
            _show_picture(page, digest)
        st.code(call.prompt, language=None, wrap_lines=True)
        if call.raw_text:
            st.caption("came back as")
            st.code(call.raw_text, language=None, wrap_lines=True)
        if call.error:
            st.caption(f"and was no answer: {plain(call.error)}")


def _call_facts(call: Call) -> str:
    parts = [f"samples {call.start:,} to {call.stop - 1:,}", call.model]
    if call.tokens_in is not None and call.tokens_out is not None:
        parts.append(f"{call.tokens_in:,} tokens in, {call.tokens_out:,} out")
    parts.append("" if call.cost_usd is None else f"${call.cost_usd:,.6f}")
    parts.append("" if call.seconds is None else f"{call.seconds:,.2f} s")
    parts.append("taken from an earlier exchange" if call.cached else "")
    return " · ".join(part for part in parts if part)


def _show_picture(page: Page, digest: str) -> None:
    with errors_shown():
        st.image(
            str(page.store.renders.path(digest)),
            caption=f"sent as it is, SHA-256 {digest[:12]}",
            alt="A picture that was sent",
        )


# -- another rendering


def _show_rendering(desk: Desk, series: SeriesData) -> None:
    names = list(PRESETS)
    name = st.segmented_control("Drawn as", names, default=names[0], key="examine_preset")
    picture = teacher_picture(
        desk.series, series, desk.item.start, desk.item.stop, PRESETS[name or names[0]]
    )
    st.image(
        picture,
        caption="What a teacher with this setting is shown: no name, no title.",
        alt="The window in another rendering",
    )
