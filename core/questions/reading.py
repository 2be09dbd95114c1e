"""What models really write, turned into the clean fields that `core.questions.wire` reads strictly.

Read, because it can mean only one thing:

around   `<think>..</think>` before the answer, its opening tag missing too: left out (the raw text
         keeps it). Prose or a code fence around one JSON object; one object inside an array.
JSON     a comma before a closing bracket.
numbers  `12.0` and `"12"` where a whole number belongs, `"0.9"` where any number does.
channels `1`, `"1"`, `"CH1"`, `"channel 1"` for `ch1`, as models count them; one channel without
         its list; `"all"` and null for all of them.
types    the name of an event type for its key, in any case, with spaces, `_` or `-`.
words    a rationale that is one text, or a list of texts.

Everything else is an AnswerError: objects that disagree, a key given twice, an answer cut in the
middle, `1.5` or `"1,024"` as a sample. Positions are not looked at: outside the window stays wrong.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from core.errors import AnswerError
from core.questions.base import Question
from core.questions.wire import shortened

Fields = dict[str, Any]
Change = Callable[[Any], Any]

_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_OPENING = re.compile(r"\s*<think>", re.IGNORECASE)
_CLOSING = re.compile(r"</think>", re.IGNORECASE)
_FENCE = re.compile(r"```(?:json)?[^\S\n]*\n", re.IGNORECASE)
_TAGGED = re.compile(r"<(?:class|anomaly)>", re.IGNORECASE)
# A string that never ends runs to the end of the text, so that every text is read in one pass.
_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\Z)'
_BRACE = re.compile(rf"{_STRING}|[{{}}]", re.DOTALL)
_LAST_COMMA = re.compile(rf"({_STRING})|,(?=\s*[}}\]])", re.DOTALL)
_WHOLE = re.compile(r"\s*([+-]?\d{1,18})(?:\.0*)?\s*")
_NUMBER = re.compile(r"\s*[+-]?\d{1,18}(?:\.\d*)?(?:e[+-]?\d{1,3})?\s*", re.IGNORECASE)
_CHANNEL = re.compile(r"\s*(?:ch(?:annel)?)?[\s_-]*(\d{1,9})\s*", re.IGNORECASE)


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
    bare = said.startswith(("{", "["))
    unreadable: Exception | None = None
    if bare:
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
    if unreadable is not None:
        raise AnswerError(
            f"the answer {shortened(said)} is not readable JSON ({unreadable}); "
            "answer with one JSON object and nothing around it"
        ) from unreadable
    return None


def tidied(question: Question, fields: Fields) -> Fields:
    """Return the fields with numbers, channels, types and texts as the wire format has them."""
    event: dict[str, Change] = {
        "start": _whole,
        "stop": _whole,
        "channels": _channels,
        "type": lambda word: _type_key(question, word),
        "confidence": _number,
    }
    return _changed(
        fields,
        {
            "intervals": lambda events: _each(events, lambda one: _changed(one, event)),
            "rationale": _spans,
            "confidence": _number,
            "scores": _scores,
        },
    )


def folded(word: str) -> str:
    """Return a word as it is compared: without case, `_` and `-` as spaces."""
    return re.sub(r"[\s_-]+", " ", word).strip().casefold()


def _unfenced(text: str) -> str:
    """Return the text without a code fence around all of it."""
    fence = _FENCE.match(text)
    if fence is None or not text.endswith("```"):
        return text
    return text[fence.end() : -3].strip()


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


def _changed(thing: Any, changes: Mapping[str, Change]) -> Any:
    """Apply a change to each field that has one; what is no object is left as it is."""
    if not isinstance(thing, dict):
        return thing
    fields = cast("Fields", thing)
    return {key: changes[key](value) if key in changes else value for key, value in fields.items()}


def _each(things: Any, change: Change) -> Any:
    return (
        [change(one) for one in cast("list[Any]", things)] if isinstance(things, list) else things
    )


def _scores(value: Any) -> Any:
    return _changed(value, dict.fromkeys(value, _number)) if isinstance(value, dict) else value


def _spans(said: Any) -> Any:
    """Read one text or several as spans; each but the last ends its line."""
    if said is None:
        return []
    if isinstance(said, str):
        return [{"text": said}]
    if not isinstance(said, list):
        return said
    parts = cast("list[Any]", said)
    if parts and all(isinstance(one, str) for one in parts):
        return [*({"text": f"{one}\n"} for one in parts[:-1]), {"text": parts[-1]}]
    claim: dict[str, Change] = {
        "start": _whole,
        "stop": _whole,
        "channel": _channel,
        "value": _number,
    }
    span: dict[str, Change] = {
        "interval": _whole,
        "claim": lambda one: _changed(one, claim),
    }
    return [_changed(one, span) for one in parts]


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    found = _WHOLE.fullmatch(value) if isinstance(value, str) else None
    return int(found[1]) if found else value


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _channel(value: Any) -> Any:
    value = _whole(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"ch{value}"
    found = _CHANNEL.fullmatch(value) if isinstance(value, str) else None
    return f"ch{int(found[1])}" if found else value


def _channels(value: Any) -> Any:
    if value is None or value == "all":
        return []
    if isinstance(value, list):
        return [_channel(one) for one in cast("list[Any]", value)]
    return [_channel(value)]


def _type_key(question: Question, word: Any) -> Any:
    if not isinstance(word, str):
        return word
    for event_type in question.types:
        if folded(word) in (folded(event_type.key), folded(event_type.name)):
            return event_type.key
    return word
