"""Before a reasoning training: what the model will see, how much of it, and what it will take."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import ConfigError, DataError
from pages.components import cached, marks
from pages.components.page import Page
from pages.components.train_stages import StageForms
from pages.components.words import count, plain
from pages.components.workflows.before_training import (
    FORMS,
    SOURCES,
    Before,
    leakage_words,
)
from training.preference_pairs import Mix
from training.recipes.dpo import DpoConfig
from training.recipes.reasoner_data import ExampleShown, Wanted
from training.requests import TrainRequest

_PROMPT = (
    f"color: {marks.NEUTRAL}; font-size: 0.78rem; line-height: 1.45; white-space: pre-wrap; "
    "overflow-wrap: anywhere; max-height: 9rem; overflow-y: auto; margin-bottom: 0.7rem;"
)
_TARGET = (
    f"border-left: 3px solid {marks.STUDENT}; padding-left: 0.6rem; font-size: 0.88rem; "
    "line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 9rem; "
    "overflow-y: auto;"
)
BY_REWARD = (
    "By reward no target is learned: the model writes several answers of its own, and earns more "
    "for those that come closer to the answer beside the bar."
)
MASKED = (
    "Grey is masked: the model reads it and is not trained to write it. Beside the bar stands what "
    "it learns to write."
)


def show_before(
    page: Page, forms: StageForms, only_undisputed: bool, students: tuple[str, ...]
) -> None:
    """Show what the first stage would be given; folded, and made when it is opened."""
    recipe, (config, values) = next(iter(forms.items()))
    part = st.expander(
        "What the model will see",
        icon=":material/visibility:",
        on_change="rerun",
        key="train_before",
    )
    if not part.open:
        return
    with part:
        request = TrainRequest(recipe=recipe, only_undisputed=only_undisputed, also_from=students)
        try:
            wanted = _wanted(config, values)
            found = cached.before(page.store, page.project.id, request, wanted, _by_pairs(forms))
        except (ConfigError, DataError) as error:
            st.caption(plain(str(error)))
            return
        if found is None:
            st.caption("The series are too long to be compared here; the run does it at its start.")
            return
        _show(found, recipe)


def _wanted(config: type[Any], values: Mapping[str, Any]) -> Wanted:
    """Return how a recipe turns examples into prompts; the usual way where it sets nothing."""
    made = config(**values)
    return made.wanted if hasattr(made, "wanted") else Wanted()


def _by_pairs(forms: StageForms) -> DpoConfig | None:
    """Return the settings of the stage that learns from pairs; None when none does."""
    found = forms.get("dpo")
    return DpoConfig(**found[1]) if found else None


def _show(found: Before, recipe: str) -> None:
    for column, one in zip(st.columns(len(found.shown) or 1), found.shown, strict=False):
        with column:
            _example(one)
    st.caption(BY_REWARD if recipe == "grpo" else MASKED)
    numbers, said = st.columns([3, 4], gap="medium")
    rows = [
        {
            "Question": one.kind.replace("_", " "),
            "Target": FORMS.get(one.form, one.form),
            "From": SOURCES[one.source],
            "Examples": one.n,
        }
        for one in found.counts
    ]
    numbers.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="before_counts")
    with said:
        st.markdown(
            f"{count(found.n_windows, 'window')} to learn from, {found.n_validation:,} held back "
            f"for validation; {count(found.n_phrases, 'phrase')} of people on their intervals."
        )
        if found.left_out:
            told = "; ".join(f"{n:,} because {why}" for why, n in found.left_out.items())
            st.caption(f"Not learned: {plain(told)}.")
        if found.pairs is not None:
            st.caption(plain(mix_words(found.pairs)))
        mark = ":red[:material/block:]" if found.n_touching else ":green[:material/check_circle:]"
        st.caption(f"{mark} {plain(leakage_words(found))}")


def mix_words(pairs: Mix) -> str:
    """Say what preference pairs will be made of."""
    known = ", ".join(f"{n:,} from {origin}" for origin, n in pairs.known.items())
    more = ", ".join(f"{n:,} from {origin}" for origin, n in pairs.at_most.items() if n)
    later = f"; sampling may add up to {more}" if more else ""
    return f"Preference pairs: {known}{later}."


def _example(one: ExampleShown) -> None:
    st.image(one.picture, alt="The picture that the model is shown")
    st.html(
        f'<div style="{_PROMPT}">{escape(one.masked)}</div>'
        f'<div style="{_TARGET}">{escape(one.learned)}</div>'
    )
    st.caption(f"{FORMS.get(one.form, one.form)}, from {SOURCES[one.source]}")
