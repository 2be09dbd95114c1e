"""The benchmark of learning to look: what its tiny model is shown, and what is counted."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from benchmarks.reasoner import told
from benchmarks.simple_pictures import (
    PICTURES,
    QUESTION,
    SIDE,
    name_pictures,
    simple_examples,
    tiny,
)
from benchmarks.tiny_vlm import write_tiny
from core.render_presets import PRESETS
from core.students.vlm_asking import ask
from core.students.vlm_base import Vlm, load


@pytest.fixture(scope="module")
def vlm(tmp_path_factory: pytest.TempPathFactory) -> Vlm:
    return load(str(write_tiny(tmp_path_factory.mktemp("tiny"), "llava", tiny(1))), device="cpu")


def pixels(vlm: Vlm, image: Image.Image) -> torch.Tensor:
    return vlm.processor.image_processor(images=[image], return_tensors="pt")["pixel_values"]


def test_white_is_nothing_to_the_tiny_model_and_black_is_not(vlm: Vlm) -> None:
    white, black = (pixels(vlm, Image.new("RGB", (SIDE, SIDE), ink)) for ink in ("white", "black"))
    assert white.shape == (1, 3, SIDE, SIDE)
    assert torch.equal(white, torch.zeros_like(white))
    assert torch.equal(black, torch.full_like(black, -2.0))


def test_a_picture_is_drawn_as_large_as_it_is_read_and_is_sixteen_tokens(vlm: Vlm) -> None:
    (example,) = simple_examples(1, 1, 0.0, "train")
    asked = ask(QUESTION, example.view, "direct", PICTURES)
    assert asked.image.size == (SIDE, SIDE)
    text = vlm.processor.apply_chat_template(asked.messages, tokenize=False)
    ids = vlm.processor(images=[asked.image], text=[text], return_tensors="pt")["input_ids"]
    assert int((ids == vlm.model.config.image_token_index).sum()) == 16


def test_recipes_know_the_pictures_once_they_are_named() -> None:
    named = name_pictures()
    try:
        assert PRESETS[named] == PICTURES
    finally:
        del PRESETS[named]


def test_shares_are_over_the_windows_of_all_seeds() -> None:
    blind = {"direct": (5, 0), "reasons": (0, 20)}
    seeing = {"direct": (20, 0), "reasons": (15, 1)}
    found = told([(blind, seeing), (blind, seeing)], 20)
    assert found["before"]["direct"]["accuracy"] == 0.25
    assert found["before"]["direct"]["interval"] == [0.1419, 0.4019]  # Wilson, 10 of 40
    assert found["before"]["reasons"] == {
        "accuracy": 0.0,
        "interval": [0.0, 0.0876],
        "unread": 1.0,
    }
    assert found["after"]["direct"]["accuracy"] == 1.0
    assert found["after"]["reasons"]["accuracy"] == 0.75
    assert found["after"]["reasons"]["unread"] == 0.05


def test_a_tiny_model_of_other_weights_is_another_one(vlm: Vlm, tmp_path: Path) -> None:
    other = load(str(write_tiny(tmp_path, "llava", tiny(2))), device="cpu").model
    first, second = (one.get_input_embeddings().weight for one in (vlm.model, other))
    assert first.shape == second.shape
    assert not torch.equal(first, second)
    assert first.std().item() == pytest.approx(32**-0.5, rel=0.02)
