"""Settings: what a label may look like and how review is shared, as versions."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.policy import LabelPolicy
from core.policy_words import OVERLAPS, changed
from pages.components.guard import guarded
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.policing import checked_policy, n_broken

FORMS = {"intervals": "Intervals", "points": "Points"}
FORM_WORDS = {
    "intervals": "from a first to a last sample",
    "points": "one sample each: the moment it happens",
}
OVERLAP_WORDS = {
    "allow": "two events may share samples",
    "replace": "the later one (by where it starts) replaces what it covers, and the desk says so",
    "forbid": "a label in which two share samples of a channel is not stored",
}


def show_policy(page: Page) -> None:
    """Show the policy that holds as a form; saving makes the next version."""
    policy = page.store.policies.current(page.project.id)
    locked = page.role != "lead"
    with st.form("policy", border=True):
        left, right = st.columns(2, gap="large")
        with left:
            values = _labels(policy, locked)
        with right:
            values |= _shares(policy, locked)
        said = "as the first one" if policy.version == 0 else f"as version {policy.version + 1}"
        pressed = st.form_submit_button(
            f"Save {said}",
            type="primary",
            icon=":material/save:",
            disabled=locked,
            key="policy_save",
        )
    if pressed:
        with errors_shown():
            new = checked_policy(policy.model_copy(update=values))
            told = changed(policy, new)
            if not told:
                st.info("Nothing was changed, so there is no new version.")
            else:
                guarded(page, "policy", _saver(new), "; ".join(told))
    _show_breaking(page, policy)
    _show_history(page)


def _saver(new: LabelPolicy) -> Callable[[Page], object]:
    def save(by: Page) -> None:
        by.store.policies.save(by.project.id, by.person, new)
        st.toast(f"Version {new.version + 1} of the label policy holds now.")

    return save


def _labels(policy: LabelPolicy, locked: bool) -> dict[str, Any]:
    st.markdown("**What a label may look like**")
    form = st.radio(
        "Events are marked as",
        list(FORMS),
        format_func=FORMS.__getitem__,
        captions=list(FORM_WORDS.values()),
        index=list(FORMS).index(policy.form),
        disabled=locked,
        key="policy_form",
    )
    overlap = st.radio(
        "Events of one label that overlap are",
        list(OVERLAPS),
        format_func=lambda one: OVERLAPS[one].capitalize(),
        captions=list(OVERLAP_WORDS.values()),
        index=list(OVERLAPS).index(policy.overlap),
        disabled=locked,
        key="policy_overlap",
    )
    length = st.number_input(
        "Shortest event, in samples",
        min_value=1,
        value=policy.min_length,
        disabled=locked,
        key="policy_min_length",
        help="Of intervals; a point is one sample.",
    )
    reason = st.checkbox(
        "Every edit says why",
        value=policy.rationale_required,
        disabled=locked,
        key="policy_rationale",
        help="An edit without any words is not stored. Taking an answer over, and saying that "
        "there is no anomaly, need none.",
    )
    return {
        "form": form,
        "overlap": overlap,
        "min_length": int(length),
        "rationale_required": reason,
    }


def _shares(policy: LabelPolicy, locked: bool) -> dict[str, Any]:
    st.markdown("**How review is shared**")
    shares = {
        "random_share": _share(
            "At random",
            policy.random_share,
            locked,
            "Items that come at random, whatever the order is: estimates need a sample that nobody "
            "chose.",
        ),
        "blind_share": _share(
            "Blind",
            policy.blind_share,
            locked,
            "Items whose answers are hidden until the decision: how good answers are is measured "
            "on them.",
        ),
        "second_share": _share(
            "By a second person",
            policy.second_share,
            locked,
            "Items that somebody else decides too, without seeing the first label: how far people "
            "agree is measured on them.",
        ),
    }
    sure = st.slider(
        "Least confidence of answers accepted in bulk",
        0.5,
        1.0,
        policy.bulk_confidence,
        step=0.01,
        disabled=locked,
        key="policy_bulk",
        help="Answers that are less sure are decided one at a time.",
    )
    effort = st.toggle(
        "Show figures of pace",
        value=policy.effort_shown,
        disabled=locked,
        key="policy_effort",
        help="Time and number of decisions, for the project as a whole and never by person.",
    )
    return {
        **{name: round(share, 4) for name, share in shares.items()},
        "bulk_confidence": round(sure, 2),
        "effort_shown": effort,
    }


def _share(label: str, value: float, locked: bool, told: str) -> float:
    percent = st.slider(
        f"{label}, per cent of the queue",
        0,
        100,
        round(100 * value),
        disabled=locked,
        key=f"policy_{label}",
        help=told,
    )
    return percent / 100


def _show_breaking(page: Page, policy: LabelPolicy) -> None:
    broken, total = n_broken(page.store, page.project.id, policy)
    if broken:
        st.caption(
            f":material/info: {broken:,} of {count(total, 'label')} that stand would not be taken "
            "as they are today. A policy holds when a label is stored: what is there stays, and "
            "is held to it when somebody decides again."
        )


def _show_history(page: Page) -> None:
    saved = page.store.policies.history(page.project.id)
    if not saved:
        st.caption(
            "Nothing was changed yet: this is what every project begins with, and it refuses "
            "nothing."
        )
        return
    with st.expander(f"History: {count(len(saved), 'version')}"):
        before = [one.policy for one in saved[1:]] + [LabelPolicy()]
        table = {
            "Version": [one.policy.version for one in saved],
            "Saved": [f"{one.created_at.astimezone():%Y-%m-%d %H:%M}" for one in saved],
            "By": [one.person for one in saved],
            "What changed": [
                "; ".join(changed(old, one.policy)) for old, one in zip(before, saved, strict=True)
            ],
        }
        st.dataframe(pd.DataFrame(table), hide_index=True, alt="Versions of the label policy")


def read_only_words(page: Page) -> str:
    """Say that somebody may look and not change; empty for a lead."""
    if page.role == "lead":
        return ""
    return (
        f"{plain(page.person)} works here as an {page.role}: this is how the project labels, and "
        "a lead changes it."
    )
