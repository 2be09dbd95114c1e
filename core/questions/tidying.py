"""Values as models write them, turned into those that `core.questions.wire` reads strictly.

Turned, because they can mean only one thing:

numbers  `12.0` and `"12"` where a whole number belongs, `"0.9"` where any number does.
channels `1`, `"1"`, `"CH1"`, `"channel 1"` for `ch1`, as models count them; one channel without
         its list; `"all"` and null for all of them.
pairs    `"ch1-ch2"` and `"1, 2"` for `["ch1", "ch2"]`; null for none.
types    the name of an event type for its key, in any case, with spaces, `_` or `-`.
causes   in any case.
words    a rationale that is one text, or a list of texts.

Everything else stays as it is, and strict reading refuses it: `1.5` or `"1,024"` as a sample, a
field that nobody asked for. Positions are not looked at: outside the window stays wrong.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from core.questions.base import Question
from core.questions.reading import Fields

Change = Callable[[Any], Any]

_WHOLE = re.compile(r"\s*([+-]?\d{1,18})(?:\.0*)?\s*")
_NUMBER = re.compile(r"\s*[+-]?\d{1,18}(?:\.\d*)?(?:e[+-]?\d{1,3})?\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:-|–|,|/|\band\b)\s*")
_CHANNEL = re.compile(r"\s*(?:ch(?:annel)?)?[\s_-]*(\d{1,9})\s*", re.IGNORECASE)


def tidied(question: Question, fields: Fields) -> Fields:
    """Return the fields with numbers, channels, types and texts as the wire format has them."""
    event: dict[str, Change] = {
        "at": _whole,
        "start": _whole,
        "stop": _whole,
        "channels": _channels,
        "cause": lambda word: folded(word) if isinstance(word, str) else word,
        "pairs": _pairs,
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
        "other": lambda one: one if one is None else _channel(one),
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


def _pairs(value: Any) -> Any:
    return [] if value is None else _each(value, _pair)


def _pair(value: Any) -> Any:
    if isinstance(value, str):
        value = _BETWEEN.split(value.strip())
    return _each(value, _channel)


def _type_key(question: Question, word: Any) -> Any:
    if not isinstance(word, str):
        return word
    for event_type in question.types:
        if folded(word) in (folded(event_type.key), folded(event_type.name)):
            return event_type.key
    return word
