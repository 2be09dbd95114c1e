"""Steps inside an edit: back, forth, after a reload, and from before there were steps."""

from pathlib import Path

import pytest

from core.errors import StoreError
from pages.components.workflows.draft_book import (
    MOST_STEPS,
    DraftBook,
    read_book,
    stepped_back,
    stepped_forth,
    with_draft,
)
from pages.components.workflows.drafting import EditDraft
from pages.components.workflows.keeping_drafts import drop_draft, step_draft
from pages.components.workflows.reviewing import (
    draft_now,
    load_desk,
    rebase_draft,
    save_draft,
    start_edit,
)
from storage import Store, open_store
from tests.pages.review_project import desk_of, review_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=1)


def said(text: str) -> EditDraft:
    return EditDraft(kind="anomaly", rationale=text)


def test_steps_go_back_to_the_beginning_and_forth_to_the_end() -> None:
    book = DraftBook(draft=said("0"))
    for number in range(1, 121):
        book = with_draft(book, said(str(number)))
    for number in reversed(range(120)):
        before = stepped_back(book)
        assert before is not None
        book = before
        assert book.draft.rationale == str(number)
    assert stepped_back(book) is None
    for _ in range(120):
        after = stepped_forth(book)
        assert after is not None
        book = after
    assert book.draft.rationale == "120"
    assert stepped_forth(book) is None


def test_a_change_ends_what_could_come_back_and_no_change_is_no_step() -> None:
    book = with_draft(DraftBook(draft=said("a")), said("b"))
    back = stepped_back(book)
    assert back is not None
    assert with_draft(back, said("a")) == back
    assert stepped_forth(with_draft(back, said("c"))) is None


def test_only_the_last_steps_are_kept() -> None:
    book = DraftBook(draft=said("0"))
    for number in range(1, MOST_STEPS + 11):
        book = with_draft(book, said(str(number)))
    assert len(book.past) == MOST_STEPS


def test_a_draft_from_before_there_were_steps_is_read(store: Store) -> None:
    old = said("old").model_dump(mode="json")
    assert read_book(old) == DraftBook(draft=said("old"))
    desk = desk_of(store, "anomaly")
    store.drafts.save(desk.item.project_id, "me", desk.item.id, old)
    save_draft(store, desk, "me", said("new"))
    step_draft(store, desk.item, "me", "back")
    assert draft_now(store, desk, "me") == said("old")


def test_steps_survive_a_restart(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    first = start_edit(store, desk, "me", desk.painted)
    save_draft(store, desk, "me", first.model_copy(update={"rationale": "changed"}))
    again = open_store(store.home)
    step_draft(again, desk.item, "me", "back")
    assert load_desk(again, desk.item.project_id, "me", desk.item.id).draft == first
    with pytest.raises(StoreError, match="nothing of this edit was changed yet"):
        step_draft(again, desk.item, "me", "back")
    step_draft(again, desk.item, "me", "forth")
    assert draft_now(again, desk, "me").rationale == "changed"
    with pytest.raises(StoreError, match="undone since the last change"):
        step_draft(again, desk.item, "me", "forth")


def test_a_step_back_does_not_make_answers_unseen(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    start_edit(store, desk, "me", desk.painted)
    blind = draft_now(store, desk, "me").model_copy(update={"answer_ids": (), "rationale": "x"})
    save_draft(store, desk, "me", blind)
    rebase_draft(store, desk, "me", blind)
    step_draft(store, desk.item, "me", "back")
    assert draft_now(store, desk, "me").answer_ids == desk.painted.answer_ids


def test_an_edit_that_was_dropped_comes_back_by_undo_in_the_next_one(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    start_edit(store, desk, "me", desk.painted)
    work = draft_now(store, desk, "me").model_copy(update={"rationale": "an hour of work"})
    save_draft(store, desk, "me", work)
    drop_draft(store, desk.item, "me")
    assert load_desk(store, desk.item.project_id, "me", desk.item.id).draft is None
    assert start_edit(store, desk, "me", desk.painted).rationale != work.rationale
    step_draft(store, desk.item, "me", "back")
    assert draft_now(store, desk, "me") == work
