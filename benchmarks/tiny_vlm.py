"""Tiny image-text models with random weights, written to a folder and loaded like any other.

    python -m benchmarks.tiny_vlm qwen2_5_vl FOLDER

They have the architecture, processor, chat template and tokenizer of the real ones, at about a
quarter of a million parameters: what runs with them on a CPU is the code that runs with real
weights, and nothing about quality can be learned from them. The tokenizer is trained here on the
prompts of the default questions, so that nothing is fetched.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from core.questions import kind_of
from core.questions.defaults import (
    default_anomaly_question,
    default_open_question,
    default_pattern_question,
)
from core.questions.prompts import tags_prompt
from core.series import WindowView

Family = Literal["qwen2_5_vl", "qwen3_vl", "llava", "idefics3"]
FAMILIES: tuple[Family, ...] = get_args(Family)
ANSWERS = (
    "<think>It goes up from sample 0 to 99, then a spike at 45 stands out by 7.5.</think>"
    "<class>linear_increase</class> <anomaly>True</anomaly><index>(12, 34), (56, 78)</index>"
    "<anomaly>False</anomaly><extension>0 1 2 3 4 5 6 7 8 9</extension>"
)
_END, _PAD = "<|im_end|>", "<|pad|>"
_SPECIAL = {
    "qwen2_5_vl": ("<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>"),
    "qwen3_vl": ("<|im_start|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>"),
    "llava": ("<|im_start|>", "<image>"),
    "idefics3": ("<|im_start|>", "<fake_token_around_image>", "<image>", "<end_of_utterance>"),
}
_PICTURE = {
    "qwen2_5_vl": "<|vision_start|><|image_pad|><|vision_end|>",
    "qwen3_vl": "<|vision_start|><|image_pad|><|vision_end|>",
    "llava": "<image>\n",
    "idefics3": "<image>",
}
_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}PICTURE{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@dataclass(frozen=True)
class Tiny:
    """How large a tiny model is.

    Attributes:
        width, layers: of the language part; the part that reads pictures has half the width.
        vocabulary: tokens at most.
        picture: width and height in pixels that a picture is read at, multiples of 28 (Qwen3: 32).
        texts: what the tokenizer is trained on besides the prompts of the default questions.
        seed: of the weights.
        patch: side in pixels of the squares that LLaVA cuts a picture into, one token each.
        spread: standard deviation of LLaVA's first weights. The libraries' 0.02 is made for wide
            models: in one of width 32 a signal shrinks at every layer, and the tower is nearly
            blind; width ** -0.5 keeps its size.
        blank: what LLaVA's processor makes of white, 0 or CLIP's own 1.9 to 2.1, which drowns
            both the line and the place of a patch.
    """

    width: int = 32
    layers: int = 2
    vocabulary: int = 1200
    picture: tuple[int, int] = (112, 56)
    texts: tuple[str, ...] = ()
    seed: int = 0
    patch: int = 14
    spread: float = 0.02
    blank: Literal["zero", "clip"] = "clip"


def write_tiny(folder: Path, family: Family = "qwen2_5_vl", tiny: Tiny | None = None) -> Path:
    """Write model, processor and tokenizer into `folder`; returns it."""
    import torch
    from transformers import AutoModelForImageTextToText

    tiny = tiny or Tiny()
    tokenizer = tokenizer_of(family, tiny)
    config = config_of(family, tokenizer, tiny)
    with torch.random.fork_rng():
        torch.manual_seed(tiny.seed)
        model = AutoModelForImageTextToText.from_config(config)
    return keep(folder, model, processor_of(family, tokenizer, tiny))


def keep(folder: Path, model: Any, processor: Any) -> Path:
    """Write a model and its processor into `folder`, with the token that ends its texts."""
    model.generation_config.eos_token_id = processor.tokenizer.eos_token_id
    model.generation_config.pad_token_id = processor.tokenizer.pad_token_id
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def config_of(family: Family, tokenizer: Any, tiny: Tiny) -> Any:
    """Return the configuration of a model of a family."""
    return _CONFIGS[family](tokenizer, tiny)


def processor_of(family: Family, tokenizer: Any, tiny: Tiny) -> Any:
    """Return the processor for pictures and text of a family."""
    return _PROCESSORS[family](tokenizer, tiny)


def default_texts() -> list[str]:
    """Return the prompts of the default questions and an answer of every form."""
    view = WindowView(values=np.zeros((100, 1)), start=0)
    questions = (default_pattern_question(), default_anomaly_question(), default_open_question())
    prompts = [
        kind_of(question).prompt(question, view, tuple(o.key for o in question.options))
        + tags_prompt(question)
        for question in questions
    ]
    return [*prompts, ANSWERS]


def tokenizer_of(family: Family, tiny: Tiny) -> Any:
    """Train a tokenizer with the special tokens and the chat template of a family."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    plain = Tokenizer(models.BPE())
    plain.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    plain.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=tiny.vocabulary,
        special_tokens=[_PAD, _END, *_SPECIAL[family], *_videos(family)],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    plain.train_from_iterator([*default_texts(), *tiny.texts], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=plain, eos_token=_END, pad_token=_PAD)
    tokenizer.chat_template = _TEMPLATE.replace("PICTURE", _PICTURE[family])
    return tokenizer


def _videos(family: Family) -> Sequence[str]:
    """Return the token that Qwen models want to know though no video is ever shown."""
    return ("<|video_pad|>",) if family.startswith("qwen") else ()


def _text(tokenizer: Any, tiny: Tiny) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": tiny.width,
        "intermediate_size": 2 * tiny.width,
        "num_hidden_layers": tiny.layers,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 4096,
        "bos_token_id": None,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _qwen_text(tokenizer: Any, tiny: Tiny) -> dict[str, Any]:
    half = tiny.width // 4 // 2
    sections = [half - 2 * (half // 3), half // 3, half // 3]
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": sections}
    return {**_text(tokenizer, tiny), "rope_parameters": rope}


def _qwen_tokens(tokenizer: Any) -> dict[str, Any]:
    names = {
        "image_token_id": "<|image_pad|>",
        "video_token_id": "<|video_pad|>",
        "vision_start_token_id": "<|vision_start|>",
        "vision_end_token_id": "<|vision_end|>",
    }
    return {key: tokenizer.convert_tokens_to_ids(token) for key, token in names.items()}


def _qwen2_5_vl(tokenizer: Any, tiny: Tiny) -> Any:
    from transformers import Qwen2_5_VLConfig

    return Qwen2_5_VLConfig(
        text_config=_qwen_text(tokenizer, tiny),
        vision_config={
            "depth": 2,
            "hidden_size": tiny.width,
            "intermediate_size": 2 * tiny.width,
            "num_heads": 2,
            "out_hidden_size": tiny.width,
            "fullatt_block_indexes": [1],
            "window_size": 56,
        },
        **_qwen_tokens(tokenizer),
    )


def _qwen3_vl(tokenizer: Any, tiny: Tiny) -> Any:
    from transformers import Qwen3VLConfig

    return Qwen3VLConfig(
        text_config={
            **_qwen_text(tokenizer, tiny),
            "head_dim": tiny.width // 4,
        },
        vision_config={
            "depth": 2,
            "hidden_size": tiny.width,
            "intermediate_size": 2 * tiny.width,
            "num_heads": 2,
            "out_hidden_size": tiny.width,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
        **_qwen_tokens(tokenizer),
    )


def _llava(tokenizer: Any, tiny: Tiny) -> Any:
    from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig

    projector: dict[str, Any] = {"initializer_range": tiny.spread}
    return LlavaConfig(
        vision_config=CLIPVisionConfig(
            hidden_size=tiny.width,
            intermediate_size=2 * tiny.width,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=tiny.picture[0],
            patch_size=tiny.patch,
            projection_dim=tiny.width,
            initializer_range=tiny.spread,
        ).to_dict(),
        text_config=LlamaConfig(**_text(tokenizer, tiny), initializer_range=tiny.spread).to_dict(),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_seq_length=(tiny.picture[0] // tiny.patch) ** 2,
        **projector,
    )


def _idefics3(tokenizer: Any, tiny: Tiny) -> Any:
    from transformers import Idefics3Config, LlamaConfig

    return Idefics3Config(
        vision_config={
            "hidden_size": tiny.width,
            "intermediate_size": 2 * tiny.width,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": tiny.picture[0],
            "patch_size": 14,
        },
        text_config=LlamaConfig(**_text(tokenizer, tiny)).to_dict(),
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        scale_factor=2,
    )


def _qwen_processor(tokenizer: Any, tiny: Tiny, patch: int) -> Any:
    from transformers import Qwen2VLImageProcessorPil

    from core.students.vlm_processor import ImageOnlyProcessor

    pixels = tiny.picture[0] * tiny.picture[1]
    pictures = Qwen2VLImageProcessorPil(
        size={"shortest_edge": 4 * patch * patch, "longest_edge": pixels},
        patch_size=patch,
    )
    return ImageOnlyProcessor(pictures, tokenizer, chat_template=tokenizer.chat_template)


def _llava_processor(tokenizer: Any, tiny: Tiny) -> Any:
    from transformers import CLIPImageProcessorPil, LlavaProcessor

    side = tiny.picture[0]
    colours: dict[str, Any] = {}
    if tiny.blank == "zero":
        colours = {"image_mean": [1.0] * 3, "image_std": [0.5] * 3}
    return LlavaProcessor(
        CLIPImageProcessorPil(
            size={"shortest_edge": side}, crop_size={"height": side, "width": side}, **colours
        ),
        tokenizer,
        patch_size=tiny.patch,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=tokenizer.chat_template,
    )


def _idefics3_processor(tokenizer: Any, tiny: Tiny) -> Any:
    from transformers import Idefics3ImageProcessorPil, Idefics3Processor

    side = tiny.picture[0]
    return Idefics3Processor(
        Idefics3ImageProcessorPil(
            size={"longest_edge": side},
            max_image_size={"longest_edge": side},
            do_image_splitting=False,
        ),
        tokenizer,
        image_seq_len=(side // 14 // 2) ** 2,
        chat_template=tokenizer.chat_template,
    )


_CONFIGS = {
    "qwen2_5_vl": _qwen2_5_vl,
    "qwen3_vl": _qwen3_vl,
    "llava": _llava,
    "idefics3": _idefics3,
}
_PROCESSORS = {
    "qwen2_5_vl": lambda tokenizer, tiny: _qwen_processor(tokenizer, tiny, 14),
    "qwen3_vl": lambda tokenizer, tiny: _qwen_processor(tokenizer, tiny, 16),
    "llava": _llava_processor,
    "idefics3": _idefics3_processor,
}


if __name__ == "__main__":
    write_tiny(Path(sys.argv[2]), next(one for one in FAMILIES if one == sys.argv[1]))
