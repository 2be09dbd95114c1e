"""DPO on tiny image-text models: what learns, what does not, resuming, where pairs are from."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.tiny_vlm import Family, write_tiny
from core.answers import AnswerContent, Span
from core.errors import ConfigError
from core.questions.base import Question
from core.render_settings import STANDARD
from core.series import WindowView
from core.students.vlm import VlmStudent, untrained
from core.students.vlm_base import load
from tests.openai_server import OpenAiServer
from tests.training.recipes.rl_material import (
    QUESTION,
    Diary,
    examples,
    same,
    saved_adapters,
    weights,
)
from training import probes
from training.examples import TrainingExample, TrainingStopped
from training.preference_pairs import Mix, Pair, mix_of
from training.preferences import StoredPreference
from training.recipes import dpo
from training.recipes.dpo import DpoConfig
from training.recipes.dpo_pairs import Material, gather
from training.recipes.dpo_trainer import cut

SMALL = DpoConfig(
    base="-",
    steps=2,
    batch_size=2,
    accumulate=1,
    samples=0,
    max_new_tokens=6,
    lora_rank=2,
    learning_rate=1e-2,
    warmup_share=0.0,
    look_every=2,
    validate_on=0,
    checkpoint_every=10,
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    families: tuple[Family, ...] = ("qwen2_5_vl", "llava")
    return {one: write_tiny(tmp_path_factory.mktemp(one), one) for one in families}


def fit(
    config: DpoConfig,
    folder: Path,
    diary: Diary,
    items: Sequence[TrainingExample] | None = None,
    preferences: Sequence[StoredPreference] = (),
) -> VlmStudent:
    return dpo.fit(
        examples() if items is None else items,
        [QUESTION],
        config,
        report=diary.report,
        should_stop=diary.should_stop,
        checkpoint_dir=folder,
        preferences=preferences,
    )


@pytest.mark.parametrize("family", ["qwen2_5_vl", "llava"])
def test_two_steps_change_the_adapters_and_nothing_else(
    folders: dict[str, Path], family: str, tmp_path: Path
) -> None:
    before = weights(load(str(folders[family]), device="cpu").model)
    diary, one_pair = Diary(), [one for one in examples() if one.item_id != "i3"]
    config = replace(SMALL, base=str(folders[family]))
    student = fit(config, tmp_path / "work", diary, one_pair)
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
    first, last = diary.reports
    assert first.loss == pytest.approx(0.6931, abs=1e-3)  # both models are still the same
    assert last.loss is not None and last.loss < first.loss
    assert last.numbers["rewards/margins"] > 0 == first.numbers["rewards/margins"]
    student.save(tmp_path / "model")
    assert saved_adapters(tmp_path / "model") == [
        "adapter/adapter_config.json",
        "adapter/adapter_model.safetensors",
        "config.json",
    ]
    assert {one.step for one in probes.read(tmp_path / "work")} == {0, 2}


@pytest.mark.slow
def test_a_run_that_stopped_ends_where_an_uninterrupted_one_does(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    config = replace(SMALL, base=str(folders["qwen2_5_vl"]), steps=4, accumulate=2)
    whole = fit(config, tmp_path / "whole", Diary())
    with pytest.raises(TrainingStopped, match="after step 2 of 4"):
        fit(config, tmp_path / "parts", Diary(stop_after=1))
    diary = Diary()
    parts = fit(config, tmp_path / "parts", diary)
    assert [one.step for one in diary.reports] == [3, 4]
    assert same(weights(whole.vlm.model), weights(parts.vlm.model))


@pytest.mark.slow
def test_a_version_learns_beside_itself_and_goes_on_after_a_stop(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    first = fit(replace(SMALL, base=str(folders["qwen2_5_vl"])), tmp_path / "one", Diary())
    first.save(tmp_path / "model")
    config = replace(SMALL, base=str(tmp_path / "model"), steps=3)
    diary = Diary()
    whole = fit(config, tmp_path / "whole", diary)
    # The reference is the version, not the model below it: nothing has moved yet.
    assert diary.reports[0].numbers["rewards/margins"] == pytest.approx(0, abs=1e-5)
    with pytest.raises(TrainingStopped):
        fit(config, tmp_path / "parts", Diary(stop_after=1))
    parts = fit(config, tmp_path / "parts", Diary())
    assert same(weights(whole.vlm.model), weights(parts.vlm.model))


def test_other_settings_cannot_go_on_where_a_run_stopped(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    config = replace(SMALL, base=str(folders["qwen2_5_vl"]), steps=3)
    with pytest.raises(TrainingStopped):
        fit(config, tmp_path, Diary(stop_after=1))
    with pytest.raises(ConfigError, match="belongs to a training with other settings"):
        fit(replace(config, beta=0.2), tmp_path, Diary())


# -- what is learned from


class Pen:
    """A writer that is right on every second text, and on no text of rising lines' items."""

    def __init__(self) -> None:
        self.asked = 0

    def sample(
        self, question: Question, view: WindowView, n: int, temperature: float, seed: int
    ) -> list[str]:
        self.asked += 1
        rises = view.values[-1, 0] > 0
        both = ["<think>So it goes.</think><class>down</class>", "nothing here"]
        return [both[k % 2] if not rises else both[0] for k in range(n)]


def gathered(
    config: DpoConfig,
    folder: Path,
    pen: Pen,
    items: Sequence[TrainingExample] | None = None,
    preferences: Sequence[StoredPreference] = (),
) -> tuple[int, list[Pair]]:
    learn = [one for one in items or examples() if one.split == "train"]
    material = Material(learn, [QUESTION], preferences, STANDARD)
    diary = Diary()
    return gather(pen, material, config, diary.report, diary.should_stop, folder)


def test_pairs_are_gathered_from_all_origins_and_lie_beside_the_checkpoints(
    tmp_path: Path,
) -> None:
    def said(label: str) -> AnswerContent:
        return AnswerContent(kind="pattern", label=label, rationale=(Span(text="Look."),))

    preference = StoredPreference(
        item_id="i0",
        question_id="q1",
        series_id="s",
        content_hash="h",
        start=0,
        stop=60,
        better=said("up"),
        worse=said("down"),
        origin="selection",
        split="train",
        group="g",
    )
    config, pen = replace(SMALL, samples=4), Pen()
    n_sampled, pairs = gathered(config, tmp_path, pen, preferences=[preference])
    # falling lines are right half of the time; two of six items were corrected
    assert mix_of(pairs) == {"outcome": 3, "judge": 0, "people": 2, "selection": 1}
    assert (n_sampled, pen.asked) == (6, 6)
    lines = (tmp_path / "pairs.jsonl").read_text().splitlines()
    assert [Pair.model_validate_json(line) for line in lines] == pairs
    again = Pen()
    assert gathered(config, tmp_path, again, preferences=[preference]) == (6, pairs)
    assert again.asked == 0  # the texts lie there
    fewer = replace(config, from_people=False, from_selection=False, only_reviewed=True)
    n_sampled, pairs = gathered(fewer, tmp_path / "fewer", Pen())
    assert (n_sampled, mix_of(pairs)["people"]) == (2, 0)


def test_the_mix_is_told_before_a_training_as_it_is_set() -> None:
    config = replace(SMALL, samples=4)
    # six training items, two of them corrected
    assert dpo.mix_before(examples(), [], config) == Mix(
        known={"people": 2, "selection": 0}, at_most={"outcome": 12, "judge": 0}
    )
    fewer = replace(
        config, from_people=False, only_reviewed=True, judge_url="http://localhost:1/v1"
    )
    assert dpo.mix_before(examples(), [], fewer) == Mix(
        known={"people": 0, "selection": 0}, at_most={"outcome": 4, "judge": 4}
    )


def test_a_judge_scores_sampled_answers_beside_the_trusted_rationale(tmp_path: Path) -> None:
    said = AnswerContent(
        kind="pattern", label="down", rationale=(Span(text="So it goes down, think."),)
    )
    items = [replace(one, content=said) for one in examples(2, 0)]
    with OpenAiServer() as server:
        config = replace(
            SMALL, samples=2, from_people=False, judge_url=server.url, judge_model="reader"
        )
        _, pairs = gathered(config, tmp_path, Pen(), items)
        judged = [one for one in pairs if one.origin == "judge"]
        # the falling line's two texts are on both sides, the rising line's are the same
        assert [(one.item_id, one.rejected) for one in judged] == [("i0", "nothing here")]


def test_nothing_to_learn_from_says_how_hard_the_items_were(tmp_path: Path) -> None:
    config = replace(SMALL, samples=2, from_people=False, from_right=0.6)
    with pytest.raises(ConfigError, match="of 6 sampled items 6 are too hard for this model and 0"):
        gathered(config, tmp_path, Pen())


def test_sampling_is_reported_before_there_is_a_loss_and_may_stop(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    config = replace(SMALL, base=str(folders["qwen2_5_vl"]), samples=2, steps=1)
    with pytest.raises(TrainingStopped, match="after step 2 of 7"):
        fit(config, tmp_path, Diary(stop_after=2))
    diary = Diary()
    fit(config, tmp_path, diary)
    told = [(one.step, one.total, one.loss is None) for one in diary.reports]
    assert told == [*((k, 7, True) for k in range(1, 7)), (7, 7, False)]
    assert diary.reports[0].stage == "sampling answers on 6 items, 0% right so far"


def test_answers_are_cut_after_their_tokens_and_end_only_where_they_are_whole(
    folders: dict[str, Path],
) -> None:
    student = untrained(str(folders["qwen2_5_vl"]), [QUESTION])
    tokenizer = student.vlm.processor.tokenizer
    text = "<think>It goes up, and up, and up.</think><class>up</class>"
    n_tokens = len(tokenizer(text)["input_ids"])
    assert cut(student, text, n_tokens) == text + "<|im_end|>"
    short = cut(student, text, 5)
    assert text.startswith(short)
    assert tokenizer(short)["input_ids"] == tokenizer(text)["input_ids"][:5]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"steps": 0}, "below 1"),
        ({"from_right": 0.9}, "cannot be meant"),
        ({"beta": 0.0}, "must lie above 0"),
        ({"samples": 1}, "makes no pairs"),
        ({"from_people": False, "from_selection": False, "samples": 0}, "nothing to learn"),
        ({"judge_url": "http://localhost:1/v1", "samples": 0}, "samples is 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        DpoConfig(**wrong)  # type: ignore[arg-type]  # each row gives one setting of its own type
