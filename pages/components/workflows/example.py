"""Load the example: generated series, 200 of them gold by construction, and a few real ones."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.answers import Answer, AnswerContent, Author, FoundInterval
from core.example import example_series
from core.generate import Generated
from core.ids import new_id, utc_now
from core.questions.base import Question
from pages.components.workflows.asking import questions_by_kind, queue_label_job
from storage import Store
from storage.rows import Job, StoredSeries

GENERATOR = Author(kind="import", name="generator")
TEACHER = "rules"
ORDER_SEED = 11


@dataclass(frozen=True)
class LoadedExample:
    """What loading the example stored and started."""

    n_series: int
    n_gold: int
    n_items: int
    label_job: Job


def load_example(
    store: Store, project_id: str, report: Callable[[float, str], None] = lambda share, text: None
) -> LoadedExample:
    """Store the example's series, items and gold truths, and queue the rules' answers.

    Only gold items carry the generator's truth (as `import` answers, which nothing that learns
    reads); the truth of the other series is thrown away. Loading twice stores nothing twice.
    """
    report(0.05, "Generating 600 series ...")
    examples = example_series()
    report(0.35, "Storing them ...")
    stored = store.series.add_many(
        project_id, [(one.data, one.info) for one in examples], origin="example"
    )
    report(0.75, "Reserving 200 of them as gold, preparing the questions ...")
    pairs = list(zip(examples, stored, strict=True))
    gold = [(row.id, 0, row.n_samples) for one, row in pairs if one.gold]
    reserved = {gold_range.series_id for gold_range in store.gold.ranges(project_id)}
    store.gold.reserve(project_id, [g for g in gold if g[0] not in reserved], "construction")
    questions = questions_by_kind(store, project_id)
    wanted = [
        (one, row, questions[kind]) for one, row in pairs for kind in one.asked if kind in questions
    ]
    # Shuffled, so that every kind of series is among the first answers and the first reviews.
    order = np.random.default_rng(ORDER_SEED).permutation(len(wanted))
    wanted = [wanted[i] for i in order]
    items = store.items.add_many(
        project_id, [(row.id, 0, row.n_samples, question.id) for _, row, question in wanted]
    )
    known = store.answers.latest(project_id)
    truths = [
        Answer(
            id=new_id(),
            item_id=item.id,
            author=GENERATOR,
            content=truth_of(one, question),
            created_at=utc_now(),
        )
        for item, (one, _, question) in zip(items, wanted, strict=True)
        if one.gold and not any(a.author == GENERATOR for a in known.get(item.id, {}).values())
    ]
    store.answers.add_many(project_id, truths)
    report(0.95, "Asking the built-in rules ...")
    job = queue_label_job(store, project_id, items, TEACHER, "the example")
    return LoadedExample(len(stored), len(gold), len(items), job)


def truth_of(example: Generated, question: Question) -> AnswerContent:
    """Return the generator's truth on the whole series as an answer to the question."""
    if question.kind == "pattern":
        return AnswerContent(kind="pattern", label=example.pattern, confidence=1.0)
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(
                number=number,
                start=event.start,
                stop=event.stop,
                channels=event.channels,
                type_id=question.type_named(event.key).id,
            )
            for number, event in enumerate(example.events, start=1)
        ),
    )


def is_example_loaded(stored: list[StoredSeries]) -> bool:
    """Tell whether the example is among the stored series."""
    return any(row.origin == "example" for row in stored)
