"""Labels as JSON lines for fine-tuning: what was asked and shown, and the reviewed answer.

One line per item (`understudy.chat/1`):

    messages   user: the question as text and one picture; assistant: the canonical wire text
    metadata   item, question, window, series by content hash, split, who decided and when

A picture is a path beside the file, `pictures/<SHA-256>.png`, or a data URL. Messages hold no name
of a file, a series or a channel but what a person wrote into a rationale; the series' name stands
in the metadata, which is not for training. Gold is never in a file with anything else.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from core.errors import AppError, DataError
from core.exports.model import (
    ExportFile,
    Label,
    QuestionRef,
    Split,
    blank_view,
    stand_in,
    with_keys,
)
from core.model import Frozen
from core.questions import KINDS

SCHEMA = "understudy.chat/1"


class Metadata(Frozen):
    """What a line says apart from its messages; `window` is `[start, stop)` in samples."""

    item_id: str
    question: QuestionRef
    window: tuple[int, int]
    series: str
    series_hash: str
    n_channels: int
    split: Split
    person: str
    decision: str
    decided_at: datetime
    option_order: tuple[str, ...]
    prompt_version: str
    picture: str
    render: dict[str, Any]


class ChatLine(Frozen):
    """One line: an item as an example to learn from."""

    form: Literal["understudy.chat/1"] = SCHEMA
    messages: tuple[dict[str, Any], ...]
    metadata: Metadata


def read_chat(name: str, lines: Iterable[str]) -> ExportFile:
    """Read such a file; a line that cannot be read is a problem, and the others are kept."""
    labels: list[Label] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            labels.append(_label(f"line {number:,}", line))
        except (AppError, ValueError, RecursionError) as error:
            problems.append(f"line {number:,}: {_words(error)}")
    return ExportFile(name, "chat lines for fine-tuning", tuple(labels), tuple(problems))


def is_chat(line: str) -> bool:
    """Say whether this is the first line of such a file."""
    return SCHEMA in line[:100]


def _label(where: str, text: str) -> Label:
    line = ChatLine.model_validate_json(text)
    metadata = line.metadata
    ref, (start, stop) = metadata.question, metadata.window
    view = blank_view(start, stop, metadata.n_channels)
    said = _said(line)
    question = stand_in(ref, *_named(said))
    return Label(
        where=where,
        item_id=metadata.item_id,
        series=metadata.series,
        series_hash=metadata.series_hash,
        n_channels=metadata.n_channels,
        start=start,
        stop=stop,
        question=ref,
        content=with_keys(KINDS[ref.kind].parse(question, view, said), question),
        person=metadata.person,
        decision=metadata.decision,
        decided_at=metadata.decided_at,
    )


def _said(line: ChatLine) -> str:
    for message in line.messages:
        content = message.get("content")
        if message.get("role") == "assistant" and isinstance(content, str):
            return content
    raise DataError("no message is the assistant's, so there is no label; export the file again")


def _named(said: str) -> tuple[set[str], set[str]]:
    """Return the keys of types and of options that an answer names."""
    wire = json.loads(said)
    if not isinstance(wire, dict):
        raise DataError("the assistant's message is no JSON object; export the file again")
    intervals = wire.get("intervals")
    types = [one.get("type") for one in intervals or () if isinstance(one, dict)]
    options = [wire.get("label"), *(wire.get("scores") or {})]
    return ({one for one in types if isinstance(one, str)}, set(filter(None, options)))


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        return f"{place or 'it'} does not fit the form: {first['msg']}; export the file again"
    if isinstance(error, AppError):
        return str(error)
    return f"it cannot be read ({error!r:.80}); export the file again"
