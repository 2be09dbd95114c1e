"""An image-text model to begin with: found, loaded, and ready for adapters on its language part.

Any Hugging Face image-text model goes, by id or by the path of a folder; by a path nothing is
looked up outside this machine. A version trained earlier goes too: its base is loaded, and its
adapters go on learning. The weights of a base are never copied: they are named and hashed.

On a CUDA device models are held in bfloat16, or in 4 bits where bitsandbytes is installed; on the
CPU in float32, and everywhere in float32 where the whole of one learns.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers.utils import logging as libraries

from core.errors import ConfigError
from core.model import Frozen
from core.students.sizes import Place, find, weights_hash
from core.students.vlm_licences import refuse_download
from core.students.vlm_processor import load_processor

ADAPTER, WHOLE, CONFIG_FILE = "adapter", "whole", "config.json"
LINEAR = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The layers of a language model that adapters are put on."""
LORA_ALPHA_PER_RANK = 2


class VlmBase(Frozen):
    """The image-text model that a student was trained on.

    Attributes:
        source: a folder's path, or an id on the Hugging Face hub.
        revision: the hub's commit; empty for a path.
        weights_sha256: over its weight files; another base would give other answers.
    """

    source: str
    revision: str = ""
    weights_sha256: str = ""


@dataclass(frozen=True)
class Start:
    """What a training begins with: a base, and the adapters of an earlier version where there are.

    Attributes:
        place: the folder of the base's files.
        adapter: the folder of an earlier version's adapters, None without any.
    """

    base: VlmBase
    place: Place
    adapter: Path | None = None


@dataclass(frozen=True, eq=False)
class Vlm:
    """A loaded image-text model; `model` is a peft model where it has adapters."""

    model: Any
    processor: Any
    base: VlmBase

    @property
    def device(self) -> torch.device:
        """Where the model computes."""
        return next(self.model.parameters()).device


def start_of(source: str, revision: str = "") -> Start:
    """Find what a training or a student begins with, fetching it from the hub where needed.

    Args:
        source: the id or the folder of an image-text model, or the folder of an earlier version.

    Raises:
        ConfigError: when there is none, it cannot be fetched, or the disk has no room for it.
    """
    folder = Path(source).expanduser()
    if folder.is_dir():
        return _start_in(folder.resolve())
    if not folder.is_absolute() and source.count("/") == 1:
        refuse_download(source)
    place = find(source, revision)
    return Start(VlmBase(source=source, revision=place.revision, **_hashed(place)), place)


def load(
    source: str | Start,
    *,
    device: str = "",
    four_bit: bool = True,
    trainable: bool = False,
    whole: bool = False,
) -> Vlm:
    """Load an image-text model, with the adapters of an earlier version where `source` is one.

    Args:
        source: as in `start_of`, or what that returned.
        device: `cpu` or `cuda`; the one that the run was given when empty.
        four_bit: hold the weights in 4 bits where bitsandbytes and a CUDA device are there.
        trainable: adapters go on learning; otherwise they stay as they are.
        whole: all weights will learn, so they are held in float32 and never in 4 bits: what a step
            adds to a number in bfloat16 is mostly less than it can tell from nothing.

    Raises:
        ConfigError: when it is no image-text model, a file is missing, or it has no chat template.
    """
    libraries.disable_progress_bar()  # a run's log is read by people
    start = start_of(source) if isinstance(source, str) else source
    device = device or default_device()
    model = _model(start.place.folder, device, four_bit and not whole, held_in(device, whole))
    if start.adapter is not None:
        from peft import PeftModel

        with _told(start.adapter, "the adapters"), expected_warnings():
            model = PeftModel.from_pretrained(model, start.adapter, is_trainable=trainable)
    processor = load_processor(start.place.folder, str(_plain(model).config.model_type))
    return Vlm(model, processor, start.base)


def with_adapters(vlm: Vlm, rank: int, seed: int) -> Vlm:
    """Put fresh adapters of this rank on the language part; the rest of the model is frozen.

    A model that has adapters keeps them: they go on learning, whatever their rank is.
    """
    from peft import get_peft_model

    if is_adapted(vlm):
        return vlm
    with torch.random.fork_rng(), expected_warnings():
        torch.manual_seed(seed)
        adapted = get_peft_model(vlm.model, lora_config(vlm.model, rank))
    return Vlm(adapted, vlm.processor, vlm.base)


def is_adapted(vlm: Vlm) -> bool:
    """Tell whether a model has adapters."""
    return hasattr(vlm.model, "peft_config")


def lora_config(model: Any, rank: int) -> Any:
    """Return the configuration of adapters on the linear layers of the language part alone.

    Layers of the part that reads pictures often have the same names, so the names are matched
    whole, from the language part's own place in the model on.
    """
    from peft import LoraConfig

    return LoraConfig(
        r=rank,
        lora_alpha=LORA_ALPHA_PER_RANK * rank,
        lora_dropout=0.0,
        target_modules=language_layers(model),
        task_type="CAUSAL_LM",
    )


def language_layers(model: Any) -> str:
    """Return the regular expression of the linear layers in a model's language part."""
    decoder = model.get_decoder()
    names = [name for name, module in model.named_modules() if module is decoder and name]
    if not names:
        raise ConfigError(
            f"the language part of a {type(model).__name__} could not be told from the part that "
            "reads pictures, so adapters would change both; choose a model of another family, or "
            "train it whole (lora_rank 0)"
        )
    pattern = rf"{re.escape(names[0])}\.(?:.*\.)?(?:{'|'.join(LINEAR)})"
    if not any(re.fullmatch(pattern, name) for name, _ in model.named_modules()):
        raise ConfigError(
            f"the language part of a {type(model).__name__} has no layer called "
            f"{', '.join(LINEAR)}, so there is nowhere to put adapters; choose another model, or "
            "train it whole (lora_rank 0)"
        )
    return pattern


def default_device() -> str:
    """Return the device that the run was given: `cuda` where there is one, else `cpu`."""
    given = os.environ.get("UNDERSTUDY_DEVICE", "cuda")
    return "cuda" if given == "cuda" and torch.cuda.is_available() else "cpu"


def held_in(device: str, whole: bool = False) -> torch.dtype:
    """Return the type that weights are held in on a device; `whole` as in `load`."""
    return torch.bfloat16 if device == "cuda" and not whole else torch.float32


def holds_four_bits(device: str) -> bool:
    """Tell whether models on this device can be held in 4 bits."""
    return device == "cuda" and importlib.util.find_spec("bitsandbytes") is not None


def _start_in(folder: Path) -> Start:
    """Return what lies in a folder: a model as Hugging Face saves it, or an earlier version."""
    saved = _config_in(folder)
    if saved.get("student") is None:
        place = Place(folder)
        return Start(VlmBase(source=str(folder), **_hashed(place)), place)
    if saved["student"] != "vlm":
        raise ConfigError(
            f"{folder} holds a student of the kind {saved['student']!r}, which reads numbers and "
            "not pictures, so no reasoning student can begin with it; give the version of a "
            "reasoning student, or an image-text model"
        )
    if (folder / WHOLE).is_dir():
        return _start_in(folder / WHOLE)
    base = VlmBase.model_validate(saved["base"])
    start = start_of(base.source, base.revision)
    if start.base.weights_sha256 != base.weights_sha256:
        raise ConfigError(
            f"the image-text model {base.source!r} in {start.place.folder} is another one than "
            f"the version in {folder} was trained on (weights {base.weights_sha256[:12]}…), so its "
            "answers would be others; bring back the old one, or train the version again"
        )
    adapter = folder / ADAPTER
    return Start(base, start.place, adapter if adapter.is_dir() else None)


def _config_in(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG_FILE
    if not path.is_file():
        raise ConfigError(
            f"{folder} holds no {CONFIG_FILE}, so it is neither an image-text model nor a version "
            "of a student; give the folder that save_pretrained wrote, or an id (owner/name)"
        )
    try:
        read: Any = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{path} cannot be read ({error}); the file is damaged: bring it back from a backup"
        ) from error
    return read if isinstance(read, dict) else {}


def _hashed(place: Place) -> dict[str, str]:
    return {"weights_sha256": weights_hash(place)}


def _model(folder: Path, device: str, four_bit: bool, dtype: torch.dtype) -> Any:
    from transformers import AutoConfig, AutoModelForImageTextToText
    from transformers.models.auto.modeling_auto import (
        MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES as KNOWN,
    )

    with _told(folder, "the configuration"):
        config = AutoConfig.from_pretrained(folder)
    if config.model_type not in KNOWN:
        raise ConfigError(
            f"{folder} holds a model of the type {config.model_type!r}, which reads no pictures; "
            "give an image-text model such as Qwen2.5-VL, Qwen3-VL, LLaVA or Idefics3"
        )
    more: dict[str, Any] = {"dtype": dtype}
    if four_bit and holds_four_bits(device):
        more |= {"quantization_config": _four_bits(), "device_map": {"": device}}
    with _told(folder, "the weights"):
        model: Any = AutoModelForImageTextToText.from_pretrained(str(folder), **more)
    _forget_habits(model)
    return model if "device_map" in more else model.to(device)


def _forget_habits(model: Any) -> None:
    """Keep of a model's way to write only how it ends: no penalties, no limits on what is drawn.

    A score or a reward is of the model itself, and so must what is written be.
    """
    from transformers import GenerationConfig

    own = model.generation_config
    model.generation_config = GenerationConfig(
        eos_token_id=own.eos_token_id, pad_token_id=own.pad_token_id
    )


def _four_bits() -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def _plain(model: Any) -> Any:
    """Return the model itself, without adapters around it."""
    return model.get_base_model() if hasattr(model, "peft_config") else model


@contextmanager
def _told(folder: Path, what: str) -> Generator[None]:
    """Turn what the libraries say of unreadable files into a ConfigError."""
    try:
        yield
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        if isinstance(error, RuntimeError) and "memory" in str(error).lower():
            raise
        raise ConfigError(
            f"{what} of the image-text model in {folder} cannot be read ({error}); a file is "
            "missing or damaged: bring it back, or fetch the model again"
        ) from error


@contextmanager
def expected_warnings() -> Generator[None]:
    """Keep quiet what the pinned libraries say of each other, which nobody here can act on."""
    with warnings.catch_warnings():
        # peft and trl ask transformers by a name that it renames in its next version
        warnings.filterwarnings("ignore", ".*gradient_checkpointing", FutureWarning)
        yield


def trained_names(model: Any) -> Sequence[str]:
    """Return the names of the parameters that learn."""
    return [name for name, value in model.named_parameters() if value.requires_grad]
