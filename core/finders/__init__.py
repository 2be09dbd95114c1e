"""Finders by event type key. Each entry imports its own file: the package loads none.

To add one: a file with a class that provides `core.finders.base.Finder`, and a line here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.finders.base import Finder


def _spike() -> "Finder":
    from core.finders.spike import SpikeFinder

    return SpikeFinder()


def _level_shift() -> "Finder":
    from core.finders.level_shift import LevelShiftFinder

    return LevelShiftFinder()


def _variance() -> "Finder":
    from core.finders.variance import VarianceFinder

    return VarianceFinder()


def _stuck() -> "Finder":
    from core.finders.stuck import StuckFinder

    return StuckFinder()


FINDERS: dict[str, "Callable[[], Finder]"] = {
    "spike": _spike,
    "level_shift": _level_shift,
    "variance": _variance,
    "stuck": _stuck,
}
