"""Finding, loading and preparing image-text models, with tiny ones of every family."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.tiny_vlm import FAMILIES, Family, write_tiny
from core.errors import ConfigError
from core.students.vlm_base import (
    language_layers,
    load,
    start_of,
    trained_names,
    with_adapters,
)
from core.students.vlm_licences import MODELS, SUGGESTED, Download, facts_of
from core.students.vlm_processor import ImageOnlyProcessor, load_processor
from tests.core.students.tiny_base import tiny_base

VISION = {
    "qwen2_5_vl": "visual",
    "qwen3_vl": "visual",
    "llava": "vision_tower",
    "idefics3": "vision_model",
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[Family, Path]:
    root = tmp_path_factory.mktemp("tiny")
    return {family: write_tiny(root / family, family) for family in FAMILIES}


def shown(vlm, picture: Image.Image) -> dict[str, torch.Tensor]:
    said = [{"type": "image"}, {"type": "text", "text": "What is it?"}]
    text = vlm.processor.apply_chat_template(
        [{"role": "user", "content": said}], add_generation_prompt=True, tokenize=False
    )
    return vlm.processor(images=[[picture]], text=[text], return_tensors="pt")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_tiny_model_loads_by_its_folder_and_looks_at_the_picture(
    tiny: dict[Family, Path], family: Family
) -> None:
    vlm = load(str(tiny[family]), device="cpu")
    line = np.full((100, 200, 3), 255, dtype=np.uint8)
    line[45:55] = 0
    with torch.no_grad():
        flat = vlm.model(**shown(vlm, Image.fromarray(line))).logits[0, -1]
        turned = vlm.model(**shown(vlm, Image.fromarray(line.transpose(1, 0, 2)[:100]))).logits
    assert vlm.base.source == str(tiny[family])
    assert vlm.model.dtype == torch.float32
    assert not torch.allclose(flat, turned[0, -1])


@pytest.mark.parametrize("family", FAMILIES)
def test_adapters_go_on_the_language_part_alone(tiny: dict[Family, Path], family: Family) -> None:
    vlm = with_adapters(load(str(tiny[family]), device="cpu"), rank=4, seed=0)
    names = trained_names(vlm.model)
    # seven linear layers in each of two blocks, two matrices each
    assert len(names) == 28
    assert all("lora_" in name for name in names)
    assert not [name for name in names if VISION[family] in name]


def test_adapters_of_one_seed_are_the_same(tiny: dict[Family, Path]) -> None:
    def first() -> torch.Tensor:
        vlm = with_adapters(load(str(tiny["llava"]), device="cpu"), rank=4, seed=3)
        name = trained_names(vlm.model)[0]
        return dict(vlm.model.named_parameters())[name].detach()

    assert torch.equal(first(), first())


@pytest.mark.parametrize("family", ["qwen2_5_vl", "qwen3_vl"])
def test_qwen_models_get_a_processor_for_pictures_alone(
    tiny: dict[Family, Path], family: Family
) -> None:
    from transformers import AutoProcessor

    assert isinstance(load_processor(tiny[family], family), ImageOnlyProcessor)
    assert isinstance(AutoProcessor.from_pretrained(tiny[family]), ImageOnlyProcessor)


def test_a_wide_plot_is_shown_whole_where_a_processor_would_cut_its_middle_out(
    tiny: dict[Family, Path],
) -> None:
    processor = load_processor(tiny["llava"], "llava")
    plot = np.full((100, 200, 3), 255, dtype=np.uint8)
    plot[:, :20] = 0  # what happens at the left edge of the time axis
    pixels = processor.image_processor(Image.fromarray(plot), return_tensors="np")["pixel_values"]
    assert pixels.shape == (1, 3, 112, 112)
    assert pixels[0, 0, 56, 2] < 0 < pixels[0, 0, 56, 60]


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"holds no config\.json"):
        load(str(tmp_path))


def test_a_name_that_is_nothing_is_refused() -> None:
    with pytest.raises(ConfigError, match="no folder here"):
        load("/nowhere/at/all")


def test_a_model_that_reads_no_pictures_is_refused(tmp_path: Path) -> None:

    with pytest.raises(ConfigError, match="'llama', which reads no pictures"):
        load(str(tiny_base(tmp_path)), device="cpu")


def test_a_model_without_weights_is_refused(tiny: dict[Family, Path], tmp_path: Path) -> None:
    shutil.copytree(tiny["llava"], tmp_path / "m")
    (tmp_path / "m" / "model.safetensors").unlink()
    with pytest.raises(ConfigError, match="holds no weights"):
        load(str(tmp_path / "m"), device="cpu")


def test_damaged_weights_are_refused(tiny: dict[Family, Path], tmp_path: Path) -> None:
    shutil.copytree(tiny["llava"], tmp_path / "m")
    (tmp_path / "m" / "model.safetensors").write_bytes(b"not weights at all")
    with pytest.raises(ConfigError, match="the weights of the image-text model"):
        load(str(tmp_path / "m"), device="cpu")


def test_a_model_without_a_chat_template_is_refused(
    tiny: dict[Family, Path], tmp_path: Path
) -> None:
    shutil.copytree(tiny["idefics3"], tmp_path / "m")
    for path in (tmp_path / "m").glob("*.jinja"):
        path.unlink()
    with pytest.raises(ConfigError, match="has no chat template"):
        load(str(tmp_path / "m"), device="cpu")


def test_a_student_that_reads_numbers_is_no_beginning(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"student": "series"}))
    with pytest.raises(ConfigError, match="reads numbers and not pictures"):
        start_of(str(tmp_path))


def test_a_model_whose_language_part_is_not_known_is_refused() -> None:
    class Odd(torch.nn.Module):
        def get_decoder(self) -> torch.nn.Module:
            return self

    with pytest.raises(ConfigError, match="could not be told from the part that reads pictures"):
        language_layers(Odd())


def test_the_suggested_model_may_be_used_commercially() -> None:
    assert facts_of(SUGGESTED).commercial == "yes"
    assert facts_of(SUGGESTED).licence == "Apache-2.0"
    assert facts_of("Qwen/Qwen2.5-VL-3B-Instruct").commercial == "no"
    assert all(one.source for one in MODELS)


def test_an_unlisted_model_has_an_unknown_licence() -> None:
    said = Download(facts_of("someone/some-model"), there=False, free_gb=50.0)
    assert said.fits is None
    assert said.said == (
        "licence unknown: read the model's card before it is used; its size is unknown; "
        "50 GB are free"
    )


def test_a_download_that_the_disk_has_no_room_for_does_not_fit() -> None:
    facts = facts_of("Qwen/Qwen3-VL-4B-Instruct")
    assert Download(facts, there=False, free_gb=9.0).fits is False
    assert Download(facts, there=False, free_gb=20.0).fits is True
    assert Download(facts, there=True, free_gb=1.0).fits is True
    assert Download(facts, there=False, free_gb=20.0).said == (
        "Apache-2.0: commercial use is permitted; a download of 8.9 GB; 20 GB are free"
    )
