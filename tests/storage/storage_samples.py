"""Small series, answers and filled stores for the tests of the store."""

import numpy as np

from core.answers import (
    Answer,
    AnswerContent,
    Author,
    AuthorKind,
    Claim,
    FoundInterval,
    Span,
)
from core.ids import new_id, utc_now
from core.questions.base import EventType
from core.review import Item
from core.series import SeriesData, SeriesInfo
from storage import Store
from storage.tables import EventTypeRow

T = EventType(id="t", key="t", name="test event")
RULES = Author(kind="rules", name="built-in rules", version="1")


def series(seed: int = 0, n: int = 64, channels: int = 1) -> SeriesData:
    """Return a series that differs from those of other seeds."""
    return SeriesData(np.random.default_rng(seed).normal(size=(n, channels)))


def info(name: str = "pump", channels: int = 1) -> SeriesInfo:
    """Return a description with one name per channel."""
    return SeriesInfo(name=name, channel_names=tuple(f"c{k}" for k in range(channels)))


def know_type(store: Store) -> None:
    """Let the project know the type that `events` gives."""
    project_id = store.projects.default().id
    with store.db.write() as session:
        session.merge(EventTypeRow(project_id=project_id, **T.model_dump()))


def filled(store: Store, n_items: int = 3) -> list[Item]:
    """Store `n_items` series of 64 samples, an anomaly item over each, and the type `t`."""
    project_id = store.projects.default().id
    know_type(store)
    stored = store.series.add_many(
        project_id, [(series(seed), info(f"pump {seed}")) for seed in range(n_items)]
    )
    question = next(q for q in store.questions.current(project_id) if q.kind == "anomaly")
    return store.items.add_many(project_id, [(one.id, 0, 64, question.id) for one in stored])


def events(*ranges: tuple[int, int]) -> AnswerContent:
    """Return an anomaly answer with one interval per range and a claim about the first."""
    found = tuple(
        FoundInterval(number=k, start=start, stop=stop, channels=(0,), type_id="t", confidence=0.5)
        for k, (start, stop) in enumerate(ranges, 1)
    )
    claims = tuple(
        Span(
            text="the level rises",
            interval=1,
            claim=Claim(kind="level", start=one.start, stop=one.stop, value=2.5),
        )
        for one in found[:1]
    )
    return AnswerContent(kind="anomaly", intervals=found, confidence=0.5, rationale=claims)


def answer(
    item: Item, content: AnswerContent | None = None, author: Author | AuthorKind = RULES
) -> Answer:
    """Return a fresh answer on an item."""
    return Answer(
        id=new_id(),
        item_id=item.id,
        author=author if isinstance(author, Author) else Author(kind=author, name=author),
        content=content if content is not None else events((3, 9)),
        created_at=utc_now(),
    )
