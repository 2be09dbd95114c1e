"""Where two of teacher, student and people differ: in a series one by one, and in groups.

No Streamlit. What is to be decided blind, and undecided gold, is never told of here.
"""

import time
from dataclasses import dataclass

from core.answers import AnswerContent
from core.differences import differences
from core.disagreements import Group, Missed, Side, compared, grouped
from core.measure import WindowFacts
from core.questions.base import Question
from core.review import Item
from core.series import SeriesData, view_window
from pages.components.workflows.queue_memo import DataOf, QueueMemo, SaidOfItem
from pages.components.workflows.queue_now import hidden_items
from storage import Store

NOT_LEVELS = ("variance", "stuck")
"""Keys of types whose size is no height above the surroundings."""
SHORT = 5
"""Samples up to which an event is measured as a spike, else as a level."""


@dataclass(frozen=True)
class Spot:
    """A place where two differ: samples `[start, stop)` of an item."""

    item_id: str
    start: int
    stop: int


@dataclass(frozen=True)
class Differences:
    """Groups of what one side misses; `unread` items wait to be measured."""

    groups: tuple[Group, ...]
    unread: int


def spots_of(item: Item, contents: list[AnswerContent]) -> list[Spot]:
    """Return where any two of some answers differ, in order of time; a label's is the window."""
    if len({one.label for one in contents}) > 1:
        return [Spot(item.id, item.start, item.stop)]
    places = {
        (one.start, max(e.stop for e in (one.a, one.b) if e is not None))
        for i, first in enumerate(contents)
        for second in contents[i + 1 :]
        for one in differences(first, second)
        if one.kind != "agree"
    }
    return [Spot(item.id, start, stop) for start, stop in sorted(places)]


def spots_in_series(store: Store, memo: QueueMemo, item: Item) -> list[Spot]:
    """Return where answers to an item's question differ in its series, in order of time."""
    with memo.lock:
        said, hidden = memo.said(store), hidden_items(store, item.project_id, memo)
        labels = memo.state(store).labels
        found: list[Spot] = []
        for one in memo.items(store).values():
            same = one.series_id == item.series_id and one.question_id == item.question_id
            if same and one.id in said and (one.id in labels or one.id not in hidden):
                label = labels[one.id].content if one.id in labels else None
                sides = _sides(said[one.id], label)
                found += spots_of(one, [content for _, content in sides])
        return sorted(found, key=lambda spot: (spot.start, spot.stop, spot.item_id))


def next_spot(spots: list[Spot], here: Spot, back: bool = False) -> Spot | None:
    """Return the spot after (before) a place; None at the end of the series."""

    def place(spot: Spot) -> tuple[int, int, str]:
        return spot.start, spot.stop, spot.item_id

    if back:
        return next((one for one in reversed(spots) if place(one) < place(here)), None)
    return next((one for one in spots if place(one) > place(here)), None)


def _sides(said: SaidOfItem, label: AnswerContent | None) -> list[tuple[Side, AnswerContent]]:
    found: list[tuple[Side, AnswerContent]] = []
    if said.teacher is not None:
        side: Side = "rules" if said.teacher.author.kind == "rules" else "teacher"
        found.append((side, said.teacher.content))
    if said.student is not None:
        found.append(("student", said.student.content))
    if label is not None:
        found.append(("people", label))
    return found


def find_differences(
    store: Store, project_id: str, memo: QueueMemo, data_of: DataOf, within_s: float
) -> Differences:
    """Group what teacher and student miss; events that are not measured in time wait.

    Held against people where they decided, else against each other.
    """
    until = time.monotonic() + within_s
    with memo.lock:
        said, items = memo.said(store), memo.items(store)
        hidden, labels = hidden_items(store, project_id, memo), memo.state(store).labels
        found: list[Missed] = []
        unread = 0
        for item_id, one in said.items():
            if not one.question.learned or (item_id in hidden and item_id not in labels):
                continue
            label = labels.get(item_id)
            sides = _sides(one, None if label is None else label.content)
            owners = {"people": "" if label is None else label.event.id}
            owners |= dict.fromkeys(("teacher", "rules"), one.teacher.id if one.teacher else "")
            owners |= {"student": one.student.id if one.student else ""}
            pairs = _pairs(sides)
            wanted: dict[Side, AnswerContent] = {against[0]: against[1] for _, against in pairs}
            item = items[item_id]
            if not _measured(memo, owners, wanted):
                if time.monotonic() > until:
                    unread += 1
                    continue
                data = data_of(store.series.get(project_id, item.series_id))
                for side, content in wanted.items():
                    _measure(memo, owners[side], item, one.question, content, data)
            for given, against in pairs:
                sizes = [memo.sizes[owners[against[0]], e.number] for e in against[1].intervals]
                found += compared(item_id, one.question, given, against, sizes)
        return Differences(tuple(grouped(found)), unread)


Told = tuple[Side, AnswerContent]


def _pairs(sides: list[Told]) -> list[tuple[Told, Told]]:
    """Return who is held against whom."""
    people = [one for one in sides if one[0] == "people"]
    models = [one for one in sides if one[0] != "people"]
    if people:
        return [(one, people[0]) for one in models]
    return [(one, other) for one in models for other in models if one is not other]


def _measured(memo: QueueMemo, owners: dict[str, str], wanted: dict[Side, AnswerContent]) -> bool:
    return all(
        (owners[side], event.number) in memo.sizes
        for side, content in wanted.items()
        for event in content.intervals
    )


def _measure(
    memo: QueueMemo,
    owner: str,
    item: Item,
    question: Question,
    content: AnswerContent,
    data: SeriesData,
) -> None:
    """Note how many noises an event stands out by, on the channel where it does most."""
    facts = WindowFacts(view_window(data, item.start, item.stop))
    for event in content.intervals:
        key = question.key_of(event)
        sizes: list[float] = []
        for channel in event.channels or range(data.n_channels):
            one = facts.channel(channel)
            short = event.stop - event.start <= SHORT
            measure = one.spike if short else one.level
            value = measure(event.start, event.stop)
            if value is not None and one.noise:
                sizes.append(abs(value) / one.noise)
        unknown = key in NOT_LEVELS or not sizes
        memo.sizes[owner, event.number] = None if unknown else max(sizes)
