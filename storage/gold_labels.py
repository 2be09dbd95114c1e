"""What counts of a project's gold, read from what is stored; the rules are `core.gold_rules`."""

from core.gold_rules import GoldLabel, gold_labels, labels_that_count
from core.review import CurrentLabel
from storage.store import Store


def gold_labels_of(store: Store, project_id: str) -> dict[str, GoldLabel]:
    """Return what counts of each gold item on which somebody decided.

    Items of questions that gold does not measure are left out, wherever they lie.
    """
    gold = _gold(store, project_id)
    events = [event for event in store.corrections.events(project_id) if event.item_id in gold]
    return gold_labels(events, store.desk_events.list(project_id))


def counted_labels(store: Store, project_id: str) -> dict[str, CurrentLabel]:
    """Return what review says of each item: its current label, and on gold the one that counts."""
    gold = _gold(store, project_id)
    current = store.corrections.current(project_id)
    return {
        **{item_id: label for item_id, label in current.items() if item_id not in gold},
        **labels_that_count(gold_labels_of(store, project_id)),
    }


def _gold(store: Store, project_id: str) -> set[str]:
    learned = {question.id for question in store.questions.list(project_id) if question.learned}
    return {item.id for item in store.gold.items(project_id) if item.question_id in learned}
