"""The figure behind pictures of one layout: panels, lines and legend, made once and drawn often.

Making a figure costs more than drawing it, so only the lines' data, the limits and the ticks change
from window to window. matplotlib's object interface with Agg is used, as pyplot keeps global state
and kaleido takes 20 times as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator
from PIL import Image

from core.questions.wire import channel_name
from core.render_layout import LEFT_IN, Arrangement, panel_in
from core.render_lines import Limits, Values, alone, extremes
from core.render_settings import RenderSettings
from core.render_ticks import SLANT, Ticks

INK, GRID, SHADE = "#333333", "#dddddd", "#d4d4d4"
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Told apart by colour-blind people; line styles tell channels apart in greys too."""
STYLES = ("-", (0, (5, 1.5)), (0, (1.5, 1)), (0, (6, 1.5, 1.5, 1.5)))
TOP_IN, NAME_IN = 0.1, 0.525
HIGHEST_TOP = 0.975
LEGEND_LINE_IN, LEGEND_ENTRY_IN = 0.17, 0.72
_LEGEND: dict[str, Any] = {
    "frameon": False,
    "fontsize": 8,
    "labelcolor": INK,
    "handlelength": 2.6,
    "handletextpad": 0.4,
    "columnspacing": 1.2,
    "borderpad": 0.2,
    "borderaxespad": 0.0,
}
STRIP_IN, HIGHEST_IN = 1 / 6, 16.0
STRIP_NAME_IN = 0.11


@dataclass(frozen=True)
class Layout:
    """What a figure is made by."""

    settings: RenderSettings
    arrangement: Arrangement
    n_channels: int
    height_in: float
    below_in: float
    slanted: bool

    @property
    def panel_in(self) -> float:
        """Inches from the left to the right end of the x axis."""
        return panel_in(self.settings)

    @property
    def above_in(self) -> float:
        """Inches above the panels: a little, or what the legend needs."""
        if self.arrangement != "overlaid":
            return TOP_IN
        return TOP_IN + LEGEND_LINE_IN * -(-self.n_channels // self.legend_columns)

    @property
    def legend_columns(self) -> int:
        """How many channels stand side by side in the legend."""
        return max(1, int(self.panel_in // LEGEND_ENTRY_IN))


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is put on a figure: one window.

    Attributes:
        x: (n,) where the samples lie.
        span: the x range, from one end of the axis to the other.
        values: (n, channels), NaN where missing.
        limits: the y range of each panel.
        ticks: what stands along the x axis.
        shaded: a part of the x range to shade.
    """

    x: Values
    span: Limits
    values: Values
    limits: Sequence[Limits]
    ticks: Ticks
    shaded: Limits | None = None


class Picture:
    """A figure with its lines."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        settings = layout.settings
        size = (settings.width_in, layout.height_in)
        # A person's matplotlibrc must not change what models see.
        with mpl.rc_context():
            mpl.rcdefaults()
            self.figure = Figure(figsize=size, dpi=settings.dpi, facecolor="white")
            self.canvas = FigureCanvasAgg(self.figure)
            n_panels = layout.n_channels if layout.arrangement == "panels" else 1
            self.panels = [self._panel(index, n_panels) for index in range(n_panels)]
            self.lines = [self._lines(channel) for channel in range(layout.n_channels)]
            self._name_channels()

    def png(self, drawing: Drawing) -> bytes:
        """Put a window on the figure and draw it."""
        settings, ticks = self.layout.settings, drawing.ticks
        pixels = round(self.layout.panel_in * settings.dpi)
        for channel, (line, dots) in enumerate(self.lines):
            column = drawing.values[:, channel]
            lonely = alone(column)
            dots.set_data(drawing.x[lonely], column[lonely])
            if settings.downsampling == "minmax":
                kept = extremes(drawing.x, column, pixels)
                line.set_data(drawing.x[kept], column[kept])
            else:
                line.set_data(drawing.x, column)
        for panel, limits in zip(self.panels, drawing.limits, strict=True):
            panel.set_xlim(*drawing.span)
            panel.set_ylim(*limits)
            panel.xaxis.set_major_locator(FixedLocator(ticks.places))
        self.panels[-1].xaxis.set_major_formatter(FixedFormatter(ticks.texts))
        self.panels[-1].set_xlabel(ticks.label, fontsize=8, color=INK, labelpad=1)
        shades = self._shades(drawing.shaded) if drawing.shaded else []
        self.canvas.draw()
        for shade in shades:
            shade.remove()
        return self._bytes()

    def _panel(self, index: int, n_panels: int) -> Axes:
        layout, height, width = self.layout, self.layout.height_in, self.layout.settings.width_in
        bottom = layout.below_in / height
        each = (min(HIGHEST_TOP, 1 - layout.above_in / height) - bottom) / n_panels
        gap = 0.0 if n_panels == 1 else min(0.02, each / 5)
        low = bottom + (n_panels - 1 - index) * each
        panel = self.figure.add_axes((LEFT_IN / width, low, layout.panel_in / width, each - gap))
        last = index == n_panels - 1
        panel.tick_params(labelsize=8, labelbottom=last, length=3, colors=INK)
        if layout.slanted:
            panel.tick_params(axis="x", labelrotation=SLANT, labelrotation_mode="xtick")
        panel.yaxis.set_major_locator(MaxNLocator(nbins=max(2, 8 // n_panels), min_n_ticks=2))
        if layout.settings.grid:
            panel.grid(True, color=GRID, linewidth=0.5)
        panel.set_axisbelow(True)
        for spine in panel.spines.values():
            spine.set_color(INK)
            spine.set_linewidth(0.6)
        return panel

    def _lines(self, channel: int) -> tuple[Line2D, Line2D]:
        layout = self.layout
        overlaid = layout.arrangement == "overlaid"
        colour = COLOURS[channel % len(COLOURS)] if overlaid else INK
        style = STYLES[channel % len(STYLES)] if overlaid else "-"
        width = layout.settings.line_width
        line = Line2D([], [], color=colour, linestyle=style, linewidth=width)
        dots = Line2D([], [], color=colour, linestyle="none", marker=".", markersize=max(3, width))
        panel = self.panels[channel if layout.arrangement == "panels" else 0]
        panel.add_line(line)
        panel.add_line(dots)
        return line, dots

    def _name_channels(self) -> None:
        layout = self.layout
        names = [channel_name(channel) for channel in range(layout.n_channels)]
        if layout.arrangement == "panels":
            for panel, name in zip(self.panels, names, strict=True):
                panel.set_ylabel(name, fontsize=8, rotation=0, ha="right", va="center", color=INK)
                # Aligned at one place: following the tick labels would take a second layout.
                panel.yaxis.set_label_coords(-NAME_IN / layout.panel_in, 0.5)
        elif layout.arrangement == "overlaid":
            columns = layout.legend_columns
            # A legend fills column by column; people read row by row.
            order = [k for first in range(columns) for k in range(first, len(names), columns)]
            self.panels[0].legend(
                [self.lines[channel][0] for channel in order],
                [names[channel] for channel in order],
                loc="lower left",
                bbox_to_anchor=(0, 1),
                ncols=columns,
                **_LEGEND,
            )
        else:
            room_in = layout.height_in - layout.below_in - layout.above_in
            room = int(min(layout.height_in * 0.85, room_in) / STRIP_NAME_IN)
            shown = range(0, layout.n_channels, -(-layout.n_channels // room))
            places = [-float(channel) for channel in shown]
            self.panels[0].set_yticks(places, [names[channel] for channel in shown])

    def _shades(self, span: Limits) -> list[Artist]:
        """Shade a part of the x axis; its edges are lines, as a short part has no area to see."""
        shades: list[Artist] = []
        for panel in self.panels:
            shades.append(panel.axvspan(*span, color=SHADE, linewidth=0, zorder=0.4))
            shades += [panel.axvline(x, color=INK, linewidth=0.8, zorder=0.6) for x in span]
        return shades

    def _bytes(self) -> bytes:
        buffer = BytesIO()
        picture = Image.fromarray(np.asarray(self.canvas.buffer_rgba()))
        # Grey ink says the same in one channel, in a quarter of the time and half of the bytes.
        mode = "RGB" if self.layout.arrangement == "overlaid" else "L"
        picture.convert(mode).save(buffer, "PNG", compress_level=3)
        return buffer.getvalue()
