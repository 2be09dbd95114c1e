"""Answer columns of a data file to labels: runs of marked samples, classes, change points."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from core.ingest.cells import is_missing
from core.ingest.names import tokens
from core.labels.model import LabelSet, Span

Cells: TypeAlias = pa.ChunkedArray | pa.Array | NDArray[Any]
MAX_CLASSES = 100
_CHANGE = re.compile(r"change[ _.-]?points?|^cps?$|break[ _.-]?points?", re.IGNORECASE)
# States that follow each other: what is marked is where one ends and the next begins.
_STATES = frozenset({"regime", "regimes", "segment", "segments"})
_CLASSES = frozenset({"class", "classes", "klasse"})
_NORMAL = frozenset({
    "0", "false", "f", "no", "n", "normal", "ok", "okay", "good", "nominal", "healthy", "benign",
    "regular", "none", "no anomaly", "not anomalous", "inlier", "[]",
})  # fmt: skip
_MARKED = frozenset({
    "1", "true", "t", "yes", "y", "anomaly", "anomalous", "abnormal", "outlier", "attack", "fault",
    "x",
})  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Codes:
    """A column as small numbers: -1 where it is blank, else the position in `texts`."""

    codes: NDArray[np.int64]
    texts: list[str]

    @property
    def blank(self) -> NDArray[np.bool_]:
        return self.codes < 0


def labels_of_columns(answers: Mapping[str, Cells]) -> list[LabelSet]:
    """Return what the answer columns say; spans count samples of the series.

    A column of scores or of free text says nothing that could be a label: see `unusable_columns`.
    """
    sets: list[LabelSet] = []
    for name, cells in answers.items():
        column = _codes(cells)
        if not _why_unusable(name, column):
            sets.append(_label_set(name, column))
    return sets


def unusable_columns(answers: Mapping[str, Cells]) -> dict[str, str]:
    """Return the answer columns that are no labels, each with the reason."""
    reasons = {name: _why_unusable(name, _codes(cells)) for name, cells in answers.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def _why_unusable(name: str, column: _Codes) -> str:
    if not column.texts:
        return f"'{name}' is blank in every row, so nothing was labelled"
    if len(column.texts) <= 2:
        return ""
    numbers = [text for text in column.texts if re.fullmatch(r"[+-]?\d*\.?\d+(e[+-]?\d+)?", text)]
    if len(numbers) == len(column.texts) and any("." in t or "e-" in t for t in column.texts):
        return (
            f"'{name}' holds {len(column.texts):,} different numbers with decimals: a score, whose "
            "threshold only its author knows"
        )
    if len(column.texts) > MAX_CLASSES:
        return (
            f"'{name}' holds {len(column.texts):,} different values; at most {MAX_CLASSES} can be "
            "classes"
        )
    return ""


def _label_set(name: str, column: _Codes) -> LabelSet:
    words = set(tokens(name))
    if _CHANGE.search(name):
        return _points(name, column, np.flatnonzero(_marked(words, column)))
    if not _STATES.isdisjoint(words):
        codes = column.codes
        moved = (np.diff(codes) != 0) & ~column.blank[1:] & ~column.blank[:-1]
        return _points(name, column, np.flatnonzero(moved) + 1)
    if not _CLASSES.isdisjoint(words):
        column = _filled_forward(column)
    marked = _marked(words, column)
    codes = np.where(marked, column.codes, -1)
    borders = np.flatnonzero(np.diff(codes)) + 1
    starts = np.concatenate([[0], borders]).astype(np.int64)
    ends = np.concatenate([borders, [len(codes)]]).astype(np.int64) - 1
    kinds = {column.texts[code] for code in np.unique(codes[marked])}
    plain = len(kinds) == 1 and kinds <= _MARKED | {"-1", "0", "false", "no"}
    spans = [
        Span(
            start=int(start),
            end=int(end),
            type="" if plain else _type(name, column.texts[codes[start]]),
            counts="samples",
        )
        for start, end in zip(starts, ends, strict=True)
        if codes[start] >= 0
    ]
    complete = not bool(column.blank.any())
    return LabelSet(kind="anomaly", annotator=name, spans=tuple(spans), complete=complete)


def _points(name: str, column: _Codes, samples: NDArray[np.int64]) -> LabelSet:
    spans = [Span(start=int(s), end=int(s), counts="samples") for s in samples]
    complete = not bool(column.blank.any())
    return LabelSet(kind="change_point", annotator=name, spans=tuple(spans), complete=complete)


def _marked(words: set[str], column: _Codes) -> NDArray[np.bool_]:
    """Say which samples are marked: neither blank nor a word for "normal"."""
    normal = [text in _NORMAL for text in column.texts]
    if set(column.texts) <= {"1", "-1"} and "-1" in column.texts:
        # Outlier detectors write -1 for an outlier and 1 for the rest, which are more.
        minus = column.texts.index("-1")
        rare = int((column.codes == minus).sum()) * 2 <= int((~column.blank).sum())
        normal = [(text == "1") == rare for text in column.texts]
    elif "normal" in words and not words & {"abnormal", "not", "non"}:
        normal = [text in _MARKED or text == "normal" for text in column.texts]
    table = np.array([*(not n for n in normal), False])
    return table[column.codes]


def _filled_forward(column: _Codes) -> _Codes:
    """Let a blank mean what the row before means, as event files with classes are written.

    Without a class for normal nothing would ever end a stretch: then a blank says nothing.
    """
    if _NORMAL.isdisjoint(column.texts):
        return column
    last = np.maximum.accumulate(np.where(column.blank, 0, np.arange(len(column.codes))))
    return _Codes(column.codes[last], column.texts)


def _type(name: str, text: str) -> str:
    """Name a class by its text; a bare number needs the column's name to mean anything."""
    return f"{name} {text}" if re.fullmatch(r"[+-]?\d+", text) else text


def _codes(cells: Cells) -> _Codes:
    """Return the cells as codes of their different texts; numbers are written without `.0`."""
    array = pa.array(cells) if isinstance(cells, np.ndarray) else cells
    encoded = array.dictionary_encode()
    chunked = encoded if isinstance(encoded, pa.ChunkedArray) else pa.chunked_array([encoded])
    one = chunked.unify_dictionaries().combine_chunks()
    one = one.chunk(0) if isinstance(one, pa.ChunkedArray) else one
    raw = one.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    texts = [_text(value) for value in one.dictionary.to_pylist()]
    different = list(dict.fromkeys(text for text in texts if text))
    lookup = np.array([*(different.index(t) if t else -1 for t in texts), -1], dtype=np.int64)
    return _Codes(lookup[raw], different)


def _text(value: Any) -> str:
    """Return a cell in lower case, empty when it states no value."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    text = f"{value}".strip()
    if is_missing(text) and text.lower() not in ("none",):
        return ""
    try:
        number = float(text)
    except ValueError:
        return text.lower() if text.lower() in _NORMAL | _MARKED else text
    return f"{int(number)}" if number.is_integer() and abs(number) < 1e15 else text
