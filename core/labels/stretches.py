"""A stretch described by names: start, end, type, channels, file, annotator. Knows no container."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import DataError
from core.labels.model import LabelFile, LabelSet, Span

_START = ("start", "start_time", "starttime", "begin", "from", "start_index", "start_idx", "onset")
_END = ("end", "end_time", "endtime", "stop", "to", "until", "end_index", "end_idx", "offset")
_TYPE = ("type", "label", "class", "category", "kind", "name", "description", "timeserieslabels")
_CHANNELS = ("channels", "columns", "channel", "column", "signals", "signal", "variables")
_FILE = ("file", "filename", "file_name", "series", "series_id", "source", "path", "chan_id")
_ANNOTATOR = ("annotator", "annotator_id", "author", "user", "labeler", "expert")
_EXTRA = (
    "id", "note", "notes", "comment", "comments", "severity", "confidence", "score", "duration",
    "instant", "color", "index", "created_at", "updated_at", "",
)  # fmt: skip
_KNOWN = frozenset({*_START, *_END, *_TYPE, *_CHANNELS, *_FILE, *_ANNOTATOR, *_EXTRA})


def is_stretch(entry: Any) -> bool:
    """Say whether these names describe a stretch and nothing like a measurement."""
    if not isinstance(entry, Mapping):
        return False
    names = [_key(name) for name in entry]
    return (
        any(name in _START for name in names)
        and any(name in _END for name in names)
        and all(name in _KNOWN for name in names)
    )


def span_of(entry: Mapping[str, Any]) -> Span:
    """Read a description; numbers are rows, texts are times.

    Raises:
        DataError: if it has no start, or ends before it starts.
    """
    start, end = _find(entry, _START), _find(entry, _END)
    if end is None:
        end = start
    channels = _find(entry, _CHANNELS) or ()
    span = Span(
        start=_place(start),
        end=_place(end),
        type=text_of(_find(entry, _TYPE)),
        channels=(channels,) if isinstance(channels, str) else tuple(text_of(c) for c in channels),
    )
    if isinstance(span.start, int) != isinstance(span.end, int):
        raise DataError(f"{start!r} to {end!r} mixes a row and a time. Give both ends alike")
    if isinstance(span.start, int) and isinstance(span.end, int) and span.end < span.start:
        raise DataError(f"it ends at row {span.end}, before its start {span.start}. Swap the ends")
    return span


def read_stretches(name: str, entries: Sequence[Mapping[str, Any]], own_key: str) -> LabelFile:
    """Read a list of descriptions; without a file in them they are of `own_key`.

    Raises:
        DataError: if not one of them can be read.
    """
    found: dict[str, dict[str, list[Span]]] = {}
    unread: set[str] = set()
    problems: list[str] = []
    for k, entry in enumerate(entries, start=1):
        key = text_of(_find(entry, _FILE)) or own_key
        try:
            span = span_of(entry)
        except DataError as error:
            problems.append(f"label {k}: {error}")
            unread.add(key)
            continue
        annotator = text_of(_find(entry, _ANNOTATOR)) or "labels"
        found.setdefault(key, {}).setdefault(annotator, []).append(span)
    if not found:
        raise DataError(
            f"'{name}' has the columns of a label file but no label that can be read"
            f"{': ' + problems[0] if problems else ''}. Give start and end for each"
        )
    sets = {
        key: tuple(
            LabelSet(
                kind="anomaly",
                annotator=annotator,
                spans=tuple(spans),
                complete=key not in unread,
            )
            for annotator, spans in by.items()
        )
        for key, by in found.items()
    }
    return LabelFile(name=name, format="list of stretches", entries=sets, problems=tuple(problems))


def text_of(value: Any) -> str:
    """Return a name or type as text; several are joined."""
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(text_of(part) for part in value)
    if isinstance(value, float) and value.is_integer():
        return f"{int(value)}"
    return " ".join(f"{value}".split())


def _place(value: Any) -> int | str:
    """Return a whole number as a row, anything else as a text that is a time."""
    if isinstance(value, bool) or value is None or isinstance(value, (list, dict)):
        raise DataError(f"{value!r:.40} is neither a row nor a time. Give a number or ISO text")
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    text = f"{value}".strip()
    if not text:
        raise DataError("an end is empty. Give a row number or a time")
    return int(text) if re.fullmatch(r"[+-]?\d{1,9}", text) else text


def _find(entry: Mapping[str, Any], names: Sequence[str]) -> Any:
    """Return the first of these that the entry has."""
    by_key = {_key(key): value for key, value in entry.items()}
    return next((by_key[name] for name in names if by_key.get(name) is not None), None)


def _key(name: Any) -> str:
    return re.sub(r"[\s-]+", "_", f"{name}".strip().lower())
