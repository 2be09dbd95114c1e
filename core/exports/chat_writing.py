"""Lines for fine-tuning, written: apart from reading them, as pictures bring matplotlib along."""

import base64
from typing import Literal

from core.exports.chat import ChatLine, Metadata
from core.exports.model import Reviewed, ref_of
from core.questions import kind_of
from core.questions.pattern import option_order
from core.questions.prompts import prompt_version
from core.render import render_hash, render_png, render_versions
from core.render_settings import STANDARD, RenderSettings
from core.shown import Shown

PICTURES = "pictures"
Pictures = Literal["beside", "inside"]


def picture_of(reviewed: Reviewed, settings: RenderSettings = STANDARD) -> bytes:
    """Return the PNG that a model is shown of the item."""
    return render_png(reviewed.view, settings)


def chat_line(
    reviewed: Reviewed,
    png: bytes,
    pictures: Pictures = "beside",
    settings: RenderSettings = STANDARD,
) -> str:
    """Return the line of an item, without its line break.

    Args:
        png: its picture, drawn with `settings`; the caller stores it where pictures are beside.

    Raises:
        AnswerError: if the label does not fit the question or the window.
    """
    question, view = reviewed.question, reviewed.view
    kind = kind_of(question)
    order = option_order(question, reviewed.item.id) if question.options else ()
    digest = render_hash(png)
    url = f"{PICTURES}/{digest}.png"
    if pictures == "inside":
        url = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    asked = kind.prompt(question, view, order, Shown(settings=settings))
    said = kind.render(question, view, reviewed.content)
    user = [{"type": "text", "text": asked}, {"type": "image_url", "image_url": {"url": url}}]
    line = ChatLine(
        messages=({"role": "user", "content": user}, {"role": "assistant", "content": said}),
        metadata=_metadata(reviewed, digest, order, settings),
    )
    return line.model_dump_json()


def _metadata(
    reviewed: Reviewed, digest: str, order: tuple[str, ...], settings: RenderSettings
) -> Metadata:
    item, event = reviewed.item, reviewed.event
    return Metadata(
        item_id=item.id,
        question=ref_of(reviewed.question),
        window=(item.start, item.stop),
        series=reviewed.info.name,
        series_hash=reviewed.data.content_hash,
        n_channels=reviewed.data.n_channels,
        split=reviewed.split,
        person=event.person,
        decision=event.decision,
        decided_at=event.created_at,
        option_order=order,
        prompt_version=prompt_version(reviewed.question.kind),
        picture=digest,
        render={"settings": settings.model_dump(mode="json"), "versions": render_versions()},
    )
