"""Texts of an image-text model: written, drawn, and scored token by token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from core.students.vlm_asking import Asked
from core.students.vlm_base import Vlm


@dataclass(frozen=True, eq=False)
class TokenScores:
    """The tokens of a text, each with the logarithm of its probability.

    Attributes:
        tokens: pieces of the text, which joined are the text; the last is empty where the end of
            the answer counts as well.
        log_probabilities: (tokens,) <= 0.
    """

    tokens: tuple[str, ...]
    log_probabilities: NDArray[np.float64]


@torch.inference_mode()
def generate(
    vlm: Vlm,
    shown: Sequence[Asked],
    max_new_tokens: int,
    *,
    temperature: float = 0.0,
    seed: int = 0,
) -> list[str]:
    """Write one text for each; the likeliest token each time, or drawn at a temperature."""
    from transformers import GenerationConfig

    drawn: dict[str, Any] = {"do_sample": False}
    if temperature > 0:
        # without limits on what may be drawn: scores and rewards are of the model itself
        drawn = {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}
    inputs = _inputs(vlm, shown)
    config = GenerationConfig(max_new_tokens=max_new_tokens, **drawn)
    was_training = vlm.model.training
    vlm.model.eval()
    devices = [vlm.device] if vlm.device.type == "cuda" else []
    try:
        with torch.random.fork_rng(devices):
            torch.manual_seed(seed)
            ids = vlm.model.generate(**inputs, generation_config=config)
    finally:
        vlm.model.train(was_training)
    written = ids[:, inputs["input_ids"].shape[1] :]
    texts = vlm.processor.tokenizer.batch_decode(written, skip_special_tokens=True)
    return [text.strip() for text in texts]


@torch.inference_mode()
def score(vlm: Vlm, shown: Asked, text: str, *, with_end: bool = False) -> TokenScores:
    """Return how likely each token of a text is, after the question and the ones before it."""
    tokenizer = vlm.processor.tokenizer
    read = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    pieces = pieces_of(text, read["offset_mapping"])
    ids: list[int] = list(read["input_ids"])
    if with_end:
        ids, pieces = [*ids, end_token(vlm)], (*pieces, "")
    inputs = _inputs(vlm, [shown])
    n_asked = inputs["input_ids"].shape[1]
    answer = torch.tensor([ids], device=vlm.device)
    inputs["input_ids"] = torch.cat([inputs["input_ids"], answer], dim=1)
    for name, filler in (("attention_mask", 1), ("mm_token_type_ids", 0)):
        if name in inputs:
            inputs[name] = torch.cat([inputs[name], torch.full_like(answer, filler)], dim=1)
    was_training = vlm.model.training
    vlm.model.eval()
    try:
        logits = vlm.model(**inputs).logits[0, n_asked - 1 : -1].float()
    finally:
        vlm.model.train(was_training)
    scores = F.log_softmax(logits, dim=1).gather(1, answer[0][:, None])[:, 0]
    return TokenScores(pieces, scores.double().cpu().numpy())


def pieces_of(text: str, offsets: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Cut a text where its tokens end; a character of several tokens belongs to the last."""
    ends = [stop for _, stop in offsets]
    ends = [stop if k + 1 < len(ends) else len(text) for k, stop in enumerate(ends)]
    starts = [0, *ends[:-1]]
    return tuple(text[a:b] for a, b in zip(starts, ends, strict=True))


def end_token(vlm: Vlm) -> int:
    """Return the token that ends an answer."""
    ends = vlm.model.generation_config.eos_token_id
    known = ends if isinstance(ends, list) else [ends]
    own = vlm.processor.tokenizer.eos_token_id
    return int(own if own in known or known == [None] else known[0])


def _inputs(vlm: Vlm, shown: Sequence[Asked]) -> dict[str, Any]:
    """Return pictures and texts as the model takes them, texts padded on the left."""
    texts = [
        vlm.processor.apply_chat_template(one.messages, add_generation_prompt=True, tokenize=False)
        for one in shown
    ]
    read = vlm.processor(
        images=[[one.image] for one in shown],
        text=texts,
        padding=True,
        padding_side="left",
        add_special_tokens=False,  # the chat template has written them
        return_tensors="pt",
    )
    dtype = vlm.model.dtype
    return {
        name: value.to(vlm.device, dtype) if value.is_floating_point() else value.to(vlm.device)
        for name, value in read.items()
    }
