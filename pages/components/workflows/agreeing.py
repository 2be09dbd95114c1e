"""How far people agree on the windows that more than one of them decided. No Streamlit."""

from collections import defaultdict
from collections.abc import Mapping

from core.metrics.agreement import Agreement, Answered, pairwise
from core.metrics.boundary_bias import EdgeBias, pairwise_bias
from core.opinions import independent_labels
from core.review import Correction, labels_by_person
from storage import Store

Labels = Mapping[str, Mapping[str, Answered]]
"""Person to item id to label."""


def people_agree(
    store: Store, project_id: str, question_id: str, independent: bool = False
) -> list[Agreement]:
    """Compare every two people on the windows of a question that both gave a label to.

    Nobody is compared on texts: nothing says what is equal.
    """
    return pairwise(people_labels(store, project_id, question_id, independent))


def edges_differ(
    store: Store, project_id: str, question_id: str, independent: bool = False
) -> list[EdgeBias]:
    """Compare where every two people set the edges of the events that both marked."""
    return pairwise_bias(people_labels(store, project_id, question_id, independent))


def people_labels(
    store: Store, project_id: str, question_id: str, independent: bool = False
) -> Labels:
    """Return what everybody said of the windows of a question.

    Args:
        independent: only each person's first label, and only where it could not lean on somebody
            else's. Otherwise each counts with their own latest label, and whoever came second may
            have seen what the first one said: agreement is rather too high then.
    """
    if not store.questions.get(question_id).learned:
        return {}
    items = {item.id: item for item in store.items.list(project_id, question_id)}
    events: dict[str, list[Correction]] = defaultdict(list)
    for event in store.corrections.events(project_id):
        if event.item_id in items:
            events[event.item_id].append(event)
    answers: dict[str, dict[str, Answered]] = defaultdict(dict)
    for item_id, own in events.items():
        labels = independent_labels(own) if independent else labels_by_person(own)
        for person, content in labels.items():
            answers[person][item_id] = Answered(items[item_id].series_id, content)
    return answers
