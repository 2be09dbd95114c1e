"""Changes of gold labels that wait for a second person, and their answer. No Streamlit."""

from dataclasses import dataclass
from datetime import datetime

from core.answers import AnswerContent
from core.desk_events import Reviewed
from core.errors import ConflictError, StoreError
from core.people import Identity
from core.questions.base import Question
from pages.components.workflows.comparing import in_words, place_of
from storage import Store
from storage.gold_labels import gold_labels_of


@dataclass(frozen=True)
class GoldChange:
    """A change of a gold label.

    Attributes:
        before, after: what counts until the change does, and what it says, in words.
        returned_by: who turned it down; empty while it waits.
    """

    correction_id: str
    item_id: str
    place: str
    question: str
    person: str
    at: datetime
    before: str
    after: str
    returned_by: str = ""


def gold_changes(store: Store, project_id: str, *, returned: bool = False) -> list[GoldChange]:
    """Return the changes that wait, the oldest first; or those that were turned down."""
    labels = gold_labels_of(store, project_id)
    items = {item.id: item for item in store.items.list(project_id)}
    series = {row.id: row for row in store.series.list(project_id, include_archived=True)}
    found: list[GoldChange] = []
    for item_id, label in labels.items():
        change = label.change
        if change is None or bool(label.returned_by) != returned:
            continue
        item = items[item_id]
        question = store.questions.get(item.question_id)
        before = None if label.counted is None else label.counted.content
        found.append(
            GoldChange(
                correction_id=change.id,
                item_id=item_id,
                place=place_of(series[item.series_id], item),
                question=question.name,
                person=change.person,
                at=change.created_at,
                before=_words(question, before),
                after=_words(question, change.content),
                returned_by=label.returned_by,
            )
        )
    return sorted(found, key=lambda one: one.at)


def n_waiting(store: Store, project_id: str, question_id: str | None = None) -> int:
    """Return how many changes wait, of one question or of all."""
    waiting = {one for one, label in gold_labels_of(store, project_id).items() if label.waits}
    return sum(item.id in waiting for item in store.items.list(project_id, question_id))


def answer_change(
    store: Store,
    project_id: str,
    change: GoldChange,
    person: str,
    *,
    approve: bool,
    note: str = "",
    identity: Identity = "typed",
) -> None:
    """Approve a change, or turn it down, as somebody else than its author.

    Raises:
        StoreError: when the person made the change.
        ConflictError: when it waits no more: it was answered, undone, or changed again.
    """
    if person == change.person:
        raise StoreError(
            f"the change is {person!r}'s own, and a change of gold needs a second person; ask "
            "somebody else to look at it"
        )
    label = gold_labels_of(store, project_id).get(change.item_id)
    if label is None or label.change is None or label.change.id != change.correction_id:
        raise ConflictError(
            "this change of a gold label waits no more: it was approved, taken back or replaced "
            "by another in between, so nothing was stored; look at the list as it is now"
        )
    verdict = "approved" if approve else "returned"
    body = Reviewed(correction_id=change.correction_id, verdict=verdict, note=note)
    store.desk_events.record(project_id, change.item_id, person, body, identity=identity)


def _words(question: Question, content: AnswerContent | None) -> str:
    """Say a label with its places: a change may be one of edges alone."""
    if content is None:
        return "no label"
    if not content.intervals:
        return in_words(question, content)
    events = [(one.start, one.stop - 1, question.name_of(one)) for one in content.intervals]
    return ", ".join(f"{name} {first:,} to {last:,}" for first, last, name in sorted(events))
