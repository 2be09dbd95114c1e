"""Add the change-point example: machines whose channels part, join, or change by themselves."""

from dataclasses import replace

from core.generate_changes import generate_changes
from pages.components.workflows.asking import add_change_question, queue_label_job
from pages.components.workflows.example import store_examples
from storage import Store
from storage.rows import Job

ORIGIN = "change-point example"
N_SERIES, N_GOLD = 60, 20
SEED = 5
TEACHER = "rules"


def add_change_example(store: Store, project_id: str) -> Job:
    """Store the series with their change point question and ask the rules; twice adds none twice.

    A third of them are gold by construction, unless the project's gold is locked: then its truth
    could measure nothing, and all of them are like any other series.
    """
    add_change_question(store, project_id)
    locked = store.gold.is_locked(project_id)
    examples = [
        replace(one, gold=place < N_GOLD and not locked)
        for place, one in enumerate(generate_changes(N_SERIES, SEED))
    ]
    items = store_examples(store, project_id, examples, ORIGIN)
    return queue_label_job(store, project_id, items, TEACHER, "change-point example")


def has_change_example(store: Store, project_id: str) -> bool:
    """Tell whether the example is among the project's series."""
    return any(row.origin == ORIGIN for row in store.series.list(project_id))
