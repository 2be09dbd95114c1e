"""The tag form of a `change_point` answer, read strictly: the whole text must have the shape.

    <think>..</think><change>True</change><index>(57, correlation, ch1-ch2 ch1-ch3)</index> Step 1:
    <think>..</think><change>False</change> ...

think and steps may be missing. Each bracket is one change point: its position on the x axis (that
of the first sample of the new regime), its cause, and what it is about, the last two optional:
channels (`ch1 ch4`) or, with the cause correlation, pairs (`ch1-ch2`), with spaces between them.
"""

import re
from dataclasses import dataclass

from core.errors import AnswerError
from core.questions.steps import steps_of
from core.questions.wire import shortened

_CHANGE = re.compile(
    r"\s*(?:<think>(?P<think>.*?)</think>\s*)?<change>\s*(?P<flag>true|false)\s*</change>\s*"
    r"(?P<indexes>(?:<index>[^<]*</index>[\s,]*)*)(?P<steps>.*)",
    re.DOTALL | re.IGNORECASE,
)
_INDEX = re.compile(r"<index>([^<]*)</index>", re.IGNORECASE)
_POINT = re.compile(
    r"\(\s*([^(),]+?)\s*(?:,\s*([a-z]+)\s*)?(?:,\s*([^(),]+?)\s*)?\)", re.IGNORECASE
)
_LIST = re.compile(rf"\s*(?:{_POINT.pattern}\s*(?:,\s*{_POINT.pattern}\s*)*)?", re.IGNORECASE)
_TAG = re.compile(r"</?(?:think|class|extension|anomaly|change|index)>", re.IGNORECASE)


@dataclass(frozen=True)
class TaggedChange:
    """One change point as written: position of the axis, cause, names of channels and pairs."""

    at: str
    cause: str | None
    channels: tuple[str, ...]
    pairs: tuple[str, ...]


@dataclass(frozen=True)
class ChangeTags:
    """What the tag form of a `change_point` answer said."""

    points: tuple[TaggedChange, ...]
    texts: tuple[str, ...]


def read_change_tags(text: str) -> ChangeTags:
    """Read the tag form of a `change_point` answer; positions are left as written.

    Raises:
        AnswerError: for a text of another shape, or one that contradicts itself.
    """
    found = _CHANGE.fullmatch(text)
    if found is None:
        raise AnswerError(
            f"the answer {shortened(text)} is neither JSON nor "
            "<change>True</change><index>(position, cause)</index>; answer in one of the two forms"
        )
    said = [part.strip() for part in (found["think"] or "", *steps_of(found["steps"]))]
    said = [part for part in said if part]
    if _TAG.search("".join(said)):
        raise AnswerError(f"tags are nested or repeated in {shortened(text)}; use each tag once")
    indexes: list[str] = _INDEX.findall(found["indexes"])
    points = tuple(point for inside in indexes for point in _points(inside))
    flag = found["flag"].lower() == "true"
    if flag != bool(points):
        raise AnswerError(
            f"the answer says change {flag} and gives {len(points)} change points; "
            "give at least one with True and none with False"
        )
    return ChangeTags(points, (*(part + "\n" for part in said[:-1]), *said[-1:]))


def _points(inside: str) -> list[TaggedChange]:
    if _LIST.fullmatch(inside) is None:
        raise AnswerError(
            f"the index {shortened(inside)} is no list of (position, cause, channels); "
            "write the position as on the x axis, then the cause"
        )
    return [
        TaggedChange(
            at=at,
            cause=cause or None,
            channels=tuple(name for name in about.split() if "-" not in name),
            pairs=tuple(name for name in about.split() if "-" in name),
        )
        for at, cause, about in _POINT.findall(inside)
    ]
