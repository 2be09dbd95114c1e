"""The contract of the series student in every size: one test each, over all sizes."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from core.answers import AnswerContent, Span
from core.errors import AnswerError, ConfigError
from core.questions.base import Option
from core.series import WindowView
from core.students import load_student
from core.students.language_base import BaseLanguage
from core.students.series import SeriesModel, SeriesStudent
from tests.core.students.test_students import EXAMPLES, PATTERN
from tests.core.students.tiny_base import tiny_base
from training.examples import TrainingExample
from training.recipes.pseudo_label import PseudoLabelConfig, fit

SIZES = ("pocket", "frozen base", "adapted base")
EXAMPLES_OF_SHAPE = [
    TrainingExample(
        e.question_id,
        e.view,
        e.content.model_copy(update={"rationale": (Span(text="it climbs"),)}),
    )
    for e in EXAMPLES[:12]
]
VIEWS = [example.view for example in EXAMPLES_OF_SHAPE[:3]]


def settings_of(size: str, folder: Path) -> dict[str, object]:
    if size == "pocket":
        return {}
    return {
        "student": str(folder),
        "lora_rank": 4 if size == "adapted base" else 0,
        "soft_tokens": 4,
    }


def trained(size: str, base: Path, checkpoints: Path, steps: int = 3) -> SeriesStudent:
    config = PseudoLabelConfig(
        steps=steps,
        batch_size=8,
        decoder_batch_size=4,
        text_batch_size=2,
        validate_every=2,
        **settings_of(size, base),  # type: ignore[arg-type] # each has its field's type
    )
    return fit(
        EXAMPLES_OF_SHAPE,
        [PATTERN],
        config,
        report=lambda progress: None,
        should_stop=lambda: False,
        checkpoint_dir=checkpoints,
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module", params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def student(size: str, base: Path, tmp_path_factory: pytest.TempPathFactory) -> SeriesStudent:
    return trained(size, base, tmp_path_factory.mktemp("checkpoints"))


def untrained(student: SeriesStudent) -> Mapping[str, torch.Tensor]:
    """The weights that training with seed 1 started from."""
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return SeriesModel(student.config).state_dict()


def frozen_weights(model: SeriesModel) -> dict[str, torch.Tensor]:
    """The weights of a base without its adapters, by the names they have in its own file."""
    if not isinstance(model.decoder, BaseLanguage):
        return {}
    lm = model.decoder._shared.lm  # pyright: ignore[reportPrivateUsage]
    return {
        name.replace(".base_layer", ""): value
        for name, value in lm.state_dict().items()
        if "lora_" not in name
    }


def shares(content: AnswerContent) -> dict[str, float]:
    return dict(content.scores)


def test_the_same_seed_gives_the_same_student(
    student: SeriesStudent, size: str, base: Path, tmp_path: Path
) -> None:
    again = trained(size, base, tmp_path)
    assert again.answer(PATTERN, VIEWS) == student.answer(PATTERN, VIEWS)
    assert again.config == student.config


def test_it_answers_alike_after_saving_and_loading(student: SeriesStudent, tmp_path: Path) -> None:
    student.save(tmp_path / "model")
    assert load_student(tmp_path / "model").answer(PATTERN, VIEWS) == student.answer(PATTERN, VIEWS)


def test_only_what_was_trained_is_saved(student: SeriesStudent, size: str, tmp_path: Path) -> None:
    student.save(tmp_path / "model")
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    trained_here = sum(p.numel() for p in student.model.parameters() if p.requires_grad)
    saved = (tmp_path / "model" / "model.safetensors").stat().st_size
    assert abs(saved - 4 * trained_here) < 20_000  # and the names
    assert config["size"] == ("pocket" if size == "pocket" else "huggingface")
    assert {p.name for p in (tmp_path / "model").iterdir()} == {"config.json", "model.safetensors"}


def test_what_is_frozen_stays_and_what_is_trained_moves(
    student: SeriesStudent, size: str, base: Path
) -> None:
    from transformers import AutoModelForCausalLM

    before, after = untrained(student), student.model.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert {"net.encoder.stem.weight", "net.to_soft.weight", "net.classify.0.weight"} <= moved
    assert ("decoder.project.out.weight" in moved) == (size != "pocket")
    adapters = {name for name in before if name.startswith("decoder.adapters")}
    assert bool(adapters) == (size == "adapted base")
    assert adapters <= moved
    own = AutoModelForCausalLM.from_pretrained(base).state_dict()
    for name, value in frozen_weights(student.model).items():
        assert torch.equal(value, own[name]), name


def test_the_order_of_options_changes_nothing(student: SeriesStudent) -> None:
    turned = PATTERN.model_copy(update={"options": PATTERN.options[::-1]})
    assert student.answer(turned, VIEWS) == student.answer(PATTERN, VIEWS)


def test_fewer_options_share_what_all_had(student: SeriesStudent) -> None:
    fewer = PATTERN.model_copy(update={"options": PATTERN.options[1:]})
    for some, every in zip(
        student.answer(fewer, VIEWS), student.answer(PATTERN, VIEWS), strict=True
    ):
        total = sum(every.scores[key] for key in some.scores)
        expected = {key: every.scores[key] / total for key in some.scores}
        assert shares(some) == pytest.approx(expected, rel=1e-4)


def test_every_registered_wording_is_answered_and_no_other(student: SeriesStudent) -> None:
    for wording in PATTERN.options[0].wordings:
        asked = (Option(key="up", wordings=(wording,)), *PATTERN.options[1:])
        (content,) = student.answer(PATTERN.model_copy(update={"options": asked}), VIEWS[:1])
        assert sum(content.scores.values()) == pytest.approx(1)
    unknown = (Option(key="up", wordings=("line rising",)), *PATTERN.options[1:])
    with pytest.raises(AnswerError, match="wording 'line rising' of the option 'up'"):
        student.answer(PATTERN.model_copy(update={"options": unknown}), VIEWS[:1])
    more = (*PATTERN.options, Option(key="wave", wordings=("a wave",)))
    with pytest.raises(AnswerError, match="option 'wave' was not among those"):
        student.answer(PATTERN.model_copy(update={"options": more}), VIEWS[:1])


def test_channels_and_gaps_are_answered(student: SeriesStudent) -> None:
    values = np.random.default_rng(3).normal(size=(400, 3))
    values[50:90, 1] = np.nan
    (content,) = student.answer(PATTERN, [WindowView(values)])
    assert sum(content.scores.values()) == pytest.approx(1)


@pytest.mark.parametrize("rank", [0, 4])
def test_the_packed_score_is_that_of_each_option_read_alone(base: Path, rank: int) -> None:
    """The slow twin: question, signal and one option as one plain text, for each option."""
    from core.students.language_base import BaseLanguage
    from core.students.series_words import Vocabulary
    from core.students.sizes import base_for

    found = base_for(str(base), rank, 3)
    assert found is not None
    with torch.random.fork_rng():
        torch.manual_seed(4)
        language = BaseLanguage(found, [PATTERN], Vocabulary.over([], []))
        soft = torch.randn(2, 32, 128)
    wordings = [option.name for option in PATTERN.options]
    with torch.no_grad():
        prefix = language.prefix(soft, 0)
        packed = language.log_likelihood(prefix, language.blocks(wordings))
        alone = torch.stack([language.score_plainly(prefix, text) for text in wordings], dim=1)
    assert torch.allclose(packed, alone, atol=1e-5)


def test_a_base_with_other_weights_is_refused(base: Path, tmp_path: Path) -> None:
    folder = tiny_base(tmp_path / "base", seed=1)
    student = trained("frozen base", folder, tmp_path / "checkpoints", steps=1)
    student.save(tmp_path / "model")
    (folder / "model.safetensors").write_bytes((base / "model.safetensors").read_bytes())
    with pytest.raises(ConfigError, match="another one than the student was trained on"):
        load_student(tmp_path / "model")


def test_a_base_without_a_chat_template_is_asked_in_plain_words(tmp_path: Path) -> None:
    folder = tiny_base(tmp_path / "base", chat=False)
    student = trained("frozen base", folder, tmp_path / "checkpoints", steps=1)
    assert sum(student.answer(PATTERN, VIEWS[:1])[0].scores.values()) == pytest.approx(1)


def test_a_base_that_is_no_folder_and_no_id_is_named() -> None:
    with pytest.raises(ConfigError, match="'no/such/folder' is no folder here"):
        trained("frozen base", Path("no/such/folder"), Path("unused"))
