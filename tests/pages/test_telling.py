"""What the desk tells: saved when it is stored, what was undone, the history, which is better."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from core.errors import ConflictError, StoreError
from pages.components.chart import Painted
from pages.components.workflows.comparing_answers import difference_line, names_of, pair_of, prefer
from pages.components.workflows.keymap import Keymap
from pages.components.workflows.repeating import repeat_label, repeat_type
from pages.components.workflows.reviewing import (
    Desk,
    decide,
    draft_now,
    load_desk,
    save_draft,
    start_edit,
)
from pages.components.workflows.telling import ago_words, history_rows, saved_words, step_words
from storage import Store
from tests.pages.review_project import (
    START,
    desk_of,
    review_store,
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=3, students=True)


def again(store: Store, item_id: str, person: str = "me") -> Desk:
    return load_desk(store, store.projects.default().id, person, item_id)


def items_of(store: Store, kind: str) -> list[str]:
    project_id = store.projects.default().id
    kinds = {q.id: q.kind for q in store.questions.current(project_id)}
    return [i.id for i in store.items.list(project_id) if kinds[i.question_id] == kind]


def test_saved_is_the_time_of_ones_own_last_event_in_the_store(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    assert saved_words(store, desk, "me") == ""
    event = decide(store, desk, "me", "reject", desk.painted, None)
    other = items_of(store, "pattern")[0]
    decide(store, again(store, other, "bo"), "bo", "reject", again(store, other).painted, None)
    expected = f"saved {event.created_at:%H:%M:%S}"
    assert saved_words(store, again(store, other), "me", UTC) == expected


def test_in_an_edit_saved_is_the_time_of_its_draft(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    start_edit(store, desk, "me", desk.painted)
    at = store.drafts.saved_at(desk.item.project_id, "me", desk.item.id)
    assert at is not None
    now = again(store, desk.item.id)
    assert saved_words(store, now, "me", UTC) == f"saved {at:%H:%M:%S}"


def test_an_undo_says_what_where_when_and_how_to_turn_it_around(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    event = decide(store, desk, "me", f"accept:{desk.answers[0].id}", desk.painted, None)
    step = store.undoing.undo(desk.item.project_id, "me")
    later = event.created_at + timedelta(minutes=2, seconds=5)
    assert step_words(store, step, True, Keymap({"redo": "shift+z"}), later) == (
        "Undone: accept on pump-0.csv, 2 min ago. ⇧Z brings it back."
    )
    step = store.undoing.redo(desk.item.project_id, "me")
    assert step_words(store, step, False, Keymap({}), later) == (
        "Back: accept on pump-0.csv, 2 min ago. U undoes it."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "just now"), (59, "just now"), (60, "1 min ago"), (7300, "2 h ago"), (9e4, "1 d ago")],
)
def test_how_long_ago_is_said_in_its_largest_unit(seconds: float, words: str) -> None:
    assert ago_words(START, START + timedelta(seconds=seconds)) == words


def test_the_history_has_every_event_also_undone_ones(store: Store) -> None:
    desk = desk_of(store, "pattern")
    decide(store, desk, "me", "option:cubic", desk.painted, 2.25)
    store.undoing.undo(desk.item.project_id, "me")
    store.undoing.redo(desk.item.project_id, "me")
    rows = history_rows(again(store, desk.item.id))
    assert [row[1:] for row in rows] == [
        ("me", "fix: cubic", "after 2.2 s"),
        ("me", "undo of fix", ""),
        ("me", "redo of fix", ""),
    ]


def test_the_line_compares_rules_and_student(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    pair = pair_of(desk)
    assert pair is not None
    assert names_of(pair) == ("rules", "student")
    assert difference_line(desk) == "(2) only rules · edges of (1) differ by 8 samples"


def test_a_preference_stands_until_another_one_or_an_undo(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    first, second = (answer.id for answer in desk.answers)
    prefer(store, desk, "me", 0, desk.painted)
    desk = again(store, desk.item.id)
    assert desk.preferred == first
    assert prefer(store, desk, "me", 0, desk.painted) is None
    prefer(store, desk, "me", 1, desk.painted)
    assert again(store, desk.item.id).preferred == second
    assert again(store, desk.item.id, "bo").preferred == ""
    store.undoing.undo(desk.item.project_id, "me")
    assert again(store, desk.item.id).preferred == first


def test_a_preference_is_about_the_answers_on_the_screen(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    old = Painted(desk.item.id, desk.painted.answer_ids[:1], 0)
    with pytest.raises(ConflictError, match="changed since they were painted"):
        prefer(store, desk, "me", 1, old)


def test_the_last_option_is_repeated_on_the_next_item_of_the_question(store: Store) -> None:
    one, two, _ = items_of(store, "pattern")
    desk = again(store, two)
    with pytest.raises(StoreError, match="there is none to repeat"):
        repeat_label(store, desk, "me", desk.painted, None)
    first = again(store, one)
    decide(store, first, "me", "option:cubic", first.painted, None)
    event = repeat_label(store, desk, "me", desk.painted, None)
    assert event.content is not None
    assert (event.decision, event.content.label) == ("fix", "cubic")


def test_places_are_not_repeated_but_their_type_is_in_an_edit(store: Store) -> None:
    one, two, _ = items_of(store, "anomaly")
    first = again(store, one)
    decide(store, first, "me", f"accept:{first.answers[0].id}", first.painted, None)
    desk = again(store, two)
    with pytest.raises(StoreError, match="has places on another item"):
        repeat_label(store, desk, "me", desk.painted, None)
    start_edit(store, desk, "me", desk.painted)
    draft = draft_now(store, desk, "me")
    assert [desk.question.type_of(i.type_id or "").name for i in draft.intervals] == ["level shift"]
    save_draft(store, desk, "me", repeat_type(store, desk, "me", draft, ""))
    (found,) = draft_now(store, desk, "me").intervals
    assert desk.question.type_of(found.type_id or "").name == "spike"


def test_no_anomaly_is_repeated(store: Store) -> None:
    one, two, _ = items_of(store, "anomaly")
    first = again(store, one)
    decide(store, first, "me", "no_anomaly", first.painted, None)
    desk = again(store, two)
    assert repeat_label(store, desk, "me", desk.painted, 1.0).decision == "no_anomaly"


def test_without_a_second_answer_there_is_nothing_to_compare(tmp_path: Path) -> None:
    store = review_store(tmp_path / "alone", n=1)
    desk = desk_of(store, "pattern")
    assert difference_line(desk) == ""
    with pytest.raises(StoreError, match="only one answer"):
        prefer(store, desk, "me", 0, desk.painted)
