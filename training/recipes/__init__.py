"""The ways of training. A recipe is one file plus one line here; its libraries load when used."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from training.devices import DeviceKind


def _pseudo_label() -> ModuleType:
    from training.recipes import pseudo_label

    return pseudo_label


def _reasoner_sft() -> ModuleType:
    from training.recipes import reasoner_sft

    return reasoner_sft


def _dpo() -> ModuleType:
    from training.recipes import dpo

    return dpo


def _grpo() -> ModuleType:
    from training.recipes import grpo

    return grpo


@dataclass(frozen=True)
class Recipe:
    """A recipe's name for people and how to load it; the module has a config class and `fit`.

    `devices` are the kinds of devices that its code can compute on.
    """

    title: str
    load: Callable[[], ModuleType]
    devices: frozenset[DeviceKind] = frozenset({"cpu"})


RECIPES: dict[str, Recipe] = {
    "pseudo_label": Recipe("Pseudo-labels and corrections into a series student", _pseudo_label),
    "reasoner_sft": Recipe(
        "Answers and reasons into a reasoning student",
        _reasoner_sft,
        frozenset[DeviceKind]({"cpu", "cuda"}),
    ),
    "dpo": Recipe(
        "Pairs of answers into a reasoning student", _dpo, frozenset[DeviceKind]({"cpu", "cuda"})
    ),
    "grpo": Recipe(
        "A reward into a reasoning student", _grpo, frozenset[DeviceKind]({"cpu", "cuda"})
    ),
}
