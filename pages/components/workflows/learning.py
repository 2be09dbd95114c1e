"""What there is to learn from, said in numbers and in one sentence. No Streamlit, no SQL.

Also used without a browser: the benchmark and the example's first training start here.
"""

from collections import Counter
from dataclasses import dataclass

from core.questions.base import Question
from core.review import LABELLING, Decision
from pages.components.workflows.material import (
    Chosen,
    GoldBook,
    choose,
    gold_truths,
    pseudo_labels,
)
from storage import Store

FEW_SERIES = 12
"""Below this number of series the split is by time blocks: the weaker test."""

REVIEWS_FOR_GOLD = 20
"""In a project without gold the first reviews are drawn at random and half of them become gold."""

FEW_EXAMPLES = 100
"""A student of fewer windows than this rarely beats its teacher."""


@dataclass(frozen=True)
class QuestionMaterial:
    """What there is to learn of one question.

    Attributes:
        n_items: windows that were asked, gold or not.
        pseudo_labels: windows outside gold by who labelled them ("built-in rules", say).
        corrections: people's standing decisions outside gold by type.
        gold_items: windows in gold ranges.
        gold_answered: gold windows whose truth is known.
        learnable: what a student would learn from now.
    """

    question: Question
    n_items: int
    pseudo_labels: dict[str, int]
    corrections: dict[Decision, int]
    gold_items: int
    gold_answered: int
    learnable: tuple[Chosen, ...]

    @property
    def n_corrected(self) -> int:
        """Windows whose training answer is a person's."""
        return sum(chosen.source == "correction" for chosen in self.learnable)


@dataclass(frozen=True)
class LearningState:
    """What there is to learn from in a project."""

    questions: tuple[QuestionMaterial, ...]
    n_series: int
    gold_locked: bool
    gold_series: int
    gold_reviews_missing: int
    new_corrections: int
    """Corrections recorded after the latest snapshot; all of them when there is none."""
    n_snapshots: int

    @property
    def n_examples(self) -> int:
        """Windows a student would learn from now."""
        return sum(len(material.learnable) for material in self.questions)

    @property
    def n_gold(self) -> int:
        """Gold windows with a known truth."""
        return sum(material.gold_answered for material in self.questions)

    @property
    def by_time_blocks(self) -> bool:
        """Tell whether so few series force a split by time: the weaker test."""
        return 0 < self.n_series < FEW_SERIES


def what_there_is(store: Store, project_id: str) -> LearningState:
    """Count what a student could learn from and be tested on."""
    ranges = store.gold.ranges(project_id)
    gold = GoldBook(ranges)
    labels = store.corrections.current(project_id)
    materials: list[QuestionMaterial] = []
    for question in store.questions.current(project_id):
        items = store.items.list(project_id, question.id)
        pseudo = pseudo_labels(store, project_id, question.id)
        free = [item for item in items if gold.may_learn(item)]
        kept = [item for item in items if gold.reason(item) is not None]
        materials.append(
            QuestionMaterial(
                question=question,
                n_items=len(items),
                pseudo_labels=dict(
                    Counter(pseudo[item.id].author.name for item in free if item.id in pseudo)
                ),
                corrections=dict(
                    Counter(labels[item.id].event.decision for item in free if item.id in labels)
                ),
                gold_items=len(kept),
                gold_answered=len(gold_truths(store, project_id, question, items=kept)),
                learnable=tuple(choose(items, pseudo, labels, gold)),
            )
        )
    snapshots = store.snapshots.list(project_id)
    latest = max((snapshot.created_at for snapshot in snapshots), default=None)
    events = [e for e in store.corrections.events(project_id) if e.decision in LABELLING]
    return LearningState(
        questions=tuple(materials),
        n_series=len(store.series.list(project_id)),
        gold_locked=store.gold.is_locked(project_id),
        gold_series=len({reserved.series_id for reserved in ranges}),
        gold_reviews_missing=_reviews_missing(store, project_id, materials),
        new_corrections=sum(latest is None or event.created_at > latest for event in events),
        n_snapshots=len(snapshots),
    )


def _reviews_missing(store: Store, project_id: str, materials: list[QuestionMaterial]) -> int:
    """Return how many reviews the first random draw still needs; 0 when gold came otherwise."""
    draw = store.gold.draw(project_id)
    if not draw:
        has_gold = any(material.gold_answered for material in materials)
        return 0 if has_gold else REVIEWS_FOR_GOLD
    labels = store.corrections.current(project_id)
    return sum(item_id not in labels for item_id, _ in draw)


def advice(state: LearningState) -> str:
    """Say in one sentence what to do next; the first thing that is missing speaks."""
    n = state.n_examples
    if not any(material.n_items for material in state.questions):
        return "Nothing was asked yet: ask the built-in rules on the Teachers page first."
    if n == 0:
        return "Every answered window is gold: ask a teacher about more series first."
    if state.gold_reviews_missing:
        return (
            f"A student can learn from {n} windows now, but {state.gold_reviews_missing} reviews "
            "are missing before anyone can tell whether it is better than its teacher."
        )
    if n < FEW_EXAMPLES:
        return (
            f"{n} windows are few: a student rarely beats its teacher below {FEW_EXAMPLES}. "
            "Ask about more series, or train to see how far it comes."
        )
    if state.n_snapshots and state.new_corrections == 0:
        return "Nothing was corrected since the last snapshot: a new run would learn the same."
    if state.n_snapshots:
        return (
            f"{state.new_corrections} corrections came since the last snapshot; "
            "a new run learns from them too."
        )
    return f"{n} windows to learn from and {state.n_gold} gold ones to test on: enough to start."
