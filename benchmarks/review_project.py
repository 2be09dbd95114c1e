"""A project for `benchmarks.review`: one window per series, a teacher's and a student's answer.

The first sample of each series is its number, so that a picture tells which item it is of. Answers
differ in how many events they name and in how much they say, as real ones do.
"""

from pathlib import Path

import numpy as np

from core.answers import Answer, AnswerContent, Author, Claim, FoundInterval, Span
from core.ids import new_id, utc_now
from core.policy import LabelPolicy
from core.questions.base import Question
from core.review import Item
from core.series import SeriesData, SeriesInfo
from storage import Store, open_store

TEACHER = Author(kind="teacher", name="vlm", version="1")
STUDENT = Author(kind="student", name="series", version="v1")
ADD_AT_ONCE = 100


def build(home: Path, n_items: int, n_samples: int) -> Store:
    """Make the project in a fresh folder; nothing of it is gold, so that its order is plain."""
    store = open_store(home)
    project_id = store.projects.default().id
    # An item of the blind share has no answer to accept before its decision.
    store.policies.save(project_id, "benchmark", LabelPolicy(blind_share=0.0))
    question = next(q for q in store.questions.current(project_id) if q.kind == "anomaly")
    store.gold.lock(project_id)
    rng = np.random.default_rng(7)
    for first in range(0, n_items, ADD_AT_ONCE):
        numbers = range(first, min(first + ADD_AT_ONCE, n_items))
        places = [rng.integers(n_samples // 8, n_samples - n_samples // 8, 3) for _ in numbers]
        made = [_series(n, n_samples, at, rng) for n, at in zip(numbers, places, strict=True)]
        stored = store.series.add_many(project_id, made)
        windows = [(row.id, 0, row.n_samples, question.id) for row in stored]
        items = store.items.add_many(project_id, windows)
        answers = [
            answer
            for number, item, at in zip(numbers, items, places, strict=True)
            for answer in _answers(item, question, np.sort(at), number)
        ]
        store.answers.add_many(project_id, answers)
    return store


def _series(
    number: int, n: int, places: np.ndarray, rng: np.random.Generator
) -> tuple[SeriesData, SeriesInfo]:
    values = np.sin(np.arange(n) / 90 + number) + rng.normal(scale=0.15, size=n)
    for at in places:
        values[at : at + 12] += 3.0
    values[0] = number
    start = 1_700_000_000_000_000_000
    time = start + np.arange(n, dtype=np.int64) * 60_000_000_000
    return SeriesData(values=values[:, None], time=time), SeriesInfo(
        f"line {number}", ("value",), ("bar",)
    )


def _answers(item: Item, question: Question, places: np.ndarray, number: int) -> list[Answer]:
    found = [int(at) for at in places]
    teacher = found[: number % 4]
    student = [at - 2 * (number % 3) for at in found[: (number + number // 7) % 4]]
    return [
        _answer(item, TEACHER, _content(question, teacher, number % 3)),
        _answer(item, STUDENT, _content(question, student, 0)),
    ]


def _answer(item: Item, author: Author, content: AnswerContent) -> Answer:
    return Answer(
        id=new_id(), item_id=item.id, author=author, content=content, created_at=utc_now()
    )


def _content(question: Question, places: list[int], talk: int) -> AnswerContent:
    spike = question.type_named("spike").id
    spans = [
        Span(
            text=f"a burst of 3 for 12 samples at {at} ",
            interval=n,
            claim=Claim(kind="level", start=at, stop=at + 12, value=3.0),
        )
        for n, at in enumerate(places, start=1)
    ]
    spans.insert(0, Span(text="The line swings evenly around zero otherwise. " * (1 + 3 * talk)))
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=n, start=at, stop=at + 12, type_id=spike, confidence=0.8)
            for n, at in enumerate(places, start=1)
        ),
        confidence=0.8 if places else 0.9,
        rationale=tuple(spans),
    )
