"""Keys of the desk as each person wants them: what is refused, and that it says why."""

from pathlib import Path

import pytest

from core.errors import ConfigError
from pages.components.workflows.keymap import (
    ACTIONS,
    Keymap,
    load_keymap,
    rebound,
    reset_keys,
    save_key,
    shown,
)
from storage import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def test_no_two_actions_begin_with_the_same_key_and_each_is_one_that_could_be_chosen() -> None:
    keys = [one.key for one in ACTIONS.values()]
    assert len(set(keys)) == len(keys)
    free = Keymap(dict.fromkeys(ACTIONS, ""))
    for action, one in ACTIONS.items():
        assert rebound(free, action, one.key).key(action) == one.key


@pytest.mark.parametrize(
    ("action", "key", "why"),
    [
        ("skip", "c", "clears the app's cache"),
        ("skip", "R", "runs the page again"),
        ("skip", "h", "shows these keys"),
        ("skip", "t", "already “Accept the teacher's answer”"),
        ("skip", "3", "digits are the options"),
        ("skip", "enter", "Enter, Escape and arrows"),
        ("undo", "i", "while intervals are edited"),
        ("nothing", "a", "no action of the desk"),
    ],
)
def test_a_key_that_cannot_be_is_refused_with_its_reason(action: str, key: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        rebound(Keymap({}), action, key)


def test_a_key_that_was_given_up_is_free() -> None:
    keymap = rebound(rebound(Keymap({}), "skip", "v"), "not_sure", "k")
    assert (keymap.key("skip"), keymap.key("not_sure")) == ("v", "k")
    assert rebound(Keymap({}), "skip", "shift+C").key("skip") == "shift+c"


def test_going_back_to_the_first_key_leaves_nothing_chosen() -> None:
    assert rebound(rebound(Keymap({}), "skip", "v"), "skip", "k").chosen == {}


def test_keys_belong_to_a_person_and_survive_a_restart(store: Store) -> None:
    project_id = store.projects.default().id
    save_key(store, project_id, "ana", "skip", "shift+k")
    again = open_store(store.home)
    assert load_keymap(again, project_id, "ana").chosen == {"skip": "shift+k"}
    assert load_keymap(again, project_id, "bo").chosen == {}
    with pytest.raises(ConfigError, match="already"):
        save_key(store, project_id, "ana", "undo", "shift+k")
    reset_keys(store, project_id, "ana")
    assert load_keymap(store, project_id, "ana").chosen == {}


def test_stored_keys_that_are_no_keys_now_give_way_to_the_first_ones(store: Store) -> None:
    project_id = store.projects.default().id
    held = {"gone": "a", "skip": "c", "not_sure": "v"}
    store.settings.set(project_id, "keys:ana", held)
    assert load_keymap(store, project_id, "ana").chosen == {"not_sure": "v"}


def test_keys_are_printed_as_on_a_keyboard() -> None:
    assert [shown(key) for key in ("t", "shift+u", "enter")] == ["T", "⇧U", "↵"]
