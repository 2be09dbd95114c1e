"""Detectors by event type key. Each entry imports its own file: the package loads none.

To add one: a file with a class that provides `core.detectors.base.Detector`, and a line here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.detectors.base import Detector


def _spike() -> "Detector":
    from core.detectors.spike import SpikeDetector

    return SpikeDetector()


def _level_shift() -> "Detector":
    from core.detectors.level_shift import LevelShiftDetector

    return LevelShiftDetector()


def _variance() -> "Detector":
    from core.detectors.variance import VarianceDetector

    return VarianceDetector()


def _stuck() -> "Detector":
    from core.detectors.stuck import StuckDetector

    return StuckDetector()


DETECTORS: dict[str, "Callable[[], Detector]"] = {
    "spike": _spike,
    "level_shift": _level_shift,
    "variance": _variance,
    "stuck": _stuck,
}
