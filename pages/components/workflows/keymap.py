"""Which key does what on the desk, as each person wants it. No Streamlit.

An action is one line in `ACTIONS`. Options of a pattern question have the digits, Enter and Escape
end an edit; both stay as they are.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import ConfigError
from storage import Store

UNDO, REDO, REPEAT, HISTORY = "undo", "redo", "repeat", "history"
EXAMINE, GUIDELINE = "examine", "guideline"
ACCEPT_TEACHER, ACCEPT_STUDENT, ACCEPT_RULES = "accept_teacher", "accept_student", "accept_rules"
PREFER_FIRST, PREFER_SECOND = "prefer_first", "prefer_second"
NEXT_SPOT, LAST_SPOT = "next_spot", "last_spot"


@dataclass(frozen=True)
class DeskAction:
    """What an action is called on the sheet of keys, and its key when nobody chose another.

    Attributes:
        edits: works while intervals are edited too, where the plot has letters of its own.
        answered: needs answers in sight.
    """

    words: str
    key: str
    edits: bool = False
    answered: bool = False


ACTIONS: dict[str, DeskAction] = {
    ACCEPT_TEACHER: DeskAction("Accept the teacher's answer", "t", answered=True),
    ACCEPT_STUDENT: DeskAction("Accept the student's answer", "s", answered=True),
    ACCEPT_RULES: DeskAction("Accept the rules' answer", "b", answered=True),
    "edit": DeskAction("Edit", "e"),
    "propose": DeskAction("Show a detector, then edit what it proposes", "d"),
    "no_anomaly": DeskAction("No anomaly", "n"),
    "reject": DeskAction("No answer is right", "x"),
    "not_sure": DeskAction("Not sure", "q"),
    "skip": DeskAction("Skip: comes again at the end", "k"),
    REPEAT: DeskAction("Repeat your last label; in an edit its type", "l", edits=True),
    PREFER_FIRST: DeskAction("The teacher's answer is the better one", "f", answered=True),
    PREFER_SECOND: DeskAction("The student's answer is the better one", "j", answered=True),
    EXAMINE: DeskAction("Examine: raw answers, pictures, what-ifs", "i", answered=True),
    GUIDELINE: DeskAction("Guideline of the types", "g"),
    HISTORY: DeskAction("All decisions on this item", "w", answered=True),
    NEXT_SPOT: DeskAction("The next place where answers are apart", "a", answered=True),
    LAST_SPOT: DeskAction("The place before", "shift+a", answered=True),
    UNDO: DeskAction("Undo", "u", edits=True),
    REDO: DeskAction("Redo", "shift+u", edits=True),
}

STREAMLIT = {"c": "clears the app's cache", "r": "runs the page again"}
EDITOR = set("imotvgbnpzyh")
"""Letters that the plot has while intervals are edited, and the sheet of keys."""


@dataclass(frozen=True)
class Keymap:
    """The keys of one person: `chosen` holds those that differ from the defaults."""

    chosen: Mapping[str, str]

    def key(self, action: str) -> str:
        """Return an action's key; empty when it has none."""
        return self.chosen.get(action, ACTIONS[action].key)

    def keys(self) -> dict[str, str]:
        """Return the key of every action."""
        return {action: self.key(action) for action in ACTIONS}


DEFAULT_KEYS = Keymap({})


def rebound(keymap: Keymap, action: str, key: str) -> Keymap:
    """Return the map with an action on another key.

    Raises:
        ConfigError: when the key cannot be a key, or another action has it.
    """
    if action not in ACTIONS:
        raise ConfigError(f"{action!r} is no action of the desk; choose one of the list")
    key = key.lower()
    _check(action, key)
    holder = next((one for one, held in keymap.keys().items() if held == key), action)
    if holder != action:
        raise ConfigError(
            f"{shown(key)} is already “{ACTIONS[holder].words}”; give that one another key first"
        )
    chosen = {**keymap.chosen, action: key}
    return Keymap({one: held for one, held in chosen.items() if held != ACTIONS[one].key})


def _check(action: str, key: str) -> None:
    letter = key.removeprefix("shift+")
    if letter in STREAMLIT and key == letter:
        raise ConfigError(
            f"{shown(key)} {STREAMLIT[letter]} in every Streamlit app, also while you review; "
            "choose another letter"
        )
    if key in ("h", "?"):
        raise ConfigError(f"{shown(key)} shows these keys; choose another letter")
    if letter == "p":
        raise ConfigError(f"{shown(key)} steps through the phrases; choose another letter")
    if key == ACTIONS[action].key:
        return
    if letter not in string.ascii_lowercase or len(letter) != 1:
        raise ConfigError(
            f"{shown(key)} cannot be a key of the desk: digits are the options of a question, and "
            "Enter, Escape and arrows belong to the edit and the plot; choose a letter, with or "
            "without Shift"
        )
    if ACTIONS[action].edits and letter in EDITOR and key == letter:
        raise ConfigError(
            f"{shown(key)} moves or marks something while intervals are edited, where "
            f"“{ACTIONS[action].words}” has to work too; choose another letter"
        )


def shown(key: str) -> str:
    """Return a key as it is printed on a button."""
    named = {"enter": "↵", "escape": "Esc"}
    if key.startswith("shift+"):
        return f"⇧{key.removeprefix('shift+').upper()}"
    return named.get(key, key.upper())


def load_keymap(store: Store, project_id: str, person: str) -> Keymap:
    """Return a person's keys. What an older or newer app knew and this one refuses is left out."""
    held: Any = store.settings.get(project_id, _setting(person), {})
    keymap = Keymap({})
    for action, key in dict(held).items():
        try:
            keymap = rebound(keymap, str(action), str(key))
        except ConfigError:
            continue  # the default, printed on the button, holds
    return keymap


def save_key(store: Store, project_id: str, person: str, action: str, key: str) -> Keymap:
    """Put an action on another key for a person; raises ConfigError like `rebound`."""
    keymap = rebound(load_keymap(store, project_id, person), action, key)
    store.settings.set(project_id, _setting(person), dict(keymap.chosen))
    return keymap


def reset_keys(store: Store, project_id: str, person: str) -> None:
    """Give a person the default keys again."""
    store.settings.set(project_id, _setting(person), {})


def _setting(person: str) -> str:
    return f"keys:{person}"
