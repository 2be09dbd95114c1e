"""Promote behind a gate that says line by line what it looked at; roll back in one click."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.evaluation import Evaluation
from core.promotion import MIN_CLASS, Gate, GateLine, PromotionPolicy
from pages.components.guard import guarded
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.promoting import (
    gate_of,
    policy_of,
    policy_words,
    promote,
    set_policy,
)
from storage.rows import ModelVersion

ICONS: dict[bool | None, str] = {
    True: ":material/check_circle:",
    False: ":material/cancel:",
    None: ":material/help:",
}
PROMOTE_HELP = (
    "Review then shows its answers beside the teacher's, before those of any other student. One "
    "click takes it back."
)


def show_promotion(page: Page, version: ModelVersion, evaluation: Evaluation) -> DeltaGenerator:
    """Show what may be done to a version, and the gate beside it; returns where buttons go."""
    if version.state == "serving":
        row = st.container(horizontal=True, vertical_alignment="center")
        with row:
            st.badge("serving", icon=":material/check:", color="blue")
            if not _roll_back(page):
                _stop_serving(page, version)
            _policy(page)
        return row
    found = gate_of(page.store, version, evaluation)
    buttons, said = st.columns([1, 3], gap="medium")
    with buttons:
        _promote(page, version, evaluation, found)
        _roll_back(page)
    with said:
        _show_gate(page, found)
    return buttons


def _promote(page: Page, version: ModelVersion, evaluation: Evaluation, found: Gate) -> None:
    if found.passed:
        outcomes = {question.outcome for question in evaluation.questions}
        advised = "better" in outcomes and "worse" not in outcomes
        if st.button(
            f"Promote v{version.number}",
            type="primary" if advised else "secondary",
            icon=":material/upgrade:",
            key="models_promote",
            help=PROMOTE_HELP,
        ):
            _do_promote(page, version, "")
        return
    with st.popover(f"Promote v{version.number} anyway", icon=":material/upgrade:"):
        st.markdown("The gate speaks against it. Your reason stays in the history.")
        reason = st.text_area("Why it should serve", key=f"models_reason_{version.id}")
        if st.button("Promote", icon=":material/upgrade:", key="models_promote", help=PROMOTE_HELP):
            _do_promote(page, version, reason)


def _do_promote(page: Page, version: ModelVersion, reason: str) -> None:
    about = f"student v{version.number}" + (" against the gate" if reason.strip() else "")
    with errors_shown():
        guarded(page, "promote", lambda by: promote(by.store, version, by.person, reason), about)


def _show_gate(page: Page, found: Gate) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**Gate: {'passed' if found.passed else 'not passed'}**",
            width="content",
            help="What a version must show on gold before it serves: against the version that "
            "serves, or against the teacher while none does.",
        )
        _policy(page)
    st.caption("  \n".join(_line(line) for line in found.lines))


def _line(line: GateLine) -> str:
    icon = ICONS[line.ok]
    return f"{icon} {plain(line.text)}"


def _policy(page: Page) -> None:
    policy = policy_of(page.store, page.project.id)
    locked = page.role != "lead"
    with st.popover("Change the gate", type="tertiary", icon=":material/tune:"):
        st.caption(
            "In points of the figure that is compared. "
            + ("A lead changes them." if locked else "They hold from the next promotion on.")
        )
        worse = st.number_input(
            "Worse by at most",
            0.0,
            100.0,
            policy.worse_points,
            step=0.5,
            disabled=locked,
            key="gate_worse",
            help="The lower end of the difference's 95 % interval may not lie below minus this.",
        )
        fall = st.number_input(
            "No class down by more than",
            0.0,
            100.0,
            policy.class_points,
            step=0.5,
            disabled=locked,
            key="gate_class",
            help=f"Classes with fewer than {MIN_CLASS} gold items are named, not judged.",
        )
        if st.button("Save", icon=":material/save:", disabled=locked, key="gate_save"):
            new = PromotionPolicy(worse_points=worse, class_points=fall)
            with errors_shown():
                guarded(page, "serve", _saver(new), policy_words(new))


def _saver(new: PromotionPolicy) -> Callable[[Page], object]:
    return lambda by: set_policy(by.store, by.project.id, new)


def retire(page: Page, version: ModelVersion) -> None:
    """Take a version out of service or out of the candidates, and note who did."""
    with errors_shown():
        guarded(
            page,
            "retire",
            lambda by: by.store.versions.retire(version.id, by.person),
            f"student v{version.number}",
        )


def _roll_back(page: Page) -> bool:
    """Offer the version that served before; tells whether there is one."""
    before = page.store.versions.served_before(page.project.id)
    if before is None:
        return False
    if st.button(
        f"Roll back to v{before.number}",
        icon=":material/undo:",
        key="models_roll_back",
        help="Lets the version serve again that served before the present one.",
    ):
        with errors_shown():
            guarded(
                page,
                "roll_back",
                lambda by: by.store.versions.roll_back(by.project.id, by.person),
            )
    return True


def _stop_serving(page: Page, version: ModelVersion) -> None:
    """Take back the promotion of a version before which none served."""
    if st.button(
        "Stop serving",
        icon=":material/undo:",
        key="models_stop_serving",
        help="No student serves then, as before. Its answers stay, and it can be promoted again.",
    ):
        retire(page, version)
