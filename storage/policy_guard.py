"""Holds a label against the project's policy before it is stored, in the same transaction.

The write lock is held meanwhile: one question for the policy, and one for types where there are
events.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PolicyError
from core.policy import LabelPolicy, hold
from core.review import Correction
from storage.policies import current_policy
from storage.tables import ItemRow, SeriesRow
from storage.types import types_by_id


def held_to_policy(session: Session, event: Correction) -> Correction:
    """Return the decision as the policy leaves it; one without a label comes back as it is.

    Raises:
        PolicyError: when its label breaks the policy.
    """
    if event.content is None:
        return event
    policy = current_policy(session, event.project_id)
    used = {one.type_id for one in event.content.intervals if one.type_id is not None}
    held = hold(
        event.content,
        policy,
        types_by_id(session, event.project_id, used) if used else {},
        _n_channels(session, event, policy),
        own_words=event.decision == "fix" and event.how == "desk",
    )
    if held.problems:
        said = "the answer as it is" if event.decision == "accept" else "this label"
        raise PolicyError(
            f"the project's label policy does not take {said}, so nothing was stored: "
            + "; ".join(held.problems)
        )
    return event.model_copy(update={"content": held.content, "changed": held.changes})


def _n_channels(session: Session, event: Correction, policy: LabelPolicy) -> int:
    """Return the channels of the item's series, which only replacing needs to know."""
    if policy.overlap != "replace":
        return 1
    query = (
        select(SeriesRow.n_channels)
        .join(ItemRow, ItemRow.series_id == SeriesRow.id)
        .where(ItemRow.id == event.item_id)
    )
    return session.scalars(query).one()
