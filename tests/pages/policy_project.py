"""A project with decided items for tests of Settings and Calibration: blind labels by Ann."""

from pathlib import Path

from core.answers import AnswerContent
from core.review import Item
from pages.components.workflows.asking import questions_by_kind
from storage import Store
from tests.pages.review_project import (
    anomaly_content,
    pattern_content,
    review_store,
    student_content,
)

NONE = AnswerContent(kind="anomaly")


def items_of_kind(store: Store, kind: str) -> list[Item]:
    """Return the items of a kind of question, in the order of the series."""
    project_id = store.projects.default().id
    question = questions_by_kind(store, project_id)[kind]  # type: ignore[index]  # a kind by name
    return store.items.list(project_id, question.id)


def decided_store(home: Path, n: int = 8, n_decided: int = 6) -> Store:
    """Return a store in which Ann decided some items of each kind, all of them blind.

    Of the anomaly items every third one holds none; the others a level shift, some a spike too.
    """
    store = review_store(home, n=n, students=True)
    project_id = store.projects.default().id
    question = questions_by_kind(store, project_id)["anomaly"]
    for number, item in enumerate(items_of_kind(store, "anomaly")[:n_decided]):
        said = (anomaly_content, student_content)[number % 2](question)
        store.corrections.record(
            project_id,
            item.id,
            "ann",
            "no_anomaly" if number % 3 == 2 else "fix",
            expected_sequence=0,
            content=None if number % 3 == 2 else said,
        )
    for number, item in enumerate(items_of_kind(store, "pattern")[:n_decided]):
        label = ("linear_increase", "sigmoid")[number % 2]
        store.corrections.record(
            project_id,
            item.id,
            "ann",
            "fix",
            expected_sequence=0,
            content=pattern_content(label, 0.9),
        )
    return store
