"""Load the example: generated series, many of them gold by construction, and a few real ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.answers import GENERATOR, Answer, AnswerContent, FoundInterval
from core.errors import StoreError
from core.example import N_GENERATED, N_GOLD, example_series
from core.generate import Generated
from core.ids import new_id, utc_now
from core.questions.base import Question
from core.review import Item
from pages.components.workflows.asking import questions_by_kind, queue_label_job
from pages.components.workflows.learning import start_training
from storage import Store

TEACHER = "rules"
ORIGIN = "example"
ORDER_SEED = 11
FIRST_SERIES = 40


@dataclass(frozen=True)
class LoadedExample:
    """What loading the example stored and started."""

    n_series: int
    n_gold: int
    n_items: int


def load_example(
    store: Store, project_id: str, report: Callable[[float, str], object] = lambda share, text: None
) -> LoadedExample:
    """Store the example's series, items and gold truths; queue the rules and a first training.

    The first 40 windows are stored and queued before the rest, so that there is something to
    review while the rest is stored. Loading twice stores nothing twice. Only gold items carry the
    generator's truth (as `import` answers, which nothing that learns reads); the truth of the
    other series is thrown away.
    """
    report(0.05, f"Generating {N_GENERATED} series ...")
    examples = example_series()
    # Its gold is all there, or none of it can be reserved any more.
    if store.gold.is_locked(project_id) and n_loaded(store, project_id) != len(examples):
        raise StoreError(
            "the example brings gold of its own, but this project's gold was locked by its first "
            "training, so nothing was loaded; load the example in an empty data folder "
            "(UNDERSTUDY_HOME chooses one)"
        )
    # Shuffled, so that every kind of series is among the first answers and the first reviews.
    order = np.random.default_rng(ORDER_SEED).permutation(len(examples))
    shuffled = [examples[place] for place in order]
    free = [one for one in shuffled if not one.gold]
    gold = [one for one in shuffled if one.gold]
    # One gold series comes first: a review that begins meanwhile must not draw gold of its own.
    first, rest = [gold[0], *free[:FIRST_SERIES]], free[FIRST_SERIES:] + gold[1:]
    report(0.2, "Storing the first series ...")
    items = store_examples(store, project_id, first)
    early = queue_label_job(store, project_id, items, TEACHER, "first windows of the example")
    report(0.4, f"Storing the other series, {N_GOLD} of them in all reserved as gold ...")
    more = store_examples(store, project_id, rest)
    report(0.9, "Asking the built-in rules ...")
    late = queue_label_job(store, project_id, more, TEACHER, "rest of the example")
    start_training(store, project_id, after=(early.id, late.id))
    n_gold = sum(one.gold for one in examples)
    return LoadedExample(len(examples), n_gold, len(items) + len(more))


def store_examples(
    store: Store, project_id: str, examples: Sequence[Generated], origin: str = ORIGIN
) -> list[Item]:
    """Store series with their items, their gold ranges and the truths on gold."""
    stored = store.series.add_many(
        project_id, [(one.data, one.info) for one in examples], origin=origin
    )
    pairs = list(zip(examples, stored, strict=True))
    reserved = {taken.series_id for taken in store.gold.ranges(project_id)}
    gold = [(row.id, 0, row.n_samples) for one, row in pairs if one.gold and row.id not in reserved]
    if gold:
        store.gold.reserve(project_id, gold, "construction")
    questions = questions_by_kind(store, project_id)
    wanted = [
        (one, row, questions[kind]) for one, row in pairs for kind in one.asked if kind in questions
    ]
    # Over what was generated alone: the generator knows nothing of a file that continued it since.
    items = store.items.add_many(
        project_id, [(row.id, 0, one.data.n_samples, question.id) for one, row, question in wanted]
    )
    known = store.answers.latest(project_id, None, GENERATOR)
    truths = [
        Answer(
            id=new_id(),
            item_id=item.id,
            author=GENERATOR,
            content=truth_of(one, question),
            created_at=utc_now(),
        )
        for item, (one, _, question) in zip(items, wanted, strict=True)
        if one.gold and item.id not in known
    ]
    store.answers.add_many(project_id, truths)
    return items


def truth_of(example: Generated, question: Question) -> AnswerContent:
    """Return the generator's truth on the whole series as an answer to the question."""
    if question.kind == "pattern":
        return AnswerContent(kind="pattern", label=example.pattern, confidence=1.0)
    if question.kind == "change_point":
        return AnswerContent(kind="change_point", intervals=example.changes)
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


def n_loaded(store: Store, project_id: str) -> int:
    """Return how many of the example's series a project has."""
    return sum(row.origin == ORIGIN for row in store.series.list(project_id))
