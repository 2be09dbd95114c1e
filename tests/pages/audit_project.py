"""Batches of a teacher in a small project, to be audited: what it said, and where it failed."""

from collections.abc import Sequence

from core.answers import Answer, AnswerContent, Author, FailedAnswer
from core.ids import new_id, utc_now
from core.review import Item
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.asking import questions_by_kind
from storage import Store
from storage.rows import Job
from tests.pages.review_project import anomaly_content, pattern_content, pattern_series

TEACHER = Author(kind="teacher", name="gpt-test", version="abc")
TITLE = "gpt-test: pattern, windows"
REASON = "because of the bulge"
"""Words that only the teacher says: what is blind must not hold them."""


def answer_of(
    item: Item, content: AnswerContent, job: Job, author: Author = TEACHER, sample: int = 0
) -> Answer:
    """Return an answer that an author gave in a batch."""
    return Answer(
        id=new_id(),
        item_id=item.id,
        author=author,
        content=content,
        created_at=utc_now(),
        job_id=job.id,
        sample=sample,
    )


def failure_of(item: Item, job: Job, author: Author = TEACHER) -> FailedAnswer:
    """Return a try of an author in a batch that gave nothing."""
    return FailedAnswer(
        id=new_id(),
        item_id=item.id,
        author=author,
        problem="refusal",
        message="the model declined to look at it",
        created_at=utc_now(),
        job_id=job.id,
    )


def batch(store: Store) -> Job:
    """Queue a batch; nothing runs it here."""
    return store.jobs.enqueue(store.projects.default().id, "label", TITLE, {})


def pattern_items(store: Store, n: int) -> list[Item]:
    """Store `n` series with one pattern question each."""
    project_id = store.projects.default().id
    question = questions_by_kind(store, project_id)["pattern"]
    series: list[tuple[SeriesData, SeriesInfo]] = [pattern_series(i, 64) for i in range(n)]
    rows = store.series.add_many(project_id, series)
    return store.items.add_many(project_id, [(row.id, 0, 64, question.id) for row in rows])


def answered_batch(store: Store, items: Sequence[Item], said: Sequence[str | None]) -> Job:
    """Have the teacher say a pattern of each item in one batch; None stands for a failure."""
    job, project_id = batch(store), store.projects.default().id
    pairs = list(zip(items, said, strict=True))
    answers = [answer_of(i, teacher_says(label), job) for i, label in pairs if label is not None]
    store.answers.add_many(project_id, answers)
    store.failures.add_many(project_id, [failure_of(i, job) for i, label in pairs if label is None])
    return job


def teacher_says(label: str) -> AnswerContent:
    """Return a pattern with words of the teacher's own."""
    content = pattern_content(label, 0.8)
    span = content.rationale[0].model_copy(update={"text": REASON, "claim": None})
    return content.model_copy(update={"rationale": (span,)})


def answer_anomalies(store: Store, items: Sequence[Item]) -> Job:
    """Have the teacher name the two intervals of `anomaly_content` on each item in one batch."""
    job, project_id = batch(store), store.projects.default().id
    content = anomaly_content(questions_by_kind(store, project_id)["anomaly"])
    spans = tuple(one.model_copy(update={"text": REASON}) for one in content.rationale)
    content = content.model_copy(update={"rationale": spans})
    store.answers.add_many(project_id, [answer_of(item, content, job) for item in items])
    return job
