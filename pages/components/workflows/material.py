"""Chooses from the store what a student may learn from, and what stays gold. No Streamlit, no SQL.

The rule: per item outside gold the latest answer of a teacher (else of the built-in rules); a
person's label replaces it; an item that a person rejected or was not sure about is left out.
Imported labels are never learned from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.answers import Answer, AnswerContent, Author
from core.questions.base import Question
from core.review import CurrentLabel, Item
from storage import Store
from storage.rows import GoldRange
from training.examples import Source


@dataclass(frozen=True)
class Chosen:
    """An item with the answer to learn from it."""

    item: Item
    content: AnswerContent
    source: Source
    author: Author


class GoldBook:
    """Answers two questions about an item: is it gold, and may a student learn from it."""

    def __init__(self, ranges: Iterable[GoldRange]) -> None:
        self._by_series: dict[str, list[GoldRange]] = {}
        for reserved in ranges:
            self._by_series.setdefault(reserved.series_id, []).append(reserved)

    def reason(self, item: Item) -> str | None:
        """Return why the item is gold (its window lies in a reserved range), None if it is not."""
        for reserved in self._by_series.get(item.series_id, ()):
            if reserved.start <= item.start and item.stop <= reserved.stop:
                return reserved.reason
        return None

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


def pseudo_labels(store: Store, project_id: str, question_id: str) -> dict[str, Answer]:
    """Return the answer to learn per item: the latest of a teacher, else of the built-in rules."""
    rules = store.answers.latest(project_id, question_id, "rules")
    return {**rules, **store.answers.latest(project_id, question_id, "teacher")}


def choose(
    items: Sequence[Item],
    pseudo: Mapping[str, Answer],
    labels: Mapping[str, CurrentLabel],
    gold: GoldBook,
) -> list[Chosen]:
    """Choose the items of one question that a student learns from, in the order given."""
    chosen: list[Chosen] = []
    for item in items:
        if not gold.may_learn(item):
            continue
        label = labels.get(item.id)
        if label is not None:
            if label.content is not None:
                person = Author(kind="person", name=label.event.person)
                chosen.append(Chosen(item, label.content, "correction", person))
        elif item.id in pseudo:
            answer = pseudo[item.id]
            chosen.append(Chosen(item, answer.content, "pseudo", answer.author))
    return chosen


def gold_truths(
    store: Store,
    project_id: str,
    question: Question,
    *,
    items: Sequence[Item] | None = None,
) -> dict[str, AnswerContent]:
    """Return the truth of each gold item of a question that has one yet.

    Gold by construction takes the imported answer; drawn gold takes what people say now.
    """
    gold = GoldBook(store.gold.ranges(project_id))
    of_question = items if items is not None else store.items.list(project_id, question.id)
    reasons = {item.id: gold.reason(item) for item in of_question}
    imported = store.answers.latest(project_id, question.id, "import")
    labels = store.corrections.current(project_id)
    truths: dict[str, AnswerContent] = {}
    for item_id, reason in reasons.items():
        if reason == "construction" and item_id in imported:
            truths[item_id] = imported[item_id].content
        elif reason in ("drawn", "time_block") and item_id in labels:
            content = labels[item_id].content
            if content is not None:
                truths[item_id] = content
    return truths
