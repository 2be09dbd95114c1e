"""The ways of training. A recipe is one file plus one line here; its libraries load when used."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Literal

from core.answers import QuestionKind
from core.questions.base import LABEL_LEARNED
from training.devices import DeviceKind

ANY_DEVICE = frozenset[DeviceKind]({"cpu", "cuda"})
Family = Literal["series", "vlm"]
"""A student that reads numbers, or one that reads pictures and reasons in words."""


def _pseudo_label() -> ModuleType:
    from training.recipes import pseudo_label

    return pseudo_label


def _reasoner_sft() -> ModuleType:
    from training.recipes import reasoner_sft

    return reasoner_sft


def _rejection_sampling() -> ModuleType:
    from training.recipes import rejection_sampling

    return rejection_sampling


def _dpo() -> ModuleType:
    from training.recipes import dpo

    return dpo


def _grpo() -> ModuleType:
    from training.recipes import grpo

    return grpo


def _correlation() -> ModuleType:
    from training.recipes import correlation

    return correlation


@dataclass(frozen=True)
class Recipe:
    """A recipe's name for people and how to load it; the module has a config class and `fit`.

    `devices` are the kinds of devices that its code can compute on; `family` is the kind of student
    that it trains, `short` its name in a few letters and `about` what it does. `learns` are the
    kinds of questions whose answers it learns.
    """

    title: str
    load: Callable[[], ModuleType]
    devices: frozenset[DeviceKind] = frozenset({"cpu"})
    family: Family = "series"
    short: str = ""
    about: str = ""
    learns: frozenset[QuestionKind] = LABEL_LEARNED

    @property
    def reads_labels(self) -> bool:
        """Tell whether it learns from what somebody answered, not from the windows alone."""
        return not self.learns.isdisjoint(LABEL_LEARNED)


RECIPES: dict[str, Recipe] = {
    "pseudo_label": Recipe("Pseudo-labels and corrections into a series student", _pseudo_label),
    "reasoner_sft": Recipe(
        "Answers and reasons into a reasoning student",
        _reasoner_sft,
        ANY_DEVICE,
        family="vlm",
        short="SFT",
        about="Learns from examples: the answer alone, and the answer with its reasons.",
        learns=frozenset[QuestionKind]({*LABEL_LEARNED, "open"}),
    ),
    "rejection_sampling": Recipe(
        "Its own right answers into a reasoning student",
        _rejection_sampling,
        ANY_DEVICE,
        family="vlm",
        short="RFT",
        about="Samples answers, keeps the right and grounded ones, and learns from them.",
    ),
    "dpo": Recipe(
        "Pairs of answers into a reasoning student",
        _dpo,
        ANY_DEVICE,
        family="vlm",
        short="DPO",
        about="Learns which of two answers is better: sampled, judged, corrected, selected.",
    ),
    "grpo": Recipe(
        "A reward into a reasoning student",
        _grpo,
        ANY_DEVICE,
        family="vlm",
        short="GRPO",
        about="Learns from a reward for being right and well formed, among answers of its own.",
    ),
    "correlation": Recipe(
        "Change points with a cause, from series of several channels",
        _correlation,
        about="Learns from the series themselves how their channels move each other; nobody's "
        "labels are read. Corrections measure it, and from 20 on they choose how sensitive it is.",
        learns=frozenset({"change_point"}),
    ),
}
