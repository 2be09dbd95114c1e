"""The papers' chains: every setting exists, fits its recipe, and is what the paper publishes."""

import dataclasses
import inspect

import pytest

from training.presets import PRESETS
from training.recipes import RECIPES


@pytest.mark.parametrize(
    ("key", "recipe"),
    [(key, stage.recipe) for key, preset in PRESETS.items() for stage in preset.stages],
)
def test_every_stage_is_a_recipe_that_takes_its_settings(key: str, recipe: str) -> None:
    (stage,) = [one for one in PRESETS[key].stages if one.recipe == recipe]
    module = RECIPES[recipe].load()
    config = getattr(module, inspect.signature(module.fit).parameters["config"].annotation)
    made = config(**stage.settings)
    assert dataclasses.asdict(made).items() >= dict(stage.settings).items()
    assert "base" in dataclasses.asdict(made)
    assert RECIPES[recipe].family == "vlm"


def test_timemaster_is_as_its_published_script_has_it() -> None:
    sft, grpo = PRESETS["timemaster"].stages
    assert (sft.recipe, grpo.recipe) == ("reasoner_sft", "grpo")
    published = {
        "group_size": 5,
        "learning_rate": 1e-6,
        "beta": 0.01,
        "clip": 0.2,
        "entropy": 0.001,
        "temperature": 1.0,
        "max_new_tokens": 1024,
        "accuracy_weight": 0.9,
        "format_weight": 0.1,
    }
    assert grpo.settings.items() >= published.items()
    assert grpo.settings["batch_size"] * grpo.settings["accumulate"] == 64


def test_llava_reasoner_pairs_items_of_medium_difficulty_and_cuts_answers() -> None:
    sft, dpo = PRESETS["llava_reasoner"].stages
    assert sft.settings["batch_size"] * sft.settings["accumulate"] == 32
    assert (dpo.settings["from_right"], dpo.settings["to_right"]) == (0.25, 0.85)
    assert (dpo.settings["most_pairs"], dpo.settings["response_tokens"]) == (3, 90)
    assert (dpo.settings["beta"], dpo.settings["learning_rate"]) == (0.1, 5e-7)


def test_what_is_not_published_is_said() -> None:
    assert "not published" in PRESETS["visanom"].unknown
    assert all(preset.source and preset.unknown for preset in PRESETS.values())
