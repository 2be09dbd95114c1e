"""Which labels go out, and on which side of a training each of them stands. No Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.exports.model import Split
from core.questions.base import Question
from core.review import CurrentLabel, Item
from pages.components.words import count
from storage import Store
from storage.gold_labels import counted_labels
from training.material import GoldBook, LabelledItem
from training.snapshot import apart_from_gold
from training.splits import near_duplicates, split_by_series, split_by_time, split_kind

SEED = 1


@dataclass(frozen=True)
class Decided:
    """An item whose label people gave, before its series is read."""

    item: Item
    question: Question
    label: CurrentLabel


def decided_items(store: Store, project_id: str, question_id: str | None = None) -> list[Decided]:
    """Return the items with a label that stands, in order of series and window."""
    questions = store.types.questions(project_id)
    family = None if question_id is None else questions[question_id].family_id
    labels = counted_labels(store, project_id)
    found = [
        Decided(item, questions[item.question_id], labels[item.id])
        for item in store.items.list(project_id)
        if item.id in labels
        and labels[item.id].content is not None
        and family in (None, questions[item.question_id].family_id)
    ]
    return sorted(found, key=lambda one: (one.item.series_id, one.item.start, one.item.id))


def sides_of(
    store: Store, project_id: str, decided: Sequence[Decided]
) -> tuple[dict[str, Split], tuple[str, ...]]:
    """Return the side of each item, as a snapshot of these labels would have it.

    An item without a side is left out; the sentences say why.
    """
    gold = GoldBook(store.gold.ranges(project_id))
    measured = store.gold.items(project_id)
    used = {one.item.series_id for one in decided} | {item.series_id for item in measured}
    series = {one: store.series.data(store.series.get(project_id, one)) for one in sorted(used)}
    groups = near_duplicates(series, store.series.lengths(project_id))
    sides: dict[str, Split] = {
        one.item.id: "gold" for one in decided if gold.reason(one.item) is not None
    }
    free = [
        LabelledItem(one.item, one.label.content, "correction")
        for one in decided
        if one.label.content is not None and gold.may_learn(one.item)
    ]
    apart = [one.item for one in apart_from_gold(free, measured, groups, gold)]
    kind = split_kind(len(series), len({groups[item.series_id] for item in apart}))
    placed: Sequence[Split | None] = (
        split_by_series(apart, groups, SEED) if kind == "by series" else split_by_time(apart)
    )
    sides |= {item.id: side for item, side in zip(apart, placed, strict=True) if side is not None}
    reasons = {
        "beside gold: they share samples with it": len(decided) - len(free) - _n_gold(sides),
        "on series that are copies of gold ones": len(free) - len(apart),
        "between training and validation in time": sum(side is None for side in placed),
    }
    return sides, tuple(f"{count(n, 'label')} {why}" for why, n in reasons.items() if n)


def _n_gold(sides: dict[str, Split]) -> int:
    return sum(side == "gold" for side in sides.values())
