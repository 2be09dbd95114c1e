"""The preflight list on Train: every problem at once, each with what to do about it."""

from collections.abc import Sequence

import streamlit as st

from core.answers import QuestionKind
from pages.components.cached import near_copies
from pages.components.page import Page
from pages.components.train_advice import cost_of, cost_words
from pages.components.train_stages import StageForms
from pages.components.words import plain
from pages.components.workflows.learning import LearningState
from pages.components.workflows.preflight import CHECKED, Plan, preflight
from pages.components.workflows.preflight_machine import Finding, missing_packages, packages
from training.recipes import RECIPES


def show_preflight(
    page: Page, state: LearningState, forms: StageForms, more: Sequence[Finding] = ()
) -> bool:
    """Show what speaks against starting; True when nothing forbids it.

    Args:
        more: what was found elsewhere: of the model that a reasoning student begins with.
    """
    first = next(iter(forms))
    cost = cost_of(page, first, forms[first][1])
    groups = near_copies(page.store, page.project.id)
    learns = frozenset[QuestionKind]().union(*(RECIPES[one].learns for one in forms))
    plan = Plan(stages=tuple(forms.values()), cost=cost, groups=groups, learns=learns)
    findings = [*more, *preflight(page.store, page.project.id, state, plan)]
    for finding in findings:
        mark = ":red[:material/block:]" if finding.blocks else ":gray[:material/info:]"
        fix = f" **{plain(finding.fix)}**" if finding.fix else ""
        st.markdown(f"{mark} {plain(finding.text)}{fix}")
    if not findings:
        st.markdown(
            ":green[:material/check_circle:] Nothing speaks against starting.", help=CHECKED
        )
    if said := cost_words(cost):
        stage = f"{RECIPES[first].short}: " if len(forms) > 1 else ""
        st.caption(f":material/timer: {stage}{said}")
    return not any(finding.blocks for finding in findings)


def can_load() -> bool:
    """Tell whether the packages of a training are there; where not, show which are missing."""
    missing = packages(missing_packages())
    for finding in missing:
        st.error(plain(finding.whole), icon=":material/block:")
    return not missing
