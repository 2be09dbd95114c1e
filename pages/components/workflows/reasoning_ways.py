"""What a reasoning student can begin with, and which ways of training it this machine can go.

No Streamlit, no torch, no network: nothing is fetched to find out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.students.vlm_licences import MODELS, SUGGESTED, download_of, facts_of, hub_folder
from pages.components.words import byte_size
from pages.components.workflows import vlm_costs
from pages.components.workflows.preflight_machine import Finding, missing_packages, packages
from pages.components.workflows.vlm_costs import Expected
from storage import Store
from training.devices import Device
from training.presets import PRESETS
from training.recipes import RECIPES

WHOLE = "whole"
"""Where a student that was trained whole keeps its model, in its folder."""
NEEDED = ("torch", "transformers", "peft", "trl", "datasets", "safetensors")
"""Packages that every reasoning recipe imports."""


@dataclass(frozen=True)
class BaseFacts:
    """What is known of a model to begin with before it is loaded.

    Attributes:
        said: licence, size and room on the disk, as one sentence.
        parameters: as a number; 0 when unknown.
        fetch: it would have to be fetched from the hub first.
        problem: why nothing can begin with it; empty when something can.
    """

    source: str
    said: str = ""
    parameters: float = 0.0
    fetch: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Choice:
    """A recipe or a preset: its key, what people call it, what it does, and what is missing."""

    key: str
    title: str
    about: str
    stages: tuple[tuple[str, str, Mapping[str, Any]], ...]
    missing: tuple[Finding, ...] = ()

    @property
    def is_preset(self) -> bool:
        """Whether it is a chain from a paper, not one recipe alone."""
        return self.key in PRESETS


def bases(store: Store, project_id: str) -> dict[str, str]:
    """Return what to begin with, in people's words: suggested models, and students made here."""
    found = {
        str(one.folder): f"Student v{one.number}, trained here"
        for one in store.versions.list(project_id)
        if one.student == "vlm" and one.state != "retired"
    }
    suggested = sorted(MODELS, key=lambda one: one.id != SUGGESTED)
    return {one.id: f"{one.id}, {one.parameters:g} B" for one in suggested} | found


def facts_of_base(source: str) -> BaseFacts:
    """Say what is known of a model by its id or path."""
    path = Path(source).expanduser()
    if source and path.is_dir():
        return _in_folder(source, path)
    if not source or path.is_absolute() or source.count("/") != 1:
        return BaseFacts(
            source,
            problem=f"{source or 'nothing'} is no folder on this machine and no id on the Hugging "
            "Face hub (owner/name): give one of the two",
        )
    download = download_of(source)
    room = ""
    if download.fits is False:
        room = (
            f"it takes {download.facts.download_gb:.1f} GB and {download.free_gb:.1f} GB are free "
            f"in {hub_folder()}: make room, or set HF_HOME to a larger disk"
        )
    return BaseFacts(
        source,
        said=download.said,
        parameters=1e9 * facts_of(source).parameters,
        fetch=not download.there,
        problem=room,
    )


def choices(
    facts: BaseFacts, device: Device, settings: Mapping[str, Mapping[str, Any]]
) -> list[Choice]:
    """Return presets and recipes, each with what is missing on this machine.

    Args:
        device: the one that a run would get.
        settings: of each recipe, by its key.
    """
    lacking = tuple(packages(missing_packages(NEEDED)))
    found = [
        Choice(
            key,
            preset.title,
            preset.about,
            tuple((one.recipe, one.title, one.settings) for one in preset.stages),
        )
        for key, preset in PRESETS.items()
    ]
    found += [
        Choice(key, recipe.title, recipe.about, ((key, recipe.short, {}),))
        for key, recipe in RECIPES.items()
        if recipe.family == "vlm"
    ]
    return [
        Choice(
            one.key,
            one.title,
            one.about,
            one.stages,
            (*lacking, *_too_large(one, facts, device, settings)),
        )
        for one in found
    ]


def expected_of(
    recipe: str, facts: BaseFacts, settings: Mapping[str, Any], device: Device
) -> Expected | None:
    """Estimate memory and time of a step; None where the model's size is not known."""
    if not facts.parameters:
        return None
    speed = vlm_costs.cpu_speed() if device.kind == "cpu" else 0.0
    return vlm_costs.expected(recipe, facts.parameters, settings, device.kind, speed)


def _too_large(
    one: Choice, facts: BaseFacts, device: Device, settings: Mapping[str, Mapping[str, Any]]
) -> Sequence[Finding]:
    """Say of the first stage that cannot fit what it needs; nothing when all fit."""
    for recipe, title, given in one.stages:
        whole = {**settings.get(recipe, {}), **given}
        found = expected_of(recipe, facts, whole, device)
        if found is not None and found.memory.low > device.total:
            return [
                Finding(
                    f"{title} of a model of {facts.parameters / 1e9:.1f} B takes "
                    f"{byte_size(int(found.memory.low))} of memory at least; {_has(device)}.",
                    blocks=True,
                    fix="Begin with a smaller model, or train on a machine with a larger card.",
                )
            ]
    return []


def _has(device: Device) -> str:
    if device.kind == "cuda":
        return f"the card has {byte_size(device.total)}"
    return f"this machine has no card, and {byte_size(device.total)} for the CPU"


def _in_folder(source: str, path: Path) -> BaseFacts:
    """Say what lies in a folder: a model, or an earlier version, which begins with another."""
    saved = _config(path)
    if saved is None:
        return BaseFacts(
            source,
            problem=f"{source} holds no config.json that can be read: give the folder of a "
            "model, with its weights",
        )
    if saved.get("student") not in (None, "vlm"):
        return BaseFacts(
            source,
            problem=f"{source} holds a student that reads numbers and not pictures: give a "
            "reasoning student, or an image-text model",
        )
    if saved.get("student") == "vlm" and saved.get("base") is None:  # it was trained whole
        whole = _in_folder(source, path / WHOLE)
        return replace(whole, said=f"a student trained here, whole: {whole.said}")
    if saved.get("student") == "vlm":
        began = facts_of_base(str(saved["base"]["source"]))
        said = f"a student trained here, which began with {began.source}: {began.said}"
        return BaseFacts(source, said, began.parameters, began.fetch, began.problem)
    parameters = vlm_costs.parameters_in(path)
    if not parameters:
        return BaseFacts(
            source,
            problem=f"the weights are absent: {source} holds no *.safetensors; fetch the "
            "model again, or give another folder",
        )
    size = byte_size(sum(one.stat().st_size for one in path.glob("*.safetensors")))
    said = f"a folder on this machine, {parameters / 1e6:,.3g} M parameters, {size}"
    return BaseFacts(source, f"{said}; {facts_of(source).licence_said}", parameters)


def _config(path: Path) -> dict[str, Any] | None:
    try:
        read: Any = json.loads((path / "config.json").read_text())
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) else None
