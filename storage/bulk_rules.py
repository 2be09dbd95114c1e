"""What may be decided in bulk, many items with one key: held by the store, whatever a page asks."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.answers import Answer
from core.errors import StoreError
from core.queue_order import lowest_confidence
from core.review import Correction
from storage.policies import current_policy
from storage.tables import AnswerRow, GoldRangeRow, ItemRow


def check_bulk(session: Session, event: Correction) -> None:
    """Refuse a bulk decision on gold, and the acceptance of an answer that is not sure enough.

    Raises:
        StoreError: with the reason.
    """
    item = session.get(ItemRow, event.item_id)
    assert item is not None  # the caller checked it
    touching = select(GoldRangeRow.series_id).where(
        GoldRangeRow.project_id == event.project_id,
        GoldRangeRow.series_id == item.series_id,
        GoldRangeRow.start < item.stop,
        GoldRangeRow.stop > item.start,
    )
    if session.scalar(touching.limit(1)) is not None:
        raise StoreError(
            f"item {event.item_id} touches gold, by which models are measured, so it cannot be "
            "decided in bulk; review it by itself"
        )
    if event.decision == "accept":
        _check_sure(session, event)


def _check_sure(session: Session, event: Correction) -> None:
    least = current_policy(session, event.project_id).bulk_confidence
    bodies = session.scalars(select(AnswerRow.body).where(AnswerRow.id.in_(event.answer_ids)))
    answers = [Answer.model_validate_json(body) for body in bodies]
    sure = [lowest_confidence(one.content) for one in answers if one.content == event.content]
    best = max((one for one in sure if one is not None), default=None)
    if best is None or best < least:
        said = "no confidence" if best is None else f"{best:.2f}"
        raise StoreError(
            f"the answer to accept on item {event.item_id} gives {said}, and the label policy lets "
            f"only {least:.2f} and more pass in bulk; review the item by itself"
        )
