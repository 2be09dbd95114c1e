"""What stands beside a question: how the picture was drawn and what is known of the channels."""

from dataclasses import dataclass, replace
from typing import Literal, Self

from core.render_settings import STANDARD, RenderSettings
from core.units import is_unit

Form = Literal["json", "direct", "reasons", "extended", "steps"]
"""How an answer is asked for: as JSON, or in tags: alone, after reasons, between reasons and what
it may mean, or before numbered steps."""


@dataclass(frozen=True)
class Shown:
    """What a model is shown with a question.

    Attributes:
        settings: how the window's picture is drawn; its axis is what positions mean.
        overview: a second picture shows the whole series.
        units: one unit per channel, empty where unknown; () when none is known.
        zoom: a second look at what was proposed in a first one.
        form: how the answer is asked for.
    """

    settings: RenderSettings = STANDARD
    overview: bool = False
    units: tuple[str, ...] = ()
    zoom: bool = False
    form: Form = "json"

    def unit(self, channel: int) -> str:
        """Return the unit of a 0-based channel, empty when unknown or when it is no unit."""
        unit = " ".join(self.units[channel].split()) if channel < len(self.units) else ""
        return unit if is_unit(unit) else ""

    def closer(self) -> Self:
        """Return what is shown in a second look: the part alone, drawn in the same way."""
        return replace(self, overview=False, zoom=True)


SHOWN = Shown()
