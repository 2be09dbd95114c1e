"""Rejection sampling on a tiny image-text model: its own right answers are kept and learned."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.tiny_vlm import write_tiny
from core.errors import ConfigError
from core.students.vlm import VlmStudent
from core.students.vlm_base import load
from tests.training.recipes.rl_material import QUESTION, Diary, examples, same, weights
from training.examples import TrainingExample, TrainingStopped
from training.recipes import rejection_sampling
from training.recipes.rejection_sampling import SAMPLES, RejectionSamplingConfig, kept_rows
from training.sampled_texts import SampledText, append

SMALL = RejectionSamplingConfig(
    base="-",
    samples=2,
    max_new_tokens=30,
    steps=2,
    batch_size=2,
    accumulate=1,
    lora_rank=2,
    learning_rate=1e-2,
    with_examples=False,
    n_validation=2,
    validate_every=2,
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("base"))


def sampled(items: Sequence[TrainingExample]) -> list[SampledText]:
    """Return two texts per item: a right one, and one that is no answer."""
    return [
        SampledText(
            item_id=one.item_id,
            sample=k,
            text=f"<think>Look.</think><class>{one.content.label}</class>" if k == 0 else "no",
            score=float(k == 0),
            read=k == 0,
            formed=k == 0,
        )
        for one in items
        for k in (0, 1)
    ]


def fit(config: RejectionSamplingConfig, folder: Path, diary: Diary) -> VlmStudent:
    return rejection_sampling.fit(
        examples(),
        [QUESTION],
        config,
        report=diary.report,
        should_stop=diary.should_stop,
        checkpoint_dir=folder,
    )


def already(folder: Path) -> None:
    """Leave the texts of an earlier execution of the run in its folder."""
    for one in examples(6, 0):
        append(folder / SAMPLES, sampled([one]))


def test_kept_answers_change_the_adapters_and_nothing_else(base: Path, tmp_path: Path) -> None:
    before = weights(load(str(base), device="cpu").model)
    already(tmp_path)
    diary = Diary()
    student = fit(replace(SMALL, base=str(base)), tmp_path, diary)
    after = weights(student.vlm.model)
    kept = {
        name.removeprefix("base_model.model.").replace(".base_layer", ""): value
        for name, value in after.items()
        if "lora_" not in name
    }
    assert same(before, kept)
    moved = [float(value.abs().max()) for name, value in after.items() if "lora_B" in name]
    assert moved and min(moved) > 0
    told = [(one.step, one.total, one.loss is None) for one in diary.reports]
    assert told == [*((k, 8, True) for k in range(1, 7)), (7, 8, False), (8, 8, False)]
    assert diary.reports[5].stage == "sampling answers on 6 items, 50% right so far"
    assert diary.reports[-1].stage == "learning to answer in words (6 examples)"


@pytest.mark.slow
def test_a_run_that_stopped_while_learning_ends_where_an_uninterrupted_one_does(
    base: Path, tmp_path: Path
) -> None:
    config = replace(SMALL, base=str(base), steps=3)
    for name in ("whole", "parts"):
        already(tmp_path / name)
    whole = fit(config, tmp_path / "whole", Diary())
    with pytest.raises(TrainingStopped, match="after step 8 of 9"):
        fit(config, tmp_path / "parts", Diary(stop_after=7))
    parts = fit(config, tmp_path / "parts", Diary())
    assert same(weights(whole.vlm.model), weights(parts.vlm.model))


def test_a_model_that_is_never_right_has_nothing_of_its_own_to_learn(
    base: Path, tmp_path: Path
) -> None:
    config = replace(SMALL, base=str(base), samples=1, max_new_tokens=3)
    with pytest.raises(TrainingStopped, match="after step 2 of 8"):
        fit(config, tmp_path, Diary(stop_after=2))
    diary = Diary()
    with pytest.raises(ConfigError, match="none of the 6 sampled answers is right"):
        fit(config, tmp_path, diary)
    assert [one.step for one in diary.reports] == [1, 2, 3, 4, 5, 6]


def test_each_kept_text_is_asked_for_as_it_was_sampled() -> None:
    items = examples(2, 0)
    rows = kept_rows(sampled(items), items, [QUESTION], SMALL, SMALL.wanted)
    assert [(row.example.item_id, row.form, row.target) for row in rows] == [
        ("i0", "reasons", "<think>Look.</think><class>down</class>"),
        ("i1", "reasons", "<think>Look.</think><class>up</class>"),
    ]
    assert rows[0].order == ("up", "down")


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ConfigError, match="sample or keep nothing"):
        RejectionSamplingConfig(samples=0)
    with pytest.raises(ConfigError, match="is no share"):
        RejectionSamplingConfig(least_grounding=2)
    with pytest.raises(ConfigError, match="below 1"):
        RejectionSamplingConfig(steps=0)
