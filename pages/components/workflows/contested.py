"""A choice that met another person's: kept as it was made, until they chose. No Streamlit."""

from core.answers import AnswerContent
from core.model import Frozen
from core.review import Decision, Item
from storage import Store


class Mine(Frozen):
    """What the second one chose, as of which version of the item.

    Attributes:
        words: a question to the lead that was to go with it.
    """

    decision: Decision
    content: AnswerContent | None = None
    answer_ids: tuple[str, ...] = ()
    version: int = 0
    seconds: float | None = None
    words: str = ""


def keep_mine(store: Store, item: Item, person: str, mine: Mine) -> None:
    """Keep a choice that could not be stored; a skip says nothing that could be lost."""
    if mine.decision != "skip":
        store.contested.save(item.project_id, person, item.id, mine.model_dump(mode="json"))
