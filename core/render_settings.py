"""How pictures for models are drawn: named, versioned settings, stored with every answer."""

import hashlib
from typing import Literal

from pydantic import Field

from core.model import Frozen

RangeRule = Literal["own", "robust"]
Downsampling = Literal["none", "minmax"]
Layout = Literal["panels", "overlaid"]
XAxis = Literal["window", "sample", "time"]


class RenderSettings(Frozen):
    """One way to draw a window.

    Attributes:
        width_in, height_in, dpi: size; pixels are inches times dpi.
        line_width: points.
        ticks: at most this many numbers on the x axis.
        y_range: `own` is the window's own range with 5 % air; `robust` the 0.5th to 99.5th
            percentile with 15 % air, beyond which the line leaves the picture.
        downsampling: `minmax` keeps the lowest and highest sample per pixel column.
        channels: a panel each, or overlaid in one with a legend.
        x_axis: samples from the window's first one, samples of the whole series, or times; what
            the axis shows is what positions in an answer mean.
    """

    name: str = "standard"
    version: int = 1
    width_in: float = Field(default=8.0, ge=2, le=20)
    height_in: float = Field(default=4.0, ge=1.5, le=20)
    dpi: int = Field(default=100, ge=50, le=300)
    line_width: float = Field(default=0.9, gt=0, le=5)
    ticks: int = Field(default=12, ge=2, le=40)
    grid: bool = True
    y_range: RangeRule = "own"
    downsampling: Downsampling = "none"
    channels: Layout = "panels"
    x_axis: XAxis = "window"

    @property
    def digest(self) -> str:
        """Return 12 hex digits of what changes the picture (the name does not)."""
        shaping = self.model_dump(mode="json", exclude={"name", "version"})
        return hashlib.sha256(repr(sorted(shaping.items())).encode()).hexdigest()[:12]


STANDARD = RenderSettings()
