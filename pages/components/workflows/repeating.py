"""Your last label once more: the same option, or in an edit the same type. No Streamlit."""

from core.answers import AnswerContent, Cause
from core.errors import StoreError
from core.people import Identity
from core.review import Correction
from pages.components.chart.data import Painted
from pages.components.workflows.drafting import EditDraft, with_cause, with_change
from pages.components.workflows.reviewing import OPTION, Desk, decide
from storage import Store


def last_label(store: Store, desk: Desk, person: str) -> AnswerContent | None:
    """Return the person's latest label of the desk's question that stands; None without one.

    One of another item: what stands on this one is in sight.
    """
    project_id = desk.item.project_id
    labels = store.corrections.current(project_id)
    for event in reversed(store.corrections.events(project_id)):
        label = labels.get(event.item_id)
        if event.person != person or event.item_id == desk.item.id or label is None:
            continue
        if label.event.id == event.id and label.content is not None:
            question_id = store.items.get(project_id, event.item_id).question_id
            if question_id == desk.question.id:
                return label.content
    return None


def repeat_label(
    store: Store,
    desk: Desk,
    person: str,
    painted: Painted,
    seconds: float | None,
    identity: Identity = "typed",
) -> Correction:
    """Decide on an item as on the one before: the same option, or “no anomaly” again.

    Raises:
        StoreError: when there is no label to repeat, or it is one with places: those belong to the
            other item.
        ConflictError: when somebody decided on the item after it was painted.
    """
    last = last_label(store, desk, person)
    if last is None:
        raise StoreError(
            f"you have no label of {desk.question.name!r} yet, so there is none to repeat; decide "
            "on this item first"
        )
    if last.kind == "pattern" and last.label is not None:
        return decide(store, desk, person, f"{OPTION}{last.label}", painted, seconds, identity)
    if desk.question.eventful and not last.intervals:
        return decide(store, desk, person, "no_anomaly", painted, seconds, identity)
    raise StoreError(
        "your last label has places on another item, which say nothing of this one; open an edit: "
        "there the same key gives what you mark your last type or cause"
    )


def repeat_type(
    store: Store, desk: Desk, person: str, draft: EditDraft, interval_id: str
) -> EditDraft:
    """Give an interval of an edit the type that the person gave last.

    Args:
        interval_id: the selected one; the newest one when it is none of the draft's.

    Raises:
        StoreError: when there is no interval, or no type to repeat.
    """
    if not draft.intervals:
        raise StoreError("there is no interval yet that could have a type; draw one first")
    last = last_label(store, desk, person)
    if desk.question.kind == "change_point":
        said = () if last is None else last.intervals
        causes: list[Cause] = [one.cause for one in said if one.cause]
        if not causes:
            raise StoreError(
                f"you have given no cause of {desk.question.name!r} yet, so there is none to "
                "repeat; choose one with A or J"
            )
        return with_cause(draft, interval_id, causes[-1])
    types = [] if last is None else [one.type_id for one in last.intervals if one.type_id]
    known = {one.id for one in desk.question.types}
    if not types or types[-1] not in known:
        raise StoreError(
            f"you have given no type of {desk.question.name!r} yet, so there is none to repeat; "
            "choose one in the list below the plot"
        )
    ids = [one.id for one in draft.intervals]
    chosen = interval_id if interval_id in ids else ids[-1]
    return with_change(draft, chosen, {"type_id": types[-1]})
