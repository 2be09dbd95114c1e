"""The tag forms that trained models write, read strictly: the whole text must have the shape.

    <think>..</think><class>LABEL</class><extension>..</extension>      think, extension optional
    <anomaly>True</anomaly><index>(a, b), (c, d)</index> Step 1: ...    steps optional
    <anomaly>False</anomaly> Step 1: ...

Ends: tags are **inclusive** on both sides, because models read them off an axis and could not
write an event of one sample otherwise: `(a, b)` means the samples a, a+1, ..., b, which is the
half-open `[a, b + 1)` inside. So `(7, 7)` is one sample, and b is at most the window's length - 1.
JSON, in contrast, is half-open. Positions are what the x axis shows in both (`core.axis`): samples,
where `12.0` is 12, or times, of which `(a, b)` means the samples from a to b. Each step is a text
of its own, and what it says of an interval points there (`steps`).
"""

import re
from dataclasses import dataclass

from core.errors import AnswerError
from core.questions.steps import steps_of
from core.questions.wire import shortened

_CLASS = re.compile(
    r"\s*(?:<think>(?P<think>.*?)</think>\s*)?<class>(?P<label>.*?)</class>\s*"
    r"(?:<extension>(?P<extension>.*?)</extension>\s*)?",
    re.DOTALL | re.IGNORECASE,
)
_ANOMALY = re.compile(
    r"\s*(?:<think>(?P<think>.*?)</think>\s*)?<anomaly>\s*(?P<flag>true|false)\s*</anomaly>\s*"
    r"(?P<indexes>(?:<index>[^<]*</index>[\s,]*)*)(?P<steps>.*)",
    re.DOTALL | re.IGNORECASE,
)
_INDEX = re.compile(r"<index>([^<]*)</index>", re.IGNORECASE)
_PAIR = re.compile(r"\(\s*(\d{1,18})(?:\.0*)?\s*,\s*(\d{1,18})(?:\.0*)?\s*\)")
_PAIRS = re.compile(rf"\s*(?:{_PAIR.pattern}\s*(?:,\s*{_PAIR.pattern}\s*)*)?")
_TIMES = re.compile(r"\(\s*([^(),]+?)\s*,\s*([^(),]+?)\s*\)")
_LIST_OF_TIMES = re.compile(rf"\s*(?:{_TIMES.pattern}\s*(?:,\s*{_TIMES.pattern}\s*)*)?")
_TAG = re.compile(r"</?(?:think|class|extension|anomaly|index)>", re.IGNORECASE)


@dataclass(frozen=True)
class ClassTags:
    """What the tag form of a `pattern` answer said, in its own words."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class AnomalyTags:
    """What the tag form of an `anomaly` answer said; `pairs` are inclusive, as on the x axis."""

    pairs: tuple[tuple[int, int] | tuple[str, str], ...]
    texts: tuple[str, ...]


def read_class_tags(text: str) -> ClassTags:
    """Read the tag form of a `pattern` answer; raises AnswerError."""
    found = _CLASS.fullmatch(text)
    if found is None:
        raise AnswerError(
            f"the answer {shortened(text)} is neither JSON nor <think>..</think><class>..</class>; "
            "answer with one class tag and nothing outside the tags"
        )
    texts = _texts(found["think"], found["extension"])
    if _TAG.search("".join((found["label"], *texts))):
        raise AnswerError(f"tags are nested or repeated in {shortened(text)}; use each tag once")
    return ClassTags(label=found["label"].strip(), texts=texts)


def read_anomaly_tags(text: str, *, times: bool = False) -> AnomalyTags:
    """Read the tag form of an `anomaly` answer, its positions times or samples; raises AnswerError.

    Times are left as they are written.
    """
    found = _ANOMALY.fullmatch(text)
    if found is None:
        raise AnswerError(
            f"the answer {shortened(text)} is neither JSON nor "
            "<anomaly>True</anomaly><index>(a, b)</index>; answer in one of the two forms"
        )
    texts = _texts(found["think"], *steps_of(found["steps"]))
    if _TAG.search("".join(texts)):
        raise AnswerError(f"tags are nested or repeated in {shortened(text)}; use each tag once")
    indexes: list[str] = _INDEX.findall(found["indexes"])
    pairs = [pair for inside in indexes for pair in (_times if times else _samples)(inside)]
    flag = found["flag"].lower() == "true"
    if flag != bool(pairs):
        raise AnswerError(
            f"the answer says anomaly {flag} and gives {len(pairs)} intervals; "
            "give at least one with True and none with False"
        )
    return AnomalyTags(pairs=tuple(pairs), texts=texts)


def _samples(inside: str) -> list[tuple[int, int] | tuple[str, str]]:
    if _PAIRS.fullmatch(inside) is None:
        raise AnswerError(
            f"the index {shortened(inside)} is no list of (first, last) sample numbers; "
            "write whole numbers as on the x axis"
        )
    return [(int(first), int(last)) for first, last in _PAIR.findall(inside)]


def _times(inside: str) -> list[tuple[int, int] | tuple[str, str]]:
    if _LIST_OF_TIMES.fullmatch(inside) is None:
        raise AnswerError(
            f"the index {shortened(inside)} is no list of (first, last) times; "
            "write times as on the x axis"
        )
    return [(first, last) for first, last in _TIMES.findall(inside)]


def _texts(*parts: str | None) -> tuple[str, ...]:
    """Return what was said, in order; all but the last end in a line break, as spans are joined."""
    said = [part.strip() for part in parts if part is not None and part.strip()]
    return (*(part + "\n" for part in said[:-1]), *said[-1:])
