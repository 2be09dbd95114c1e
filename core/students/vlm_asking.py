"""What an image-text model is shown of a window: one picture and one text, nothing else. No torch.

The picture is drawn as for teachers, from the window's numbers alone; the text is the question
kind's prompt in the form that is asked for. Training and answering both come through here, so a
student is asked as it was taught.
"""

import hashlib
import io
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from core.axis import Axis, axis_of
from core.questions import kind_of
from core.questions.base import Question
from core.render import render_png
from core.render_settings import STANDARD, RenderSettings
from core.series import WindowView
from core.shown import Form, Shown

KEPT_PICTURES = 1024
"""About 20 MB: an item is learned in two forms and looked at again and again."""
_pictures: OrderedDict[bytes, bytes] = OrderedDict()


@dataclass(frozen=True, eq=False)
class Asked:
    """A question put to an image-text model.

    Attributes:
        picture: the PNG of the window.
        axis: what positions in the answer mean.
    """

    prompt: str
    picture: bytes
    axis: Axis

    @property
    def image(self) -> Image.Image:
        """The picture in three colours, as processors want it."""
        return Image.open(io.BytesIO(self.picture)).convert("RGB")

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation up to the answer; the place of the picture is marked."""
        said = [{"type": "image"}, {"type": "text", "text": self.prompt}]
        return [{"role": "user", "content": said}]


def ask(
    question: Question,
    view: WindowView,
    form: Form = "reasons",
    settings: RenderSettings = STANDARD,
    order: tuple[str, ...] = (),
) -> Asked:
    """Return what is shown for a question on a window.

    Args:
        form: how the answer is to be given.
        settings: how the window is drawn; its axis is what positions mean.
        order: the keys of a pattern question's options as they are listed; their own order when
            left out.
    """
    order = order or tuple(option.key for option in question.options)
    prompt = kind_of(question).prompt(question, view, order, Shown(settings, form=form))
    return Asked(prompt, _drawn(view, settings), axis_of(settings, view))


def _drawn(view: WindowView, settings: RenderSettings) -> bytes:
    """Return the picture of a window; one that was drawn lately is taken as it is."""
    key = _key(view, settings)
    if key not in _pictures:
        _pictures[key] = render_png(view, settings)
    _pictures.move_to_end(key)
    while len(_pictures) > KEPT_PICTURES:
        _pictures.popitem(last=False)
    return _pictures[key]


def _key(view: WindowView, settings: RenderSettings) -> bytes:
    """Return what a picture is a function of, hashed."""
    digest = hashlib.sha256(f"{view.values.shape} {view.values.dtype} {view.start}".encode())
    digest.update(f"{view.origin_s} {settings.digest}".encode())
    digest.update(np.ascontiguousarray(view.values).data)
    if view.seconds is not None:
        digest.update(np.ascontiguousarray(view.seconds).data)
    return digest.digest()
