"""What the numbers and times in an answer's words count from: what its picture showed."""

import json
from typing import TypedDict

import numpy as np

from core.axis import axis_of
from core.grounding.axis import Times
from core.render_settings import RenderSettings
from core.series import WindowView


class Seen(TypedDict):
    """The arguments of `ground` that an x axis settles; None leaves them to be found out."""

    first: int | None
    times: Times | None


UNKNOWN = Seen(first=None, times=None)


def seen_on(settings: RenderSettings, view: WindowView) -> Seen:
    """Return what a picture of the window drawn with these settings showed on its x axis."""
    axis = axis_of(settings, view)
    if axis.kind == "window":
        return Seen(first=0, times=None)
    if axis.kind == "sample":
        return Seen(first=view.start, times=None)
    if axis.origin_s is None or view.seconds is None:
        return UNKNOWN
    microseconds = np.round((axis.origin_s + view.seconds) * 1e6).astype(np.int64)
    return Seen(first=None, times=microseconds.astype("datetime64[us]"))


def seen_by(render: str, view: WindowView) -> Seen:
    """Return the same for an answer's own record of its picture; unknown where it had none."""
    if not render:
        return UNKNOWN
    return seen_on(RenderSettings.model_validate(json.loads(render)["settings"]), view)
