"""Which of two answers is the better one, for recipes that learn from it: chosen, and as lines.

    people     somebody called one answer better than another at the desk
    selection  of several teachers' answers one scored clearly higher than another; left out where a
               person decided the item, whose word says more

Pure. What lies on gold, or too near to it, never comes through here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.answers import AnswerContent
from core.desk_events import DeskEvent, Preference, standing
from core.review import Item
from core.selection_records import Selection, preference_pairs
from training.examples import Split
from training.material import GoldBook
from training.windows import StoredWindow, read_stored

PREFERENCES = "preferences.jsonl"
MARGIN = 0.2
"""By how much the totals of two answers of a selection must differ."""
MOST_PER_ITEM = 3
PreferenceOrigin = Literal["people", "selection"]


@dataclass(frozen=True)
class JudgedPreference:
    """Two answers to an item, the first the better one."""

    item: Item
    better: AnswerContent
    worse: AnswerContent
    origin: PreferenceOrigin


class StoredPreference(StoredWindow):
    """Two answers as a snapshot keeps them: nobody's name is in it."""

    better: AnswerContent
    worse: AnswerContent
    origin: PreferenceOrigin
    split: Split
    group: str


def choose_preferences(
    items: Iterable[Item],
    events: Iterable[DeskEvent],
    selections: Iterable[Selection],
    contents: Mapping[str, AnswerContent],
    gold: GoldBook,
    decided: Collection[str] = (),
) -> list[JudgedPreference]:
    """Choose the pairs that may be learned from, at most `MOST_PER_ITEM` of each origin per item.

    Args:
        items: the ones that a student may learn from.
        events: what people said at the desk, in the order recorded.
        selections: the newest of each item.
        contents: of the answers that events and selections name, by answer id; a pair whose answer
            is not there, or whose answers say the same, is left out.
        gold: keeps what lies on it, or too near to it, away.
        decided: ids of the items that a person decided.
    """
    free = {item.id: item for item in items if gold.may_learn(item)}
    by_selection = [
        (selection.item_id, *pair)
        for selection in selections
        if selection.item_id not in decided
        for pair in preference_pairs(selection, MARGIN)
    ]
    return [
        *_pairs(_by_people(events), free, contents, "people"),
        *_pairs(by_selection, free, contents, "selection"),
    ]


def answers_named(events: Iterable[DeskEvent], selections: Iterable[Selection]) -> set[str]:
    """Return the ids of the items whose answers preferences name."""
    said = {event.item_id for event in standing(events) if isinstance(event.body, Preference)}
    return said | {selection.item_id for selection in selections}


def load_preferences(folder: Path) -> list[StoredPreference]:
    """Read the preferences of a snapshot; one from before there were any has none.

    Raises:
        DataError: if the file is damaged.
    """
    return read_stored(StoredPreference, folder, PREFERENCES)


def stored_preference(
    window: StoredWindow, judged: JudgedPreference, split: Split, group: str
) -> StoredPreference:
    """Return a pair as it is kept, on its window."""
    return StoredPreference(
        **window.model_dump(),
        better=judged.better,
        worse=judged.worse,
        origin=judged.origin,
        split=split,
        group=group,
    )


def in_order(preferences: Iterable[JudgedPreference]) -> list[JudgedPreference]:
    """Sort pairs, so that the same ones give the same file."""
    return sorted(
        preferences,
        key=lambda one: (
            one.item.id,
            one.origin,
            one.better.model_dump_json(),
            one.worse.model_dump_json(),
        ),
    )


def _by_people(events: Iterable[DeskEvent]) -> list[tuple[str, str, str]]:
    """Return (item, better, worse): each person's last word on two answers.

    Where people differ about two answers nobody's word is taken.
    """
    last: dict[tuple[str, frozenset[str], str], tuple[str, str, str]] = {}
    for event in standing(events):
        if isinstance(event.body, Preference):
            better, worse = event.body.better_id, event.body.worse_id
            key = event.item_id, frozenset((better, worse)), event.person
            last[key] = event.item_id, better, worse
    said = dict.fromkeys(last.values())
    return [one for one in said if (one[0], one[2], one[1]) not in said]


def _pairs(
    named: Iterable[tuple[str, str, str]],
    free: Mapping[str, Item],
    contents: Mapping[str, AnswerContent],
    origin: PreferenceOrigin,
) -> list[JudgedPreference]:
    found: dict[str, list[JudgedPreference]] = {}
    for item_id, better_id, worse_id in named:
        better, worse = contents.get(better_id), contents.get(worse_id)
        if item_id not in free or better is None or worse is None or better == worse:
            continue
        own, pair = found.setdefault(item_id, []), (better, worse)
        if len(own) < MOST_PER_ITEM and pair not in [(one.better, one.worse) for one in own]:
            own.append(JudgedPreference(free[item_id], better, worse, origin))
    return [pair for own in found.values() for pair in own]
