"""The ways of training. A recipe is one file plus one line here; its libraries load when used."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from training.devices import DeviceKind


def _pseudo_label() -> ModuleType:
    from training.recipes import pseudo_label

    return pseudo_label


def _correlation() -> ModuleType:
    from training.recipes import correlation

    return correlation


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
    "correlation": Recipe("Change points with a cause, from several channels", _correlation),
}
