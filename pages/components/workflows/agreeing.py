"""How far people agree on the windows that more than one of them decided. No Streamlit."""

from collections import defaultdict

from core.metrics.agreement import Agreement, Answered, pairwise
from core.review import Correction, labels_by_person
from storage import Store


def people_agree(store: Store, project_id: str, question_id: str) -> list[Agreement]:
    """Compare every two people on the windows of a question that both gave a label to.

    Each counts with their own latest label. Whoever came second may have seen what the first said,
    so that agreement is rather too high. Nobody is compared on texts: nothing says what is equal.
    """
    if not store.questions.get(question_id).learned:
        return []
    items = {item.id: item for item in store.items.list(project_id, question_id)}
    events: dict[str, list[Correction]] = defaultdict(list)
    for event in store.corrections.events(project_id):
        if event.item_id in items:
            events[event.item_id].append(event)
    answers: dict[str, dict[str, Answered]] = defaultdict(dict)
    for item_id, own in events.items():
        for person, content in labels_by_person(own).items():
            answers[person][item_id] = Answered(items[item_id].series_id, content)
    return pairwise(answers)
