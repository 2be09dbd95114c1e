"""How the channels of a picture are arranged: known without drawing, as prompts tell it too."""

from typing import Literal

from core.render_settings import RenderSettings

Arrangement = Literal["panels", "overlaid", "strips"]

LEFT_IN, RIGHT_IN = 0.88, 0.12
"""Room left and right of the panels."""
MOST_PANELS, MOST_OVERVIEW_PANELS = 12, 4


def arranged(settings: RenderSettings, n_channels: int) -> Arrangement:
    """Return how a window's channels are drawn: as the settings say, or as strips when many."""
    return "strips" if n_channels > MOST_PANELS else settings.channels


def overview_arranged(settings: RenderSettings, n_channels: int) -> Arrangement:
    """Return how they are drawn in an overview, whose panels are half as high."""
    if n_channels > MOST_OVERVIEW_PANELS and settings.channels == "panels":
        return "strips"
    return arranged(settings, n_channels)


def panel_in(settings: RenderSettings) -> float:
    """Return the inches from the left to the right end of the x axis."""
    return settings.width_in - LEFT_IN - RIGHT_IN
