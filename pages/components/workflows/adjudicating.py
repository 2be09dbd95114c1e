"""What a lead does with people's labels: settle a dispute, approve, send back. No Streamlit.

All of it is recorded and nothing is replaced: a settled dispute is one more decision on top.
"""

from dataclasses import dataclass, replace

from core.answers import AnswerContent
from core.desk_events import DeskEvent, Reviewed, standing
from core.errors import ConflictError, StoreError
from core.opinions import ItemState, item_state
from core.people import Identity
from core.review import Correction, Decision, undoable
from pages.components.chart.data import Painted
from pages.components.workflows.commenting import take_back
from pages.components.workflows.drafting import EditDraft, content_of, draft_from
from pages.components.workflows.opinions import item_states, second_opinions_waiting
from pages.components.workflows.reviewing import Desk, begin_edit, draft_now, load_desk
from pages.components.workflows.types_now import question_now
from storage import Store


@dataclass(frozen=True)
class Case:
    """An item before a lead: the desk shows what models said, `state` holds what people did."""

    desk: Desk
    state: ItemState

    @property
    def decision(self) -> Correction:
        """The decision whose label counts now."""
        assert self.state.decision is not None  # load_case refuses an item without one
        return self.state.decision

    def side(self, correction_id: str) -> Correction:
        """Return one person's label, or raise StoreError when it counts no more."""
        for side in self.state.sides:
            if side.id == correction_id:
                return side
        raise StoreError(
            "the label that you chose has been replaced by a newer one of the same person, so "
            "nothing was stored; look at the newer one and choose again"
        )


def disputes(store: Store, project_id: str) -> list[str]:
    """Return the disputed items, the one decided on first at the front."""
    return _with_status(store, project_id, "disputed")


def to_approve(store: Store, project_id: str, lead: str) -> list[str]:
    """Return the items whose label waits for this lead's approval, in the order of the decisions.

    Not their own, not one that gives no label and is asked about elsewhere, and not one that they
    owe a second opinion: who has seen the first one cannot give it.
    """
    owed = set(second_opinions_waiting(store, project_id, lead))
    found = item_states(store, project_id)
    return [
        item_id
        for item_id in _with_status(store, project_id, "annotated")
        if item_id not in owed and _can_approve(found[item_id], lead)
    ]


def _can_approve(state: ItemState, lead: str) -> bool:
    return (
        state.decision is not None
        and state.decision.person != lead
        and state.decision.decision != "not_sure"
    )


def _with_status(store: Store, project_id: str, status: str) -> list[str]:
    there = {item.id for item in store.items.list(project_id)}
    found = [
        (state.decision.id, item_id)
        for item_id, state in item_states(store, project_id).items()
        if state.status == status and state.decision is not None and item_id in there
    ]
    return [item_id for _, item_id in sorted(found)]  # ids are made in the order of time


def load_case(store: Store, project_id: str, person: str, item_id: str) -> Case:
    """Gather an item with everybody's label and what models said; raises StoreError without it."""
    item = store.items.get(project_id, item_id)
    events = store.corrections.events(project_id, item_id)
    state = item_state(events, store.desk_events.list(project_id, item_id))
    if state.decision is None:
        raise StoreError(
            "nobody's decision on this item stands any more, so there is nothing to settle; go on "
            "to the next one"
        )
    desk = load_desk(store, project_id, person, item_id, sighted=True)
    said = [*(one.content for one in desk.answers), *(one.content for one in events)]
    question = question_now(store, item, [*said, desk.draft])
    desk = replace(desk, label=None, question=question)
    return Case(desk, state)


def settle(
    store: Store,
    case: Case,
    person: str,
    content: AnswerContent | None,
    painted: Painted,
    *,
    seconds: float | None = None,
    identity: Identity = "typed",
) -> Correction:
    """Record the lead's word between people; None says that it is unclear, and gives no label.

    Raises:
        ConflictError: when somebody decided on the item after it was painted.
    """
    _check(case, painted)
    decision: Decision = "not_sure"
    if content is not None:
        none = case.desk.question.eventful and not content.intervals
        decision = "no_anomaly" if none else "fix"
    item = case.desk.item
    return store.corrections.record(
        item.project_id,
        item.id,
        person,
        decision,
        expected_sequence=painted.version,
        answer_ids=painted.answer_ids,
        content=content,
        seconds=seconds,
        how="adjudication",
        identity=identity,
    )


def start_from(store: Store, case: Case, person: str, side: Correction, painted: Painted) -> None:
    """Open the editor with one person's label, unless an edit is open already."""

    def draft() -> EditDraft:
        kind = case.desk.question.kind
        return draft_from(side.content, kind, painted.answer_ids, painted.version)

    begin_edit(store, case.desk, person, painted, draft)


def settle_edited(
    store: Store, case: Case, person: str, seconds: float | None, identity: Identity = "typed"
) -> Correction:
    """Settle with what was edited; on any error the draft stays.

    Raises:
        AnswerError: when the draft is no answer yet.
        ConflictError: when somebody decided on the item since the edit began.
    """
    desk = case.desk
    draft = draft_now(store, desk, person)
    content = content_of(draft, desk.item, desk.question)
    painted = Painted(desk.item.id, draft.answer_ids, draft.version)
    event = settle(store, case, person, content, painted, seconds=seconds, identity=identity)
    store.drafts.delete(desk.item.project_id, person, desk.item.id)
    return event


def unsettle(
    store: Store, project_id: str, person: str, identity: Identity = "typed"
) -> Correction:
    """Take back the lead's latest word between people.

    Raises:
        StoreError: when their latest decision is none, or there is nothing to take back.
    """
    last = undoable(store.corrections.events(project_id), person)
    if last is None or last.how != "adjudication":
        raise StoreError(
            f"the latest decision of {person!r} settled no dispute, so nothing was taken back; "
            "what was decided in Review is undone there"
        )
    return store.corrections.undo(project_id, person, identity)


def approve(
    store: Store, case: Case, person: str, painted: Painted, identity: Identity = "typed"
) -> DeskEvent:
    """Say that the label stands.

    Raises:
        ConflictError: when somebody decided on the item after it was painted.
        StoreError: when it is the person's own.
    """
    body = Reviewed(correction_id=case.decision.id, verdict="approved")
    return _review(store, case, person, body, painted, identity)


def send_back(
    store: Store,
    case: Case,
    person: str,
    note: str,
    painted: Painted,
    identity: Identity = "typed",
) -> DeskEvent:
    """Send a label back to whoever gave it, who meets it first in their queue, with the note.

    Raises:
        ConflictError: when somebody decided on the item after it was painted.
        StoreError: when it is the person's own, or nothing is said.
    """
    said = " ".join(note.split())
    if not said:
        raise StoreError(
            "the label was to be sent back without a word, so nothing was stored: nobody could "
            "know what to change; say what should be looked at"
        )
    body = Reviewed(correction_id=case.decision.id, verdict="returned", note=said)
    return _review(store, case, person, body, painted, identity)


def _review(
    store: Store,
    case: Case,
    person: str,
    body: Reviewed,
    painted: Painted,
    identity: Identity,
) -> DeskEvent:
    _check(case, painted)
    if case.decision.person == person:
        raise StoreError(
            f"{person!r} asked to review a label of their own, so nothing was stored; somebody "
            "else has to look at it"
        )
    if case.desk.version != painted.version:
        raise ConflictError(
            "somebody decided on this item while it was on your screen, so nothing was stored; "
            "look at it as it is now"
        )
    item = case.desk.item
    return store.desk_events.record(item.project_id, item.id, person, body, identity=identity)


def take_review_back(
    store: Store, project_id: str, person: str, identity: Identity = "typed"
) -> DeskEvent:
    """Take back the lead's latest approval, or what they sent back last.

    Raises:
        StoreError: when there is nothing to take back.
    """
    last = last_review(store, project_id, person)
    if last is None:
        raise StoreError(
            f"no approval of {person!r} is standing and nothing that they sent back, so there is "
            "nothing to take back"
        )
    return take_back(store, project_id, person, last.id, identity)


def last_review(store: Store, project_id: str, person: str) -> DeskEvent | None:
    """Return what a person approved or sent back last and still stands; None without any."""
    found = [
        one
        for one in standing(store.desk_events.list(project_id))
        if one.person == person and isinstance(one.body, Reviewed)
    ]
    return found[-1] if found else None


def _check(case: Case, painted: Painted) -> None:
    if painted.item_id != case.desk.item.id:
        raise StoreError(
            "the key was pressed for an item that is no longer on the screen, so nothing was "
            "stored; look at this one and press again"
        )
