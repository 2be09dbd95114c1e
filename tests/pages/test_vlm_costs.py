"""What a reasoning training will take, by arithmetic, and what is known of a model before it."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from pages.components.workflows import vlm_costs
from pages.components.workflows.reasoning_ways import BaseFacts, choices, facts_of_base
from pages.components.workflows.vlm_costs import Range, expected, parameters_in
from training.devices import Device

GB = 10**9
CARD = Device(name="cuda:0", kind="cuda", free=20 * GB, total=24 * GB, title="NVIDIA X")
CPU = Device(name="cpu", kind="cpu", free=8 * GB, total=8 * GB)


@pytest.fixture(autouse=True)
def full_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vlm_costs, "four_bits", lambda: False)


def model(folder: Path, **config: object) -> Path:
    """A folder like a model's: 3 x 4 + 5 parameters and a configuration."""
    folder.mkdir()
    save_file({"a": np.zeros((3, 4)), "b": np.zeros(5)}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2_5_vl", **config}))
    return folder


def test_memory_is_the_weights_and_what_training_holds_beside_them() -> None:
    card = expected("reasoner_sft", 1e9, {}, "cuda", 0.0).memory
    beside = 500 * 0.1 * 1e6, 1500 * 0.25 * 1e6  # one example, parts computed twice
    assert card.low == pytest.approx(1.5e9 + 2e9 + 0.125e9 + beside[0])
    assert card.high == pytest.approx(1.1 * (1.5e9 + 2e9) + 0.25e9 + beside[1])
    cpu = expected("reasoner_sft", 1e9, {}, "cpu", 1e10).memory
    assert cpu.low == pytest.approx(0.6e9 + 4e9 + 0.125e9 + 2 * beside[0])
    whole = expected("reasoner_sft", 1e9, {"lora_rank": 0}, "cuda", 0.0).memory
    assert whole.low == pytest.approx(1.5e9 + 1e9 * 16 + 0.125e9 + beside[0])


def test_a_base_is_counted_in_4_bits_only_where_it_is_held_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = expected("reasoner_sft", 4e9, {}, "cuda", 0.0).memory.low
    monkeypatch.setattr(vlm_costs, "four_bits", lambda: True)
    held = expected("reasoner_sft", 4e9, {}, "cuda", 0.0).memory.low
    assert held == pytest.approx(full - 1.4 * 4e9)
    switched_off = expected("reasoner_sft", 4e9, {"four_bit": False}, "cuda", 0.0).memory.low
    assert switched_off == full


def test_memory_grows_with_what_is_learned_from_and_written_at_once() -> None:
    def high(recipe: str, **settings: object) -> float:
        return expected(recipe, 4.4e9, settings, "cuda", 0.0).memory.high

    assert high("reasoner_sft", batch_size=8) > high("reasoner_sft", batch_size=1)
    assert high("dpo") > high("reasoner_sft")  # two answers
    once = high("reasoner_sft", batch_size=4, gradient_checkpointing=False)
    assert once > 24e9 > high("reasoner_sft", batch_size=4)  # a card of 24 GB needs it
    few, many = (high("grpo", group_size=5, written_at_once=n) for n in (5, 320))
    assert many > 2 * few


def test_a_step_takes_longer_with_more_items_and_with_answers_to_write() -> None:
    one = expected("reasoner_sft", 1e9, {"batch_size": 1}, "cuda", 0.0).step_s
    many = expected("reasoner_sft", 1e9, {"batch_size": 4, "accumulate": 2}, "cuda", 0.0).step_s
    assert one == Range(8 * 500 * 1e9 / 2e14, 8 * 1500 * 1e9 / 2e13)
    settings = {"batch_size": 1, "gradient_checkpointing": False}
    once = expected("reasoner_sft", 1e9, settings, "cuda", 0.0).step_s
    assert once.low == pytest.approx(one.low * 6 / 8)
    assert many.low == pytest.approx(8 * one.low)
    reward = expected("grpo", 1e9, {"batch_size": 1, "group_size": 5}, "cuda", 0.0).step_s
    assert reward.low > 5 * one.low


def test_the_cpu_is_measured() -> None:
    assert 1e8 < vlm_costs.cpu_speed() < 1e14


def test_parameters_are_counted_without_reading_the_weights(tmp_path: Path) -> None:
    assert parameters_in(model(tmp_path / "m")) == 17.0
    assert parameters_in(tmp_path) == 0.0


def test_a_folder_is_said_with_its_size_and_an_unknown_licence(tmp_path: Path) -> None:
    facts = facts_of_base(str(model(tmp_path / "m")))
    assert (facts.parameters, facts.fetch, facts.problem) == (17.0, False, "")
    assert "licence unknown: read the model's card" in facts.said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "nothing is no folder"),
        ("qwen", "qwen is no folder on this machine and no id"),
        ("/no/such/folder", "/no/such/folder is no folder"),
    ],
)
def test_what_is_neither_folder_nor_id_is_said(source: str, said: str) -> None:
    assert facts_of_base(source).problem.startswith(said)


def test_a_folder_without_weights_or_with_another_student_is_refused(tmp_path: Path) -> None:
    (model(tmp_path / "m") / "model.safetensors").unlink()
    assert facts_of_base(str(tmp_path / "m")).problem.startswith("the weights are absent")
    series = model(tmp_path / "s", student="series")
    assert "reads numbers and not pictures" in facts_of_base(str(series)).problem
    (tmp_path / "empty").mkdir()
    assert "no config.json" in facts_of_base(str(tmp_path / "empty")).problem


def test_a_suggested_model_is_said_with_licence_and_size_before_it_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    facts = facts_of_base("Qwen/Qwen3-VL-4B-Instruct")
    assert facts.fetch
    assert facts.parameters == 4.4e9
    assert facts.said.startswith("Apache-2.0: commercial use is permitted; a download of 8.9 GB")


def test_what_cannot_fit_says_what_is_missing_and_the_rest_can_run() -> None:
    large = BaseFacts("a/b", parameters=8e9)
    on_cpu = {one.key: one for one in choices(large, CPU, {})}
    (missing,) = on_cpu["timemaster"].missing
    assert missing.blocks
    assert missing.text == (
        "SFT of a model of 8.0 B takes 34 GB of memory at least; this machine has no card, and "
        "8 GB for the CPU."
    )
    assert all(not one.missing for one in choices(large, CARD, {}))
    assert all(not one.missing for one in choices(BaseFacts("a/b"), CPU, {}))


def test_a_student_trained_here_is_as_large_as_what_it_began_with(tmp_path: Path) -> None:
    base = model(tmp_path / "m")
    version = tmp_path / "v"
    version.mkdir()
    saved = {"student": "vlm", "base": {"source": str(base)}}
    (version / "config.json").write_text(json.dumps(saved))
    facts = facts_of_base(str(version))
    assert facts.parameters == 17.0
    trained_whole = tmp_path / "w"
    trained_whole.mkdir()
    (trained_whole / "config.json").write_text(json.dumps({"student": "vlm", "base": None}))
    model(trained_whole / "whole")
    assert facts_of_base(str(trained_whole)).parameters == 17.0
    assert facts.said.startswith(f"a student trained here, which began with {base}")
