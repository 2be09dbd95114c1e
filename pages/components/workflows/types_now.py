"""A question as people read it now: types by their newest names, those of today to choose from."""

from collections.abc import Iterable

from core.answers import AnswerContent
from core.event_types import read_now
from core.questions.base import Question
from core.review import Item
from pages.components.workflows.drafting import EditDraft
from storage import Store


def question_now(
    store: Store, item: Item, shown: Iterable[AnswerContent | EditDraft | None]
) -> Question:
    """Return the question of an item, whichever version it was asked under.

    Args:
        shown: answers, labels and drafts that are shown with it; a retired type is there only when
            one of them has it.
    """
    known = {one.type.id: one for one in store.types.list(item.project_id)}
    used = {
        found.type_id
        for content in shown
        if content is not None
        for found in content.intervals
        if found.type_id is not None
    }
    return read_now(store.questions.get(item.question_id), known, used)
