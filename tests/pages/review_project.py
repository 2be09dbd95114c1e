"""A small project for review tests: two questions, hand-made answers, three channels, no gold."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from core.answers import Answer, AnswerContent, Author, Claim, FoundInterval, Span
from core.ids import new_id
from core.policy import LabelPolicy
from core.questions.base import Question
from core.review import Item
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.reviewing import Desk, load_desk
from storage import Store, open_store

RULES = Author(kind="rules", name="rules")
STUDENT = Author(kind="student", name="series", version="v1")
GENERATOR = Author(kind="import", name="generator")
BASE_NS = 1_700_000_000_000_000_000
START = datetime(2026, 1, 1, tzinfo=UTC)


def anomaly_series(number: int, n: int = 600) -> tuple[SeriesData, SeriesInfo]:
    """Three irregularly sampled channels; ch2 jumps by 4 in [240, 280)."""
    random = np.random.default_rng(number)
    values = random.normal(scale=0.2, size=(n, 3)) + np.sin(np.arange(n) / 40)[:, None]
    values[240:280, 1] += 4.0
    time = BASE_NS + np.cumsum(random.integers(1, 90, n)) * 1_000_000_000
    names = ("inlet pressure", "flow", "a rather long name of the third channel, bearing side")
    info = SeriesInfo(f"pump-{number}.csv", names, ("bar", "l/s", ""), zone="Europe/Berlin")
    return SeriesData(values=values, time=time), info


def pattern_series(number: int, n: int = 512) -> tuple[SeriesData, SeriesInfo]:
    """One channel that rises in a straight line."""
    random = np.random.default_rng(1000 + number)
    values = np.linspace(0, 5, n)[:, None] + random.normal(scale=0.3, size=(n, 1))
    return SeriesData(values=values), SeriesInfo(f"trend-{number}", ("value",))


def anomaly_content(question: Question) -> AnswerContent:
    """Two intervals; the second phrase is contradicted by the data."""
    shift, spike = question.type_named("level_shift").id, question.type_named("spike").id
    return AnswerContent(
        kind="anomaly",
        intervals=(
            FoundInterval(
                number=1, start=240, stop=280, channels=(1,), type_id=shift, confidence=0.93
            ),
            FoundInterval(
                number=2, start=400, stop=401, channels=(0,), type_id=spike, confidence=0.55
            ),
        ),
        confidence=0.9,
        rationale=(
            Span(
                text="The level of ch2 rises by 4 for 40 samples",
                interval=1,
                claim=Claim(kind="level", start=240, stop=280, channel=1, value=4.0),
            ),
            Span(text="; "),
            Span(
                text="ch1 has a spike of 9 at sample 400",
                interval=2,
                claim=Claim(kind="spike", start=400, stop=401, channel=0, value=9.0),
            ),
            Span(text="."),
        ),
    )


def student_content(question: Question) -> AnswerContent:
    """One of the two intervals, its edges a little off."""
    shift = question.type_named("level_shift").id
    found = FoundInterval(
        number=1, start=236, stop=288, channels=(1,), type_id=shift, confidence=0.71
    )
    span = Span(text="the level is higher here", interval=1)
    return AnswerContent(kind="anomaly", intervals=(found,), confidence=0.71, rationale=(span,))


def pattern_content(label: str, score: float) -> AnswerContent:
    """A pattern with its score and a runner-up."""
    scores = {label: score, "sigmoid": 1 - score}
    span = Span(
        text="The values climb from start to end.",
        claim=Claim(kind="direction", start=0, stop=512, direction="up"),
    )
    return AnswerContent(
        kind="pattern", label=label, scores=scores, confidence=score, rationale=(span,)
    )


def answered(
    store: Store, project_id: str, item: Item, author: Author, content: AnswerContent, at: int = 0
) -> Answer:
    """Store an answer of an author."""
    answer = Answer(
        id=new_id(),
        item_id=item.id,
        author=author,
        content=content,
        created_at=START + timedelta(seconds=at),
    )
    store.answers.add_many(project_id, [answer])
    return answer


def review_store(home: Path, n: int = 12, students: bool = False) -> Store:
    """Return a store with `n` series of each kind, answered by the rules (and by a student)."""
    store = open_store(home)
    project_id = store.projects.default().id
    # Ids differ from run to run, and with them the items of a blind share.
    store.policies.save(project_id, "lead", LabelPolicy(blind_share=0.0))
    questions = questions_by_kind(store, project_id)
    wanted = [
        *((anomaly_series(i), questions["anomaly"]) for i in range(n)),
        *((pattern_series(i), questions["pattern"]) for i in range(n)),
    ]
    stored = store.series.add_many(project_id, [one for one, _ in wanted])
    items = store.items.add_many(
        project_id,
        [(row.id, 0, row.n_samples, q.id) for row, (_, q) in zip(stored, wanted, strict=True)],
    )
    for number, (item, (_, question)) in enumerate(zip(items, wanted, strict=True)):
        anomaly = question.kind == "anomaly"
        content = anomaly_content(question) if anomaly else pattern_content("linear_increase", 0.8)
        answered(store, project_id, item, RULES, content)
        if students:
            said = (
                student_content(question)
                if anomaly
                else pattern_content("cubic", 0.5 + number / 100)
            )
            answered(store, project_id, item, STUDENT, said, at=1)
    return store


def items_of(store: Store, kind: str) -> list[Item]:
    """Return the items of a kind of question."""
    project_id = store.projects.default().id
    kinds = {one.id: one.kind for one in store.questions.list(project_id)}
    return [item for item in store.items.list(project_id) if kinds[item.question_id] == kind]


def item_of(store: Store, kind: str) -> Item:
    """Return the first item of a kind of question."""
    return items_of(store, kind)[0]


def desk_of(store: Store, kind: str, person: str = "me") -> Desk:
    """Return the desk of the first item of a kind of question."""
    item = item_of(store, kind)
    return load_desk(store, item.project_id, person, item.id)
