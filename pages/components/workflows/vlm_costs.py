"""What a reasoning training will take, estimated before it starts: memory and time as ranges.

No Streamlit, no torch. The arithmetic; a run may lie outside of it, in time more than in memory:

memory   parameters x bytes each (2 on a card, about 0.6 in 4 bits, 4 on the CPU; where the whole
         model is trained 4 everywhere, with gradients and Adam's two numbers beside them), plus an
         eighth to a quarter of a byte per parameter for adapters, plus what the libraries hold by
         themselves, plus the larger of what is kept of the tokens that are learned from at once and
         what is remembered of those that are written at once. Per token that is so many times
         parameters ^ (2/3) bytes: KEPT or KEPT_TWICE, and REMEMBERED.
time     6 x parameters x tokens operations per answer that is learned from, 8 where parts are
         computed twice, 2 for one that is only judged, and 2 for each token that is written, at a
         twentieth to a fifth of the speed that reading has; a card is taken to do 20 to 200 x
         10^12 operations a second, the CPU what a product of two matrices does here, and a third
         of it.

The first steps of a run say what is so; then that is shown.
"""

import importlib.util
import json
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from training.devices import Device, DeviceKind

GB = 1e9
LIBRARIES = {"cpu": 0.6 * GB, "cuda": 1.5 * GB}
"""Bytes that a process holds before it has a model: measured on the CPU with a tiny one."""
TOKENS = (500.0, 1500.0)
"""Tokens of a picture, a prompt and an answer together."""
WRITTEN = (80.0, 300.0)
"""Tokens of an answer that is sampled."""
KEPT = (2.3, 3.5)
"""Of the language part for one token, to learn from it: 3.0, 3.4 and 2.4 were counted on models of
3.8, 4.4 and 8.3 x 10^9 parameters (docs/gpu.md)."""
KEPT_TWICE = (0.1, 0.25)
"""The same where parts are computed twice: what goes into each layer, and one layer in full."""
REMEMBERED = (0.014, 0.055)
"""Keys and values of one token of an answer that is written, of the same models."""
CARD_SPEED = (2e13, 2e14)
"""Operations a second that training reaches on cards of 24 to 141 GB."""
WRITER_BATCH = 8
"""Answers that are written at once where a recipe has no setting for it."""
SAMPLED = {"rejection_sampling": "samples", "dpo": "samples", "grpo": "group_size"}
"""The setting that says how many answers a recipe samples per item."""


@dataclass(frozen=True)
class Range:
    """Between these two numbers, probably."""

    low: float
    high: float


@dataclass(frozen=True)
class Expected:
    """What a training will take by estimate: bytes of memory, and seconds of one step."""

    memory: Range
    step_s: Range


def expected(
    recipe: str, parameters: float, settings: Mapping[str, Any], device: DeviceKind, speed: float
) -> Expected:
    """Estimate what a step of a recipe takes.

    Args:
        parameters: of the model to begin with, as a number.
        settings: of the recipe.
        speed: operations a second of the CPU, as `cpu_speed` measures them.
    """
    return Expected(
        _memory(recipe, parameters, settings, device),
        _step(recipe, parameters, settings, device, speed),
    )


def _memory(
    recipe: str, parameters: float, settings: Mapping[str, Any], device: DeviceKind
) -> Range:
    adapters = bool(settings.get("lora_rank", 1))
    in_four = bool(settings.get("four_bit", True)) and four_bits()
    held = 4.0 if device == "cpu" or not adapters else 0.6 if in_four else 2.0
    if not adapters:
        held += 4.0 + 8.0  # gradients, and what Adam keeps of each
    least = LIBRARIES[device] + parameters * held
    twice = bool(settings.get("gradient_checkpointing", True))
    number = 2 if device == "cpu" else 1  # a number there has twice the bytes
    low, high = (
        number * parameters ** (2 / 3) * max(learned * kept, written * remembered)
        for learned, written, kept, remembered in zip(
            *_at_once(recipe, settings), KEPT_TWICE if twice else KEPT, REMEMBERED, strict=True
        )
    )
    return Range(least + 0.125 * parameters + low, 1.1 * least + 0.25 * parameters + high)


def _at_once(
    recipe: str, settings: Mapping[str, Any]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return fewest and most tokens that are learned from at once, and that are written at once."""
    batch = int(settings.get("batch_size", 1))
    texts = {"dpo": 2, "grpo": int(settings.get("group_size", 1))}.get(recipe, 1) * batch
    longest = WRITTEN[0], float(settings.get("max_new_tokens", WRITTEN[1]))
    more = longest if recipe == "grpo" else (0.0, 0.0)
    learned = texts * (TOKENS[0] + more[0]), texts * (TOKENS[1] + more[1])
    if recipe not in SAMPLED:
        return learned, (0.0, 0.0)
    at_once = max(texts, int(settings.get("written_at_once", WRITER_BATCH)))
    return learned, (at_once * (TOKENS[0] + longest[0]), at_once * (TOKENS[1] + longest[1]))


def _step(
    recipe: str, parameters: float, settings: Mapping[str, Any], device: DeviceKind, speed: float
) -> Range:
    fast, slow = (CARD_SPEED[1], CARD_SPEED[0]) if device == "cuda" else (speed, speed / 3)
    learn = 8 if settings.get("gradient_checkpointing", True) else 6
    items = int(settings.get("batch_size", 1)) * int(settings.get("accumulate", 1))
    sampled = int(settings.get(SAMPLED.get(recipe, ""), 0) or 0)
    low, high = (
        items * parameters * _operations(recipe, sampled, learn, read, 2 * slower * written)
        for read, written, slower in ((TOKENS[0], WRITTEN[0], 5), (TOKENS[1], WRITTEN[1], 20))
    )
    return Range(low / fast, high / slow)


def _operations(recipe: str, sampled: int, learn: int, read: float, write: float) -> float:
    """Return the operations per parameter of one item of a step.

    Args:
        sampled: answers written on it.
        learn: operations per token that is learned from.
        read: tokens of a picture, a prompt and an answer.
        write: operations per answer that is written, as much as reading would take.
    """
    if recipe == "grpo":
        return sampled * (write + (learn + 2) * read)
    if recipe == "dpo":  # a chosen and a rejected answer, each also judged by the model before
        return 2 * (learn + 2) * read
    return learn * read


def four_bits() -> bool:
    """Tell whether models on a card are held in 4 bits here."""
    return importlib.util.find_spec("bitsandbytes") is not None


def parameters_in(folder: Path) -> float:
    """Count the parameters of a model's safetensors files by their headers; 0 without any."""
    return float(sum(_in_file(path) for path in sorted(folder.glob("*.safetensors"))))


def _in_file(path: Path) -> int:
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header: dict[str, Any] = json.loads(file.read(length))
    shapes = [one["shape"] for name, one in header.items() if name != "__metadata__"]
    return sum(prod(shape) for shape in shapes)


@lru_cache(maxsize=1)
def cpu_speed() -> float:
    """Measure how many operations a second a product of two matrices does here; takes a moment."""
    size = 512
    matrix = np.ones((size, size), dtype=np.float32)
    np.matmul(matrix, matrix)  # the first one loads the library
    began, times = time.perf_counter(), 0
    while times < 3 or time.perf_counter() - began < 0.02:
        np.matmul(matrix, matrix)
        times += 1
    return 2 * size**3 * times / (time.perf_counter() - began)


def chosen_device(found: list[Device]) -> Device:
    """Return the device that a run would get: the card with the most memory, else the CPU."""
    return max(found, key=lambda one: (one.kind == "cuda", one.total))
