"""Image-text models of true size with random weights: what they hold and how fast they are.

    python -m benchmarks.true_vlm qwen3-vl-4b FOLDER
    python -m benchmarks.true_vlm --count

The first writes a model, the second counts what autograd keeps of each token that is learned from.
Sizes are those of the published configurations, which the count of parameters confirms
(`tests/benchmarks/test_gpu.py`). The tokenizer is the one that `benchmarks.tiny_vlm` trains, filled
up to the true number of tokens, so that logits are as wide as they are; a prompt takes about as
many tokens as with the true one. Texts that such a model writes say nothing and never end by
themselves: each takes all the tokens that it may. Nothing about quality can be learned from them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tiny_vlm import Family, Tiny, config_of, keep, processor_of, tokenizer_of
from core.questions.defaults import default_pattern_question
from core.render_settings import STANDARD
from core.series import WindowView
from core.students.vlm_asking import ask
from core.students.vlm_base import expected_warnings, lora_config

FULL = Tiny(picture=(1120, 896))
"""Pictures are read at up to 1280 patches of 28 x 28 pixels, as Qwen2.5-VL's card advises."""


WAYS = {
    "adapters": {"twice": False},
    "adapters, twice": {"twice": True},
    "whole": {"twice": False, "adapters": False},
    "whole, twice": {"twice": True, "adapters": False},
}


@dataclass(frozen=True)
class TrueSize:
    """The published size of a model: what its configuration says of its two parts.

    Attributes:
        vocabulary: tokens that it has a number for.
        tied: the head shares its weights with the table of tokens.
    """

    family: Family
    vocabulary: int
    text: Mapping[str, Any]
    vision: Mapping[str, Any]
    tied: bool


_QWEN2_5_VISION = {
    "depth": 32,
    "hidden_size": 1280,
    "intermediate_size": 3420,
    "num_heads": 16,
    "fullatt_block_indexes": [7, 15, 23, 31],
    "window_size": 112,
}
_QWEN2_5_ROPE = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24]}
SIZES: dict[str, TrueSize] = {
    "qwen2.5-vl-3b": TrueSize(
        "qwen2_5_vl",
        151_936,
        {
            "hidden_size": 2048,
            "intermediate_size": 11_008,
            "num_hidden_layers": 36,
            "num_attention_heads": 16,
            "num_key_value_heads": 2,
            "max_position_embeddings": 128_000,
            "rope_parameters": _QWEN2_5_ROPE,
        },
        {**_QWEN2_5_VISION, "out_hidden_size": 2048},
        tied=True,
    ),
    "qwen3-vl-4b": TrueSize(
        "qwen3_vl",
        151_936,
        {
            "hidden_size": 2560,
            "intermediate_size": 9728,
            "num_hidden_layers": 36,
            "num_attention_heads": 32,
            "num_key_value_heads": 8,
            "head_dim": 128,
            "max_position_embeddings": 262_144,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 5e6,
                "mrope_section": [24, 20, 20],
                "mrope_interleaved": True,
            },
        },
        {
            "depth": 24,
            "hidden_size": 1024,
            "intermediate_size": 4096,
            "num_heads": 16,
            "out_hidden_size": 2560,
            "num_position_embeddings": 2304,
            "deepstack_visual_indexes": [5, 11, 17],
        },
        tied=True,
    ),
    "qwen2.5-vl-7b": TrueSize(
        "qwen2_5_vl",
        152_064,
        {
            "hidden_size": 3584,
            "intermediate_size": 18_944,
            "num_hidden_layers": 28,
            "num_attention_heads": 28,
            "num_key_value_heads": 4,
            "max_position_embeddings": 128_000,
            "rope_parameters": _QWEN2_5_ROPE,
        },
        {**_QWEN2_5_VISION, "out_hidden_size": 3584},
        tied=False,
    ),
}


def write_true(folder: Path, name: str) -> Path:
    """Write a model of this size, its processor and tokenizer into `folder`; returns it.

    Weights are drawn where there is a card on it, in bfloat16, the type they are published in.
    """
    import torch
    from transformers import AutoModelForImageTextToText

    size = SIZES[name]
    tokenizer = filled(tokenizer_of(size.family, FULL), size.vocabulary)
    torch.manual_seed(0)
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        model = AutoModelForImageTextToText.from_config(
            true_config(size, tokenizer), dtype=torch.bfloat16
        )
    return keep(folder, model, processor_of(size.family, tokenizer, FULL))


def _without_numbers(name: str, **more: Any) -> Any:
    """Return a model of this size whose tensors have sizes and no numbers."""
    import torch
    from transformers import AutoModelForImageTextToText

    size = SIZES[name]
    config = true_config(size, tokenizer_of(size.family, FULL))
    with torch.device("meta"):
        return AutoModelForImageTextToText.from_config(config, **more)


@cache
def parameters_of(name: str) -> int:
    """Count the parameters of a model of this size; no weights are drawn."""
    model = _without_numbers(name)
    model.tie_weights()
    return sum(value.numel() for value in model.parameters())


def kept_per_token(name: str, tokens: int, *, twice: bool, adapters: bool = True) -> float:
    """Count the bytes that the language part keeps of each token to learn from it.

    The whole graph is built on tensors that have sizes and no numbers; what autograd saves is added
    up, each piece of memory once, without the weights. Attention is computed the plain way there,
    whose matrix grows with the tokens: what is linear in them is what two counts differ by.

    Args:
        twice: parts are computed twice.
        adapters: only adapters learn; else all weights, in float32.
    """
    import torch
    from peft import get_peft_model

    dtype = torch.bfloat16 if adapters else torch.float32
    model = _without_numbers(name, dtype=dtype)
    with torch.device("meta"), expected_warnings():
        if adapters:
            get_peft_model(model, lora_config(model, 16))
        shape = 1, tokens, model.config.text_config.hidden_size
        embedded = torch.empty(shape, dtype=dtype, requires_grad=True)
        places = torch.arange(tokens).expand(3, 1, tokens)
    model.train()
    if twice:
        model.activation_checkpointing_enable({"use_reentrant": False})
    weights = {value.untyped_storage()._cdata for value in model.parameters()}
    kept: dict[int, Any] = {}  # held until the end: a freed one would give its number to another

    def keep(value: Any) -> Any:
        storage = value.untyped_storage()
        if storage._cdata not in weights:
            kept[storage._cdata] = storage
        return value

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda value: value):
        model.get_decoder()(inputs_embeds=embedded, position_ids=places, use_cache=False)
    return sum(storage.nbytes() for storage in kept.values()) / tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", nargs="?", choices=SIZES)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--count", action="store_true", help="count what is kept of each token")
    given = parser.parse_args()
    if not given.count:
        write_true(given.folder, given.name)
        return
    for name in SIZES:
        count = parameters_of(name)
        found: dict[str, Any] = {"model": name, "parameters": count}
        for way, settings in WAYS.items():
            short, long = (kept_per_token(name, n, **settings) * n for n in (256, 512))
            # a x + b x^2 at 256 and 512 tokens, solved for a
            linear = (4 * short - long) / 512
            found[way] = {
                "bytes_per_token": round(linear),
                "of_parameters": round(linear / count ** (2 / 3), 3),
            }
        found["shown"] = shown_tokens(name)
        print(json.dumps(found))


def shown_tokens(name: str) -> dict[str, int]:
    """Count what a window of 2,048 samples takes with the default pattern question, in tokens."""
    question = default_pattern_question()
    size = SIZES[name]
    processor = processor_of(size.family, tokenizer_of(size.family, FULL), FULL)
    view = WindowView(np.random.default_rng(0).normal(size=(2048, 1)), start=0)
    found: dict[str, int] = {}
    for form in ("direct", "reasons"):
        asked = ask(question, view, form, STANDARD)
        text = processor.apply_chat_template(
            asked.messages, add_generation_prompt=True, tokenize=False
        )
        ids = processor(images=[[asked.image]], text=[text], return_tensors="pt")["input_ids"][0]
        found[form] = len(ids)
        found["picture"] = int((ids == processor.image_token_id).sum())
    return found


def true_config(size: TrueSize, tokenizer: Any) -> Any:
    """Return the configuration of a size: a tiny one's, with the true numbers put in."""
    tiny = config_of(size.family, tokenizer, FULL)
    said = tiny.to_dict()
    text = {key: value for key, value in said["text_config"].items() if key != "layer_types"}
    own = {"vocab_size": size.vocabulary, "tie_word_embeddings": size.tied}
    return type(tiny).from_dict(
        {
            **said,
            "text_config": {**text, **size.text, **own},
            "vision_config": {**said["vision_config"], **size.vision},
            "tie_word_embeddings": size.tied,
        }
    )


def filled(tokenizer: Any, vocabulary: int) -> Any:
    """Return a tokenizer with tokens that no text has, up to `vocabulary`."""
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    said = json.loads(tokenizer.backend_tokenizer.to_str())
    known = said["model"]["vocab"]
    known |= {f"unused{number}": number for number in range(len(tokenizer), vocabulary)}
    full = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(said)),
        eos_token=tokenizer.eos_token,
        pad_token=tokenizer.pad_token,
    )
    full.chat_template = tokenizer.chat_template
    return full


if __name__ == "__main__":
    main()
