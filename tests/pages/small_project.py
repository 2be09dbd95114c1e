"""A small real project for tests of Train and Models: stored series, answers and gold on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.answers import Answer, AnswerContent, Author, Claim, Direction, FoundInterval, Span
from core.ids import new_id, utc_now
from core.questions.base import Question
from core.review import Decision, Item
from core.series import SeriesData, SeriesInfo
from storage import Store, open_store
from storage.rows import ModelVersion
from tests.pages.nothing_blind import nothing_blind

LENGTH = 64
RULES = Author(kind="rules", name="built-in rules", version="1")
GENERATOR = Author(kind="import", name="generator")
LABELS = ("linear_increase", "linear_decrease")


@dataclass(frozen=True)
class SmallProject:
    """A store with one project, and its items per question kind in the order of the series."""

    store: Store
    project_id: str
    pattern: Question
    anomaly: Question
    pattern_items: tuple[Item, ...] = ()
    anomaly_items: tuple[Item, ...] = ()

    def answer(self, item: Item, author: Author, content: AnswerContent) -> Answer:
        """Store one answer."""
        answer = made(item, author, content)
        self.store.answers.add_many(self.project_id, [answer])
        return answer

    def decide(self, item: Item, decision: Decision, content: AnswerContent | None = None) -> None:
        """Record a person's decision on an item."""
        sequence = self.store.corrections.sequences(self.project_id).get(item.id, 0)
        self.store.corrections.record(
            self.project_id,
            item.id,
            "ann",
            decision,
            expected_sequence=sequence,
            content=content,
        )

    def spike(self, start: int) -> AnswerContent:
        """An answer with one spike of two samples."""
        spike = self.anomaly.type_named("spike").id
        found = FoundInterval(number=1, start=start, stop=start + 2, type_id=spike)
        return AnswerContent(kind="anomaly", intervals=(found,), confidence=0.9)


def made(item: Item, author: Author, content: AnswerContent) -> Answer:
    """Make an answer, not stored yet."""
    return Answer(
        id=new_id(), item_id=item.id, author=author, content=content, created_at=utc_now()
    )


def pattern(label: str) -> AnswerContent:
    """An answer to the pattern question."""
    return AnswerContent(kind="pattern", label=label, confidence=0.8)


NONE = AnswerContent(kind="anomaly", confidence=0.7)


def empty_project(home: Path) -> SmallProject:
    """A fresh home: the default project and its two questions, and nothing blind by chance."""
    store = open_store(home)
    project_id = store.projects.default().id
    nothing_blind(store, project_id)
    kinds = {question.kind: question for question in store.questions.current(project_id)}
    return SmallProject(store, project_id, kinds["pattern"], kinds["anomaly"])


def series_of(n: int, length: int = LENGTH, seed: int = 0) -> list[tuple[SeriesData, SeriesInfo]]:
    """Return n noisy lines that rise (even) or fall (odd); every fourth one has a spike at 20."""
    rng = np.random.default_rng(seed)
    made: list[tuple[SeriesData, SeriesInfo]] = []
    for i in range(n):
        slope = 1.0 if i % 2 == 0 else -1.0
        values = slope * np.linspace(0, 3, length) + rng.normal(0, 0.3, length)
        if i % 4 == 0:
            values[20:22] += 8
        info = SeriesInfo(name=f"line-{i}", channel_names=("value",))
        made.append((SeriesData(values=values[:, None]), info))
    return made


def asked_project(home: Path, n_series: int = 24) -> SmallProject:
    """Series with both questions answered by the rules; one pattern answer in six is wrong."""
    small = empty_project(home)
    store, project_id = small.store, small.project_id
    stored = store.series.add_many(project_id, series_of(n_series), origin="upload")
    items = [
        store.items.add_many(project_id, [(s.id, 0, LENGTH, question.id) for s in stored])
        for question in (small.pattern, small.anomaly)
    ]
    small = SmallProject(
        store, project_id, small.pattern, small.anomaly, tuple(items[0]), tuple(items[1])
    )
    answers = [
        made(item, RULES, pattern(LABELS[(i + (i % 6 == 5)) % 2]))
        for i, item in enumerate(small.pattern_items)
    ] + [
        made(item, RULES, small.spike(20) if i % 4 == 0 else NONE)
        for i, item in enumerate(small.anomaly_items)
    ]
    store.answers.add_many(project_id, answers)
    return small


def with_gold(small: SmallProject, n_gold: int = 8) -> SmallProject:
    """Reserve the last `n_gold` series by construction and import what is true of them."""
    gold = small.pattern_items[-n_gold:]
    ranges = [(item.series_id, 0, LENGTH) for item in gold]
    small.store.gold.reserve(small.project_id, ranges, "construction")
    first = len(small.pattern_items) - n_gold
    truths = [
        made(item, GENERATOR, pattern(LABELS[i % 2])) for i, item in enumerate(gold, start=first)
    ] + [
        made(item, GENERATOR, small.spike(20) if i % 4 == 0 else NONE)
        for i, item in enumerate(small.anomaly_items[-n_gold:], start=first)
    ]
    small.store.answers.add_many(small.project_id, truths)
    return small


def question_names(small: SmallProject) -> Sequence[str]:
    """Names of the two questions, pattern first."""
    return small.pattern.name, small.anomaly.name


def with_version(small: SmallProject, name: str = "job-1", wrong: int = 1) -> ModelVersion:
    """Register a trained version and what its run answered on gold; `wrong` patterns are wrong."""
    store, project_id = small.store, small.project_id
    store.snapshots.add(
        project_id,
        "snapshot-of-" + name,
        store.home / "snapshots" / name,
        {"questions": [small.pattern.id, small.anomaly.id], "n_examples": 40},
    )
    gold = {reserved.series_id for reserved in store.gold.ranges(project_id)}
    answers: list[Answer] = []
    for i, item in enumerate(small.pattern_items):
        if item.series_id in gold:
            truth = LABELS[i % 2]
            missed = i >= len(small.pattern_items) - wrong
            said = with_claim(pattern(LABELS[(i + missed) % 2]), "up" if i % 2 == 0 else "down")
            answers += [
                made(item, Author(kind="student", name="student", version=name), said),
                made(item, _baseline("feature baseline", name), pattern(truth)),
                made(item, _baseline("majority", name), pattern(LABELS[0])),
            ]
    for i, item in enumerate(small.anomaly_items):
        if item.series_id in gold:
            said = small.spike(20) if i % 4 == 0 else NONE
            answers += [
                made(item, Author(kind="student", name="student", version=name), said),
                made(item, _baseline("majority", name), NONE),
            ]
    store.answers.add_many(project_id, answers)
    return store.versions.add(
        project_id,
        student="series",
        job_id=name,
        snapshot_hash="snapshot-of-" + name,
        folder=store.home / "runs" / name / "model",
        author_version=name,
    )


def with_claim(content: AnswerContent, direction: Direction) -> AnswerContent:
    """Give an answer a rationale with one claim over the whole window."""
    claim = Claim(kind="direction", start=0, stop=LENGTH, direction=direction)
    return content.model_copy(update={"rationale": (Span(text="it moves", claim=claim),)})


def _baseline(name: str, version: str) -> Author:
    return Author(kind="baseline", name=name, version=version)
