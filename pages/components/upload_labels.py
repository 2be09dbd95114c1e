"""The step for labels that came with files: apart from the channels, attached only when asked."""

from collections.abc import Sequence

import streamlit as st

from pages.components import session
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.importing import Attached, attach
from pages.components.workflows.label_step import (
    Found,
    LabelStep,
    Offered,
    column_words,
    label_table,
)
from pages.components.workflows.upload_table import Verdict
from pages.components.workflows.uploading import Desk

APART = "They are kept apart from the channels, and models never see them."
LISTED = 3
GROUPS = 12
"""Up to this many authors of labels can be chosen among."""


def label_step() -> LabelStep:
    """Return what this session knows of labels that wait to be attached."""
    step: LabelStep = session.get(session.UPLOAD_LABELS) or LabelStep()
    session.put(session.UPLOAD_LABELS, step)
    return step


def show_label_step(page: Page, desk: Desk, verdicts: Sequence[Verdict]) -> None:
    """Offer the labels that have a series by now, and say what became of the last ones."""
    if attached := session.get(session.UPLOAD_ATTACHED):
        _show_attached(attached)
    offered = label_step().offer(page.store, page.project.id, desk, verdicts)
    if not offered.found and not offered.problems:
        if offered.n_attached and any(verdict.state == "labels" for verdict in verdicts):
            st.info("These labels are attached already.", icon=":material/content_copy:")
            _show_away(desk, verdicts)
        return
    with st.container(border=True):
        st.markdown(f"**:material/label: Existing labels found**: {plain(_headline(offered))}.")
        st.caption(APART)
        chosen = _choose(offered.found)
        if chosen:
            st.dataframe(
                label_table(chosen),
                hide_index=True,
                height=min(212, 38 + 35 * len(chosen)),
                alt="Labels that can be attached",
            )
        _show_problems(offered.problems)
        with st.container(horizontal=True, vertical_alignment="center"):
            waits = any(verdict.n_stored for verdict in verdicts)
            if st.button(
                "Attach as imported labels",
                type="secondary" if waits else "primary",
                icon=":material/label:",
                disabled=not chosen,
            ):
                session.put(session.UPLOAD_ATTACHED, attach(page.store, page.project.id, chosen))
                _put_away(desk, verdicts)
                st.rerun()
            _show_away(desk, verdicts)


def show_columns(verdict: Verdict) -> None:
    """Say which labels the columns of a file hold, before it is stored."""
    said, unusable = column_words(verdict)
    if said:
        more = f" and {len(said) - LISTED:,} more" if len(said) > LISTED else ""
        st.caption(
            f":material/label: Existing labels found: {plain('; '.join(said[:LISTED]))}{more}. "
            f"{APART} They can be attached once the series is stored."
        )
    for reason in unusable[:LISTED]:
        st.caption(f":material/label_off: No labels: {plain(reason)}.")


def _headline(offered: Offered) -> str:
    found = offered.found
    if len(found) == 1:
        one = found[0]
        return f"'{one.annotator}' of {one.source}, {one.words}"
    n_series = len({one.stored.id for one in found})
    return f"{count(len(found), 'set')} of labels on {n_series:,} series"


def _choose(found: Sequence[Found]) -> list[Found]:
    """Let people leave out what one author says, where there are several."""
    names = list(dict.fromkeys(one.annotator for one in found))
    if not 1 < len(names) <= GROUPS:
        return list(found)
    n_sets = {name: sum(one.annotator == name for one in found) for name in names}
    wanted = st.pills(
        "Whose labels",
        names,
        selection_mode="multi",
        default=names,
        format_func=lambda name: f"{plain(name)} ({n_sets[name]:,})",
        key=f"upload_label_authors_{hash(tuple(names))}",
        label_visibility="collapsed",
    )
    return [one for one in found if one.annotator in wanted]


def _show_problems(problems: Sequence[str]) -> None:
    if not problems:
        return
    with st.expander(f"{count(len(problems), 'label problem')}", icon=":material/report:"):
        st.dataframe(
            {"Problem": list(problems)},
            hide_index=True,
            height=min(212, 38 + 35 * len(problems)),
            alt="Labels without a place",
        )


def _show_attached(attached: Attached) -> None:
    if attached.n_sets:
        items = f", answering {count(attached.n_items, 'item')}" if attached.n_items else ""
        st.success(
            f"Attached {count(attached.n_sets, 'set')} of labels to {attached.n_series:,} "
            f"series{items}.",
            icon=":material/check:",
        )
    for reason in attached.failed[:LISTED]:
        st.error(f"The series are stored, these labels are not: {plain(reason)}")


def _show_away(desk: Desk, verdicts: Sequence[Verdict]) -> None:
    if st.button("Leave the labels", type="tertiary", key="upload_labels_away"):
        _put_away(desk, verdicts)
        st.rerun()


def _put_away(desk: Desk, verdicts: Sequence[Verdict]) -> None:
    """The labels were dealt with: forget them, and the files that hold nothing else to do."""
    label_step().pending.clear()
    desk.put_away(v.upload.key for v in verdicts if v.state in ("labels", "here"))
