"""TRL's DPO trainer, set up as the recipe says; answers are cut before it sees them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from core.students.vlm import VlmStudent
from core.students.vlm_asking import ask
from core.students.vlm_writing import end_token
from training.preference_pairs import Pair
from training.recipes.dpo_pairs import Material
from training.recipes.trl_run import quiet, shared_arguments
from training.recipes.vlm_policy import ForgetsReference, lazy_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from training.recipes.dpo import DpoConfig


def dpo_trainer(
    student: VlmStudent,
    material: Material,
    pairs: Sequence[Pair],
    config: DpoConfig,
    checkpoint_dir: Path,
) -> DPOTrainer:
    """Return the trainer; `pairs` are those of all steps in the order they are learned from."""
    items = material.by_key
    asked = {question.id: question for question in material.questions}
    processor = student.vlm.processor

    @lru_cache(maxsize=config.batch_size)  # the trainer looks at the first one before it begins
    def row(place: int) -> dict[str, Any]:
        pair = pairs[place]
        example = items[pair.item_id]
        shown = ask(asked[example.question_id], example.view, pair.form, material.render)
        prompt = processor.apply_chat_template(
            shown.messages, add_generation_prompt=True, tokenize=False
        )
        chosen, rejected = (
            cut(student, text, config.response_tokens) for text in (pair.chosen, pair.rejected)
        )
        return {
            "images": [shown.image],
            "prompt": prompt,
            "chosen": chosen,
            "rejected": rejected,
        }

    with quiet():
        return DPOTrainer(
            model=student.vlm.model,
            args=_arguments(config, checkpoint_dir),
            train_dataset=lazy_dataset(len(pairs), row),
            processing_class=processor,
            callbacks=[ForgetsReference()],
        )


def cut(student: VlmStudent, text: str, most: int) -> str:
    """Return a text up to its `most`-th token, with the end of the answer where it is whole.

    An end behind a text that was cut would teach to stop in the middle of a sentence.
    """
    tokenizer = student.vlm.processor.tokenizer
    offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)[
        "offset_mapping"
    ]
    if len(offsets) > most:
        return text[: offsets[most - 1][1]]
    return text + tokenizer.convert_ids_to_tokens(end_token(student.vlm))


def _arguments(config: DpoConfig, checkpoint_dir: Path) -> DPOConfig:
    shared = shared_arguments(
        checkpoint_dir, config, schedule="cosine", warmup_share=config.warmup_share
    )
    return DPOConfig(
        **shared,
        beta=config.beta,
        max_length=None,  # cutting would cut the picture's own tokens
    )
