"""The one JSON object in what a model really writes; its values are made clean afterwards.

Read, because it can mean only one thing:

around   `<think>..</think>` before the answer, its opening tag missing too: left out (the raw text
         keeps it, and the tag forms of `core.questions.tags` begin with it). Prose or a code fence
         around one JSON object; one object inside an array.
JSON     a comma before a closing bracket.
values   what `core.questions.tidying` lists.

Everything else is an AnswerError: objects that disagree, a key given twice, an answer cut in the
middle.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from core.errors import AnswerError
from core.questions.wire import shortened

Fields = dict[str, Any]

_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_OPENING = re.compile(r"\s*<think>", re.IGNORECASE)
_CLOSING = re.compile(r"</think>", re.IGNORECASE)
_FENCE = re.compile(r"```(?:json)?[^\S\n]*\n", re.IGNORECASE)
_TAGGED = re.compile(r"<(?:class|anomaly|change)>", re.IGNORECASE)
_MEANT = re.compile(r'\{\s*"(?:intervals|rationale|label|scores|confidence)"\s*:')
# A string that never ends runs to the end of the text, so that every text is read in one pass.
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z)'
_BRACE = re.compile(rf"{_STRING}|[{{}}]", re.DOTALL)
_LAST_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)


def with_think_opened(text: str) -> str:
    """Put back the `<think>` that some chat templates write before the model does."""
    closing, opening = _CLOSING.search(text), re.search(r"<think>", text, re.IGNORECASE)
    swallowed = closing is not None and (opening is None or opening.start() > closing.start())
    return f"<think>{text}" if swallowed else text


def after_thinking(text: str) -> str:
    """Return what was said after the thinking; raises AnswerError when the thinking never ends."""
    text = with_think_opened(text)
    found = _THOUGHT.match(text)
    if found is not None:
        return text[found.end() :].strip()
    if _OPENING.match(text):
        raise AnswerError(
            f"the answer {shortened(text)} begins to think and never ends, so there is no answer "
            "in it; ask again with more tokens for the answer"
        )
    return text.strip()


def json_fields(text: str, key: str) -> Fields | None:
    """Return the one JSON object of an answer, None when it is written in another form.

    Args:
        text: what the model said.
        key: a field that tells an answer from another object, where there is prose around it.

    Raises:
        AnswerError: for JSON that cannot be read, is no object, or is there more than once.
    """
    said = _unfenced(after_thinking(text))
    unreadable: Exception | None = None
    if said.startswith(("{", "[")):
        try:
            return _object_of(_decode(said), said)
        except (ValueError, RecursionError) as error:
            unreadable = error
    elif _TAGGED.search(said):
        return None
    found = [one for one in _objects_in(said) if key in one]
    if any(one != found[0] for one in found):
        raise AnswerError(
            f"the answer {shortened(said)} holds {len(found)} JSON objects that differ, and "
            "nothing says which one counts; answer with one JSON object"
        )
    if found:
        return found[0]
    if unreadable is not None or _MEANT.search(said):
        why = unreadable or f"no whole object with {key!r} in it"
        raise AnswerError(
            f"the answer {shortened(said)} is not readable JSON ({why}); "
            "answer with one JSON object and nothing around it"
        ) from unreadable
    return None


def _unfenced(text: str) -> str:
    """Return the text without a code fence that it begins with, also where that never ends."""
    fence = _FENCE.match(text)
    return text[fence.end() :].removesuffix("```").strip() if fence else text


def _decode(text: str) -> Any:
    """Decode JSON, a comma before a closing bracket forgiven; raises ValueError."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except ValueError:
        forgiving = _LAST_COMMA.sub(lambda found: found[1] or "", text)
        if forgiving == text:
            raise
        return json.loads(forgiving, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> Fields:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"{shortened(twice)} is given twice")
    return fields


def _object_of(decoded: Any, text: str) -> Fields:
    if isinstance(decoded, list) and len(cast("list[Any]", decoded)) == 1:
        decoded = decoded[0]
    if not isinstance(decoded, dict):
        raise AnswerError(
            f"the answer {shortened(text)} is JSON but no object; answer with one JSON object"
        )
    return cast("Fields", decoded)


def _objects_in(text: str) -> Iterator[Fields]:
    """Yield the readable JSON objects that stand in a text side by side, never an inner one."""
    start = text.find("{")
    while start >= 0:
        end = _after_object(text, start)
        if end is None:
            return  # cut in the middle: what is inside is a part, and no answer
        found = _readable(text[start:end])
        if found is not None:
            yield found
        start = text.find("{", end)


def _after_object(text: str, start: int) -> int | None:
    """Return the place after the brace that closes the one at `start`, None without any."""
    depth = 0
    for found in _BRACE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return None


def _readable(text: str) -> Fields | None:
    """Decode an object; None for braces of prose."""
    try:
        return _decode(text)
    except (ValueError, RecursionError):
        return None
