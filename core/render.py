"""The picture of a window, exactly as models see it: a PNG made of the view's numbers alone.

A `WindowView` holds no names, so no name, title or unit can get into the picture; channels are
`ch1`, `ch2`, ... The x axis counts samples from the window's first one, as positions on the wire
do; other settings let it count the series' samples or show times (`core/axis.py`), and the place in
the series is then there to be read. A missing value is a gap; a value with no neighbour is a dot;
what is no finite number, or beyond 1e150, counts as missing.

Up to 12 channels: one panel each, the x axis shared, or all in one panel with a legend. More: one
strip each in a single panel, every channel scaled to its own range (so strips compare shapes, not
sizes); the picture grows by 1/6 inch per channel, at most to 16 inches, and names as many strips as
fit.

The same numbers and settings give the same bytes under the same versions, whatever was drawn
before: a few figures are kept and their lines replaced (`core/render_panels.py`).
"""

import hashlib
import json
import threading
from functools import lru_cache

import matplotlib as mpl
import numpy as np
import PIL
import tsdownsample

from core.axis import Axis, axis_of
from core.measure import LARGEST
from core.render_layout import Arrangement, arranged, overview_arranged, panel_in
from core.render_lines import Limits, Values, strips, y_limits
from core.render_panels import (
    HIGHEST_IN,
    STRIP_IN,
    Drawing,
    Layout,
    Picture,
)
from core.render_settings import STANDARD, RenderSettings
from core.render_ticks import ticks_of
from core.series import WindowView, cut_view

LOWEST_IN = 1.5
KEPT_FIGURES, LARGEST_KEPT_PX = 8, 4_000_000


def render_png(view: WindowView, settings: RenderSettings = STANDARD) -> bytes:
    """Draw a window and return the PNG."""
    n_channels = view.values.shape[1]
    arrangement = arranged(settings, n_channels)
    height_in = settings.height_in
    if arrangement == "strips":
        height_in = max(height_in, min(HIGHEST_IN, n_channels * STRIP_IN))
    return _drawn(view, axis_of(settings, view), settings, arrangement, height_in)


def render_overview(
    series: WindowView, start: int, stop: int, settings: RenderSettings = STANDARD
) -> bytes:
    """Draw a whole series at half the height, the window `[start, stop)` shaded; return the PNG.

    The axis is the window's: what a position in an answer means is the same in both pictures, so
    samples counted from the window's first one are negative before it. Lines keep the lowest and
    the highest sample per pixel column; more than 4 channels are strips.

    Args:
        series: a view of the whole series.
        start, stop: absolute samples of the window.
        settings: how the window's own picture is drawn.
    """
    low, high = start - series.start, stop - series.start
    axis = axis_of(settings, cut_view(series, start, stop))
    x, half = _places(axis, series)
    shaded = (float(x[low]) - half, float(x[high - 1]) + half)
    arrangement = overview_arranged(settings, series.values.shape[1])
    thin = settings.model_copy(update={"downsampling": "minmax"})
    height_in = max(LOWEST_IN, settings.height_in / 2)
    return _drawn(series, axis, thin, arrangement, height_in, shaded)


def render_hash(png: bytes) -> str:
    """Return the SHA-256 of a picture, by which it is stored."""
    return hashlib.sha256(png).hexdigest()


def render_versions() -> dict[str, str]:
    """Return the versions that a picture's bytes depend on."""
    return {
        "matplotlib": mpl.__version__,
        "numpy": np.__version__,
        "pillow": PIL.__version__,
        "tsdownsample": tsdownsample.__version__,
    }


def render_record(settings: RenderSettings) -> str:
    """Return what an answer keeps of how its picture was drawn: the JSON of `Answer.render`."""
    return json.dumps(
        {
            "settings": settings.model_dump(mode="json"),
            "digest": settings.digest,
            "versions": render_versions(),
        }
    )


def _drawn(
    view: WindowView,
    axis: Axis,
    settings: RenderSettings,
    arrangement: Arrangement,
    height_in: float,
    shaded: Limits | None = None,
) -> bytes:
    values = np.where(np.abs(view.values) < LARGEST, view.values, np.nan)
    n_channels = values.shape[1]
    x, half = _places(axis, view)
    first, last = float(x[0]), float(x[-1])
    ticks = ticks_of(axis, first, last, settings.ticks, panel_in(settings))
    if arrangement == "strips":
        values, limits = strips(values), [(-n_channels + 0.4, 0.6)]
    elif arrangement == "overlaid":
        limits = [y_limits(values, settings.y_range)]
    else:
        limits = [y_limits(column, settings.y_range) for column in values.T]
    layout = Layout(settings, arrangement, n_channels, height_in, ticks.below_in, ticks.slanted)
    drawing = Drawing(x, (first - half, last + half), values, limits, ticks, shaded)
    with _LOCK:
        return _figure(layout).png(drawing)


def _places(axis: Axis, view: WindowView) -> tuple[Values, float]:
    """Return where the view's samples lie on an axis, and half the usual step between them."""
    if axis.kind == "time" and view.seconds is not None:
        half = float(axis.times[-1] - axis.times[-2]) / 2
        return view.seconds - view.seconds[axis.start - view.start], half
    return np.arange(view.start, view.stop, dtype=np.float64) - axis.zero, 0.5


def _figure(layout: Layout) -> Picture:
    pixels = layout.settings.width_in * layout.height_in * layout.settings.dpi**2
    # A few very large figures would hold hundreds of megabytes.
    return _kept(layout) if pixels <= LARGEST_KEPT_PX else Picture(layout)


@lru_cache(maxsize=KEPT_FIGURES)
def _kept(layout: Layout) -> Picture:
    return Picture(layout)


_LOCK = threading.Lock()
