"""What the desk shows: keys, numbered phrases with their checks, lanes, shaded context."""

from pathlib import Path

import pytest

from pages.components.marks import PEOPLE, RULES, STUDENT
from pages.components.review_view import Beside, chart_of, default_rows
from pages.components.workflows.comparing_answers import prefer
from pages.components.workflows.keymap import Keymap
from pages.components.workflows.reviewing import decide, load_desk, start_edit
from storage import Store
from tests.pages.review_project import desk_of, review_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=2, students=True)


def keys(store: Store, kind: str) -> dict[str, str]:
    desk = desk_of(store, kind)
    picture = chart_of(desk, store.series.data(desk.series), "")
    return {action.key: action.label for action in picture.actions}


def test_every_decision_has_its_key(store: Store) -> None:
    assert keys(store, "anomaly") == {
        "t": "Accept rules",
        "s": "Accept student",
        "e": "Edit",
        "d": "Show a detector",
        "n": "No anomaly",
        "x": "None right",
        "q": "Not sure",
        "k": "Skip",
        "f": "Prefer rules",
        "j": "Prefer student",
        "l": "Repeat",
        "w": "History",
        "u": "Undo",
        "shift+u": "Redo",
        "i": "Examine",
        "g": "Guideline",
    }


def test_a_pattern_has_a_digit_per_option_and_no_key_for_no_anomaly(store: Store) -> None:
    found = keys(store, "pattern")
    assert "n" not in found
    assert (found["1"], found["9"]) == ("linear increase", "gaussian")


def test_phrases_share_refs_with_intervals_and_contradicted_ones_show_what_was_measured(
    store: Store,
) -> None:
    desk = desk_of(store, "anomaly")
    picture = chart_of(desk, store.series.data(desk.series), "")
    rules = picture.panels[0]
    assert [(p.number, p.check) for p in rules.phrases if p.number] == [
        (1, "confirmed"),
        (2, "contradicted"),
    ]
    assert rules.phrases[2].measured.startswith("data says ")
    marks = {mark.ref for mark in picture.marks}
    assert {p.ref for panel in picture.panels for p in panel.phrases if p.ref} <= marks
    assert [f.where for f in rules.findings] == ["samples 240 to 279, ch2", "sample 400, ch1"]


def test_lanes_have_the_hue_of_their_author_and_people_come_last(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    decide(store, desk, "me", f"accept:{desk.answers[0].id}", desk.painted, None)
    desk = load_desk(store, desk.item.project_id, "me", desk.item.id)
    picture = chart_of(desk, store.series.data(desk.series), "")
    assert picture.lanes == (
        ("built-in rules", RULES),
        ("student series", STUDENT),
        ("people", PEOPLE),
    )
    assert picture.panels[-1].title == "Decided by me"


def test_editing_draws_and_only_ones_own_intervals_can_be_moved(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    start_edit(store, desk, "me", desk.painted)
    desk = load_desk(store, desk.item.project_id, "me", desk.item.id)
    picture = chart_of(desk, store.series.data(desk.series), "")
    assert picture.mode == "draw"
    assert {mark.lane for mark in picture.marks if mark.movable} == {"your edit"}
    keys = [action.key for action in picture.actions]
    assert keys == ["enter", "escape", "l", "u", "shift+u", ""]


def test_context_is_shaded_only_where_there_is_some(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    data = store.series.data(desk.series)
    assert chart_of(desk, data, "").window is None
    (part,) = store.items.add_many(
        desk.item.project_id, [(desk.item.series_id, 200, 400, desk.item.question_id)]
    )
    picture = chart_of(load_desk(store, desk.item.project_id, "me", part.id), data, "")
    assert (picture.window, picture.shown) == ((200, 400), (100, 500))
    assert picture.heading == "Anomalies · samples 200 to 399 of 600 · pump-0.csv"


def test_channels_of_a_few_are_all_drawn(store: Store) -> None:
    assert default_rows(desk_of(store, "anomaly")) == (0, 1, 2)


def test_buttons_have_the_keys_that_a_person_chose(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    keymap = Keymap({"skip": "a", "undo": "shift+z"})
    picture = chart_of(desk, store.series.data(desk.series), "", beside=Beside(keymap=keymap))
    keys = {action.id: action.key for action in picture.actions}
    assert (keys["skip"], keys["undo"], keys["no_anomaly"]) == ("a", "shift+z", "n")


def test_a_preferred_answer_says_so(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    prefer(store, desk, "me", 1, desk.painted)
    desk = load_desk(store, desk.item.project_id, "me", desk.item.id)
    picture = chart_of(desk, store.series.data(desk.series), "")
    assert [panel.badge for panel in picture.panels] == ["", "preferred"]
