"""What a reasoning training will take, estimated before it starts: memory and time as ranges.

No Streamlit, no torch. The arithmetic; a run may lie outside of it, in time more than in memory:

memory   parameters x bytes each (2 on a card, about 0.6 in 4 bits, 4 on the CPU; where the whole
         model is trained 4 everywhere, with gradients and Adam's two numbers beside them), plus
         a quarter of a byte to two bytes per parameter for adapters, activations and answers being
         written, plus what the libraries hold by themselves.
time     6 x parameters x tokens operations per answer that is learned from, 2 for one that is only
         judged, and 2 for each token that is written, at a twentieth to a fifth of the speed that
         reading has; a card is taken to do 20 to 200 x 10^12 operations a second, the CPU what a
         product of two matrices does here, and a third of it.

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
CARD_SPEED = (2e13, 2e14)
"""Operations a second that training reaches on cards of 24 to 141 GB."""
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
        _memory(parameters, bool(settings.get("lora_rank", 1)), device),
        _step(recipe, parameters, settings, device, speed),
    )


def _memory(parameters: float, adapters: bool, device: DeviceKind) -> Range:
    held = 4.0 if device == "cpu" or not adapters else 0.6 if four_bits() else 2.0
    if not adapters:
        held += 4.0 + 8.0  # gradients, and what Adam keeps of each
    least = LIBRARIES[device] + parameters * held
    return Range(least + 0.25 * parameters, 1.1 * least + 2.0 * parameters)


def _step(
    recipe: str, parameters: float, settings: Mapping[str, Any], device: DeviceKind, speed: float
) -> Range:
    fast, slow = (CARD_SPEED[1], CARD_SPEED[0]) if device == "cuda" else (speed, speed / 3)
    items = int(settings.get("batch_size", 1)) * int(settings.get("accumulate", 1))
    sampled = int(settings.get(SAMPLED.get(recipe, ""), 0) or 0)
    low, high = (
        items * parameters * _operations(recipe, sampled, read, written, slower)
        for read, written, slower in ((TOKENS[0], WRITTEN[0], 5), (TOKENS[1], WRITTEN[1], 20))
    )
    return Range(low / fast, high / slow)


def _operations(recipe: str, sampled: int, read: float, written: float, slower: float) -> float:
    """Return the operations per parameter of one item of a step."""
    if recipe == "grpo":
        return sampled * (2 * slower * written + (6 + 2) * read)
    if recipe == "dpo":  # a chosen and a rejected answer, each also judged by the model before
        return 2 * (6 + 2) * read
    return 6 * read


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
