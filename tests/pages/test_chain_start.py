"""How a preset is queued: each stage after the one before, with the paper's settings."""

import dataclasses
from pathlib import Path

import pytest
from small_project import SmallProject, asked_project, with_gold

from pages.components.workflows.chains import chain_of, start_chain, waits_for
from training.presets import PRESETS
from training.requests import TrainRequest


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path))


def test_the_stages_are_queued_one_after_the_other(small: SmallProject) -> None:
    store = small.store
    given = {"grpo": {"seed": 7}}
    sft, grpo = start_chain(
        store, small.project_id, "timemaster", base="a/b", settings=given, may_fetch=True
    )

    assert [sft.title, grpo.title] == [
        "Training 1: SFT (TimeMaster, 1 of 2)",
        "Training 2: GRPO (TimeMaster, 2 of 2)",
    ]
    assert (sft.after, grpo.after) == (None, sft.id)
    first, second = TrainRequest.read(sft.params), TrainRequest.read(grpo.params)
    assert (first.recipe, second.recipe) == ("reasoner_sft", "grpo")
    assert (first.preset, second.preset) == ("timemaster", "timemaster")
    assert first.settings["base"] == "a/b"
    assert "base" not in second.settings
    assert second.settings["seed"] == 7
    for name, value in PRESETS["timemaster"].stages[1].settings.items():
        assert second.settings[name] == value
    assert first.may_fetch
    assert store.gold.is_locked(small.project_id)


def test_a_chain_is_found_from_any_of_its_stages(small: SmallProject) -> None:
    store = small.store
    chain = start_chain(store, small.project_id, "llava_reasoner", base="a/b")
    alone = store.jobs.enqueue(small.project_id, "train", "alone", {})
    jobs = store.jobs.list(small.project_id, "train")
    for job in chain:
        assert [one.id for one in chain_of(jobs, job)] == [one.id for one in chain]
    assert chain_of(jobs, alone) == [alone]
    assert waits_for(jobs, chain[1]) == "Training 1: SFT (LLaVA-Reasoner, 1 of 2)"
    assert waits_for(jobs, chain[0]) == ""


def test_a_preset_is_a_frozen_fact() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PRESETS["timemaster"].title = "another"  # type: ignore[misc] # that is what is tested
