"""An edit with its own history: every step back to its beginning, also after a reload.

No Streamlit. Older steps are kept as JSON texts, which are read only when somebody goes back to
them: a book of 200 steps is opened at every nudge.
"""

from collections.abc import Mapping
from typing import Any

from core.model import Frozen
from pages.components.workflows.drafting import EditDraft

MOST_STEPS = 200


class DraftBook(Frozen):
    """A draft, what it was before, and what was undone of it.

    Attributes:
        past: drafts before this one, the oldest first.
        future: drafts that were undone, the next one to come back last.
        dropped: the person left the edit without saving it; undo in the next one brings it back.
    """

    draft: EditDraft
    past: tuple[str, ...] = ()
    future: tuple[str, ...] = ()
    dropped: bool = False


def read_book(body: Mapping[str, Any]) -> DraftBook:
    """Read what is stored; a draft from before there were books has no history yet."""
    if "draft" not in body:
        return DraftBook(draft=EditDraft.model_validate(body))
    return DraftBook.model_validate(body)


def with_draft(book: DraftBook, draft: EditDraft) -> DraftBook:
    """Go on with a changed draft; what was undone before is gone then."""
    if _is_same(book.draft, draft):
        return book.model_copy(update={"draft": draft, "dropped": False})
    past = (*book.past, book.draft.model_dump_json())[-MOST_STEPS:]
    return DraftBook(draft=draft, past=past)


def stepped_back(book: DraftBook) -> DraftBook | None:
    """Undo the last step; None at the beginning."""
    if not book.past:
        return None
    future = (*book.future, book.draft.model_dump_json())
    return DraftBook(draft=_as_now(book, book.past[-1]), past=book.past[:-1], future=future)


def stepped_forth(book: DraftBook) -> DraftBook | None:
    """Take the last undo back; None when nothing was undone since the last change."""
    if not book.future:
        return None
    past = (*book.past, book.draft.model_dump_json())
    return DraftBook(draft=_as_now(book, book.future[-1]), past=past, future=book.future[:-1])


def _as_now(book: DraftBook, text: str) -> EditDraft:
    """Return an older draft; what it stands beside stays as it is: nobody can unsee an answer."""
    beside = {"version": book.draft.version, "answer_ids": book.draft.answer_ids}
    return EditDraft.model_validate_json(text).model_copy(update=beside)


def _is_same(one: EditDraft, other: EditDraft) -> bool:
    beside = {"version": 0, "answer_ids": ()}
    return one.model_copy(update=beside) == other.model_copy(update=beside)
