"""Labels as Label Studio's JSON of time series, and back with what people changed there.

One task per item (`understudy.label-studio/1`, in the task's data with the window). Ends of
regions are samples of the series, both inclusive, as on a time series without a time column; a
type or a cause is called as people read it, and pairs of channels stand beside the region's ends.
A pattern is a choice, a rationale a text. What people change there is read: regions, labels,
choices and texts count, not what was exported.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import ValidationError

from core.answers import AnswerContent, FoundInterval, Span
from core.errors import AppError, DataError
from core.exports.model import ExportFile, Label, QuestionRef, Reviewed, blank_view, ref_of
from core.model import Frozen
from core.questions.base import cause_named
from core.questions.wire import channel_name, channel_pair

SCHEMA = "understudy.label-studio/1"
UNTYPED = "no type"
"""How a region is called that has no type: one without a label could not be shown there."""
_REGION, _CHOICE, _TEXT = "timeserieslabels", "choices", "textarea"


class About(Frozen):
    """What a task's data say of its item; `window` is `[start, stop)` in samples."""

    form: Literal["understudy.label-studio/1"] = SCHEMA
    item_id: str
    series: str
    series_hash: str
    channels: tuple[str, ...]
    window: tuple[int, int]
    question: QuestionRef
    decision: str
    decided_at: str
    gold: bool


def label_studio_json(items: Iterable[Reviewed]) -> Iterator[str]:
    """Yield the file in pieces, one task each."""
    opening = "[\n"
    for number, reviewed in enumerate(items, start=1):
        yield opening + json.dumps(_task(number, reviewed), ensure_ascii=False)
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def read_label_studio_export(name: str, tasks: Sequence[Mapping[str, Any]]) -> ExportFile:
    """Read tasks that were exported here, as Label Studio gives them back."""
    labels: list[Label] = []
    problems: list[str] = []
    for number, task in enumerate(tasks, start=1):
        where = f"task {task.get('id', number)}"
        try:
            labels += _labels(where, task)
        except (AppError, ValueError) as error:
            problems.append(f"{where}: {_words(error)}")
    return ExportFile(name, "Label Studio, exported here", tuple(labels), tuple(problems))


def is_exported_here(tasks: object) -> bool:
    """Say whether a list of tasks was exported here."""
    return (
        isinstance(tasks, list)
        and bool(tasks)
        and all(isinstance(task, Mapping) for task in tasks)
        and any(_about(task) is not None for task in tasks)
    )


def _task(number: int, reviewed: Reviewed) -> dict[str, Any]:
    item, content, event = reviewed.item, reviewed.content, reviewed.event
    about = About(
        item_id=item.id,
        series=reviewed.info.name,
        series_hash=reviewed.data.content_hash,
        channels=_channels(reviewed),
        window=(item.start, item.stop),
        question=ref_of(reviewed.question),
        decision=event.decision,
        decided_at=event.created_at.isoformat(),
        gold=reviewed.split == "gold",
    )
    results = [_region(reviewed, found) for found in content.intervals]
    if content.label is not None:
        name = reviewed.question.option(content.label).name
        results.append(_result("label", _CHOICE, {"choices": [name]}))
    if content.rationale_text:
        results.append(_result("rationale", _TEXT, {"text": [content.rationale_text]}))
    source = reviewed.info.source or reviewed.info.name
    return {
        "id": number,
        "data": {"ts": source, "understudy": about.model_dump(mode="json")},
        "annotations": [
            {
                "id": number,
                "completed_by": {"email": event.person},
                "was_cancelled": False,
                "created_at": event.created_at.isoformat(),
                "result": results,
            }
        ],
    }


def _region(reviewed: Reviewed, found: FoundInterval) -> dict[str, Any]:
    typed = UNTYPED if found.sort is None else reviewed.question.name_of(found)
    value: dict[str, Any] = {
        "start": found.start,
        "end": found.stop - 1,
        "instant": found.stop - found.start == 1,
        _REGION: [typed],
    }
    if found.channels:
        names = _channels(reviewed)
        value["channels"] = [names[one] for one in found.channels]
    if found.pairs:
        value["pairs"] = [list(map(channel_name, pair)) for pair in found.pairs]
    result = _result("events", _REGION, value)
    return result if found.confidence is None else {**result, "score": found.confidence}


def _channels(reviewed: Reviewed) -> tuple[str, ...]:
    """Return names by which channels can be told apart: of two alike, with their number."""
    names = reviewed.info.channel_names
    return tuple(
        name if names.count(name) == 1 else f"{name} ({channel_name(k)})"
        for k, name in enumerate(names)
    )


def _result(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"from_name": name, "to_name": "ts", "type": kind, "value": value}


def _about(task: Mapping[str, Any]) -> Any:
    data = task.get("data")
    return data.get("understudy") if isinstance(data, Mapping) else None


def _labels(where: str, task: Mapping[str, Any]) -> Iterator[Label]:
    about = About.model_validate_json(json.dumps(_about(task)))
    for annotation in task.get("annotations") or ():
        if not isinstance(annotation, Mapping) or annotation.get("was_cancelled"):
            continue
        results = [one for one in annotation.get("result") or () if isinstance(one, Mapping)]
        blank_view(*about.window, len(about.channels))
        yield Label.model_validate(
            {
                "where": where,
                "item_id": about.item_id,
                "series": about.series,
                "series_hash": about.series_hash,
                "n_channels": len(about.channels),
                "start": about.window[0],
                "stop": about.window[1],
                "question": about.question,
                "content": _content(about, results),
                "person": _person(annotation.get("completed_by")),
                "decision": about.decision,
                "decided_at": about.decided_at,
            }
        )


def _content(about: About, results: Sequence[Mapping[str, Any]]) -> AnswerContent:
    regions = [_interval(about, one) for one in _of(results, _REGION)]
    choices = [text for one in _of(results, _CHOICE) for text in one["value"]["choices"]]
    texts = [text for one in _of(results, _TEXT) for text in one["value"]["text"]]
    return AnswerContent(
        kind=about.question.kind,
        label=choices[0] if choices else None,
        intervals=tuple(
            found.model_copy(update={"number": number})
            for number, found in enumerate(regions, start=1)
        ),
        rationale=tuple(Span(text=text) for text in texts if text),
    )


def _of(results: Sequence[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    found = [one for one in results if one.get("type") == kind]
    key = "text" if kind == _TEXT else kind
    for one in found:
        value = one.get("value")
        if not isinstance(value, Mapping) or not isinstance(value.get(key), list):
            raise DataError(f"a result of the type {kind} has no list {key!r}; export it again")
    return found


def _interval(about: About, result: Mapping[str, Any]) -> FoundInterval:
    value = result["value"]
    start, end = (value.get(side) for side in ("start", "end"))
    if not isinstance(start, (int, float)) or not isinstance(end, (int, float)):
        raise DataError(
            f"a region goes from {start!r:.30} to {end!r:.30}, which are no samples; show the "
            "series without a time column there"
        )
    names = value.get("channels") or ()
    strangers = [name for name in names if name not in about.channels]
    if strangers:
        raise DataError(f"the series has no channel {strangers[0]!r:.60}; choose one it has")
    typed = next(iter(value[_REGION]), UNTYPED)
    score = result.get("score")
    cause = cause_named(str(typed)) if about.question.kind == "change_point" else None
    pairs = value.get("pairs") or () if cause == "correlation" else ()
    return FoundInterval(
        number=1,
        # Drawn by hand, ends lie between samples: a sample counts if it lies inside.
        start=math.ceil(start),
        stop=math.floor(end) + 1,
        channels=tuple(sorted(about.channels.index(name) for name in names)),
        type_id=None if cause or typed == UNTYPED else str(typed),
        cause=cause,
        pairs=tuple(channel_pair((str(a), str(b)), len(about.channels)) for a, b in pairs),
        confidence=float(score) if isinstance(score, (int, float)) else None,
    )


def _person(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value.get('email') or value.get('username') or value.get('id') or 'annotator'}"
    return f"annotator {value}" if value is not None else "annotator"


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{first['msg']} ({first['input']!r:.40}); export it again"
    return str(error)
