"""What a case file shows."""

from dataclasses import dataclass, field
from datetime import datetime

from core.answers import AnswerContent
from core.questions.base import Question
from core.series import SeriesData, SeriesInfo
from core.verdicts import Check

Facts = tuple[tuple[str, str], ...]
"""Pairs of a name and a value, as they read."""


@dataclass(frozen=True)
class Voice:
    """What one author says of the item; a person's decision is a voice as well.

    Attributes:
        lane: the author in a word or two, beside the plot.
        colour: the author's hue, `#rrggbb`.
        headline: the answer in a few words.
        checks: of each span of the rationale; () where none was checked.
        facts: where it comes from: ids, hashes, versions.
        texts: long texts by their title, such as the prompt, shown folded.
        picture: the PNG that the author was shown; empty when there is none.
    """

    title: str
    lane: str
    colour: str
    headline: str
    content: AnswerContent
    note: str = ""
    checks: tuple[Check | None, ...] = ()
    facts: Facts = ()
    texts: Facts = ()
    picture: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Step:
    """One event of review.

    Attributes:
        undone: it was taken back later.
        decides: it says something of the item: no undo, and nothing put off.
    """

    at: datetime
    person: str
    said: str
    undone: bool = False
    decides: bool = True


@dataclass(frozen=True, eq=False)
class Case:
    """An item with all that was said of it.

    Attributes:
        data: the whole series.
        start, stop: the window in samples, `[start, stop)`.
        shown: the samples that are drawn, around the window.
        rows: the channels that are drawn, 0-based.
        zone: in which times are shown.
        facts: where series, item and question are to be found again.
    """

    question: Question
    info: SeriesInfo
    data: SeriesData
    start: int
    stop: int
    shown: tuple[int, int]
    rows: tuple[int, ...]
    voices: tuple[Voice, ...]
    history: tuple[Step, ...]
    written_at: datetime
    zone: str = "UTC"
    gold: bool = False
    facts: Facts = ()
