"""Items of several versions of one question, put together: an edit of its words loses no label.

Pure. A window may have been asked under several versions; for learning it is one window.
"""

from collections.abc import Container, Mapping, Sequence

from core.answers import AnswerContent
from core.questions.base import Question
from core.review import Item
from training.material import LabelledItem

Window = tuple[str, int, int, str]


def asked_now(items: Sequence[Item], newest: Mapping[str, Question]) -> list[Item]:
    """Return the items as if asked by the newest version of their question; their ids stay.

    Args:
        newest: the newest version of each question, by the id of any version.
    """
    return [
        item
        if newest[item.question_id].id == item.question_id
        else item.model_copy(update={"question_id": newest[item.question_id].id})
        for item in items
    ]


def one_per_window(items: Sequence[Item], *ranks: Container[str]) -> list[Item]:
    """Keep one item of each window of a question, in the order of their windows.

    Args:
        items: as `asked_now` gives them, the older ones first.
        ranks: item ids; an item in an earlier one goes before one in a later one, and those before
            the rest. Of equals the newest counts.
    """

    def rank(item: Item) -> int:
        return next((n for n, ids in enumerate(ranks) if item.id in ids), len(ranks))

    best: dict[Window, Item] = {}
    for item in items:
        window = (item.series_id, item.start, item.stop, item.question_id)
        if window not in best or rank(item) <= rank(best[window]):
            best[window] = item
    return list(best.values())


def superseded(
    items: Sequence[Item], newest: Mapping[str, Question], kept: Container[str] = ()
) -> set[str]:
    """Return the items whose window was asked again under a later version, but for `kept` ones."""
    now = asked_now(items, newest)
    left = {item.id for item in one_per_window(now)}
    return {item.id for item in items if item.id not in left and item.id not in kept}


def as_learned(one: LabelledItem, question: Question) -> LabelledItem:
    """Leave out the events of types that the question does not ask for any more."""
    pseudo = None if one.pseudo is None else _asked_for(one.pseudo, question)
    return LabelledItem(one.item, _asked_for(one.content, question), one.source, pseudo)


def _asked_for(content: AnswerContent, question: Question) -> AnswerContent:
    known = {None, *(event_type.id for event_type in question.types)}
    kept = [found for found in content.intervals if found.type_id in known]
    if content.kind != "anomaly" or len(kept) == len(content.intervals):
        return content
    numbers = {found.number: number for number, found in enumerate(kept, start=1)}
    return content.model_copy(
        update={
            "intervals": tuple(
                found.model_copy(update={"number": numbers[found.number]}) for found in kept
            ),
            "rationale": tuple(
                span
                if span.interval is None
                else span.model_copy(update={"interval": numbers[span.interval]})
                for span in content.rationale
                if span.interval is None or span.interval in numbers
            ),
        }
    )
