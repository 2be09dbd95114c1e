"""A store for the durability parts of the review benchmark: items with one answer each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.answers import Answer, AnswerContent, Author, FoundInterval
from core.ids import new_id, utc_now
from core.policy import LabelPolicy
from core.series import SeriesData, SeriesInfo
from storage import Store, open_store

TEACHER = Author(kind="teacher", name="vlm", version="1")
LENGTH = 256
OWN = 50
"""Items that only one person decides on."""
CONTESTED = "contested"


@dataclass(frozen=True)
class Samples:
    """What people decide on: items of their own by name, contested ones, the answer on each."""

    project_id: str
    own: dict[str, list[str]]
    contested: list[str]
    answers: dict[str, Answer]

    @classmethod
    def read(cls, store: Store) -> "Samples":
        """Read what `filled` stored."""
        project_id = store.projects.default().id
        names = {row.id: row.info.name for row in store.series.list(project_id)}
        by_name: dict[str, list[str]] = {}
        for item in store.items.list(project_id):
            by_name.setdefault(names[item.series_id].rsplit(" ", 1)[0], []).append(item.id)
        answers = {
            item_id: next(iter(given.values()))
            for item_id, given in store.answers.latest(project_id).items()
        }
        contested = by_name.pop(CONTESTED, [])
        return cls(project_id, by_name, contested, answers)


def filled(home: Path, people: Sequence[str], contested: int, own: int = OWN) -> Store:
    """Make a store with one anomaly item per series; nothing of it is gold."""
    store = open_store(home)
    project_id = store.projects.default().id
    store.gold.lock(project_id)
    # An item of the blind share has no answer to accept before its decision.
    store.policies.save(project_id, "benchmark", LabelPolicy(blind_share=0.0))
    question = next(q for q in store.questions.current(project_id) if q.kind == "anomaly")
    names = [f"{one} {n}" for one in people for n in range(own)]
    names += [f"{CONTESTED} {n}" for n in range(contested)]
    rng = np.random.default_rng(7)
    stored = store.series.add_many(
        project_id,
        [
            (SeriesData(rng.normal(size=(LENGTH, 1))), SeriesInfo(name, ("value",)))
            for name in names
        ],
    )
    items = store.items.add_many(project_id, [(one.id, 0, LENGTH, question.id) for one in stored])
    spike = question.type_named("spike").id
    found = FoundInterval(number=1, start=20, stop=32, type_id=spike, confidence=0.8)
    content = AnswerContent(kind="anomaly", intervals=(found,), confidence=0.8)
    store.answers.add_many(
        project_id,
        [
            Answer(
                id=new_id(), item_id=one.id, author=TEACHER, content=content, created_at=utc_now()
            )
            for one in items
        ],
    )
    return store
