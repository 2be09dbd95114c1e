"""What there is to learn from, in numbers and in one sentence, and how a training starts.

No Streamlit, no SQL. Also used without a browser: the benchmark and the example start here.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.answers import Answer
from core.opinions import disputed
from core.questions.base import LABEL_LEARNED, Question
from core.review import CurrentLabel, Decision, Item
from pages.components.words import count
from pages.components.workflows.drawing import ensure_draw, measured_items, replacements
from storage import Store
from storage.gold_labels import counted_labels
from storage.rows import Job, ModelVersion
from training.material import GoldBook, LabelledItem, also_from, choose
from training.requests import TrainRequest
from training.splits import FEW_SERIES
from training.versions import asked_now, one_per_window
from training.worker_results import gold_truths, teacher_answers

REVIEWS_FOR_GOLD = 20
"""In a project without gold the first reviews are drawn at random and half of them become gold."""

FEW_EXAMPLES = 100
"""A student of fewer windows than this rarely beats its teacher."""


@dataclass(frozen=True)
class ChainPlace:
    """Where a training stands in a chain: the preset's key, words for it, the job before it."""

    preset: str = ""
    words: str = ""
    after: str | None = None


ALONE = ChainPlace()


@dataclass(frozen=True)
class QuestionMaterial:
    """What there is to learn of one question.

    Attributes:
        n_items: windows that were asked, gold or not.
        pseudo_labels: windows outside gold by who labelled them.
        corrections: people's standing decisions outside gold by type.
        gold_items: windows in gold ranges.
        gold_answered: gold windows whose truth is known.
        learnable: what a student would learn from now.
        answered_at: when each pseudo-label outside gold came.
    """

    question: Question
    n_items: int
    pseudo_labels: dict[str, int]
    corrections: dict[Decision, int]
    gold_items: int
    gold_answered: int
    learnable: tuple[LabelledItem, ...]
    answered_at: tuple[datetime, ...] = ()

    @property
    def n_corrected(self) -> int:
        """Windows whose training answer is a person's."""
        return sum(one.source == "correction" for one in self.learnable)


@dataclass(frozen=True)
class LearningState:
    """What there is to learn from in a project.

    Attributes:
        gold_reviews_missing: reviews left until each question asked can be measured.
        n_series: series that something was asked about.
        new_corrections: windows outside gold that people decided on, or undid, after the latest
            snapshot; all of them when there is none.
        new_pseudo_labels: teachers' answers outside gold after it; all when there is none.
        left_out: questions that were asked and that nobody learns.
        n_disputed: windows outside gold on which people disagree.
    """

    questions: tuple[QuestionMaterial, ...]
    n_series: int
    gold_locked: bool
    gold_series: int
    gold_reviews_missing: int
    new_corrections: int
    new_pseudo_labels: int
    n_snapshots: int
    left_out: tuple[Question, ...] = ()
    n_disputed: int = 0

    @property
    def n_examples(self) -> int:
        """Windows a student would learn from now."""
        return sum(len(material.learnable) for material in self.questions)

    @property
    def n_gold(self) -> int:
        """Gold windows with a known truth."""
        return sum(material.gold_answered for material in self.questions)

    @property
    def without_labels(self) -> bool:
        """Tell whether all there is to learn is learned from the windows, whatever was said."""
        asked = {one.question.kind for one in self.questions if one.learnable}
        return bool(asked) and asked.isdisjoint(LABEL_LEARNED)

    @property
    def by_time_blocks(self) -> bool:
        """Tell whether so few series force a split by time: the weaker test."""
        return 0 < self.n_series < FEW_SERIES


def what_there_is(
    store: Store, project_id: str, only_undisputed: bool = True, students: Sequence[str] = ()
) -> LearningState:
    """Count what a student could learn from and be tested on.

    Args:
        only_undisputed: it learns from no window on which people disagree.
        students: ids of the versions whose answers it learns from too.
    """
    teaching = [store.versions.get(one) for one in students]
    ranges = store.gold.ranges(project_id)
    gold = GoldBook(ranges)
    labels = store.corrections.current(project_id)
    unsettled = disputed(store.corrections.events(project_id), store.desk_events.list(project_id))
    left_out = unsettled if only_undisputed else frozenset[str]()
    questions = store.questions.current(project_id)
    materials = [
        _material(store, project_id, question, gold, labels, left_out, teaching)
        for question in questions
        if question.learned
    ]
    snapshots = store.snapshots.list(project_id)
    latest = max((snapshot.created_at for snapshot in snapshots), default=None)
    items = measured_items(store, project_id)
    free = {item.id for item in items if gold.may_learn(item)}
    changed = {
        event.item_id
        for event in store.corrections.events(project_id)
        if event.decision != "skip" and (latest is None or event.created_at > latest)
    }
    return LearningState(
        questions=tuple(materials),
        n_series=len({item.series_id for item in items}),
        gold_locked=store.gold.is_locked(project_id),
        gold_series=len({reserved.series_id for reserved in ranges}),
        gold_reviews_missing=reviews_missing(store, project_id),
        new_corrections=len(changed & free),
        new_pseudo_labels=sum(
            latest is None or at > latest for material in materials for at in material.answered_at
        ),
        n_snapshots=len(snapshots),
        left_out=tuple(
            one for one in questions if not one.learned and store.items.list(project_id, one.id)
        ),
        n_disputed=len(unsettled & free),
    )


def _material(
    store: Store,
    project_id: str,
    question: Question,
    gold: GoldBook,
    labels: Mapping[str, CurrentLabel],
    left_out: Collection[str],
    teaching: Sequence[ModelVersion],
) -> QuestionMaterial:
    taught = [store.answers.latest(project_id, question.id, one.author) for one in teaching]
    pseudo = also_from(teacher_answers(store, project_id, question.id), taught)
    items = _windows(store, project_id, question, labels, pseudo)
    agreed = [item for item in items if item.id not in left_out]
    free = [item for item in items if gold.may_learn(item)]
    contents = {item_id: answer.content for item_id, answer in pseudo.items()}
    return QuestionMaterial(
        question=question,
        n_items=len(items),
        pseudo_labels=_by_author(free, pseudo),
        corrections=dict(
            Counter(labels[item.id].event.decision for item in free if item.id in labels)
        ),
        gold_items=sum(gold.reason(item) is not None for item in items),
        gold_answered=len(gold_truths(store, project_id, question.id)),
        learnable=tuple(choose(agreed, contents, labels, gold)),
        answered_at=tuple(pseudo[item.id].created_at for item in free if item.id in pseudo),
    )


def may_teach(store: Store, project_id: str) -> list[tuple[ModelVersion, int]]:
    """Return the serving version, and how many windows outside gold it alone has answered.

    Nothing is learned from it unless a lead chooses so.
    """
    version = store.versions.serving(project_id)
    if version is None:
        return []
    gold = GoldBook(store.gold.ranges(project_id))
    items = {item.id: item for item in store.items.list(project_id) if gold.may_learn(item)}
    n = 0
    for question in store.questions.current(project_id):
        said = store.answers.latest(project_id, question.id, version.author)
        taught = teacher_answers(store, project_id, question.id)
        n += sum(item_id in items and item_id not in taught for item_id in said)
    return [(version, n)] if n else []


def _windows(
    store: Store,
    project_id: str,
    question: Question,
    labels: Mapping[str, CurrentLabel],
    pseudo: Mapping[str, Answer],
) -> list[Item]:
    """Return one item per window, whichever version of the question it was asked under."""
    items = store.items.list(project_id, question.id)
    now = asked_now(items, {item.question_id: question for item in items})
    decided = {item_id for item_id, label in labels.items() if label.content is not None}
    return one_per_window(now, decided, labels, pseudo)


def _by_author(items: Sequence[Item], answers: Mapping[str, Answer]) -> dict[str, int]:
    return dict(Counter(answers[item.id].author.name for item in items if item.id in answers))


def reviews_missing(store: Store, project_id: str) -> int:
    """Return how many reviews are left until each question asked can be measured.

    Those of the random first draw, and of the gold items that stand in for drawn ones whose review
    left no truth. 0 when gold came otherwise.
    """
    drawn = store.gold.draw(project_id)
    held = store.gold.ranges(project_id)
    if not drawn:
        return 0 if held else REVIEWS_FOR_GOLD
    labels = counted_labels(store, project_id)
    items = measured_items(store, project_id)
    wanted = [*(one.item_id for one in drawn), *replacements(items, drawn, GoldBook(held), labels)]
    return sum(one not in labels for one in wanted)


def advice(state: LearningState) -> str:
    """Say in one sentence what to do next; the first thing that is missing speaks."""
    n = state.n_examples
    if n == 0:
        return "No window outside gold has an answer yet: ask a teacher, or wait for its answers."
    if missing := state.gold_reviews_missing:
        return (
            f"A student can learn from {n:,} items now, but {count(missing, 'review')} "
            f"{'is' if missing == 1 else 'are'} missing before anyone can tell whether it is "
            "better than its teacher. Review brings them first."
        )
    if state.without_labels and not state.n_snapshots:
        return (
            f"{count(n, 'window')} to learn from, which needs nobody's labels, and {state.n_gold} "
            "gold ones to test on: enough to start."
        )
    if n < FEW_EXAMPLES and not state.without_labels:
        return (
            f"{n} windows are few: a student rarely beats its teacher below {FEW_EXAMPLES}. "
            "Ask about more series, or train to see how far it comes."
        )
    if state.n_snapshots and not state.new_corrections and not state.new_pseudo_labels:
        return "Nothing came in since the last snapshot: a new run would learn the same."
    if state.n_snapshots:
        return (
            f"{state.new_corrections:,} corrections and {state.new_pseudo_labels:,} pseudo-labels "
            "came since the last snapshot; a new run learns from them too."
        )
    return f"{n:,} windows to learn from and {state.n_gold} gold ones to test on: enough to start."


def start_training(
    store: Store,
    project_id: str,
    *,
    recipe: str = "pseudo_label",
    settings: Mapping[str, Any] | None = None,
    after: Sequence[str] = (),
    only_undisputed: bool = True,
    students: Sequence[str] = (),
    stage: ChainPlace = ALONE,
    may_fetch: bool = False,
) -> Job:
    """Fix gold for good and queue a training; its snapshot is made when it starts.

    Args:
        settings: fields of the recipe's config.
        after: jobs that must end first, so that their answers are in the snapshot.
        only_undisputed: leave out the windows on which people disagree.
        students: ids of the versions whose answers are learned where no teacher answered.
        stage: where in a chain it stands.
        may_fetch: the model to begin with may be fetched from the hub.
    """
    ensure_draw(store, project_id)
    if store.gold.ranges(project_id):
        store.gold.lock(project_id)
    n_before = len(store.jobs.list(project_id, "train"))
    request = TrainRequest(
        recipe=recipe,
        settings=dict(settings or {}),
        after=tuple(after),
        only_undisputed=only_undisputed,
        also_from=tuple(students),
        preset=stage.preset,
        may_fetch=may_fetch,
    )
    title = f"Training {n_before + 1}" + (f": {stage.words}" if stage.words else "")
    return store.jobs.enqueue(project_id, "train", title, request.params(), after=stage.after)
