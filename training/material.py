"""What a student may learn from, and what stays gold: pure, over values that a caller has read.

Per item outside gold the teacher's answer; a person's label replaces it; an item that a person
rejected or was not sure about is left out. Imported labels are never learned from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from core.answers import Answer, AnswerContent
from core.review import CurrentLabel, Item
from training.bench_known import known_from_windows
from training.examples import Source

if TYPE_CHECKING:  # it brings every detector along
    from core.chooser import Known


class Reserved(Protocol):
    """A range of a series that is gold, and why."""

    @property
    def series_id(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def stop(self) -> int: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True)
class LabelledItem:
    """An item with the answer to learn; `pseudo` is what the teacher said, whoever was right."""

    item: Item
    content: AnswerContent
    source: Source
    pseudo: AnswerContent | None = None


class GoldBook:
    """Answers two questions about an item: is it gold, and may a student learn from it."""

    def __init__(self, ranges: Iterable[Reserved]) -> None:
        self._by_series: dict[str, list[Reserved]] = {}
        for reserved in ranges:
            self._by_series.setdefault(reserved.series_id, []).append(reserved)

    def reason(self, item: Item) -> str | None:
        """Return why the item is gold (its window lies in a reserved range), None if it is not."""
        for reserved in self._by_series.get(item.series_id, ()):
            if reserved.start <= item.start and item.stop <= reserved.stop:
                return reserved.reason
        return None

    def touches(self, series_id: str, start: int, stop: int) -> bool:
        """Tell whether the window `[start, stop)` shares a sample with gold."""
        return any(
            start < reserved.stop and reserved.start < stop
            for reserved in self._by_series.get(series_id, ())
        )

    def may_learn(self, item: Item) -> bool:
        """Tell whether the window keeps clear of gold.

        Beside a reserved time block one window stays unused: neighbours share their level and
        their cycle, so a student that saw them would be tested on what it knows.
        """
        length = item.stop - item.start
        for reserved in self._by_series.get(item.series_id, ()):
            gap = length if reserved.reason == "time_block" else 0
            if item.start < reserved.stop + gap and reserved.start - gap < item.stop:
                return False
        return True


def choose(
    items: Sequence[Item],
    pseudo: Mapping[str, AnswerContent],
    labels: Mapping[str, CurrentLabel],
    gold: GoldBook,
) -> list[LabelledItem]:
    """Choose the items that a student learns from, in the order given."""
    chosen: list[LabelledItem] = []
    for item in items:
        if not gold.may_learn(item):
            continue
        label, guess = labels.get(item.id), pseudo.get(item.id)
        if label is not None:
            if label.content is not None:
                chosen.append(LabelledItem(item, label.content, "correction", guess))
        elif guess is not None:
            chosen.append(LabelledItem(item, guess, "pseudo", guess))
    return chosen


def also_from(
    pseudo: Mapping[str, Answer], students: Sequence[Mapping[str, Answer]]
) -> dict[str, Answer]:
    """Return what is learned as pseudo-labels when students teach too.

    A student's answer stands only where no teacher answered: it learned from teachers, and would
    otherwise take the place of what it was made of. Of several students the last one counts.
    """
    found: dict[str, Answer] = {}
    for given in students:
        found |= given
    return found | dict(pseudo)


def students_of(summary: Mapping[str, Any]) -> dict[str, int]:
    """Return the students that a snapshot was also made from: numbers by author version."""
    return {one["author_version"]: one["number"] for one in summary.get("also_from", ())}


def truths(
    items: Sequence[Item],
    imported: Mapping[str, AnswerContent],
    labels: Mapping[str, CurrentLabel],
    gold: GoldBook,
) -> dict[str, AnswerContent]:
    """Return the truth of each gold item that has one yet.

    Gold by construction takes the imported answer; drawn gold takes what people say, unless they
    said it in bulk.

    Args:
        labels: what counts of people's decisions (`storage.gold_labels.counted_labels`).
    """
    known: dict[str, AnswerContent] = {}
    for item in items:
        reason, label = gold.reason(item), labels.get(item.id)
        if label is not None and label.event.how == "bulk":
            label = None
        if reason == "construction" and item.id in imported:
            known[item.id] = imported[item.id]
        elif reason in ("drawn", "time_block") and label is not None and label.content is not None:
            known[item.id] = label.content
    return known


def marked(
    items: Sequence[Item], labels: Mapping[str, CurrentLabel], gold: GoldBook
) -> "dict[str, Known]":
    """Return what people marked outside gold by series: by it a detector is chosen there.

    Only windows with a label of the anomaly question count; where they overlap, an event that one
    of them holds is an event.
    """
    from core.chooser import Known

    found = {item.id: labels[item.id].content for item in items if item.id in labels}
    contents = {
        item_id: content
        for item_id, content in found.items()
        if content is not None and content.kind == "anomaly"
    }
    known = known_from_windows([item for item in items if gold.may_learn(item)], contents)
    return {
        series_id: Known(reviewed=one.looked or (), events=one.truth)
        for series_id, one in known.items()
    }
