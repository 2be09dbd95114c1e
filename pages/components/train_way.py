"""What to train: the series student as ever, or a reasoning student by a recipe or a preset."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.answers import QuestionKind
from core.students.vlm_licences import SUGGESTED
from pages.components.page import Page
from pages.components.train_form import Retry, choose_recipe
from pages.components.words import plain
from pages.components.workflows.reasoning_ways import (
    BaseFacts,
    Choice,
    bases,
    choices,
    facts_of_base,
)
from pages.components.workflows.vlm_costs import chosen_device
from training import devices
from training.recipes import RECIPES, Family

FAMILIES: dict[Family, str] = {"series": "Series student", "vlm": "Reasoning student"}
ABOUT = (
    "Reads pictures as a teacher does and writes its reasons. It is fine-tuned from a model that "
    "exists; that takes a card, or patience."
)
BASE_HELP = (
    "An id on the Hugging Face hub, the folder of a model on this machine, or a reasoning student "
    "trained here. By a folder nothing is looked up elsewhere."
)


@dataclass(frozen=True)
class Way:
    """What was chosen: one training or a chain, and the model that a reasoning student begins with.

    Attributes:
        stages: recipe, what people call it, and what differs from its defaults.
        preset: the key of a chain; empty for one training.
        may_fetch: somebody agreed to fetch the model.
    """

    stages: Sequence[tuple[str, str, Mapping[str, Any]]]
    title: str = ""
    about: str = ""
    preset: str = ""
    base: BaseFacts | None = None
    may_fetch: bool = False


def choose_way(page: Page, retry: Retry, asked: Collection[QuestionKind]) -> Way:
    """Let people choose among what learns a kind that was `asked`; the series student is first."""
    families = [one for one in FAMILIES if any(r.family == one for r in RECIPES.values())]
    wanted = RECIPES[retry.recipe].family if retry.recipe in RECIPES else "series"
    family = wanted
    if len(families) > 1:
        family = st.segmented_control(
            "Student",
            families,
            default=wanted,
            format_func=FAMILIES.__getitem__,
            required=True,
            key=f"train_family_{retry.job_id}",
            label_visibility="collapsed",
        )
    if family != "vlm":
        recipe = choose_recipe(retry, "series", asked)
        return Way([(recipe, RECIPES[recipe].title, {})], RECIPES[recipe].title)
    st.caption(ABOUT)
    return _reasoning(page, retry)


def _reasoning(page: Page, retry: Retry) -> Way:
    left, right = st.columns([4, 5], vertical_alignment="bottom", gap="medium")
    with left:
        facts = facts_of_base(_base(page, retry))
    if facts.problem:
        st.error(plain(f"{facts.problem[:1].upper()}{facts.problem[1:]}."), icon=":material/block:")
        return Way([], base=facts)
    with right:
        agreed = _agreed(facts)
    device = chosen_device(devices.devices())
    found = choices(facts, device, {})
    can = [one for one in found if not one.missing]
    if not can:
        _folded(found)
        return Way([], base=facts)
    chosen = _choose(can, retry)
    st.markdown(plain(chosen.about))
    _folded([one for one in found if one.missing])
    return Way(
        chosen.stages,
        chosen.title,
        chosen.about,
        chosen.key if chosen.is_preset else "",
        facts,
        may_fetch=agreed,
    )


def _base(page: Page, retry: Retry) -> str:
    """Let people choose the model to begin with: suggested, trained here, or any other."""
    known = bases(page.store, page.project.id)
    before = str(retry.settings.get("base", "")) or SUGGESTED
    offered = list(dict.fromkeys((*known, before)))
    chosen: str | None = st.selectbox(
        "Begin with",
        offered,
        index=offered.index(before),
        format_func=lambda one: str(known.get(one, one)),
        key=f"train_base_{retry.job_id}",
        help=BASE_HELP,
        accept_new_options=True,
    )
    return chosen or ""


def _agreed(facts: BaseFacts) -> bool:
    """Say what the model is and takes; one that is not here is fetched only if somebody agrees."""
    st.caption(f":material/license: {plain(facts.said[:1].upper() + facts.said[1:])}.")
    if not facts.fetch:
        return False
    return st.checkbox(
        "Fetch it from the Hugging Face hub when the run starts",
        key=f"train_fetch_{facts.source}",
        help="Until this is ticked nothing is fetched, and Start stays closed.",
    )


def _choose(can: list[Choice], retry: Retry) -> Choice:
    by_key = {one.key: one for one in can}
    default = retry.recipe if retry.recipe in by_key else next(iter(by_key))
    chosen = st.pills(
        "Way of training",
        list(by_key),
        default=default,
        format_func=lambda key: _name(by_key[key]),
        required=True,
        key=f"train_way_{retry.job_id}",
    )
    return by_key[chosen or default]


def _name(one: Choice) -> str:
    """Call a preset by its name and steps, a recipe by its short name."""
    if one.is_preset:
        return f"{one.title}: {', then '.join(title for _, title, _ in one.stages)}"
    return one.stages[0][1]


def _folded(missing: list[Choice]) -> None:
    """Fold what cannot run on this machine, with what is missing."""
    if not missing:
        return
    names = ", ".join(one.title for one in missing)
    with st.expander(f"Cannot run on this machine: {names}", icon=":material/block:"):
        for one in missing:
            st.markdown(f"**{plain(one.title)}** :small[:gray[{plain(one.about)}]]")
            for finding in one.missing:
                fix = f" **{plain(finding.fix)}**" if finding.fix else ""
                st.markdown(f":red[:material/block:] {plain(finding.text)}{fix}")
