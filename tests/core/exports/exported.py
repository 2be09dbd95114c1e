"""Reviewed items to export: two series, four kinds of question, names that try things."""

from datetime import UTC, datetime

import numpy as np

from core.answers import AnswerContent, Claim, FoundInterval, Span
from core.exports.model import Reviewed, Split
from core.questions.base import Question
from core.questions.defaults import (
    default_anomaly_question,
    default_change_point_question,
    default_open_question,
    default_pattern_question,
)
from core.review import Correction, Item
from core.series import SeriesData, SeriesInfo

ANOMALY, PATTERN, OPEN, CHANGES = (
    default_anomaly_question(),
    default_pattern_question(),
    default_open_question(),
    default_change_point_question(),
)
AT = datetime(2026, 3, 1, 9, 30, 15, 250000, tzinfo=UTC)
STEP_NS = 60 * 10**9
EVIL = '=HYPERLINK("http://x")'


def series(n: int = 200, channels: int = 2) -> SeriesData:
    """A timed series of minutes from the second 1.5 of an hour on."""
    values = np.random.default_rng(4).normal(size=(n, channels))
    time = 1_700_000_000_500_000_000 + STEP_NS * np.arange(n)
    return SeriesData(values=values, time=time)


DATA = series()
INFO = SeriesInfo(EVIL, ("flow; main", "-pressure"), ("l/s", "bar"), source="pump.csv")


def events() -> AnswerContent:
    """Two events out of order, one without a type, floats that need all their digits."""
    return AnswerContent(
        kind="anomaly",
        intervals=(
            FoundInterval(
                number=1,
                start=120,
                stop=140,
                channels=(1,),
                type_id=ANOMALY.type_named("level_shift").id,
                confidence=0.1 + 0.2,
            ),
            FoundInterval(number=2, start=60, stop=61),
        ),
        confidence=1 / 3,
        rationale=(
            Span(
                text="The level of ch2 is 4 higher, ",
                interval=1,
                claim=Claim(kind="level", start=120, stop=140, channel=1, value=4.0),
            ),
            Span(text="=1+1 and “quotes”,\nthen a\u2028line.", interval=2),
        ),
    )


NOTHING = AnswerContent(kind="anomaly")
SHAPE = AnswerContent(
    kind="pattern", label="concave", scores={"concave": 0.75, "convex": 0.25}, confidence=0.75
)
WORDS = AnswerContent(
    kind="open",
    intervals=(FoundInterval(number=1, start=10, stop=20),),
    rationale=(Span(text="It rises here", interval=1), Span(text=" and stays.")),
)


POINTS = AnswerContent(
    kind="change_point",
    intervals=(
        FoundInterval(number=1, start=70, stop=71, cause="correlation", pairs=((0, 1),)),
        FoundInterval(number=2, start=90, stop=91, cause="independent", channels=(1,)),
        FoundInterval(number=3, start=140, stop=141, confidence=0.5),
    ),
    rationale=(
        Span(
            text="They part",
            interval=1,
            claim=Claim(
                kind="correlation", start=70, stop=90, channel=0, other=1, direction="down"
            ),
        ),
    ),
)


def reviewed(
    question: Question,
    content: AnswerContent,
    window: tuple[int, int] = (50, 150),
    split: Split = "train",
    person: str = "@ann",
) -> Reviewed:
    """An item that a person decided on."""
    item = Item(
        id=f"{question.kind}-{window[0]}",
        project_id="p",
        series_id="s",
        start=window[0],
        stop=window[1],
        question_id=question.id,
    )
    event = Correction(
        id=f"event-{item.id}",
        project_id="p",
        item_id=item.id,
        person=person,
        decision="fix",
        sequence=1,
        created_at=AT,
        content=content,
    )
    return Reviewed(item, question, INFO, DATA, event, content, split)


def all_kinds() -> list[Reviewed]:
    """One item of each kind, and one on which there is no anomaly."""
    return [
        reviewed(ANOMALY, events()),
        reviewed(ANOMALY, NOTHING, (0, 50), split="gold"),
        reviewed(PATTERN, SHAPE, (0, 200), split="validation"),
        reviewed(OPEN, WORDS, (0, 100)),
        reviewed(CHANGES, POINTS),
    ]
