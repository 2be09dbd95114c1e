"""What stands beside a question: how the picture was drawn and what is known of the channels."""

from dataclasses import dataclass, replace
from typing import Self

from core.render_settings import STANDARD, RenderSettings
from core.units import is_unit


@dataclass(frozen=True)
class Shown:
    """What a model is shown with a question.

    Attributes:
        settings: how the window's picture is drawn; its axis is what positions mean.
        overview: a second picture shows the whole series.
        units: one unit per channel, empty where unknown; () when none is known.
        zoom: a second look at what was proposed in a first one.
    """

    settings: RenderSettings = STANDARD
    overview: bool = False
    units: tuple[str, ...] = ()
    zoom: bool = False

    def unit(self, channel: int) -> str:
        """Return the unit of a 0-based channel, empty when unknown or when it is no unit."""
        unit = " ".join(self.units[channel].split()) if channel < len(self.units) else ""
        return unit if is_unit(unit) else ""

    def closer(self) -> Self:
        """Return what is shown in a second look: the part alone, drawn in the same way."""
        return replace(self, overview=False, zoom=True)


SHOWN = Shown()
