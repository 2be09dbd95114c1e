"""JSON that gives labels by file name: windows, points, change points by annotator, details."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from core.errors import DataError
from core.labels.model import Kind, LabelFile, LabelSet, Span
from core.labels.stretches import span_of, text_of

_CHANGE = re.compile(r"change|regime|segment|break.?point", re.IGNORECASE)
# Lists that a description of a file may hold under these names.
_WINDOWS = ("windows", "anomalies", "intervals", "segments", "labels", "spans", "events")
_POINTS = ("points", "anomaly_points", "instants")
_CHANGES = ("changepoints", "change_points", "changes", "cps")


def read_by_name(name: str, document: dict[str, Any]) -> LabelFile:
    """Read {file: labels}.

    Raises:
        DataError: if no entry holds labels.
    """
    kind: Kind = "change_point" if _CHANGE.search(PurePosixPath(name).name) else "anomaly"
    reader = _Reader(kind)
    read = {key: reader.entry(key, value) for key, value in document.items()}
    telling = {key: tuple(one for one in sets if one.says_something) for key, sets in read.items()}
    entries = {key: sets for key, sets in telling.items() if sets}
    if not entries:
        first = f": {reader.problems[0]}" if reader.problems else ""
        raise DataError(
            f"'{name}' names files but holds no labels of them{first}. Give [start, end] pairs, "
            "or rows of change points, for each file"
        )
    return LabelFile(
        name=name,
        format="labels by file name",
        entries=entries,
        problems=tuple(reader.problems),
    )


class _Reader:
    """Reads entries of one file; collects what cannot be read."""

    def __init__(self, kind: Kind) -> None:
        self.problems: list[str] = []
        self._kind: Kind = kind

    def entry(self, key: str, value: Any) -> tuple[LabelSet, ...]:
        """Return the label sets of one file."""
        if isinstance(value, list):
            return (self._set(key, self._kind, "labels", value),)
        if not isinstance(value, dict):
            self.problems.append(f"'{key}': holds {value!r:.40}, no list of labels")
            return ()
        described = self._described(key, value)
        if described or not all(isinstance(v, list) for v in value.values()):
            return described
        return tuple(
            self._set(f"{key}, {annotator}", self._by_annotator(marks), annotator, marks)
            for annotator, marks in value.items()
        )

    def _by_annotator(self, marks: list[Any]) -> Kind:
        """Take single rows by annotator as change points, pairs as anomalies."""
        pairs = any(isinstance(mark, (list, dict)) for mark in marks)
        return "anomaly" if pairs and self._kind == "anomaly" else "change_point"

    def _described(self, key: str, value: dict[str, Any]) -> tuple[LabelSet, ...]:
        """Read {"windows": [...], "points": [...]} with other facts beside them."""
        sets: list[LabelSet] = []
        known: tuple[tuple[tuple[str, ...], Kind], ...] = (
            (_WINDOWS, self._kind),
            (_POINTS, "anomaly"),
            (_CHANGES, "change_point"),
        )
        for names, kind in known:
            for part in (k for k in value if k.lower() in names):
                if isinstance(value[part], list):
                    sets.append(self._set(f"{key}, {part}", kind, part, value[part]))
        return tuple(sets)

    def _set(self, where: str, kind: Kind, annotator: str, marks: Sequence[Any]) -> LabelSet:
        spans: list[Span] = []
        for k, mark in enumerate(marks, start=1):
            try:
                spans.append(_span(mark))
            except DataError as error:
                self.problems.append(f"'{where}', label {k}: {error}")
        return LabelSet(
            kind=kind,
            annotator=text_of(annotator),
            spans=tuple(spans),
            complete=len(spans) == len(marks),
        )


def _span(mark: Any) -> Span:
    """Read one mark: a pair, a description, or a single row or time."""
    if isinstance(mark, dict):
        return span_of(mark)
    if isinstance(mark, list):
        if len(mark) not in (2, 3):
            raise DataError(f"{mark!r:.60} is no pair of start and end. Give [start, end]")
        return span_of(dict(zip(("start", "end", "type"), mark, strict=False)))
    return span_of({"start": mark, "end": mark})
