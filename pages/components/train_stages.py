"""The settings of what is going to be trained: one form, or one for each stage of a chain."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.components.guard import Deed
from pages.components.page import Page
from pages.components.train_form import Retry, recipe_form
from pages.components.train_way import Way
from pages.components.words import plain
from pages.components.workflows.chains import BASE, start_chain
from pages.components.workflows.learning import start_training
from pages.components.workflows.recipe_fields import config_class
from training.presets import PRESETS
from training.recipes import RECIPES

StageForms = dict[str, tuple[type[Any], dict[str, Any]]]
"""The config class and what is set, by recipe, in the order of the stages."""


def stage_forms(way: Way, retry: Retry) -> StageForms:
    """Show the form of each stage and return what is set."""
    if way.preset:
        _about(way)
    found: StageForms = {}
    for place, (recipe, title, given) in enumerate(way.stages, start=1):
        config = config_class(RECIPES[recipe].load())
        filled = _filled(retry, way, recipe, given)
        prefix = "" if way.base is None else f"{way.preset}{recipe}_"
        skip = () if way.base is None else (BASE,)
        if way.preset:
            st.markdown(f"**{place} {plain(title)}**")
        word = "as published" if way.preset else "changed"
        values = recipe_form(config, filled, prefix=prefix, skip=skip, word=word)
        if way.base is not None:
            values |= {BASE: way.base.source}
        found[recipe] = config, values
    return found


def start_of(way: Way, forms: StageForms, only_undisputed: bool, students: tuple[str, ...]) -> Deed:
    """Return what queues a training, or a chain of them, with what is set in the forms."""

    def start(by: Page) -> None:
        choices: dict[str, Any] = {
            "only_undisputed": only_undisputed,
            "students": students,
            "may_fetch": way.may_fetch,
        }
        if way.preset and way.base is not None:
            settings = {recipe: _without_base(values) for recipe, (_, values) in forms.items()}
            base = way.base.source
            jobs = start_chain(
                by.store, by.project.id, way.preset, base=base, settings=settings, **choices
            )
            st.toast(f"Queued: {len(jobs)} stages of {way.title}", icon=":material/check:")
            return
        ((recipe, (_, values)),) = forms.items()
        job = start_training(by.store, by.project.id, recipe=recipe, settings=values, **choices)
        st.toast(f"Queued: {job.title}", icon=":material/check:")

    return start


def _filled(retry: Retry, way: Way, recipe: str, given: Mapping[str, Any]) -> Retry:
    """Fill the form with a run's settings where it is tried again, else with the preset's."""
    if retry.job_id and retry.recipe == recipe and not way.preset:
        return retry
    return Retry(job_id=retry.job_id, recipe=recipe, settings=dict(given))


def _without_base(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != BASE}


def _about(way: Way) -> None:
    preset = PRESETS[way.preset]
    st.caption(
        f"Settings as in {plain(preset.source)}. {plain(preset.unknown)} Each stage begins with "
        "the student that the stage before it makes; one that fails stops the rest."
    )
