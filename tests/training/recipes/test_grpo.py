"""GRPO on tiny image-text models: what learns and what does not, resuming, alarms, probes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.tiny_vlm import Family, write_tiny
from core.errors import ConfigError
from core.students import load_student
from core.students.vlm import VlmStudent
from core.students.vlm_base import load
from tests.training.recipes.rl_material import (
    QUESTION,
    Diary,
    examples,
    same,
    saved_adapters,
    weights,
)
from training import probes
from training.examples import TrainingStopped
from training.recipes import grpo
from training.recipes.grpo import GrpoConfig
from training.recipes.grpo_trainer import batches_written_at_once
from training.recipes.grpo_watch import n_pauses, read_alarms
from training.rewards import Term, Written

SMALL = GrpoConfig(
    base="-",
    steps=2,
    group_size=3,
    batch_size=2,
    accumulate=1,
    max_new_tokens=6,
    lora_rank=2,
    learning_rate=1e-2,
    look_every=2,
    validate_on=0,
    checkpoint_every=10,
    pause_at_kl=0,
)


def by_length(written: Written) -> float:
    """Reward something that random texts differ in."""
    return (len(written.text) % 7) / 7


TERMS: dict[grpo.TermName, Term] = {"accuracy": by_length}
Fit = Callable[..., VlmStudent]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    families: tuple[Family, ...] = ("qwen2_5_vl", "llava")
    return {one: write_tiny(tmp_path_factory.mktemp(one), one) for one in families}


def fit(config: GrpoConfig, folder: Path, diary: Diary) -> VlmStudent:
    return grpo.fit_with(
        TERMS,
        examples(),
        [QUESTION],
        config,
        report=diary.report,
        should_stop=diary.should_stop,
        checkpoint_dir=folder,
    )


@pytest.mark.parametrize("family", ["qwen2_5_vl", "llava"])
def test_two_steps_change_the_adapters_and_nothing_else(
    folders: dict[str, Path], family: str, tmp_path: Path
) -> None:
    before = weights(load(str(folders[family]), device="cpu").model)
    diary = Diary()
    student = fit(replace(SMALL, base=str(folders[family])), tmp_path / "work", diary)
    after = weights(student.vlm.model)
    kept = {
        name.removeprefix("base_model.model.").replace(".base_layer", ""): value
        for name, value in after.items()
        if "lora_" not in name
    }
    assert same(before, kept)
    moved = [float(value.abs().max()) for name, value in after.items() if "lora_B" in name]
    assert moved and min(moved) > 0  # each began at zero
    assert not any(".ref." in name for name in after)
    assert [one.step for one in diary.reports] == [1, 2]
    numbers = diary.reports[0].numbers
    assert {"rewards/accuracy/mean", "reward", "kl", "entropy", "completions/mean_length"} <= {
        *numbers
    }
    assert numbers["kl"] == pytest.approx(0, abs=1e-6)
    student.save(tmp_path / "model")
    assert saved_adapters(tmp_path / "model") == [
        "adapter/adapter_config.json",
        "adapter/adapter_model.safetensors",
        "config.json",
    ]
    loaded = load_student(tmp_path / "model")
    assert isinstance(loaded, VlmStudent)
    view = examples()[0].view
    assert loaded.written(QUESTION, view) == student.written(QUESTION, view)


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [12, 6])  # the answers of a step, and half of them
def test_a_run_that_stopped_ends_where_an_uninterrupted_one_does(
    folders: dict[str, Path], tmp_path: Path, at_once: int
) -> None:
    base = str(folders["qwen2_5_vl"])
    config = replace(SMALL, base=base, steps=4, accumulate=2, written_at_once=at_once)
    whole = fit(config, tmp_path / "whole", Diary())
    with pytest.raises(TrainingStopped, match="after step 2 of 4"):
        fit(config, tmp_path / "parts", Diary(stop_after=1))
    diary = Diary()
    parts = fit(config, tmp_path / "parts", diary)
    assert [one.step for one in diary.reports] == [3, 4]
    assert same(weights(whole.vlm.model), weights(parts.vlm.model))
    assert probes.read(tmp_path / "whole") == probes.read(tmp_path / "parts")


@pytest.mark.slow
def test_a_version_goes_on_learning_held_near_what_it_was(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    first = fit(replace(SMALL, base=str(folders["qwen2_5_vl"])), tmp_path / "one", Diary())
    first.save(tmp_path / "model")
    config = replace(SMALL, base=str(tmp_path / "model"), steps=4)
    diary = Diary()
    whole = fit(config, tmp_path / "whole", diary)
    # The reference is the version, not the model below it: nothing has moved yet.
    assert diary.reports[0].numbers["kl"] == pytest.approx(0, abs=1e-6)
    assert diary.reports[-1].numbers["kl"] > 1e-6
    with pytest.raises(TrainingStopped):
        fit(config, tmp_path / "parts", Diary(stop_after=1))
    parts = fit(config, tmp_path / "parts", Diary())
    assert same(weights(whole.vlm.model), weights(parts.vlm.model))
    assert not same(weights(whole.vlm.model), weights(first.vlm.model))


def test_probes_show_the_likeliest_text_before_and_after_and_every_look_a_score(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    diary = Diary()
    config = replace(SMALL, base=str(folders["llava"]), look_every=1, validate_on=2)
    student = fit(config, tmp_path, diary)
    found = probes.read(tmp_path)
    assert sorted({one.step for one in found}) == [0, 1, 2]
    assert {one.item_id for one in found} == {"i6", "i7"}  # the validation items
    last = {one.item_id: one.text for one in found if one.step == 2}
    held = {one.item_id: one.view for one in examples()}
    for item_id, text in last.items():
        assert student.written(QUESTION, held[item_id]).text == text
    assert [one.validation for one in diary.reports] == [0.0, 0.0]  # random texts are no answers


@pytest.mark.slow
def test_a_divergence_pauses_the_run_with_its_reason_and_resuming_goes_on(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    config = replace(
        SMALL, base=str(folders["qwen2_5_vl"]), steps=12, pause_at_kl=1e-5, learning_rate=3e-2
    )
    diary = Diary()
    with pytest.raises(TrainingStopped, match=r"the checkpoint is kept: the model has moved away"):
        fit(config, tmp_path, diary)
    paused_at = diary.reports[-1].step
    assert 3 <= paused_at < 12
    (alarm,) = [one for one in read_alarms(tmp_path) if one.pauses]
    assert (alarm.kind, alarm.step, n_pauses(tmp_path)) == ("kl", paused_at, 1)
    later = Diary()
    with pytest.raises(TrainingStopped, match="above the limit of 2e-05"):
        fit(config, tmp_path, later)
    assert later.reports[0].step == paused_at + 1


def test_terms_without_weight_are_logged_beside_those_that_are_paid(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    diary = Diary()
    grpo.fit(
        examples(),
        [QUESTION],
        replace(SMALL, base=str(folders["qwen2_5_vl"]), steps=1),
        report=diary.report,
        should_stop=diary.should_stop,
        checkpoint_dir=tmp_path,
    )
    numbers = diary.reports[0].numbers
    told = {name.split("/")[1] for name in numbers if name.startswith("rewards/")}
    assert told == {"accuracy", "format", "grounding", "axes", "length"}  # intervals say nothing


@pytest.mark.parametrize(
    ("accumulate", "at_once", "batches"),
    [
        (8, 40, 8),  # the defaults: 8 batches of one item and 5 answers
        (64, 40, 8),  # TimeMaster's 64 items a step
        (64, 20, 4),
        (6, 20, 3),  # 4 batches would leave 2 over
        (64, 1, 1),  # never less than a batch
    ],
)
def test_answers_are_written_for_as_many_batches_as_fit_and_divide_a_step(
    accumulate: int, at_once: int, batches: int
) -> None:
    config = GrpoConfig(accumulate=accumulate, written_at_once=at_once)
    assert batches_written_at_once(config) == batches


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ConfigError, match="nothing to be measured against"):
        GrpoConfig(group_size=1)
    with pytest.raises(ConfigError, match="needs a judge"):
        GrpoConfig(extension_weight=0.5)
    with pytest.raises(ConfigError, match="reward nothing"):
        GrpoConfig(accuracy_weight=0, format_weight=0)
    with pytest.raises(ConfigError, match="cannot be meant"):
        GrpoConfig(temperature=0)
    with pytest.raises(ConfigError, match="cannot be wanted"):
        GrpoConfig(fewest_words=9, most_words=3)
    with pytest.raises(ConfigError, match="below 1"):
        GrpoConfig(steps=0)


def test_without_a_persons_word_nothing_is_learned_where_only_that_counts(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    config = replace(SMALL, base=str(folders["qwen2_5_vl"]), only_reviewed=True)
    guessed = [one for one in examples() if one.source == "pseudo"]
    with pytest.raises(ConfigError, match="no training example was decided by a person"):
        grpo.fit(
            guessed,
            [QUESTION],
            config,
            report=Diary().report,
            should_stop=Diary().should_stop,
            checkpoint_dir=tmp_path,
        )
