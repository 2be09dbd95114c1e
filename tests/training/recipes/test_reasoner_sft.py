"""The contract of the recipe `reasoner_sft`, on tiny models of every family, on the CPU."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from benchmarks.tiny_vlm import FAMILIES, Family, Tiny, write_tiny
from core.errors import ConfigError
from core.students import load_student
from core.students.vlm import VlmStudent
from core.students.vlm_base import held_in, load, start_of
from tests.training.recipes.reasoner_examples import (
    EVENTS,
    SHAPES,
    WORDS,
    Kept,
    line,
    shape_example,
    some_examples,
)
from training import probes
from training.examples import Progress, TrainingStopped
from training.recipes import RECIPES, trl_checkpoints
from training.recipes.reasoner_data import rows_of
from training.recipes.reasoner_sft import (
    ReasonerSftConfig,
    base_revision,
    conversations,
    fit,
    prepared,
)
from training.recipes.trl_run import in_full_precision
from training.troubles import DivergedError

pytestmark = pytest.mark.slow

QUESTIONS = [SHAPES, EVENTS, WORDS]
SMALL = {
    "steps": 4,
    "batch_size": 2,
    "accumulate": 1,
    "lora_rank": 2,
    "learning_rate": 0.01,
    "max_new_tokens": 100,
    "validate_every": 100,
    "n_validation": 2,
    "n_probes": 0,
}


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[Family, Path]:
    root = tmp_path_factory.mktemp("bases")
    return {family: write_tiny(root / family, family, Tiny(width=16)) for family in FAMILIES}


def trained(
    base: Path,
    folder: Path,
    *,
    stop: Callable[[], bool] = lambda: False,
    report: Callable[[Progress], None] = lambda progress: None,
    **settings: Any,
) -> VlmStudent:
    config = ReasonerSftConfig(base=str(base), **{**SMALL, **settings})
    return fit(
        some_examples(),
        QUESTIONS,
        config,
        report=report,
        should_stop=stop,
        checkpoint_dir=folder,
    )


def weights(student: VlmStudent) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in student.vlm.model.state_dict().items()}


@dataclass(frozen=True)
class Whole:
    """A training of four steps, and another one that was stopped after two of them."""

    student: VlmStudent
    reports: list[Progress]
    stopped: Path


@pytest.fixture(scope="module")
def whole(bases: dict[Family, Path], tmp_path_factory: pytest.TempPathFactory) -> Whole:
    root = tmp_path_factory.mktemp("whole")
    kept, other = Kept(), Kept()
    student = trained(bases["llava"], root / "whole", report=kept)
    with pytest.raises(TrainingStopped, match="after step 2 of 4"):
        trained(bases["llava"], root / "stopped", stop=stop_after(2, other), report=other)
    return Whole(student, kept.reports, root / "stopped")


@pytest.fixture
def stopped(whole: Whole, tmp_path: Path) -> Path:
    """A copy of the folder of the training that was stopped."""
    return Path(shutil.copytree(whole.stopped, tmp_path / "stopped"))


def stop_after(step: int, kept: Kept) -> Callable[[], bool]:
    return lambda: bool(kept.reports) and kept.reports[-1].step >= step - 1


@pytest.mark.parametrize("family", FAMILIES)
def test_two_steps_change_the_adapters_and_nothing_else(
    bases: dict[Family, Path], family: Family, tmp_path: Path
) -> None:
    before = weights_of(bases[family])
    student = trained(bases[family], tmp_path, steps=2)
    after = weights(student)
    base_names = {name: name_in_base(name) for name in after if "lora_" not in name}
    assert all(torch.equal(after[name], before[own]) for name, own in base_names.items())
    moved = [name for name, value in after.items() if "lora_B" in name and value.abs().max() > 0]
    assert len(moved) == 14  # seven layers in each of two blocks; fresh ones are all zero
    assert weights_of(bases[family]).keys() == before.keys()


def weights_of(base: Path) -> dict[str, torch.Tensor]:
    return dict(load(str(base), device="cpu").model.state_dict())


def name_in_base(name: str) -> str:
    return name.removeprefix("base_model.model.").replace(".base_layer.", ".")


def test_a_model_is_trained_whole_without_adapters(
    bases: dict[Family, Path], tmp_path: Path
) -> None:
    before = weights_of(bases["llava"])
    student = trained(bases["llava"], tmp_path / "c", lora_rank=0, steps=2)
    after = weights(student)
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert any("language_model" in name for name in moved)
    assert any("vision_tower" in name for name in moved)
    student.save(tmp_path / "model")
    loaded = load_student(tmp_path / "model")
    assert isinstance(loaded, VlmStudent)
    view = line("up", 1)
    assert loaded.written(SHAPES, view) == student.written(SHAPES, view)


def test_computing_parts_twice_changes_nothing_that_is_learned(
    bases: dict[Family, Path], tmp_path: Path
) -> None:
    twice = trained(bases["qwen2_5_vl"], tmp_path / "a", steps=2)
    once = trained(bases["qwen2_5_vl"], tmp_path / "b", steps=2, gradient_checkpointing=False)
    assert all(torch.equal(value, weights(once)[name]) for name, value in weights(twice).items())


def test_a_versions_adapters_go_on_learning_and_its_base_does_not_whatever_the_rank(
    bases: dict[Family, Path], tmp_path: Path
) -> None:
    version = tmp_path / "version"
    trained(bases["llava"], tmp_path / "a", steps=1).save(version)
    student = trained(version, tmp_path / "b", lora_rank=0, steps=1)
    before, after = weights(load_version(version)), weights(student)
    changed = {name for name in after if not torch.equal(before[name], after[name])}
    assert changed
    assert all("lora_" in name for name in changed)


def load_version(folder: Path) -> VlmStudent:
    student = load_student(folder)
    assert isinstance(student, VlmStudent)
    return student


@pytest.mark.parametrize(
    ("device", "whole", "held"),
    [
        ("cuda", False, torch.bfloat16),
        ("cuda", True, torch.float32),  # a rate of 5e-6 would move next to nothing in bfloat16
        ("cpu", False, torch.float32),
        ("cpu", True, torch.float32),
    ],
)
def test_a_model_that_learns_whole_is_held_in_32_bits(
    device: str, whole: bool, held: torch.dtype
) -> None:
    assert held_in(device, whole) is held


def test_adapters_learn_in_32_bits_where_the_trainer_holds_them_in_16() -> None:
    model = torch.nn.ModuleDict({"adapter": torch.nn.Linear(1, 1), "base": torch.nn.Linear(1, 1)})
    model.to(torch.bfloat16)["base"].requires_grad_(False)
    in_full_precision(model)
    assert {value.dtype for value in model["adapter"].parameters()} == {torch.float32}
    assert {value.dtype for value in model["base"].parameters()} == {torch.bfloat16}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_loss_counts_the_answer_and_its_end_and_nothing_before(
    bases: dict[Family, Path], family: Family
) -> None:
    from trl.trainer.sft_trainer import DataCollatorForVisionLanguageModeling

    vlm = load(str(bases[family]), device="cpu")
    config = ReasonerSftConfig(base=str(bases[family]), **SMALL)
    rows = rows_of(some_examples(), QUESTIONS, config.wanted).rows[:3]
    collate = DataCollatorForVisionLanguageModeling(vlm.processor, completion_only_loss=True)
    batch = collate(list(conversations(rows)))
    for row, ids, labels in zip(rows, batch["input_ids"], batch["labels"], strict=True):
        learned = vlm.processor.tokenizer.decode(labels[labels != -100])
        assert learned == f"{row.target}<|im_end|>\n"
        read = vlm.processor.tokenizer.decode(ids[labels == -100])
        assert row.asked.prompt in read
        assert row.target not in read
    assert batch["pixel_values"].shape[0] > 0


def test_what_is_reported_counts_steps_windows_and_other_numbers(whole: Whole) -> None:
    assert [(one.step, one.total, one.windows) for one in whole.reports] == [
        (step, 4, 2) for step in (1, 2, 3, 4)
    ]
    assert 0 < (whole.reports[-1].validation or 0) < 1
    assert {"grad_norm", "mean_token_accuracy", "entropy"} <= set(whole.reports[0].numbers)


@pytest.mark.parametrize("lora_rank", [2, 0])
def test_a_training_that_was_stopped_ends_where_an_uninterrupted_one_does(
    bases: dict[Family, Path], tmp_path: Path, lora_rank: int
) -> None:
    settings: dict[str, Any] = {"lora_rank": lora_rank, "accumulate": 2}
    whole = weights(trained(bases["qwen2_5_vl"], tmp_path / "whole", **settings))
    kept = Kept()
    with pytest.raises(TrainingStopped, match="after step 3 of 4"):
        trained(
            bases["qwen2_5_vl"],
            tmp_path / "parts",
            stop=stop_after(3, kept),
            report=kept,
            **settings,
        )
    again = Kept()
    parts = weights(trained(bases["qwen2_5_vl"], tmp_path / "parts", report=again, **settings))
    assert [one.step for one in again.reports] == [4]
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_looks_change_nothing_and_keep_the_texts_of_the_probe_items(
    bases: dict[Family, Path], whole: Whole, tmp_path: Path
) -> None:
    watched = trained(bases["llava"], tmp_path, validate_every=2, n_probes=2, n_validation=4)
    plain = weights(whole.student)
    assert all(torch.equal(value, plain[name]) for name, value in weights(watched).items())
    found = {(one.step, one.item_id) for one in probes.read(tmp_path)}
    assert found == {(step, item) for step in (2, 4) for item in ("event-51", "shape-50")}


def test_a_torn_checkpoint_is_skipped_and_the_one_before_taken(
    bases: dict[Family, Path], whole: Whole, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept, again = Kept(), Kept()
    with pytest.raises(TrainingStopped):
        trained(bases["llava"], tmp_path, checkpoint_every=2, stop=stop_after(3, kept), report=kept)
    there = trl_checkpoints.found(tmp_path)
    assert [trl_checkpoints.step_of(one) for one in there] == [2, 3]
    optimiser = there[-1] / "optimizer.pt"
    optimiser.write_bytes(optimiser.read_bytes()[:-20])
    parts = weights(trained(bases["llava"], tmp_path, checkpoint_every=2, report=again))
    assert [one.step for one in again.reports] == [3, 4]
    assert "the checkpoint of step 3 is damaged" in caplog.text
    one = weights(whole.student)
    assert all(torch.equal(one[name], parts[name]) for name in one)


def test_nothing_but_sealed_checkpoints_and_probes_is_left(
    bases: dict[Family, Path], tmp_path: Path
) -> None:
    trained(bases["llava"], tmp_path, steps=3, checkpoint_every=1, n_probes=1)
    names = {path.name.split("-")[0] for path in tmp_path.iterdir()}
    assert names == {"checkpoint", "probes.jsonl"}
    assert len(trl_checkpoints.found(tmp_path)) == trl_checkpoints.KEPT


def test_a_checkpoint_of_other_settings_is_refused(
    bases: dict[Family, Path], stopped: Path
) -> None:
    with pytest.raises(ConfigError, match="other settings or examples"):
        trained(bases["llava"], stopped, seed=2)


def test_a_run_out_of_memory_goes_on_with_half_the_batch(
    bases: dict[Family, Path], stopped: Path
) -> None:
    again = Kept()
    trained(bases["llava"], stopped, batch_size=1, accumulate=2, report=again)
    assert [(one.step, one.windows) for one in again.reports] == [(3, 2), (4, 2)]


def test_a_run_goes_on_with_the_learning_rate_of_the_settings(
    bases: dict[Family, Path], whole: Whole, stopped: Path
) -> None:
    (checkpoint,) = trl_checkpoints.found(stopped)
    saved = load_file(checkpoint / "adapter_model.safetensors")
    slow = weights(trained(bases["llava"], stopped, learning_rate=1e-9))
    quick = weights(whole.student)
    name = next(name for name in quick if "lora_B" in name)
    start = saved[name.replace(".default.weight", ".weight")]
    assert torch.allclose(slow[name], start, atol=1e-6)
    assert not torch.allclose(quick[name], start, atol=1e-6)


def test_a_loss_that_is_no_number_ends_the_training(
    bases: dict[Family, Path], tmp_path: Path
) -> None:
    with pytest.raises(DivergedError, match="is no finite number"):
        trained(bases["llava"], tmp_path, steps=20, learning_rate=1e30)


def test_an_earlier_version_goes_on_learning(whole: Whole, tmp_path: Path) -> None:
    whole.student.save(tmp_path / "v1")
    second = trained(tmp_path / "v1", tmp_path / "c2", lora_rank=8, steps=2)
    assert second.config.base == whole.student.config.base
    one, other = weights(whole.student), weights(second)
    assert {name: value.shape for name, value in one.items()} == {
        name: value.shape for name, value in other.items()
    }
    moved = {name for name in one if not torch.equal(one[name], other[name])}
    assert moved
    assert all("lora_" in name for name in moved)
    config = ReasonerSftConfig(base=str(tmp_path / "v1"))
    assert base_revision(config).endswith(f", adapters of {tmp_path / 'v1'}")


def test_the_same_seed_gives_the_same_student_and_another_another(
    bases: dict[Family, Path], whole: Whole, tmp_path: Path
) -> None:
    one = weights(whole.student)
    same = weights(trained(bases["llava"], tmp_path / "2"))
    other = weights(trained(bases["llava"], tmp_path / "3", seed=2))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_nothing_to_learn_is_said_with_the_reasons_why(
    bases: dict[Family, Path], tmp_path: Path
) -> None:
    examples = [shape_example("up", 1, source="pseudo")]
    with pytest.raises(ConfigError, match="1 because nobody reviewed it"):
        fit(
            examples,
            QUESTIONS,
            ReasonerSftConfig(base=str(bases["llava"]), unreviewed="none"),
            report=Kept(),
            should_stop=lambda: False,
            checkpoint_dir=tmp_path,
        )


def test_targets_longer_than_an_answer_may_be_are_not_learned(
    bases: dict[Family, Path], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="longer than 2 tokens"):
        trained(bases["llava"], tmp_path, max_new_tokens=2)


@pytest.mark.parametrize(
    "settings",
    [
        {"steps": 0},
        {"rationale_share": 1.5},
        {"warmup_share": 1.0},
        {"lora_rank": -1},
        {"learning_rate": 0.0},
        {"render": "crayon"},
    ],
)
def test_impossible_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        ReasonerSftConfig(**settings)


def test_the_recipe_is_listed_with_its_devices() -> None:
    recipe = RECIPES["reasoner_sft"]
    assert recipe.devices == {"cpu", "cuda"}
    assert recipe.load().fit is fit


def test_a_frozen_part_that_has_the_same_layer_names_gets_no_adapters(
    bases: dict[Family, Path],
) -> None:
    config = replace(ReasonerSftConfig(base=str(bases["llava"])), lora_rank=2)
    vlm = prepared(load(start_of(config.base), device="cpu", trainable=True), config)
    learning = [name for name, value in vlm.model.named_parameters() if value.requires_grad]
    assert learning
    assert not [name for name in learning if "vision_tower" in name]
