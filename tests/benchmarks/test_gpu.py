"""Memory and speed of models of true size: their sizes are true, and every recipe is measured."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.gpu import (
    NAMES,
    TINY,
    WAYS,
    RecipeName,
    Task,
    Way,
    by_process,
    kept,
    measured,
    tasks,
)
from benchmarks.tiny_vlm import tokenizer_of, write_tiny
from benchmarks.true_vlm import FULL, SIZES, filled, kept_per_token, parameters_of
from core.students.vlm_base import default_device, holds_four_bits
from pages.components.workflows.vlm_costs import KEPT, KEPT_TWICE


@pytest.mark.parametrize(
    ("name", "billions"), [("qwen2.5-vl-3b", 3.75), ("qwen3-vl-4b", 4.44), ("qwen2.5-vl-7b", 8.29)]
)
def test_a_model_of_true_size_has_as_many_parameters_as_the_published_one(
    name: str, billions: float
) -> None:
    assert parameters_of(name) / 1e9 == pytest.approx(billions, abs=0.01)
    size = SIZES[name]
    tokenizer = filled(tokenizer_of(size.family, FULL), size.vocabulary)
    assert len(tokenizer) == size.vocabulary  # logits are as wide as the published model's
    assert tokenizer.decode([size.vocabulary - 1]).startswith("unused")


@pytest.mark.parametrize("twice", [True, False])
def test_what_is_kept_of_a_token_is_what_the_estimate_says(twice: bool) -> None:
    short, long = (kept_per_token("qwen3-vl-4b", n, twice=twice) * n for n in (64, 128))
    linear = (4 * short - long) / 128
    found = linear / parameters_of("qwen3-vl-4b") ** (2 / 3)
    low, high = KEPT_TWICE if twice else KEPT
    # the one layer that is computed again in full is held beside what is counted here
    assert low <= found + (KEPT[1] / 36 if twice else 0) <= high


def test_only_examples_train_a_whole_model_and_writing_computes_nothing_twice() -> None:
    found = {(one.recipe, one.way) for one in tasks("qwen3-vl-4b", NAMES, WAYS, 4, 128)}
    assert {recipe for recipe, way in found if way.startswith("whole")} == {"reasoner_sft"}
    assert ("writing", "lora-checkpointing") not in found
    assert {recipe for recipe, way in found if way == "lora-4bit"} == set(NAMES)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_tiny(folder / TINY)
    return folder


def task(recipe: RecipeName, way: Way, **settings: Any) -> Task:
    (made,) = tasks(TINY, [recipe], [way], 4, 8)
    return Task(made.model, made.recipe, made.way, {**made.settings, **settings}, made.written)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "way"),
    [
        ("reasoner_sft", "lora-checkpointing"),
        ("reasoner_sft", "whole"),
        ("dpo", "lora"),
        ("grpo", "lora"),
    ],
)
def test_a_recipe_is_measured_by_its_own_code(work: Path, recipe: RecipeName, way: Way) -> None:
    found = measured(task(recipe, way), work)
    assert found["step_s"] > 0 and len(found["steps_s"]) == 2
    assert found["items_a_step"] == 1
    assert found["peak_mb"] > 100
    assert found["estimated"]["memory"]["low"] > found["parameters"]


@pytest.mark.slow
def test_what_cannot_be_measured_is_said_and_ends_nothing_else(work: Path) -> None:
    assert "beta=-1" in by_process(task("dpo", "lora", beta=-1), work)["failed"]


def test_a_measurement_is_made_once_and_4_bits_without_a_card_are_said_to_be_missing(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines.jsonl"
    first = kept(task("writing", "lora"), work, lines)
    assert first["tokens_s"] > 0
    assert kept(task("writing", "lora"), work, lines) == first
    assert len(capsys.readouterr().out.splitlines()) == 1
    if not holds_four_bits(default_device()):
        assert "missing" in kept(task("writing", "lora-4bit"), work, lines)["failed"]
    assert len(lines.read_text().splitlines()) == 1
