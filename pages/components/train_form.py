"""The form of a recipe, built from its config dataclass; expert settings are folded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.answers import QuestionKind
from pages.components import session
from pages.components.words import plain
from pages.components.workflows.recipe_fields import FormField, form_fields
from pages.components.workflows.running import Run, config_of, settings_of
from training.recipes import RECIPES, Family

DEFAULT_RECIPE = "pseudo_label"


@dataclass(frozen=True)
class Retry:
    """The run whose settings fill the form; without one the form shows the defaults."""

    job_id: str = ""
    title: str = ""
    recipe: str = DEFAULT_RECIPE
    settings: dict[str, Any] = field(default_factory=dict)


def retry_of() -> Retry:
    """Return the run that somebody wants to try again with changes."""
    return session.get(session.TRAIN_RETRY) or Retry()


def ask_retry(run: Run) -> None:
    """Fill the form with a run's settings from the next run of the page on."""
    recipe = str(config_of(run).get("recipe", DEFAULT_RECIPE))
    retry = Retry(run.job.id, run.job.title, recipe, settings_of(run))
    session.put(session.TRAIN_RETRY, retry)


def choose_recipe(retry: Retry, family: Family, asked: Collection[QuestionKind]) -> str:
    """Return the recipe of this family to run, under its title: a choice where several can learn.

    Args:
        asked: the kinds of questions that were asked here; what learns none of them is not offered.
    """
    keys = [key for key, recipe in RECIPES.items() if recipe.family == family]
    keys = [key for key in keys if not RECIPES[key].learns.isdisjoint(asked)] or keys[:1]
    wanted = retry.recipe if retry.recipe in keys else keys[0]
    if len(keys) == 1:
        st.markdown(f"**{RECIPES[wanted].title}**")
        chosen = wanted
    else:
        chosen = st.selectbox(
            "Recipe",
            keys,
            index=keys.index(wanted),
            format_func=lambda key: RECIPES[key].title,
            key=f"train_recipe_{retry.job_id}",
        )
    if RECIPES[chosen].about:
        st.caption(plain(RECIPES[chosen].about))
    return chosen


def show_retry(retry: Retry) -> None:
    """Say whose settings the form shows, and offer the defaults again."""
    if not retry.job_id:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/replay: Settings of **{plain(retry.title)}**. Change what you want to try.",
            width="content",
        )
        st.button(
            "Back to the defaults",
            type="tertiary",
            key="train_defaults",
            on_click=session.drop,
            args=(session.TRAIN_RETRY,),
        )


def recipe_form(
    config: type[Any],
    retry: Retry,
    *,
    prefix: str = "",
    skip: Sequence[str] = (),
    word: str = "changed",
) -> dict[str, Any]:
    """Show one input per field of the config and return what is set, by name.

    Args:
        prefix: of the inputs' keys, where several forms are on the page.
        skip: fields that are set elsewhere.
        word: for settings that are not the defaults.
    """
    fields = [field for field in form_fields(config) if field.name not in skip]
    basic = [field for field in fields if not field.expert]
    expert = [field for field in fields if field.expert]
    values: dict[str, Any] = {}
    for column, one in zip(st.columns(max(1, len(basic))), basic, strict=False):
        values[one.name] = _input(column, one, retry, prefix)
    if expert:
        changed = sum(retry.settings.get(one.name, one.default) != one.default for one in expert)
        told = f" ({changed} {word})" if changed else ""
        with st.popover(f"Expert settings{told}", icon=":material/tune:"):
            columns = st.columns(3)
            for place, one in enumerate(expert):
                values[one.name] = _input(columns[place % 3], one, retry, prefix)
    return values


def _input(place: Any, one: FormField, retry: Retry, prefix: str) -> Any:
    # A field of its own per retried run: the browser keeps what was typed under a key.
    key = f"train_{prefix}{one.name}_{retry.job_id}".rstrip("_")
    value = retry.settings.get(one.name, one.default)
    if isinstance(one.default, bool):
        return place.checkbox(one.label, bool(value), key=key, help=one.note)
    if isinstance(one.default, int):
        return int(place.number_input(one.label, value=int(value), step=1, key=key, help=one.note))
    if isinstance(one.default, float):
        return float(
            place.number_input(
                one.label,
                value=float(value),
                format="%.4g",
                step=one.default / 10 or 0.1,
                key=key,
                help=one.note,
            )
        )
    if one.choices:
        offered = list(dict.fromkeys((*one.choices, str(value))))
        return place.selectbox(
            one.label,
            offered,
            index=offered.index(str(value)),
            key=key,
            help=one.note,
            accept_new_options=True,
        )
    return place.text_input(one.label, str(value), key=key, help=one.note)
