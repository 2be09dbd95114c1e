"""Unfinished edits in the store, each with its steps. No Streamlit."""

from typing import Literal

from core.errors import StoreError
from core.review import Item
from pages.components.workflows.draft_book import (
    DraftBook,
    read_book,
    stepped_back,
    stepped_forth,
    with_draft,
)
from pages.components.workflows.drafting import EditDraft
from storage import Store


def kept_draft(store: Store, item: Item, person: str) -> EditDraft | None:
    """Return a person's open edit of an item; None without one."""
    book = _book(store, item, person)
    return None if book is None or book.dropped else book.draft


def keep_draft(store: Store, item: Item, person: str, draft: EditDraft) -> None:
    """Keep an edit and the step it took.

    An edit that was dropped is a step of the one that follows it: undo brings it back.
    """
    book = _book(store, item, person)
    _save(store, item, person, DraftBook(draft=draft) if book is None else with_draft(book, draft))


def drop_draft(store: Store, item: Item, person: str) -> None:
    """Leave an edit without saving it; nothing happens when there is none."""
    book = _book(store, item, person)
    if book is not None:
        _save(store, item, person, book.model_copy(update={"dropped": True}))


def step_draft(store: Store, item: Item, person: str, way: Literal["back", "forth"]) -> None:
    """Undo or redo the last step inside an open edit.

    Raises:
        StoreError: when there is no step that way.
    """
    book = _book(store, item, person)
    stepped = None
    if book is not None:
        stepped = stepped_back(book) if way == "back" else stepped_forth(book)
    if stepped is None:
        done = "changed yet" if way == "back" else "undone since the last change"
        raise StoreError(
            f"nothing of this edit was {done}, so there is no step {way}; Escape leaves the edit"
        )
    _save(store, item, person, stepped)


def _book(store: Store, item: Item, person: str) -> DraftBook | None:
    kept = store.drafts.get(item.project_id, person, item.id)
    return None if kept is None else read_book(kept)


def _save(store: Store, item: Item, person: str, book: DraftBook) -> None:
    store.drafts.save(item.project_id, person, item.id, book.model_dump(mode="json"))
