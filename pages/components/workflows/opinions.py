"""Where items stand between people, what was sent back, and who owes a second opinion.

No Streamlit. A second opinion is asked for on a share of the decided windows (the label policy says
which). Whoever gives it sees neither the first label nor any model's answer before their own; who
met the window in a calibration round has seen its label, and is not asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.desk_events import DeskEvent
from core.opinions import ItemState, awaits_second, by_item, is_chosen, item_state, states
from core.review import Correction, Item
from pages.components.workflows.drawing import shuffle_key
from pages.components.workflows.rounds import practised_items
from storage import Store


@dataclass(frozen=True)
class Returned:
    """An item that was sent back, why, by whom and when."""

    item_id: str
    note: str
    by: str
    at: datetime


def item_states(store: Store, project_id: str) -> dict[str, ItemState]:
    """Return the state of every item of a project that has a decision."""
    return states(store.corrections.events(project_id), store.desk_events.list(project_id))


def returned_note(store: Store, item: Item, person: str) -> Returned | None:
    """Return why an item was sent back to a person; None when it was not."""
    events = store.corrections.events(item.project_id, item.id)
    state = item_state(events, store.desk_events.list(item.project_id, item.id))
    if state.status != "returned" or state.decision is None or state.review is None:
        return None
    if state.decision.person != person:
        return None
    return Returned(item.id, state.note, state.review.person, state.review.created_at)


def second_opinions_waiting(store: Store, project_id: str, person: str) -> list[str]:
    """Return the items that wait for this person's own label, in a random order that is fixed.

    Those that the person skipped come at the end.
    """
    share = store.policies.current(project_id).second_share
    if not share:
        return []
    corrections = by_item(store.corrections.events(project_id))
    said = by_item(store.desk_events.list(project_id))
    learned = {one.id for one in store.questions.list(project_id) if one.learned}
    known = practised_items(store, project_id, person)
    waiting = [
        item
        for item in store.items.list(project_id)
        if item.question_id in learned
        and item.id not in known
        and _waits(item, share, corrections.get(item.id, ()), said.get(item.id, ()), person)
    ]
    skipped = {
        item.id
        for item in waiting
        if any(one.person == person and one.decision == "skip" for one in corrections[item.id])
    }
    return [one.id for one in sorted(waiting, key=lambda i: (i.id in skipped, shuffle_key(i.id)))]


def gives_second(store: Store, item: Item, person: str, events: Sequence[Correction]) -> bool:
    """Tell whether this person is asked for a second opinion on an item.

    Args:
        events: of the item.
    """
    share = store.policies.current(item.project_id).second_share
    if not events or not share or not store.questions.get(item.question_id).learned:
        return False
    if item.id in practised_items(store, item.project_id, person):
        return False
    said = store.desk_events.list(item.project_id, item.id)
    return _waits(item, share, events, said, person)


def _waits(
    item: Item,
    share: float,
    corrections: Sequence[Correction],
    said: Sequence[DeskEvent],
    person: str,
) -> bool:
    if not corrections or not is_chosen(item.id, share):
        return False
    return awaits_second(item_state(corrections, said), corrections, said, person)
