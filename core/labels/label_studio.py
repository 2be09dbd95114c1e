"""Label Studio's JSON exports of time series: tasks with annotations, or the short form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from core.errors import DataError
from core.labels.model import Kind, LabelFile, LabelSet, Span
from core.labels.stretches import text_of

_TYPE = "timeserieslabels"
_CHANGE = re.compile(r"change|regime|break.?point|transition", re.IGNORECASE)
_FILE = re.compile(r"\.(csv|tsv|txt|json|parquet|dat)(\.gz)?$", re.IGNORECASE)
_OWN_FIELDS = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time")


def is_label_studio(tasks: Sequence[Any]) -> bool:
    """Say whether the list has the form of an export."""
    if not tasks or not all(isinstance(task, Mapping) for task in tasks):
        return False
    return all("annotations" in task or "completions" in task for task in tasks) or (
        any(_short_regions(task) for task in tasks)
        and all("annotator" in task or "annotation_id" in task for task in tasks)
    )


def read_label_studio(name: str, tasks: Sequence[Mapping[str, Any]], own_key: str) -> LabelFile:
    """Read an export; a task without a file's name is of `own_key`.

    Raises:
        DataError: if no task was annotated as a time series.
    """
    entries: dict[str, list[LabelSet]] = {}
    problems: list[str] = []
    for number, task in enumerate(tasks, start=1):
        key = _file(task) or (own_key if len(tasks) == 1 else f"task {task.get('id', number)}")
        for annotator, regions in _annotations(task):
            sets = _sets(f"task {task.get('id', number)}", annotator, regions, problems)
            if sets:
                entries.setdefault(key, []).extend(sets)
    if not entries:
        raise DataError(
            f"'{name}' is an export of Label Studio without one finished annotation of a time "
            f"series{': ' + problems[0] if problems else ''}. Annotate a task there, or export the "
            "project's JSON again"
        )
    return LabelFile(
        name=name,
        format="Label Studio",
        entries={key: tuple(sets) for key, sets in entries.items()},
        problems=tuple(problems),
    )


def _annotations(task: Mapping[str, Any]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Yield annotator and labelled regions; what was skipped there says nothing."""
    whole = task.get("annotations") or task.get("completions")
    if not isinstance(whole, list):
        yield _person(task.get("annotator")), _short_regions(task)
        return
    for annotation in whole:
        if not isinstance(annotation, Mapping) or annotation.get("was_cancelled"):
            continue
        results = annotation.get("result")
        regions = [
            result["value"]
            for result in (results if isinstance(results, list) else [])
            if isinstance(result, Mapping)
            and isinstance(result.get("value"), Mapping)
            and (result.get("type", _TYPE) == _TYPE or _TYPE in result["value"])
        ]
        # Answers to other questions alone (a choice, a text) do not say that there is no region.
        if regions or not results:
            yield _person(annotation.get("completed_by")), regions


def _sets(
    where: str, annotator: str, regions: Sequence[Mapping[str, Any]], problems: list[str]
) -> list[LabelSet]:
    """Return the annotator's anomalies, and change points apart from them."""
    spans: dict[Kind, list[Span]] = {"anomaly": []}
    complete = True
    for number, region in enumerate(regions, start=1):
        label = text_of(region.get(_TYPE) or region.get("labels"))
        try:
            span = _span(region, label)
        except DataError as error:
            problems.append(f"{where}, {annotator}, region {number}: {error}")
            complete = False
            continue
        instant = span.start == span.end
        kind: Kind = "change_point" if instant and _CHANGE.search(label) else "anomaly"
        spans.setdefault(kind, []).append(span)
    sets = [
        LabelSet(kind=kind, annotator=annotator, spans=tuple(found), complete=complete)
        for kind, found in spans.items()
        if found or len(spans) == 1
    ]
    return [one for one in sets if one.says_something]


def _span(region: Mapping[str, Any], label: str) -> Span:
    start, end = region.get("start"), region.get("end")
    end = start if end is None or region.get("instant") is True else end
    channels = region.get("channels") or region.get("channel") or ()
    return Span(
        start=_place(start),
        end=_place(end),
        type=label,
        channels=(channels,) if isinstance(channels, str) else tuple(map(text_of, channels)),
    )


def _place(value: Any) -> str:
    """Keep a number as text: it lies on the task's time column, which may be the row number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or value == "":
        raise DataError(f"{value!r:.40} is neither a number nor a time. Export it again")
    return f"{value}".strip()


def _short_regions(task: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the regions of the short form, where they stand under the tag's own name."""
    return [
        region
        for value in task.values()
        if isinstance(value, list)
        for region in value
        if isinstance(region, Mapping) and _TYPE in region
    ]


def _file(task: Mapping[str, Any]) -> str:
    """Return the path of the task's file: as uploaded, else the address in its data."""
    upload = task.get("file_upload")
    data = task.get("data")
    source = (
        data if isinstance(data, Mapping) else {k: task[k] for k in task if k not in _OWN_FIELDS}
    )
    texts = [value for value in source.values() if isinstance(value, str)]
    paths = [path for path in map(_path, texts) if _FILE.search(path)]
    if paths:
        return paths[0]
    return upload if isinstance(upload, str) and _FILE.search(upload) else ""


def _path(text: str) -> str:
    """Return the path of an address; local storage gives it as `?d=folder/file.csv`."""
    parts = urlsplit(text)
    asked = parse_qs(parts.query).get("d")
    path = unquote(asked[0] if asked else parts.path)
    # Uploads get eight hexadecimal digits in front; folders of an upload say nothing.
    if "/data/upload/" in path or "/upload/" in path:
        path = PurePosixPath(path).name
    return path.lstrip("/")


def _person(value: Any) -> str:
    if isinstance(value, Mapping):
        return text_of(value.get("email") or value.get("username") or value.get("id"))
    return f"annotator {value}" if value is not None else "annotator"
