"""The picture of a window, exactly as models see it: a PNG made of the view's numbers alone.

A `WindowView` holds no names, so no name, title, unit or date can get into the picture; channels
are `ch1`, `ch2`, ... The x axis counts samples from the window's first one, as positions on the
wire do, also on an irregular time axis. A missing value is a gap; a value with no neighbour is a
dot; what is no finite number, or beyond 1e150, counts as missing.

Up to 12 channels: one panel each, 8 x 4 inches at 100 dpi, the x axis shared. More: one strip each
in a single panel, every channel scaled to its own range (so strips compare shapes, not sizes); the
picture grows by 1/6 inch per channel, at most to 16 inches, and names as many strips as fit.

The same numbers give the same bytes under the same versions, whatever was drawn before: figures
are kept and their lines replaced, because making a figure costs more than drawing it. matplotlib's
object interface with Agg is used, as pyplot keeps global state and kaleido takes 20 times as long.
"""

import hashlib
import threading
from io import BytesIO

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from PIL import Image

from core.measure import LARGEST
from core.questions.wire import channel_name
from core.series import WindowView

WIDTH_IN, HEIGHT_IN, DPI = 8.0, 4.0, 100
MOST_PANELS = 12
STRIP_IN, HIGHEST_IN = 1 / 6, 16.0
INK, GRID = "#333333", "#dddddd"
LEFT, RIGHT, TOP, BOTTOM_IN = 0.11, 0.985, 0.975, 0.42

Values = NDArray[np.float64]


def render_png(view: WindowView) -> bytes:
    """Draw a window and return the PNG."""
    values = np.where(np.abs(view.values) < LARGEST, view.values, np.nan)
    n_channels = values.shape[1]
    with _LOCK:
        if n_channels > MOST_PANELS:
            return _Picture(1, n_channels).png(_strips(values), None)
        if n_channels not in _PICTURES:
            _PICTURES[n_channels] = _Picture(n_channels, 1)
        limits = [_limits(values[:, channel]) for channel in range(n_channels)]
        return _PICTURES[n_channels].png(values, limits)


def render_hash(png: bytes) -> str:
    """Return the SHA-256 of a picture, by which it is stored."""
    return hashlib.sha256(png).hexdigest()


class _Picture:
    """A figure with its lines; only their data and the limits change from window to window."""

    def __init__(self, n_panels: int, n_lines: int) -> None:
        height = HEIGHT_IN if n_lines == 1 else min(HIGHEST_IN, max(HEIGHT_IN, n_lines * STRIP_IN))
        # A person's matplotlibrc must not change what models see.
        with mpl.rc_context():
            mpl.rcdefaults()
            self.figure = Figure(figsize=(WIDTH_IN, height), dpi=DPI, facecolor="white")
            self.canvas = FigureCanvasAgg(self.figure)
            self.panels = [self._panel(i, n_panels, height) for i in range(n_panels)]
            lines = [(panel, _lines(panel)) for panel in self.panels for _ in range(n_lines)]
        self.lines: list[tuple[Line2D, Line2D]] = [pair for _, pair in lines]
        if n_lines > 1:
            step = -(-n_lines * 11 // int(height * DPI * 0.85))  # a name needs 11 pixels
            named = range(0, n_lines, step)
            names = [channel_name(channel) for channel in named]
            self.panels[0].set_yticks([-float(channel) for channel in named], names)
            self.panels[0].set_ylim(-n_lines + 0.4, 0.6)

    def _panel(self, index: int, n_panels: int, height: float) -> Axes:
        bottom = BOTTOM_IN / height
        each = (TOP - bottom) / n_panels
        gap = 0.0 if n_panels == 1 else min(0.02, each / 5)
        low = bottom + (n_panels - 1 - index) * each
        panel = self.figure.add_axes((LEFT, low, RIGHT - LEFT, each - gap))
        last = index == n_panels - 1
        panel.tick_params(labelsize=8, labelbottom=last, length=3, colors=INK)
        panel.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True, min_n_ticks=1))
        panel.yaxis.set_major_locator(MaxNLocator(nbins=max(2, 8 // n_panels), min_n_ticks=2))
        panel.grid(True, color=GRID, linewidth=0.5)
        panel.set_axisbelow(True)
        for spine in panel.spines.values():
            spine.set_color(INK)
            spine.set_linewidth(0.6)
        if last:
            panel.set_xlabel("sample", fontsize=8, color=INK, labelpad=1)
        return panel

    def png(self, values: Values, limits: list[tuple[float, float]] | None) -> bytes:
        """Put the columns of `values` on the lines and draw; `limits` are the panels' y ranges."""
        samples = np.arange(len(values))
        for channel, (line, dots) in enumerate(self.lines):
            column = values[:, channel]
            line.set_data(samples, column)
            alone = _alone(column)
            dots.set_data(samples[alone], column[alone])
        for channel, panel in enumerate(self.panels):
            panel.set_xlim(-0.5, len(values) - 0.5)
            if limits is not None:
                panel.set_ylim(*limits[channel])
                panel.set_ylabel(
                    channel_name(channel),
                    fontsize=8,
                    rotation=0,
                    ha="right",
                    va="center",
                    color=INK,
                )
                # Aligned at one place: following the tick labels would take a second layout.
                panel.yaxis.set_label_coords(-0.075, 0.5)
        self.canvas.draw()
        buffer = BytesIO()
        # All ink is grey: one channel says the same in a quarter of the time and half of the bytes.
        picture = Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("L")
        picture.save(buffer, "PNG", compress_level=3)
        return buffer.getvalue()


_LOCK = threading.Lock()
_PICTURES: dict[int, _Picture] = {}


def _lines(panel: Axes) -> tuple[Line2D, Line2D]:
    line = Line2D([], [], color=INK, linewidth=0.9)
    dots = Line2D([], [], color=INK, linestyle="none", marker=".", markersize=3)
    panel.add_line(line)
    panel.add_line(dots)
    return line, dots


def _alone(column: Values) -> NDArray[np.bool_]:
    """Say which samples have no neighbour to draw a line to."""
    there = np.concatenate([[False], ~np.isnan(column), [False]])
    return there[1:-1] & ~there[:-2] & ~there[2:]


def _limits(column: Values) -> tuple[float, float]:
    """Return the y range of a channel: its own with 5 % air, and a unit's where it is constant."""
    there = column[~np.isnan(column)]
    if len(there) == 0:
        return 0.0, 1.0
    low, high = float(there.min()), float(there.max())
    # Ranges at the limit of a float's digits would give axes with no room for ticks.
    room = max(0.05 * (high - low), 1e-9 * max(abs(low), abs(high)))
    if high == low:
        room = max(0.05 * abs(low), 0.5)
    return low - room, high + room


def _strips(values: Values) -> Values:
    """Scale each channel to its own strip: channel k lies in -k ± 0.4."""
    strips = np.full_like(values, np.nan)
    for channel in range(values.shape[1]):
        low, high = _limits(values[:, channel])
        strips[:, channel] = 0.8 * (values[:, channel] - low) / (high - low) - 0.4 - channel
    return strips
