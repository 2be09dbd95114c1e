"""The image-text student: what it is shown, what it writes, and what it keeps."""

from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.tiny_vlm import Tiny, write_tiny
from core.answers import AnswerContent
from core.errors import AnswerError, ConfigError
from core.questions.base import Option, Question
from core.questions.defaults import default_anomaly_question, default_pattern_question
from core.render import render_png
from core.series import WindowView
from core.students import load_student
from core.students.vlm import VlmConfig, VlmStudent, untrained
from core.students.vlm_base import load, start_of, with_adapters
from core.students.vlm_writing import pieces_of

SHAPES, EVENTS = default_pattern_question(), default_anomaly_question()
VIEW = WindowView(np.sin(np.arange(300) / 20)[:, None], start=500)
OTHER = WindowView(np.linspace(0, 1, 300)[:, None], start=500)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("base"))


@pytest.fixture
def student(base: Path) -> VlmStudent:
    return untrained(str(base), [SHAPES, EVENTS], VlmConfig(max_new_tokens=12))


def test_it_is_shown_the_picture_and_the_prompt_of_the_kind_and_no_name(
    student: VlmStudent,
) -> None:
    shown = student.asked(SHAPES, VIEW)
    assert shown.picture == render_png(VIEW)
    assert "a window of 300 samples" in shown.prompt
    assert "<think>what you see and why</think><class>" in shown.prompt
    assert [part["type"] for part in shown.messages[0]["content"]] == ["image", "text"]


def test_a_text_that_is_no_answer_is_an_error_with_the_text_in_it(student: VlmStudent) -> None:
    text = student.written(SHAPES, VIEW).text
    with pytest.raises(AnswerError, match="The student wrote:") as refused:
        student.answer(SHAPES, [VIEW])
    assert repr(text) in str(refused.value)


def test_a_text_in_tags_is_read_in_absolute_samples(student: VlmStudent) -> None:
    said = "<think>A dip.</think><anomaly>True</anomaly><index>(10, 19)</index>"
    content = student.read(EVENTS, VIEW, said)
    assert [(one.start, one.stop) for one in content.intervals] == [(510, 520)]
    assert content.rationale_text == "A dip."


def test_the_answer_to_a_window_depends_on_its_picture_alone(student: VlmStudent) -> None:
    moved = WindowView(VIEW.values.copy(), start=77)
    texts = [student.written(SHAPES, view).text for view in (VIEW, moved)]
    assert texts[0] == texts[1]


def test_windows_answered_together_or_alone_get_the_same_texts(base: Path) -> None:
    def student(batch_size: int) -> VlmStudent:
        return untrained(str(base), [SHAPES], VlmConfig(max_new_tokens=8, batch_size=batch_size))

    together, alone = student(2), student(1)
    shown = [together.asked(SHAPES, view) for view in (VIEW, OTHER)]
    assert together._written(shown) == alone._written(shown)


def test_a_question_that_it_was_not_trained_on_is_refused(base: Path) -> None:
    student = untrained(str(base), [SHAPES])
    with pytest.raises(AnswerError, match="was not among those this student was trained on"):
        student.answer(EVENTS, [VIEW])


def test_an_option_that_it_was_not_trained_on_is_refused(student: VlmStudent) -> None:
    more = Option(key="zigzag", wordings=("zigzag",))
    wider = SHAPES.model_copy(update={"options": (*SHAPES.options, more)})
    with pytest.raises(AnswerError, match="'zigzag'"):
        student.answer(wider, [VIEW])


def test_what_is_drawn_depends_on_the_seed_alone(student: VlmStudent) -> None:
    torch.manual_seed(5)
    before = torch.random.get_rng_state()
    first = student.sample(SHAPES, VIEW, 3, 1.0, seed=1)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert first == student.sample(SHAPES, VIEW, 3, 1.0, seed=1)
    assert first != student.sample(SHAPES, VIEW, 3, 1.0, seed=2)
    assert len(set(first)) > 1


def test_a_temperature_of_zero_draws_nothing(student: VlmStudent) -> None:
    with pytest.raises(ConfigError, match="draws nothing"):
        student.sample(SHAPES, VIEW, 2, 0.0, seed=1)


def test_the_scores_of_tokens_are_those_of_the_text_read_token_by_token(
    student: VlmStudent,
) -> None:
    text = "<think>It rises.</think><class>cubic</class>"
    scores = student.token_log_probabilities(SHAPES, VIEW, text, with_end=True)
    assert "".join(scores.tokens) == text
    vlm = student.vlm
    shown = student.asked(SHAPES, VIEW)
    prompt = vlm.processor.apply_chat_template(
        shown.messages, add_generation_prompt=True, tokenize=False
    )
    ids = vlm.processor.tokenizer(text, add_special_tokens=False)["input_ids"]
    ids = [*ids, vlm.processor.tokenizer.eos_token_id]
    for k in (0, 3, len(ids) - 1):
        told = vlm.processor.tokenizer.decode(ids[:k])
        inputs = vlm.processor(images=[[shown.image]], text=[prompt + told], return_tensors="pt")
        with torch.no_grad():
            logits = vlm.model(**inputs).logits[0, -1]
        expected = float(logits.log_softmax(dim=0)[ids[k]])
        assert scores.log_probabilities[k] == pytest.approx(expected, abs=1e-4)
    assert student.log_probability(SHAPES, VIEW, text) == pytest.approx(
        scores.log_probabilities.sum()
    )


def test_a_character_of_several_tokens_belongs_to_the_last_of_them() -> None:
    # "é" is two tokens at the same place of the text
    assert pieces_of("aéb", [(0, 1), (1, 2), (1, 2), (2, 3)]) == ("a", "é", "", "b")


def test_adapters_are_saved_without_the_base_and_give_the_same_answers(
    base: Path, tmp_path: Path
) -> None:
    vlm = with_adapters(load(str(base), device="cpu"), rank=2, seed=1)
    with torch.no_grad():  # as if trained: fresh adapters change nothing
        for name, value in vlm.model.named_parameters():
            if "lora_B" in name:
                value.normal_(std=0.5, generator=torch.Generator().manual_seed(len(name)))
    config = VlmConfig(base=vlm.base, questions=(SHAPES,), max_new_tokens=8)
    student = VlmStudent(config, vlm)
    student.save(tmp_path / "model")
    loaded = load_student(tmp_path / "model")
    assert isinstance(loaded, VlmStudent)
    assert loaded.name == "vlm"
    assert loaded.config == config
    for view in (VIEW, OTHER):
        assert loaded.written(SHAPES, view) == student.written(SHAPES, view)
    plain = untrained(str(base), [SHAPES], config)
    assert plain.written(SHAPES, VIEW).text != student.written(SHAPES, VIEW).text
    names = sorted(path.name for path in (tmp_path / "model").rglob("*") if path.is_file())
    assert names == ["adapter_config.json", "adapter_model.safetensors", "config.json"]


def test_a_model_trained_whole_is_saved_whole(base: Path, tmp_path: Path) -> None:
    vlm = load(str(base), device="cpu")
    with torch.no_grad():
        next(iter(vlm.model.parameters())).mul_(1.5)
    student = VlmStudent(VlmConfig(questions=(SHAPES,), max_new_tokens=8), vlm)
    student.save(tmp_path / "model")
    loaded = load_student(tmp_path / "model")
    assert isinstance(loaded, VlmStudent)
    assert loaded.written(SHAPES, VIEW) == student.written(SHAPES, VIEW)
    assert start_of(str(tmp_path / "model")).place.folder == tmp_path / "model" / "whole"


def test_an_earlier_version_is_a_beginning_whose_adapters_go_on_learning(
    base: Path, tmp_path: Path
) -> None:
    vlm = with_adapters(load(str(base), device="cpu"), rank=2, seed=1)
    VlmStudent(VlmConfig(base=vlm.base, questions=(SHAPES,)), vlm).save(tmp_path / "model")
    again = load(str(tmp_path / "model"), device="cpu", trainable=True)
    assert again.base == vlm.base
    learning = {name for name, value in again.model.named_parameters() if value.requires_grad}
    assert learning == {name for name, value in vlm.model.named_parameters() if value.requires_grad}


def test_another_base_than_the_one_trained_on_is_refused(base: Path, tmp_path: Path) -> None:
    own = write_tiny(tmp_path / "base")
    vlm = with_adapters(load(str(own), device="cpu"), rank=2, seed=1)
    VlmStudent(VlmConfig(base=vlm.base, questions=(SHAPES,)), vlm).save(tmp_path / "model")
    write_tiny(own, tiny=Tiny(seed=9))
    with pytest.raises(ConfigError, match="is another one than the version"):
        load_student(tmp_path / "model")


def test_a_damaged_configuration_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"student": "vlm", "max_new_tokens": 0}')
    with pytest.raises(ConfigError, match="missing or damaged"):
        load_student(tmp_path)


def test_a_question_is_learned_under_its_family(student: VlmStudent) -> None:
    newer: Question = SHAPES.model_copy(update={"id": "another", "version": 2})
    content = student.read(newer, VIEW, "<class>cubic</class>")
    assert content == AnswerContent(kind="pattern", label="cubic")
    assert student.asked(newer, VIEW).prompt == student.asked(SHAPES, VIEW).prompt
