"""Holds a label against the project's policy before it is stored, in the same transaction."""

from sqlalchemy.orm import Session

from core.errors import PolicyError
from core.policy import hold
from core.review import Correction
from storage.policies import current_policy
from storage.tables import ItemRow, SeriesRow
from storage.types import known_types


def held_to_policy(session: Session, event: Correction) -> Correction:
    """Return the decision as the policy leaves it; one without a label comes back as it is.

    Raises:
        PolicyError: when its label breaks the policy.
    """
    if event.content is None:
        return event
    policy = current_policy(session, event.project_id)
    item = session.get_one(ItemRow, event.item_id)
    held = hold(
        event.content,
        policy,
        known_types(session, event.project_id),
        session.get_one(SeriesRow, item.series_id).n_channels,
        own_words=event.decision == "fix",
    )
    if held.problems:
        said = "the answer as it is" if event.decision == "accept" else "this label"
        raise PolicyError(
            f"the project's label policy does not take {said}, so nothing was stored: "
            + "; ".join(held.problems)
        )
    return event.model_copy(update={"content": held.content, "changed": held.changes})
