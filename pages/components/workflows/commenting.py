"""Comments on an item, questions to the lead, and decisions that come with words. No Streamlit."""

from dataclasses import dataclass

from core.comments import LONGEST, Thread, threads
from core.desk_events import Comment, DeskEvent, standing
from core.errors import StoreError
from core.intervals import Interval
from core.people import Identity
from core.review import Correction, Item
from pages.components.chart.data import Painted
from pages.components.workflows.opinions import item_states, second_opinions_waiting
from pages.components.workflows.reviewing import Desk, decide
from storage import Store

SKIP_REASONS = ("Data look broken", "Cannot tell from the plot", "Not my field", "Asked twice")
DOUBTS = ("Two types fit", "Edges are unclear", "Cannot tell from the plot", "Data look broken")
"""What people say most often when they skip, or are not sure; anything else they type."""


@dataclass(frozen=True)
class Question:
    """Something that waits for a lead: a thread, or a decision "not sure" without words.

    Attributes:
        hidden: the lead owes the item a second opinion first, and must not know what was said.
    """

    item: Item
    person: str
    thread: Thread | None
    decision: Correction | None
    hidden: bool = False


def comment(
    store: Store,
    project_id: str,
    item_id: str,
    person: str,
    text: str,
    *,
    interval: Interval | None = None,
    asks_lead: bool = False,
    replies_to: str = "",
    closes: bool = False,
    identity: Identity = "typed",
) -> DeskEvent:
    """Record a comment on an item, or on a stretch of it, or an answer to one.

    Raises:
        StoreError: when it says nothing or too much, or answers what is not there.
    """
    said = " ".join(text.split())
    if not (said or closes) or len(said) > LONGEST:
        raise StoreError(
            f"the comment has {len(said):,} letters, so nothing was stored; write something, and "
            f"no more than {LONGEST:,}"
        )
    if replies_to:
        known = {one.first.event.id for one in threads(store.desk_events.list(project_id, item_id))}
        if replies_to not in known:
            raise StoreError(
                "the comment that you answer is not there any more, so nothing was stored; reload "
                "the item and look at what is said of it now"
            )
    body = Comment(
        text=said, interval=interval, asks_lead=asks_lead, replies_to=replies_to, closes=closes
    )
    return store.desk_events.record(project_id, item_id, person, body, identity=identity)


def take_back(
    store: Store, project_id: str, person: str, event_id: str, identity: Identity = "typed"
) -> DeskEvent:
    """Take back something that the person said and that stands.

    Raises:
        StoreError: when it is not theirs, or was taken back already.
    """
    own = [one for one in standing(store.desk_events.list(project_id)) if one.person == person]
    event = next((one for one in own if one.id == event_id), None)
    if event is None:
        raise StoreError(
            f"{person!r} has said nothing of this that still stands, so nothing was taken back; "
            "only one's own words can be"
        )
    return store.desk_events.record(
        project_id, event.item_id, person, None, undoes=event.id, identity=identity
    )


def ask_lead(
    store: Store,
    desk: Desk,
    person: str,
    painted: Painted,
    seconds: float | None,
    text: str = "",
    identity: Identity = "typed",
) -> Correction:
    """Decide "not sure" and put the item before the leads, with the person's words if any."""
    decision = decide(store, desk, person, "not_sure", painted, seconds, identity)
    if text.strip():
        item = desk.item
        comment(store, item.project_id, item.id, person, text, asks_lead=True, identity=identity)
    return decision


def skip_with_reason(
    store: Store,
    desk: Desk,
    person: str,
    painted: Painted,
    seconds: float | None,
    reason: str = "",
    identity: Identity = "typed",
) -> Correction:
    """Skip an item and say why, or not."""
    said = " ".join(reason.split())
    return decide(store, desk, person, "skip", painted, seconds, identity, said)


def open_questions(store: Store, project_id: str, lead: str) -> list[Question]:
    """Return what waits for a lead, the oldest first.

    Comments that ask and were not closed, and items whose deciding word is "not sure" without any.
    """
    items = {item.id: item for item in store.items.list(project_id)}
    events = store.desk_events.list(project_id)
    owed = set(second_opinions_waiting(store, project_id, lead))
    asked = [one for one in threads(events) if one.first.comment.asks_lead]
    found = [
        Question(items[event.item_id], event.person, one, None, event.item_id in owed)
        for one in asked
        for event in (one.first.event,)
        if one.open_question and event.item_id in items
    ]
    for item_id, state in item_states(store, project_id).items():
        last = state.decision
        # A lead who settled a dispute as unclear asks nobody.
        if last is None or last.decision != "not_sure" or last.how == "adjudication":
            continue
        if item_id in items and not any(_came_with(one, last) for one in asked):
            found.append(Question(items[item_id], last.person, None, last, item_id in owed))
    return sorted(found, key=_asked_at)


def _came_with(question: Thread, decision: Correction) -> bool:
    """Tell whether a person asked in words after the decision; a lead may have answered since."""
    event = question.first.event
    same = (event.item_id, event.person) == (decision.item_id, decision.person)
    return same and event.created_at >= decision.created_at


def _asked_at(question: Question) -> str:
    event = question.decision if question.thread is None else question.thread.first.event
    assert event is not None  # one of the two is there
    return event.id
