"""Chains of trainings as pages start and show them. No Streamlit, no SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from pages.components.workflows.learning import ChainPlace, start_training
from storage import Store
from storage.rows import Job
from training.presets import PRESETS
from training.recipes import RECIPES

BASE = "base"


def start_chain(
    store: Store,
    project_id: str,
    key: str,
    *,
    base: str,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    only_undisputed: bool = True,
    students: Sequence[str] = (),
    may_fetch: bool = False,
) -> list[Job]:
    """Queue the stages of a preset, each after the one before; the first begins with `base`.

    Args:
        key: in `training.presets.PRESETS`.
        settings: what differs from the preset, by recipe.
    """
    preset = PRESETS[key]
    queued: list[Job] = []
    for number, stage in enumerate(preset.stages, start=1):
        given = {**stage.settings, **(settings or {}).get(stage.recipe, {})}
        if not queued:  # a later stage begins with what the one before it made
            given |= {BASE: base}
        job = start_training(
            store,
            project_id,
            recipe=stage.recipe,
            settings=given,
            only_undisputed=only_undisputed,
            students=students,
            may_fetch=may_fetch,
            stage=ChainPlace(
                preset=key,
                words=f"{stage.title} ({preset.title}, {number} of {len(preset.stages)})",
                after=queued[-1].id if queued else None,
            ),
        )
        queued.append(job)
    return queued


def chain_of(jobs: Sequence[Job], job: Job) -> list[Job]:
    """Return the chain that a job is a stage of, the first stage first; itself alone for none."""
    by_id = {one.id: one for one in jobs}
    chain = [job]
    while (before := by_id.get(chain[0].after or "")) is not None:
        chain.insert(0, before)
    while (later := _after(jobs, chain[-1])) is not None:
        chain.append(later)
    return chain


def stage_of(job: Job) -> str:
    """Return what people call the training of a job as a stage: its recipe in a few letters."""
    key = str(job.params.get("recipe", ""))
    return RECIPES[key].short or RECIPES[key].title if key in RECIPES else key


def waits_for(jobs: Sequence[Job], job: Job) -> str:
    """Return the title of the stage that a queued job waits for; empty when it waits for none."""
    before = next((one for one in jobs if one.id == job.after), None)
    return before.title if before is not None and job.state == "queued" and not before.ended else ""


def _after(jobs: Sequence[Job], job: Job) -> Job | None:
    """Return the stage after a job; of several that somebody queued the first."""
    return min((one for one in jobs if one.after == job.id), key=lambda one: one.id, default=None)
